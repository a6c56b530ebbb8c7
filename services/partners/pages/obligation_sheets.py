"""What can be handed in on a form: for each its fields, what stands in them first, and the verb that takes it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.doubts import written
from services.partners.errors import NoRound
from services.partners.models import ActionPlan, Certification, LeadProject
from services.partners.models.obligations import Held
from services.partners.pages.shown import FIGURE_LABELS
from services.partners.queries.obligations import account_in_force, fees_of, goal_of, held_item
from services.partners.queries.rounds import exceptions_in, round_for
from services.partners.schemas.obligations import (
    AccountForm,
    AgreementIn,
    CertificationIn,
    FeeIn,
    GoalIn,
    LeadProjectIn,
    PlanIn,
)
from services.partners.schemas.rounds import ExceptionIn
from services.partners.usecases import accounts, agreements, obligations, rounds
from shared.auth.actor import Actor
from shared.auth.policy import Action
from shared.uploads.files import Sent
from shared.web.i18n import marker as _

SheetName = Literal["account", "agreement", "certification", "plan", "goal", "lead_project", "fee", "exception"]
DELIVER: Action = "obligation.deliver"
MANAGE: Action = "obligation.manage"


@dataclass(frozen=True)
class At:
    """Which organisation, year and item a form is about."""

    organisation_id: UUID
    year: int
    item_id: UUID | None = None


Values = dict[str, Any]
First = Callable[[AsyncSession, At], Awaitable[Values]]
Save = Callable[[AsyncSession, Actor | None, At, Any, Sent | None], Awaitable[object]]


@dataclass(frozen=True)
class Sheet:
    """A form: `first` returns what stands in it at first, `save` is the verb; `kind` is what it may change or take away."""

    title: str
    model: type[BaseModel]
    labels: Mapping[str, str]
    first: First
    save: Save
    saved: str
    action: Action = DELIVER
    kind: type[Held] | None = None
    takes_file: bool = False


async def _account(session: AsyncSession, at: At) -> Values:
    found = await account_in_force(session, at.organisation_id, at.year)
    if found is None:
        return {"year": at.year, "revision": 0, "tool": "klimakost"}
    figures = {name: "" if value is None else written(value) for name, value in found.figures.items()}
    categories = [str(one) for one in found.scope3_categories]
    published = "1" if found.published else ""
    return {**found.model_dump(exclude={"note"}), **figures, "scope3_categories": categories, "published": published}


async def _save_account(session: AsyncSession, actor: Actor | None, at: At, given: Any, _file: Sent | None) -> object:
    return await accounts.record(session, actor, at.organisation_id, given)


async def _agreement(_session: AsyncSession, _at: At) -> Values:
    return {}


async def _sign(session: AsyncSession, actor: Actor | None, at: At, given: Any, file: Sent | None) -> object:
    return await agreements.sign(session, actor, at.organisation_id, given, file)


def _item(kind: type[Held]) -> First:
    async def first(session: AsyncSession, at: At) -> Values:
        if at.item_id is None:
            return {}
        return (await held_item(session, kind, at.organisation_id, at.item_id)).model_dump()

    return first


async def _certify(session: AsyncSession, actor: Actor | None, at: At, given: Any, _file: Sent | None) -> object:
    return await obligations.certify(session, actor, at.organisation_id, given, at.item_id)


async def _adopt(session: AsyncSession, actor: Actor | None, at: At, given: Any, file: Sent | None) -> object:
    return await obligations.adopt_plan(session, actor, at.organisation_id, given, file, at.item_id)


async def _goal(session: AsyncSession, at: At) -> Values:
    found = await goal_of(session, at.organisation_id)
    return found.model_dump() if found else {}


async def _set_goal(session: AsyncSession, actor: Actor | None, at: At, given: Any, _file: Sent | None) -> object:
    return await obligations.set_goal(session, actor, at.organisation_id, given)


async def _lead(session: AsyncSession, actor: Actor | None, at: At, given: Any, _file: Sent | None) -> object:
    return await obligations.lead(session, actor, at.organisation_id, given, at.item_id)


async def _fee(session: AsyncSession, at: At) -> Values:
    found = next(iter(await fees_of(session, [at.organisation_id], [at.year])), None)
    return {**found.model_dump(), "paid": "1" if found.paid else ""} if found else {"year": at.year}


async def _note_fee(session: AsyncSession, actor: Actor | None, at: At, given: Any, _file: Sent | None) -> object:
    return await obligations.note_fee(session, actor, at.organisation_id, given)


async def _exception(session: AsyncSession, at: At) -> Values:
    round_ = await round_for(session, at.year)
    if round_ is None:
        raise NoRound(year=at.year)
    found = (await exceptions_in(session, [round_.id], [at.organisation_id])).get((round_.id, at.organisation_id))
    return found.model_dump(include={"kind", "until", "reason"}) if found else {"kind": "postponed"}


async def _except(session: AsyncSession, actor: Actor | None, at: At, given: Any, _file: Sent | None) -> object:
    round_ = await round_for(session, at.year)
    if round_ is None:
        raise NoRound(year=at.year)
    return await rounds.make_exception(session, actor, round_.id, at.organisation_id, given)


SHEETS: dict[SheetName, Sheet] = {
    "account": Sheet(
        _("Klimaregnskap"),
        AccountForm,
        {
            "year": _("År"),
            **FIGURE_LABELS,
            "scope3_categories": _("Kategorier i scope 3"),
            "scope3_note": _("Om scope 3"),
            "tool": _("Verktøy"),
            "tool_name": _("Navn på verktøyet"),
            "method": _("Metode"),
            "link": _("Lenke til rapporten"),
            "note": _("Hvorfor tallene er endret eller uvanlige"),
            "confirmed": _("Tallene stemmer"),
        },
        _account,
        _save_account,
        _("Klimaregnskapet er levert."),
    ),
    "agreement": Sheet(
        _("Partneravtale"),
        AgreementIn,
        {
            "text_version": _("Versjon av avtaleteksten"),
            "signed_on": _("Signert dato"),
            "signer_name": _("Signert av"),
            "file": _("Signert avtale"),
        },
        _agreement,
        _sign,
        _("Avtalen er lagret."),
        takes_file=True,
    ),
    "certification": Sheet(
        _("Miljøsertifisering"),
        CertificationIn,
        {
            "kind": _("Sertifisering"),
            "name": _("Hva den heter"),
            "number": _("Sertifikatnummer"),
            "valid_from": _("Gjelder fra"),
            "valid_to": _("Gjelder til"),
            "planned_on": _("Planlagt til"),
        },
        _item(Certification),
        _certify,
        _("Sertifiseringen er lagret."),
        kind=Certification,
    ),
    "plan": Sheet(
        _("Handlingsplan"),
        PlanIn,
        {
            "adopted_on": _("Vedtatt dato"),
            "valid_to": _("Gjelder til"),
            "link": _("Lenke til planen"),
            "file": _("Planen som PDF"),
        },
        _item(ActionPlan),
        _adopt,
        _("Handlingsplanen er lagret."),
        kind=ActionPlan,
        takes_file=True,
    ),
    "goal": Sheet(
        _("Fossilfritt mål"),
        GoalIn,
        {"fossil_free_year": _("Fossilfri i direkte utslipp innen"), "text": _("Målet med egne ord")},
        _goal,
        _set_goal,
        _("Målet er lagret."),
    ),
    "lead_project": Sheet(
        _("Spydspissprosjekt"),
        LeadProjectIn,
        {"case_id": _("Eksempel"), "title": _("Hva prosjektet heter"), "text": _("Om prosjektet")},
        _item(LeadProject),
        _lead,
        _("Prosjektet er lagret."),
        kind=LeadProject,
    ),
    "fee": Sheet(
        _("Årsavgift"),
        FeeIn,
        {"year": _("År"), "paid": _("Betalt"), "paid_on": _("Betalt dato"), "note": _("Merknad")},
        _fee,
        _note_fee,
        _("Avgiften er ført."),
        action=MANAGE,
    ),
    "exception": Sheet(
        _("Utsett eller unnta"),
        ExceptionIn,
        {"kind": _("Hva vil du gjøre?"), "until": _("Ny frist"), "reason": _("Begrunnelse")},
        _exception,
        _except,
        _("Avgjørelsen er lagret. Påminnelser som venter, er trukket tilbake."),
        action=MANAGE,
    ),
}
