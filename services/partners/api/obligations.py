"""The JSON door to obligations: what an organisation has delivered and stated, and how it stands."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners import queries
from services.partners.models import ActionPlan, Certification, LeadProject
from services.partners.models.obligations import Held
from services.partners.pages.shown import shown, year_shown
from services.partners.queries.obligations import (
    account_versions,
    agreements_of,
    fees_of,
    goal_of,
    held_by,
    stored_file,
)
from services.partners.queries.standing import standings
from services.partners.schemas.obligations import (
    AccountIn,
    AgreementIn,
    CertificationIn,
    FeeIn,
    GoalIn,
    LeadProjectIn,
    PlanIn,
    TerminationIn,
)
from services.partners.schemas.obligations_out import (
    AccountOut,
    AgreementOut,
    CertificationOut,
    FeeOut,
    GoalOut,
    LeadProjectOut,
    LightOut,
    PlanOut,
    StandingOut,
)
from services.partners.usecases import accounts, agreements, obligations
from shared.auth.actor import Actor
from shared.auth.policy import about, require
from shared.clock import now, today_in_norway
from shared.errors import NotFound
from shared.uploads.files import Sent
from shared.web.doors import Reading, Who, Writing
from shared.web.exports import attachment
from shared.web.idempotency import idempotent
from shared.web.problems import responses

router = APIRouter(prefix="/partners/api/v1/organisations/{organisation_id}", tags=["obligations"])
READ = responses(401, 403, 404, 422)
CHANGE = responses(401, 403, 404, 409, 422)
AskedYear = Annotated[int | None, Query(ge=1990, le=2200, description="Without it, the last year that is over.")]


@router.get("/obligations", responses=READ)
async def read_standing(
    request: Request, session: Reading, actor: Who, organisation_id: UUID, year: AskedYear = None
) -> StandingOut:
    """How an organisation stands for a year: each obligation's light and its reason."""
    await _may_see(session, actor, organisation_id)
    asked = year_shown(year)
    found = (await standings(session, [organisation_id], asked, today_in_norway(now())))[organisation_id]
    lights = [
        LightOut(obligation=one.name, light=one.light, reason=one.reason) for one in shown(request, found.verdicts)
    ]
    return StandingOut(organisation_id=organisation_id, year=asked, obligations=lights)


@router.get("/accounts", responses=READ)
async def list_accounts(
    session: Reading,
    actor: Who,
    organisation_id: UUID,
    year: Annotated[int | None, Query(ge=1990, le=2200)] = None,
    versions: Annotated[bool, Query(description="Also those that were corrected since.")] = False,
) -> list[AccountOut]:
    """The accounts of an organisation, newest first."""
    await _may_see(session, actor, organisation_id)
    found = await account_versions(session, organisation_id, year)
    return [AccountOut.model_validate(one) for one in found if versions or one.superseded_at is None]


@router.post("/accounts", status_code=201, responses=CHANGE)
@idempotent(status=201)
async def deliver_account(
    request: Request, session: Writing, actor: Who, organisation_id: UUID, given: AccountIn
) -> AccountOut:
    """Deliver an account, or a corrected one: a new version. The same again makes none."""
    return AccountOut.model_validate(await accounts.record(session, actor, organisation_id, given))


@router.get("/agreements", responses=READ)
async def list_agreements(session: Reading, actor: Who, organisation_id: UUID) -> list[AgreementOut]:
    """The agreements of an organisation, newest first."""
    await _may_see(session, actor, organisation_id)
    return [AgreementOut.model_validate(one) for one in await agreements_of(session, [organisation_id])]


@router.post("/agreements", status_code=201, responses=CHANGE)
@idempotent(status=201)
async def sign_agreement(
    request: Request, session: Writing, actor: Who, organisation_id: UUID, given: AgreementIn
) -> AgreementOut:
    """Enter a signed agreement; its file is put beside it."""
    return AgreementOut.model_validate(await agreements.sign(session, actor, organisation_id, given))


@router.put("/agreements/{agreement_id}/file", responses=CHANGE)
async def put_agreement_file(
    request: Request,
    session: Writing,
    actor: Who,
    organisation_id: UUID,
    agreement_id: UUID,
    name: Annotated[str, Query(max_length=200)] = "avtale.pdf",
) -> AgreementOut:
    """Put the signed agreement's PDF with it: the request's body is the file, at most 10 MB."""
    await _may_deliver(session, actor, organisation_id)
    file = Sent(name, await request.body())
    return AgreementOut.model_validate(await agreements.attach(session, actor, organisation_id, agreement_id, file))


@router.post("/agreements/{agreement_id}/terminate", responses=CHANGE)
async def terminate_agreement(
    session: Writing, actor: Who, organisation_id: UUID, agreement_id: UUID, given: TerminationIn
) -> AgreementOut:
    """End an agreement; staff of the organisation's regions may."""
    found = await agreements.terminate(session, actor, organisation_id, agreement_id, given)
    return AgreementOut.model_validate(found)


@router.get("/files/{file_id}", responses=READ, response_class=Response)
async def read_file(session: Reading, actor: Who, organisation_id: UUID, file_id: UUID) -> Response:
    """A file the organisation handed in, to be saved."""
    await _may_see(session, actor, organisation_id)
    found = await stored_file(session, organisation_id, file_id)
    return Response(
        found.content, media_type=found.media_type, headers=attachment(found.name.removesuffix(".pdf"), "pdf")
    )


@router.get("/certifications", responses=READ)
async def list_certifications(session: Reading, actor: Who, organisation_id: UUID) -> list[CertificationOut]:
    """The certificates of an organisation, and its plans for one."""
    return [CertificationOut.model_validate(one) for one in await _held(session, actor, organisation_id, Certification)]


@router.post("/certifications", status_code=201, responses=CHANGE)
@idempotent(status=201)
async def add_certification(
    request: Request, session: Writing, actor: Who, organisation_id: UUID, given: CertificationIn
) -> CertificationOut:
    """Enter a certificate, or the plan for one."""
    return CertificationOut.model_validate(await obligations.certify(session, actor, organisation_id, given))


@router.put("/certifications/{item_id}", responses=CHANGE)
async def edit_certification(
    session: Writing, actor: Who, organisation_id: UUID, item_id: UUID, given: CertificationIn
) -> CertificationOut:
    """Change a certificate as a whole; send the `version` you read."""
    return CertificationOut.model_validate(await obligations.certify(session, actor, organisation_id, given, item_id))


@router.delete("/certifications/{item_id}", status_code=204, responses=CHANGE)
async def remove_certification(session: Writing, actor: Who, organisation_id: UUID, item_id: UUID) -> None:
    """Take a certificate away."""
    await obligations.remove(session, actor, organisation_id, Certification, item_id)


@router.get("/plans", responses=READ)
async def list_plans(session: Reading, actor: Who, organisation_id: UUID) -> list[PlanOut]:
    """The action plans of an organisation."""
    return [PlanOut.model_validate(one) for one in await _held(session, actor, organisation_id, ActionPlan)]


@router.post("/plans", status_code=201, responses=CHANGE)
@idempotent(status=201)
async def add_plan(request: Request, session: Writing, actor: Who, organisation_id: UUID, given: PlanIn) -> PlanOut:
    """Enter an action plan."""
    return PlanOut.model_validate(await obligations.adopt_plan(session, actor, organisation_id, given))


@router.put("/plans/{item_id}", responses=CHANGE)
async def edit_plan(session: Writing, actor: Who, organisation_id: UUID, item_id: UUID, given: PlanIn) -> PlanOut:
    """Change an action plan as a whole; send the `version` you read."""
    found = await obligations.adopt_plan(session, actor, organisation_id, given, item_id=item_id)
    return PlanOut.model_validate(found)


@router.delete("/plans/{item_id}", status_code=204, responses=CHANGE)
async def remove_plan(session: Writing, actor: Who, organisation_id: UUID, item_id: UUID) -> None:
    """Take an action plan away."""
    await obligations.remove(session, actor, organisation_id, ActionPlan, item_id)


@router.get("/goal", responses=READ)
async def read_goal(session: Reading, actor: Who, organisation_id: UUID) -> GoalOut:
    """The organisation's goal to be fossil free."""
    await _may_see(session, actor, organisation_id)
    found = await goal_of(session, organisation_id)
    if found is None:
        raise NotFound
    return GoalOut.model_validate(found)


@router.put("/goal", responses=CHANGE)
async def set_goal(session: Writing, actor: Who, organisation_id: UUID, given: GoalIn) -> GoalOut:
    """State the goal, in place of the one before."""
    return GoalOut.model_validate(await obligations.set_goal(session, actor, organisation_id, given))


@router.get("/lead-projects", responses=READ)
async def list_lead_projects(session: Reading, actor: Who, organisation_id: UUID) -> list[LeadProjectOut]:
    """The organisation's lead projects."""
    return [LeadProjectOut.model_validate(one) for one in await _held(session, actor, organisation_id, LeadProject)]


@router.post("/lead-projects", status_code=201, responses=CHANGE)
@idempotent(status=201)
async def add_lead_project(
    request: Request, session: Writing, actor: Who, organisation_id: UUID, given: LeadProjectIn
) -> LeadProjectOut:
    """Enter a lead project."""
    return LeadProjectOut.model_validate(await obligations.lead(session, actor, organisation_id, given))


@router.put("/lead-projects/{item_id}", responses=CHANGE)
async def edit_lead_project(
    session: Writing, actor: Who, organisation_id: UUID, item_id: UUID, given: LeadProjectIn
) -> LeadProjectOut:
    """Change a lead project as a whole; send the `version` you read."""
    return LeadProjectOut.model_validate(await obligations.lead(session, actor, organisation_id, given, item_id))


@router.delete("/lead-projects/{item_id}", status_code=204, responses=CHANGE)
async def remove_lead_project(session: Writing, actor: Who, organisation_id: UUID, item_id: UUID) -> None:
    """Take a lead project away."""
    await obligations.remove(session, actor, organisation_id, LeadProject, item_id)


@router.get("/fees/{year}", responses=READ)
async def read_fee(
    session: Reading, actor: Who, organisation_id: UUID, year: Annotated[int, Path(ge=1990, le=2200)]
) -> FeeOut:
    """Whether a year's fee is paid."""
    await _may_see(session, actor, organisation_id)
    found = next(iter(await fees_of(session, [organisation_id], [year])), None)
    if found is None:
        raise NotFound
    return FeeOut.model_validate(found)


@router.put("/fees", responses=CHANGE)
async def note_fee(session: Writing, actor: Who, organisation_id: UUID, given: FeeIn) -> FeeOut:
    """Note whether a year's fee is paid; staff of the organisation's regions may."""
    return FeeOut.model_validate(await obligations.note_fee(session, actor, organisation_id, given))


async def _held(session: AsyncSession, actor: Actor | None, organisation_id: UUID, kind: type[Held]) -> list[Any]:
    await _may_see(session, actor, organisation_id)
    return list(await held_by(session, kind, [organisation_id]))


async def _may_see(session: AsyncSession, actor: Actor | None, organisation_id: UUID) -> None:
    found = await queries.organisation(session, organisation_id)
    slugs = (await queries.regions_of(session, [found.id]))[found.id]
    require(actor, "obligation.view", about(*slugs, organisation_id=found.id))


async def _may_deliver(session: AsyncSession, actor: Actor | None, organisation_id: UUID) -> None:
    found = await queries.organisation(session, organisation_id)
    slugs = (await queries.regions_of(session, [found.id]))[found.id]
    require(actor, "obligation.deliver", about(*slugs, organisation_id=found.id))
