"""Climate accounts: exact, in versions, as of a day, and doubted where they are far from the year before."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from services.partners.doubts import Unlikely, doubts
from services.partners.errors import NothingReported, Stale, YearNotOver
from services.partners.models import ClimateAccount
from services.partners.queries.obligations import account_versions, accounts_as_of
from services.partners.schemas.obligations import AccountForm, AccountIn
from services.partners.usecases import accounts
from shared.auth.actor import Actor, Grant
from shared.clock import frozen
from shared.errors import Forbidden
from shared.ids import new_id
from tests.partners.support import NATIONAL, organisation
from tests.support.apps import ServiceApp

MARCH = datetime(2026, 3, 2, 12, tzinfo=UTC)
MAY = datetime(2026, 5, 4, 12, tzinfo=UTC)


async def deliver(partners: ServiceApp, eik: UUID, by: Actor = NATIONAL, **given: Any) -> ClimateAccount:
    given = {"year": 2025, "scope1": "10", **given}
    async with partners.database.writing() as session:
        return await accounts.record(session, by, eik, AccountIn.model_validate(given))


async def versions(partners: ServiceApp, eik: UUID) -> list[ClimateAccount]:
    async with partners.database.reading() as session:
        return list(await account_versions(session, eik))


async def test_figures_are_kept_to_the_kilogram_and_what_is_not_reported_is_not_zero(partners: ServiceApp) -> None:
    eik = await organisation(partners)
    with frozen(MARCH):
        await deliver(partners, eik, scope1="123456789.001", scope2_market="0", scope3="0.1")
    async with partners.database.reading() as session:
        [kept] = (await session.exec(select(ClimateAccount))).all()
        summed = (
            await session.exec(select(sa.func.sum(col(ClimateAccount.scope1) + col(ClimateAccount.scope3))))
        ).one()
    assert list(kept.figures.values()) == [Decimal("123456789.001"), None, Decimal(0), Decimal("0.1")]
    assert summed == Decimal("123456789.101")


async def test_a_correction_is_a_new_version_and_the_report_as_of_a_day_stays_what_it_was(partners: ServiceApp) -> None:
    with frozen(MARCH):
        eik, ask = await organisation(partners), await organisation(partners, "Ask AS", "vestland")
        await deliver(partners, eik, scope1="10")
        await deliver(partners, ask, scope1="5")
    with frozen(MAY):
        corrected = await deliver(partners, eik, scope1="12", note="Feil faktor", revision=1)
    assert (corrected.revision, [one.revision for one in await versions(partners, eik)]) == (2, [2, 1])
    async with partners.database.reading() as session:
        then = await accounts_as_of(session, 2025, datetime(2026, 4, 1, tzinfo=UTC))
        now = await accounts_as_of(session, 2025, MAY)
        agder = await accounts_as_of(session, 2025, MAY, ["agder"])
        before = await accounts_as_of(session, 2025, datetime(2026, 1, 1, tzinfo=UTC))
    assert sorted(one.scope1 or 0 for one in then) == [5, 10]
    assert sorted(one.scope1 or 0 for one in now) == [5, 12]
    assert [one.scope1 for one in agder] == [12]
    assert not before


async def test_delivering_the_same_again_makes_no_version(partners: ServiceApp) -> None:
    eik = await organisation(partners)
    with frozen(MARCH):
        first, again = [await deliver(partners, eik, scope1="10.000", scope3="2") for _ in range(2)]
    assert (first.id, len(await versions(partners, eik))) == (again.id, 1)


@pytest.mark.parametrize(("scope1", "doubted"), [("100", True), ("99.9", False), ("1", True), ("1.1", False)])
async def test_a_figure_far_from_the_year_before_is_to_be_confirmed(
    partners: ServiceApp, scope1: str, doubted: bool
) -> None:
    eik = await organisation(partners)
    with frozen(MARCH):
        await deliver(partners, eik, year=2024, scope1="10")
        if not doubted:
            await deliver(partners, eik, scope1=scope1)
            return
        with pytest.raises(Unlikely) as refused:
            await deliver(partners, eik, scope1=scope1)
        assert (refused.value.field, len(await versions(partners, eik))) == ("scope1", 1)
        with pytest.raises(Unlikely):
            await deliver(partners, eik, scope1=scope1, confirmed=True)
        made = await deliver(partners, eik, scope1=scope1, confirmed=True, note="Ny fabrikk")
        assert made.note == "Ny fabrikk"
        corrected = await deliver(partners, eik, scope1=scope1, scope3="4")
    assert corrected.revision == 2, "what was confirmed is not doubted again"


def test_small_figures_and_what_was_nothing_are_not_doubted() -> None:
    small, nothing = {"scope1": Decimal("0.05")}, {"scope1": Decimal(0), "scope3": None}
    assert doubts({"scope1": Decimal("0.9")}, small) == []
    assert doubts({"scope1": Decimal(500), "scope3": Decimal(900)}, nothing) == []
    assert doubts({"scope1": None}, {"scope1": Decimal(500)}) == []
    assert [one.figure for one in doubts({"scope1": Decimal(0)}, {"scope1": Decimal(500)})] == ["scope1"]


async def test_what_cannot_be_an_account_is_refused(partners: ServiceApp) -> None:
    eik = await organisation(partners)
    with frozen(MARCH):
        with pytest.raises(NothingReported):
            await deliver(partners, eik, scope1=None)
        with pytest.raises(YearNotOver):
            await deliver(partners, eik, year=2026)
        await deliver(partners, eik)
        with pytest.raises(Stale):
            await deliver(partners, eik, scope1="11", revision=0)
    assert len(await versions(partners, eik)) == 1


async def test_the_partners_own_admin_delivers_and_others_do_not(partners: ServiceApp) -> None:
    with frozen(MARCH):
        eik, ask = await organisation(partners), await organisation(partners, "Ask AS")
    admin = Actor(new_id(), new_id(), "Ask", (Grant("partner_admin", organisation_id=eik),))
    staff = Actor(new_id(), new_id(), "Siv", (Grant("region_staff", "agder"),))
    with frozen(MARCH):
        own = await deliver(partners, eik, admin)
        helped = await deliver(partners, ask, staff)
        with pytest.raises(Forbidden):
            await deliver(partners, ask, admin)
        with pytest.raises(Forbidden):
            await deliver(partners, eik, Actor(new_id(), new_id(), "Per", (Grant("region_staff", "vestland"),)))
    assert (own.source, own.delivered_by, helped.source) == ("self", admin.person_id, "staff")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("1 234,5", "1234.5"), ("0", "0"), ("12,0005", "12.000"), ("1.234,5", "1234.5"), ("12.5", "12.5")],
)
def test_the_form_reads_numbers_as_norwegians_write_them(typed: str, kept: str) -> None:
    assert AccountForm(year=2025, scope1=typed).scope1 == Decimal(kept)


@pytest.mark.parametrize("typed", ["mye", "1.234", "-1", "12 t", "9" * 20, "NaN", "2000000000"])
def test_the_form_refuses_what_is_no_figure(typed: str) -> None:
    with pytest.raises(ValueError, match="scope1"):
        AccountForm(year=2025, scope1=typed)
