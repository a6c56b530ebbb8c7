"""Dashboards: what cannot be compared is not summed, what was left out is said, and a day in the past stays what it was."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from sqlmodel import select

from services.partners.models import Membership, Organisation
from services.partners.models.obligations import Certification, Goal
from services.partners.queries.dashboards import Board, Place, board
from services.partners.queries.obligations import accounts_as_of
from services.partners.queries.regions import count_then
from services.partners.queries.regions import memberships as memberships_of
from services.partners.schemas.regions import MembershipIn
from services.partners.usecases import memberships
from services.partners.usecases.merging import merge
from shared.clock import frozen
from tests.partners.importing import as_csv, imported
from tests.partners.support import NATIONAL, org_number, organisation
from tests.support.apps import ServiceApp

MARCH, JUNE = datetime(2026, 3, 2, 12, tzinfo=UTC), datetime(2026, 6, 1, 12, tzinfo=UTC)
EIK, ASK, ALM, BJERK = (org_number(serial) for serial in (0, 10, 20, 30))
HEAD = ("Org.nr.", "År", "Scope 1", "Scope 2 lokasjonsbasert", "Scope 2 markedsbasert", "Scope 3")
ROWS = [
    (EIK, 2024, 100, 50, None, 900),
    (EIK, 2025, 80, None, 45, 800),
    (ASK, 2024, 10, 5, 6, None),
    (ASK, 2025, 12, 4, None, None),
    (BJERK, 2025, 7, 1, 2, 3),
]


@pytest.fixture
async def known(partners: ServiceApp) -> dict[str, UUID]:
    """Four organisations, of which three delivered; Ask is partner in two regions."""
    with frozen(MARCH):
        made = {
            EIK: await organisation(partners, "Eik AS", "agder", org_number=EIK),
            ASK: await organisation(partners, "Ask AS", "agder", "vestland", org_number=ASK),
            ALM: await organisation(partners, "Alm AS", "agder", org_number=ALM),
            BJERK: await organisation(partners, "Bjerk AS", "vestland", org_number=BJERK),
        }
        await imported(partners, as_csv(ROWS, HEAD))
    return made


async def asked(partners: ServiceApp, day: date, region: str | None = None, year: int = 2025) -> Board:
    async with partners.database.reading() as session:
        return await board(session, year, day, region, with_stances=True)


async def test_a_sum_is_over_those_who_reported_it_and_says_who_did_not(
    partners: ServiceApp, known: dict[str, UUID]
) -> None:
    found = await asked(partners, MARCH.date())
    sums = {one.figure: (one.total, one.counted, one.lacking, one.silent) for one in found.totals}
    assert sums["scope1"] == (Decimal(99), 3, 0, 1)
    assert sums["scope2_location"] == (Decimal(5), 2, 1, 1), "location and market based are never mixed"
    assert sums["scope2_market"] == (Decimal(47), 2, 1, 1)
    assert sums["scope3"] == (Decimal(803), 2, 1, 1)
    assert [(one.slug, one.members, one.delivered) for one in found.places] == [("agder", 3, 2), ("vestland", 2, 2)]
    assert (found.whole, found.whole.share) == (Place(None, 4, 3), 75)


async def test_years_are_compared_over_those_who_reported_in_both(partners: ServiceApp, known: dict[str, UUID]) -> None:
    found = await asked(partners, MARCH.date())
    changes = {one.figure: (one.before, one.now, one.both) for one in found.changes}
    assert changes["scope1"] == (Decimal(110), Decimal(92), 2)
    assert changes["scope2_location"] == (Decimal(5), Decimal(4), 1)
    assert changes["scope2_market"] == (Decimal(0), Decimal(0), 0), "nobody reported it in both years"
    trends = {one.figure: (list(one.years), list(one.totals), one.counted) for one in found.trends}
    assert trends["scope1"] == ([2024, 2025], [Decimal(110), Decimal(92)], 2)


async def test_a_day_in_the_past_is_the_same_after_corrections_moves_and_late_deliveries(
    partners: ServiceApp, known: dict[str, UUID]
) -> None:
    with frozen(MARCH):
        before = [await asked(partners, MARCH.date(), region) for region in (None, "agder", "vestland")]
    with frozen(JUNE):
        await imported(partners, as_csv([(EIK, 2025, 81, None, 45, 800), (ALM, 2025, 4, 4, 4, 4)], HEAD))
        async with partners.database.writing() as session:
            query = select(Membership).where(Membership.organisation_id == known[BJERK])
            moved = (await session.exec(query)).one()
            moved.until = JUNE.date()
            session.add_all([moved, Membership(organisation_id=known[BJERK], region="rogaland", since=JUNE.date())])
        then = [await asked(partners, MARCH.date(), region) for region in (None, "agder", "vestland")]
        now = await asked(partners, JUNE.date())
    for first, again in zip(before, then, strict=True):
        assert (first.whole, first.places) == (again.whole, again.places)
        assert (first.totals, first.changes, first.trends) == (again.totals, again.changes, again.trends)
        assert again.stances is None, "what is not kept in versions is not shown of the past"
    assert {one.slug for one in now.places} == {"agder", "rogaland", "vestland"}
    assert now.totals[0].total == Decimal(104)


async def everywhere(partners: ServiceApp, day: date) -> list[Board]:
    return [await asked(partners, day, region) for region in (None, "agder", "vestland")]


async def begun(
    partners: ServiceApp, organisation_id: UUID, region: str, since: date, until: date | None = None
) -> None:
    async with partners.database.writing() as session:
        given = MembershipIn(region=region, since=since, until=until)
        await memberships.begin(session, NATIONAL, organisation_id, given)


def reported(boards: list[Board]) -> list[object]:
    return [(one.whole, one.places, one.totals, one.changes, one.trends, one.members, one.regions_of) for one in boards]


async def test_a_day_in_the_past_is_the_same_after_a_partnership_is_entered_too_late(
    partners: ServiceApp, known: dict[str, UUID]
) -> None:
    with frozen(MARCH):
        before = reported(await everywhere(partners, MARCH.date()))
    with frozen(JUNE):
        await begun(partners, known[ALM], "vestland", date(2020, 1, 1))
        await begun(partners, known[BJERK], "agder", date(2020, 1, 1), date(2026, 4, 1))
        then, now = await everywhere(partners, MARCH.date()), await everywhere(partners, JUNE.date())
        async with partners.database.reading() as session:
            reports = [len(await accounts_as_of(session, 2025, at, ["agder"])) for at in (MARCH, JUNE)]
    assert reported(then) == before
    assert [one.whole.members for one in now] == [4, 3, 3], "from the day it was entered on, it counts"
    assert reports == [2, 2]


async def test_a_day_in_the_past_is_the_same_after_an_end_is_entered_too_late(
    partners: ServiceApp, known: dict[str, UUID]
) -> None:
    with frozen(MARCH):
        before = reported(await everywhere(partners, MARCH.date()))
    with frozen(JUNE):
        async with partners.database.writing() as session:
            for one in (ALM, BJERK):
                [held] = await memberships_of(session, known[one])
                await memberships.end(session, NATIONAL, known[one], held.id, MARCH.date())
        then, now = await everywhere(partners, MARCH.date()), await everywhere(partners, JUNE.date())
        async with partners.database.reading() as session:
            counted = await count_then(session, "agder")
    assert reported(then) == before
    assert [one.whole.members for one in now] == [2, 2, 1]
    assert counted == 2, "one that ended as it began never was"


async def test_a_day_in_the_past_is_the_same_after_two_turned_out_to_be_one(
    partners: ServiceApp, known: dict[str, UUID]
) -> None:
    with frozen(MARCH):
        before = reported(await everywhere(partners, MARCH.date()))
    with frozen(JUNE):
        async with partners.database.writing() as session:
            for survivor, loser in ((ASK, EIK), (ASK, BJERK)):
                rows = [await session.get_one(Organisation, known[one]) for one in (survivor, loser)]
                await merge(session, NATIONAL, rows[0].id, rows[1].id, {row.id: row.version for row in rows})
        then, now = await everywhere(partners, MARCH.date()), await everywhere(partners, JUNE.date())
    assert reported(then) == before
    assert [one.whole for one in now] == [Place(None, 2, 1), Place("agder", 2, 1), Place("vestland", 1, 1)]
    assert now[0].totals[0].total == Decimal(12), "the survivor's account holds"


async def test_certificates_and_goals_are_counted_as_of_today(partners: ServiceApp, known: dict[str, UUID]) -> None:
    async with partners.database.writing() as session:
        lasting, lapsed, planned = date(2027, 1, 1), date(2026, 1, 1), date(2026, 12, 1)
        session.add_all(
            [
                Certification(organisation_id=known[EIK], kind="iso14001", valid_to=lasting),
                Certification(organisation_id=known[ASK], kind="emas", valid_to=lapsed),
                Certification(organisation_id=known[ALM], kind="miljofyrtarn", planned_on=planned),
                Goal(organisation_id=known[EIK], fossil_free_year=2030),
                Goal(organisation_id=known[ASK], fossil_free_year=2030),
            ]
        )
    with frozen(MARCH):
        stances = (await asked(partners, MARCH.date())).stances
    assert stances is not None
    assert (stances.certified, stances.planned, stances.goals) == (1, 1, {2030: 2})
    assert stances.lights["account"]["amber"] + stances.lights["account"]["green"] == 3
    assert all(sum(counts.values()) == 4 for counts in stances.lights.values())


async def test_staff_see_pictures_with_their_tables_and_what_was_left_out(
    partners: ServiceApp, known: dict[str, UUID]
) -> None:
    with frozen(MARCH):
        staff = partners.browser("region_staff", "agder")
        page = (await staff.get("/partners/dashboard?region=agder")).text
        earlier = (await staff.get("/partners/dashboard?region=agder&as_of=2026-03-01")).text
    assert "Summen gjelder 2 av 3. 1 har ikke levert." in page
    assert page.count("<svg") > 3
    assert "Slik det stod 1. mars 2026" in earlier
    assert "Summen gjelder" not in earlier
    assert "Andel som har levert for 2025" in page
    assert "Forpliktelsene" in page


@pytest.mark.parametrize("query", ["", "?region=agder&year=2025", "?as_of=2026-03-01"])
async def test_everybody_sees_how_many_delivered_and_no_sum(
    partners: ServiceApp, known: dict[str, UUID], query: str
) -> None:
    with frozen(MARCH):
        page = (await partners.visitor().get(f"/partners/dashboard{query}")).text
    assert "har levert klimaregnskap for 2025" in page
    assert "Summen gjelder" not in page
    assert "Forpliktelsene" not in page


async def test_partners_see_the_sums_of_the_network_where_enough_stand_behind_them(
    partners: ServiceApp, known: dict[str, UUID]
) -> None:
    with frozen(MARCH):
        browser = partners.browser("partner_member", organisation_id=known[EIK])
        page = (await browser.get("/partners/dashboard")).text
        region = (await browser.get("/partners/dashboard?region=agder")).text
    assert "færre enn 5 virksomheter" in page
    assert "800" not in page
    assert "Hva som er med" not in region


async def test_a_region_or_a_day_that_cannot_be_is_refused(partners: ServiceApp) -> None:
    staff = partners.browser("national")
    assert (await staff.get("/partners/dashboard?region=viken")).status_code == 404
    for day in ("2100-01-01", "i går", "0001-01-01"):
        assert (await staff.get(f"/partners/dashboard?as_of={day}")).status_code == 422
    assert (await staff.get("/partners/dashboard?as_of=&year=2024&region=")).status_code == 200
