"""Units of the register as we use them. Persons, addresses of mail and telephone numbers are left where they are."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from services.partners.register.naming import display_name
from shared.contracts.vocabulary import Language


@dataclass(frozen=True)
class Unit:
    """An organisation as the register has it; all but the first three are given only where the register gives them.

    `org_number`: nine digits. `name`: as registered, mostly upper case. `form`: the code of the legal form (AS, KOMM, …), empty
    for some deleted units. `municipality`: name as people write it, `municipality_number`: four digits, both of the business
    address, else of the postal one. `industries`: NACE codes such as `84.110`, the main one first; `industry_text` is what the
    register calls that. `employees` is None where the register does not tell; `few_employees` says that it keeps back a number
    from 1 to 4. A `deleted` unit keeps its old name and little else; `deleted_on` is the day, where it is told.
    """

    org_number: str
    name: str
    form: str = ""
    form_text: str = ""
    website: str | None = None
    municipality: str | None = None
    municipality_number: str | None = None
    country: str | None = None
    industries: tuple[str, ...] = ()
    industry_text: str = ""
    sector_code: str | None = None
    employees: int | None = None
    few_employees: bool = False
    parent: str | None = None
    language: Language | None = None
    registered: date | None = None
    bankrupt: bool = False
    winding_up: bool = False
    forced_winding_up: bool = False
    deleted: bool = False
    deleted_on: date | None = None

    @property
    def display_name(self) -> str:
        """The name as a person would write it: a proposal."""
        return display_name(self.name)

    @property
    def industry(self) -> str:
        """The main NACE code; empty where there is none."""
        return self.industries[0] if self.industries else ""


@dataclass(frozen=True)
class Removed:
    """The register has taken this number out of the open data; nothing but the day may be known."""

    org_number: str
    on: date | None = None


ChangeKind = Literal["new", "changed", "deleted", "removed", "unknown"]


@dataclass(frozen=True)
class Change:
    """That something changed, never what: ask for the unit. `id` grows; `at` is aware."""

    id: int
    org_number: str
    kind: ChangeKind
    at: datetime | None = None


@dataclass(frozen=True)
class Changes:
    """A page of changes, oldest first. `next` is the id to go on from, also in a later night; None while nothing ever changed."""

    changes: tuple[Change, ...]
    next: int | None
    more: bool = False
