"""What organisations deliver and state, as the registry gives it out. Figures are decimals in text: tCO2e to the kilogram."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.partners.lights import Light, Obligation
from services.partners.models.accounts import Source, Tool
from services.partners.models.obligations import CertificationKind
from services.partners.models.rounds import ExceptionKind, RoundStatus


class Out(BaseModel):
    """A model made of a record."""

    model_config = ConfigDict(from_attributes=True)


class AccountOut(Out):
    """One version of an account; the one without `superseded_at` is in force."""

    id: UUID
    organisation_id: UUID
    year: int
    revision: int
    scope1: Decimal | None
    scope2_location: Decimal | None
    scope2_market: Decimal | None
    scope3: Decimal | None
    scope3_categories: list[int]
    scope3_note: str
    tool: Tool
    tool_name: str | None
    method: str
    published: bool
    link: str | None
    source: Source
    note: str
    delivered_at: datetime
    superseded_at: datetime | None


class AgreementOut(Out):
    """A signed agreement."""

    id: UUID
    text_version: str
    signed_on: date
    signer_name: str
    signer_id: UUID | None
    file_id: UUID | None
    terminated_on: date | None
    version: int


class CertificationOut(Out):
    """A certificate, or the plan for one."""

    id: UUID
    kind: CertificationKind
    name: str | None
    number: str | None
    valid_from: date | None
    valid_to: date | None
    planned_on: date | None
    version: int


class PlanOut(Out):
    """An action plan."""

    id: UUID
    adopted_on: date
    valid_to: date | None
    link: str | None
    file_id: UUID | None
    version: int


class GoalOut(Out):
    """The goal to be fossil free."""

    fossil_free_year: int | None
    text: str
    version: int


class LeadProjectOut(Out):
    """A lead project."""

    id: UUID
    case_id: UUID | None
    title: str
    text: str
    version: int


class FeeOut(Out):
    """Whether a year's fee is paid."""

    year: int
    paid: bool
    paid_on: date | None
    note: str


class LightOut(BaseModel):
    """How an obligation stands, and why, in the language that was asked for."""

    obligation: Obligation
    light: Light
    reason: str


class StandingOut(BaseModel):
    """How an organisation stands for a year."""

    organisation_id: UUID
    year: int
    obligations: list[LightOut]


class RoundOut(Out):
    """A round."""

    id: UUID
    year: int
    opens_on: date
    deadline: date
    nudges: list[int]
    region_after: int
    national_after: int
    status: RoundStatus
    version: int


class ProgressOut(Out):
    """How far a round has come in a region; in all of them, where it names none."""

    region: str | None
    delivered: int
    missing: int
    postponed: int
    exempted: int


class RoundProgressOut(RoundOut):
    """A round with how far it has come."""

    progress: list[ProgressOut]


class ExceptionOut(Out):
    """What was decided for an organisation in a round."""

    kind: ExceptionKind
    until: date | None
    reason: str
    decided_at: datetime
