"""What has happened to an organisation since we wrote it down, as the register tells it: findings for the region to act upon."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from services.partners.register.naming import FORMS
from services.partners.register.sectors import sector_of
from services.partners.register.unit import Removed, Unit
from shared.contracts.vocabulary import Sector
from shared.web.i18n import marker as _

Severity = Literal["grave", "change", "note"]
Code = Literal[
    "unknown",
    "removed",
    "merged",
    "deleted",
    "bankrupt",
    "forced-winding-up",
    "winding-up",
    "renamed",
    "moved",
    "sector",
]
TEXTS: dict[Code, str] = {
    "unknown": _("Enhetsregisteret kjenner ikke organisasjonsnummeret %(number)s. Se etter om det er skrevet riktig."),
    "removed": _("%(name)s er fjernet fra Enhetsregisteret. Spør virksomheten hva som har skjedd."),
    "merged": _(
        "%(name)s er slettet. %(heir)s (%(heir_number)s) har samme navn og kan ha tatt over, for eksempel ved en fusjon."
    ),
    "deleted": _(
        "%(name)s er slettet i Enhetsregisteret. Den kan være lagt ned eller slått sammen med en annen virksomhet."
    ),
    "bankrupt": _("%(name)s er konkurs."),
    "forced-winding-up": _("%(name)s er under tvangsavvikling eller tvangsoppløsning."),
    "winding-up": _("%(name)s er under avvikling."),
    "renamed": _("Virksomheten heter nå %(new)s. Hos oss står den som %(name)s."),
    "moved": _("%(name)s har adresse i %(new)s. Hos oss står det %(old)s."),
    "sector": _("Registeret tyder på en annen sektor for %(name)s enn den som er valgt."),
}
SEVERITIES: dict[Code, Severity] = {"renamed": "change", "moved": "change", "sector": "note"}
"""The rest is grave: somebody must look before anything more is sent or asked."""
SEPARATORS = re.compile(r"\s+[-–/]\s+|\s*[–/]\s*")


@dataclass(frozen=True)
class Kept:
    """An organisation as the registry keeps it. `municipality`: its name; two names of one place may stand side by side.

    Set `sector` to None where staff chose it on purpose: it is then not compared.
    """

    org_number: str
    name: str
    municipality: str | None = None
    sector: Sector | None = None


@dataclass(frozen=True)
class Finding:
    """One thing the register says otherwise. `text` is bokmål with `values` filled in by who shows it.

    `on`: the day it happened, where the register tells. `proposal`: values to take over, by the name of our field.
    """

    code: Code
    severity: Severity
    text: str
    values: Mapping[str, str] = field(default_factory=dict)
    on: date | None = None
    proposal: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The same for the same news: a job that runs every night makes one task of it."""
        news = self.proposal.values() if self.proposal else (self.on.isoformat() if self.on else "",)
        return ":".join([self.code, *news])

    def __str__(self) -> str:
        return self.text % self.values


def compared(kept: Kept, told: Unit | Removed | None, namesakes: Iterable[Unit] = ()) -> list[Finding]:
    """Return what the register says otherwise, gravest first; empty where all is well.

    `told` is the register's answer for the number. `namesakes`: living units found by the name, for a deleted one that may have
    been merged into another: the register's open data never says into which.
    """
    if told is None:
        return [_finding("unknown", kept, number=kept.org_number)]
    if isinstance(told, Removed):
        return [_finding("removed", kept, on=told.on)]
    if told.deleted:
        return [_gone(kept, told, namesakes)]
    return [*_troubles(kept, told), *_differences(kept, told)]


def same_name(ours: str, theirs: str) -> bool:
    """Whether two names differ only in case, signs and spaces, or in that ours leaves the legal form out."""
    mine, registered = _words(ours), _words(theirs)
    return mine == registered or mine == _without_form(registered)


def _gone(kept: Kept, told: Unit, namesakes: Iterable[Unit]) -> Finding:
    heirs = [
        unit
        for unit in namesakes
        if not unit.deleted
        and unit.org_number != kept.org_number
        and _without_form(_words(unit.name)) == _without_form(_words(told.name))
    ]
    if len(heirs) != 1:
        return _finding("deleted", kept, on=told.deleted_on)
    values = {"heir": heirs[0].display_name, "heir_number": heirs[0].org_number}
    return _finding("merged", kept, on=told.deleted_on, proposal={"org_number": heirs[0].org_number}, **values)


def _troubles(kept: Kept, told: Unit) -> list[Finding]:
    """The worst that is said, alone: a bankrupt company is also being wound up."""
    states: tuple[tuple[bool, Code], ...] = (
        (told.bankrupt, "bankrupt"),
        (told.forced_winding_up, "forced-winding-up"),
        (told.winding_up, "winding-up"),
    )
    return [_finding(code, kept) for so, code in states if so][:1]


def _differences(kept: Kept, told: Unit) -> list[Finding]:
    found = []
    if not same_name(kept.name, told.name):
        new = told.display_name
        found.append(_finding("renamed", kept, proposal={"name": new}, new=new))
    if kept.municipality and told.municipality and not _same_place(kept.municipality, told.municipality):
        new = told.municipality
        found.append(_finding("moved", kept, proposal={"municipality": new}, new=new, old=kept.municipality))
    sector = sector_of(told)
    if kept.sector and sector.certain and sector.sector != kept.sector:
        found.append(_finding("sector", kept, proposal={"sector": sector.sector}))
    return found


def _finding(
    code: Code, kept: Kept, *, on: date | None = None, proposal: Mapping[str, str] | None = None, **values: str
) -> Finding:
    said = {"name": kept.name, **values}
    return Finding(code, SEVERITIES.get(code, "grave"), TEXTS[code], said, on, proposal or {})


def _words(name: str) -> list[str]:
    return re.findall(r"\w+", re.sub(r"\bA/S\b", "AS", name.upper()))


def _without_form(words: list[str]) -> list[str]:
    return words[:-1] if len(words) > 1 and words[-1] in FORMS else words


def _same_place(ours: str, theirs: str) -> bool:
    mine, registered = ({" ".join(_words(part)) for part in SEPARATORS.split(name)} for name in (ours, theirs))
    return bool(mine & registered)
