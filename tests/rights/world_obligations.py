"""What the organisations of the tests of rights handed in."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from services.partners.models import Round
from services.partners.queries.rounds import round_for
from services.partners.schemas.obligations import (
    AccountIn,
    AgreementIn,
    CertificationIn,
    FeeIn,
    GoalIn,
    LeadProjectIn,
    PlanIn,
)
from services.partners.schemas.rounds import ExceptionIn
from services.partners.usecases import accounts, agreements, obligations, rounds
from shared.clock import now, today_in_norway
from shared.db.session import Database
from shared.uploads.files import Sent
from tests.partners.obligation_support import PDF
from tests.partners.support import NATIONAL
from tests.rights.cast import FIRMS, NEAR
from tests.rights.world import World

INSIDE = ("obligation.view", "audit.view")
FIGURES = {NEAR: ("4711.137", "3517.241"), "nordland": ("8219.463", "6343.859")}
YEAR = now().year - 1
"""The year accounts are delivered for now."""


async def hand_in(database: Database, world: World, place: str) -> None:
    """Enter an account, an agreement with its file and all the rest for the organisation of a region, and figures of two others."""
    firm = FIRMS[place]
    first, second = (world.figure(text, place, *INSIDE) for text in FIGURES[place])
    async with database.writing() as session:
        account = AccountIn(
            year=YEAR, scope1=Decimal(first), scope2_location=Decimal(second), scope3=Decimal("10.5"),
            tool_name=world.mark("verktoy", place, *INSIDE), method=world.mark("metode", place, *INSIDE),
            note=world.mark("merknad", place, *INSIDE), scope3_note=world.mark("omfang", place, *INSIDE),
        )  # fmt: skip
        await accounts.record(session, NATIONAL, firm, account)
        for key, tonnes in (("first_id", "77.5"), ("second_id", "31.25")):
            other = UUID(world.ids[key if place == NEAR else f"far_{key}"])
            figures = AccountIn(year=YEAR, scope1=Decimal(tonnes), scope2_location=Decimal(tonnes))
            await accounts.record(session, NATIONAL, other, figures)
        signed = AgreementIn(
            text_version=world.mark("avtaletekst", place, *INSIDE),
            signed_on=date(2024, 1, 1),
            signer_name=world.mark("signatar", place, *INSIDE),
        )
        file = Sent(f"{world.mark('fil', place, *INSIDE)}.pdf", PDF)
        agreement = await agreements.sign(session, NATIONAL, firm, signed, file)
        planned = CertificationIn(kind="other", name=world.mark("sertifikat", place, *INSIDE), planned_on=_in_days(200))
        certificate = await obligations.certify(session, NATIONAL, firm, planned)
        link = f"https://{world.mark('plan', place, *INSIDE).lower()}.example.org"
        plan = await obligations.adopt_plan(session, NATIONAL, firm, PlanIn(adopted_on=date(2024, 1, 1), link=link))
        goal = GoalIn(fossil_free_year=2031, text=world.mark("malet", place, *INSIDE))
        await obligations.set_goal(session, NATIONAL, firm, goal)
        project = await obligations.lead(
            session, NATIONAL, firm, LeadProjectIn(title=world.mark("prosjekt", place, *INSIDE))
        )
        await obligations.note_fee(session, NATIONAL, firm, FeeIn(year=YEAR, note=world.mark("avgift", place, *INSIDE)))
        world.known(place, agreement_id=agreement.id, file_id=agreement.file_id, certification_id=certificate.id)
        world.known(place, plan_id=plan.id, lead_project_id=project.id, year=YEAR)
    async with database.writing() as session:
        opened = await round_for(session, YEAR) or await _round(session)
        reason = world.mark("unntak", place, *INSIDE)
        given = ExceptionIn(kind="postponed", until=_in_days(30), reason=reason)
        await rounds.make_exception(session, NATIONAL, opened.id, firm, given)
        world.known(place, round_id=opened.id, round_version=opened.version)
        if place == NEAR:
            planned_round = await rounds.plan(session, NATIONAL, rounds.proposed(YEAR + 1))
            world.known(place, planned_id=planned_round.id, planned_version=planned_round.version)


async def _round(session: object) -> Round:
    made: Round = await rounds.plan(session, NATIONAL, rounds.proposed(YEAR))  # type: ignore[arg-type]
    return await rounds.open_now(session, NATIONAL, made.id)  # type: ignore[arg-type]


def _in_days(days: int) -> date:
    return today_in_norway() + timedelta(days=days)
