"""The annual round: planned and changed by the national office, excepted from by regions, and what it leaves to do."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from sqlmodel import select

from services.partners import schedule
from services.partners.models import Letter, Person, PersonGrant
from services.partners.models.accounts import account_subject
from services.partners.queries.contacts import contacts_of
from services.partners.queries.overdue import lapsing_certificates, missing_accounts
from services.partners.queries.regions import memberships as memberships_of
from services.partners.queries.round_parts import parts_of
from services.partners.queries.rounds import letters_due, missing, progress, round_of
from services.partners.queries.work import waiting
from services.partners.schemas.regions import MembershipIn
from services.partners.usecases import letters, memberships
from shared.clock import frozen
from shared.contracts.partners import LetterWithdrawn
from tests.partners.obligation_support import MARCH
from tests.partners.rearranging import COUNTIES, SHARES, Viken, carried_out, drafted, enter_viken
from tests.partners.support import API, HTML, NATIONAL, organisation, person, stored
from tests.support.apps import ServiceApp

ROUND = {
    "year": "2025",
    "opens_on": "2026-01-02",
    "deadline": "2026-03-31",
    "nudge_days": "-30, -7 −1, +7",
    "region_after": "14",
    "national_after": "45",
}


async def planned(partners: ServiceApp) -> str:
    """Plan the round for 2025 and open it; returns its id."""
    given = {**ROUND, "nudges": [-30, -7, -1, 7]}
    async with partners.client("national") as national:
        made = (await national.post(f"{API}/rounds", json=given)).json()
        assert (await national.post(f"{API}/rounds/{made['id']}/open")).status_code == 200
    return str(made["id"])


@pytest.mark.parametrize(
    ("deadline", "offsets", "today", "expected"),
    [
        (date(2026, 3, 31), [-7], date(2026, 3, 24), "2026-03-24"),
        (date(2026, 3, 31), [-7], date(2026, 3, 23), None),
        (date(2026, 3, 31), [-7], date(2026, 3, 26), "2026-03-24"),
        (date(2026, 3, 31), [-7], date(2026, 3, 27), None),
        (date(2026, 3, 31), [-3], date(2026, 3, 28), None),
        (date(2026, 3, 31), [-3], date(2026, 3, 30), "2026-03-28"),
        (date(2026, 3, 31), [-3, -1], date(2026, 3, 30), "2026-03-30"),
        (date(2026, 3, 31), [], date(2026, 3, 30), None),
    ],
)
def test_a_nudge_is_due_on_its_working_day_and_shortly_after(
    deadline: date, offsets: list[int], today: date, expected: str | None
) -> None:
    nudge = schedule.nudge_due(deadline, offsets, today)
    assert (nudge.occasion if nudge else None) == expected


@pytest.mark.parametrize(
    ("moment", "asks"),
    [
        (datetime(2026, 3, 27, 6, 59, tzinfo=UTC), False),
        (datetime(2026, 3, 27, 7, 0, tzinfo=UTC), True),
        (datetime(2026, 3, 30, 6, 0, tzinfo=UTC), True),
        (datetime(2026, 3, 30, 14, 59, tzinfo=UTC), True),
        (datetime(2026, 3, 30, 15, 0, tzinfo=UTC), False),
        (datetime(2026, 10, 26, 6, 30, tzinfo=UTC), False),
        (datetime(2026, 10, 26, 7, 0, tzinfo=UTC), True),
        (datetime(2026, 3, 28, 10, tzinfo=UTC), False),
    ],
)
def test_letters_are_asked_for_in_norways_working_hours(moment: datetime, asks: bool) -> None:
    assert schedule.asks_now(moment) == asks


async def test_the_national_office_plans_a_round_from_what_is_proposed(partners: ServiceApp) -> None:
    browser = partners.browser("national")
    with frozen(MARCH):
        form = (await browser.get("/partners/rounds/new")).text
        assert 'value="2026-03-31"' in form
        assert 'value="-30, -7, -1, +7, +21"' in form
        sent = await browser.submit("/partners/rounds/new", **ROUND)
        assert sent.status_code == 303
        page = (await browser.get(sent.headers["location"])).text
        again = await browser.submit("/partners/rounds/new", **ROUND)
        listed = (await browser.get("/partners/rounds")).text
    assert "Fristen er 31. mars 2026." in page
    assert (again.status_code, "Det finnes allerede en runde for 2025." in again.text) == (422, True)
    assert "Planlegg runden for 2026" in listed


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("opens_on", "2025-12-31"),
        ("deadline", "2026-01-02"),
        ("nudge_days", "-200"),
        ("nudge_days", "snart"),
        ("region_after", "-1"),
        ("national_after", "13"),
        ("year", ""),
    ],
)
async def test_a_round_that_cannot_be_is_refused_at_its_field(partners: ServiceApp, field: str, value: str) -> None:
    answer = await partners.browser("national").submit("/partners/rounds/new", **{**ROUND, field: value})
    assert (answer.status_code, f'id="felt-{field}-feil"' in answer.text) == (422, True)


async def test_a_round_is_changed_opened_and_closed_once(partners: ServiceApp) -> None:
    browser = partners.browser("national")
    with frozen(MARCH):
        path = (await browser.submit("/partners/rounds/new", **ROUND)).headers["location"]
        assert (
            await browser.submit(f"{path}/edit", **{**ROUND, "deadline": "2026-04-10", "version": "1"})
        ).status_code == 303
        stale = await browser.submit(f"{path}/edit", **ROUND, version="1")
        assert (stale.status_code, 'name="version" value="2"' in stale.text) == (422, True)
        assert (await browser.submit(f"{path}/open")).status_code == 303
        assert (await browser.submit(f"{path}/open")).status_code == 409
        moved = await browser.submit(f"{path}/edit", **{**ROUND, "opens_on": "2026-01-20"})
        assert (moved.status_code, 'id="felt-opens_on-feil"' in moved.text) == (422, True)
        assert (await browser.submit(f"{path}/close")).status_code == 303
        assert (await browser.submit(f"{path}/close")).status_code == 409
        page = (await browser.get(path)).text
    assert "Avsluttet" in page
    staff = partners.browser("region_lead", "agder")
    assert [(await staff.get(path)).status_code, (await staff.submit(f"{path}/close")).status_code] == [200, 403]
    async with partners.visitor() as visitor:
        assert (await visitor.get(path, headers=HTML)).status_code == 303


async def test_progress_is_told_for_all_and_for_each_region(partners: ServiceApp) -> None:
    with frozen(MARCH):
        both = await organisation(partners, "Eik AS", "agder", "vestland")
        ask, alm, gran = [await organisation(partners, name) for name in ("Ask AS", "Alm AS", "Gran AS")]
        round_id = await planned(partners)
        async with partners.client("national") as national:
            await national.post(f"{API}/organisations/{both}/accounts", json={"year": 2025, "scope1": 1})
            url = f"{API}/rounds/{round_id}"
            await national.put(f"{url}/exceptions/{ask}", json={"kind": "exempted", "reason": "Ny"})
            given = {"kind": "postponed", "until": "2026-05-01", "reason": "Sykdom"}
            await national.put(f"{url}/exceptions/{alm}", json=given)
            told = (await national.get(url)).json()["progress"]
            page = (await partners.browser("region_staff", "agder").get(f"/partners/rounds/{round_id}")).text
            far = (await partners.browser("region_staff", "vestland").get(f"/partners/rounds/{round_id}")).text
    assert told == [
        {"region": None, "delivered": 1, "missing": 1, "postponed": 1, "exempted": 1},
        {"region": "agder", "delivered": 1, "missing": 1, "postponed": 1, "exempted": 1},
        {"region": "vestland", "delivered": 1, "missing": 0, "postponed": 0, "exempted": 0},
    ]
    assert ("Gran AS" in page, "Gran AS" in far, "<svg" in page) == (True, False, True)
    assert f"/partners/{gran}/obligations?year=2025" in page


MAY = datetime(2026, 5, 20, 10, tzinfo=UTC)
AUTUMN = datetime(2026, 10, 26, 8, tzinfo=UTC)


async def vikens_round(partners: ServiceApp) -> tuple[Viken, UUID]:
    """A region of 55 takes part: one has delivered, one is exempted, and one has until October."""
    with frozen(MARCH):
        viken = await enter_viken(partners.database)
        round_id = await planned(partners)
        done, let_off, later = viken.organisations[:3]
        async with partners.client("national") as national:
            await national.post(f"{API}/organisations/{done}/accounts", json={"year": 2025, "scope1": 1})
            url = f"{API}/rounds/{round_id}/exceptions"
            await national.put(f"{url}/{let_off}", json={"kind": "exempted", "reason": "Ny"})
            given = {"kind": "postponed", "until": "2026-10-31", "reason": "Sykdom"}
            await national.put(f"{url}/{later}", json=given)
    return viken, UUID(round_id)


async def split_viken(partners: ServiceApp, viken: Viken) -> None:
    assert await carried_out(partners.database, await drafted(partners.database, viken))


async def told_of(partners: ServiceApp, round_id: UUID) -> dict[str, object]:
    """Return all that a round asks for and tells in May, and whom it reminds in October."""
    async with partners.database.reading() as session:
        found, day = await round_of(session, round_id), MAY.date()
        with frozen(MAY):
            told: dict[str, object] = {
                "missing": {(one.organisation.id, one.due) for one in await missing(session, found, day)},
                "progress": (await progress(session, found, day))[0],
                "parts": [(one.organisation.id, one.state) for one in await parts_of(session, found, day)],
                "national": sorted(item.href for item in await missing_accounts(session, None)),
            }
        with frozen(AUTUMN):
            due = await letters_due(session, found, AUTUMN)
        return {**told, "reminded": {(one.organisation.id, one.person.id, one.occasion) for one in due}}


async def test_a_split_after_the_deadline_changes_nobodys_part(partners: ServiceApp) -> None:
    viken, round_id = await vikens_round(partners)
    before = await told_of(partners, round_id)
    with frozen(MAY):
        await split_viken(partners, viken)
        async with partners.client("national") as national:
            by_region = (await national.get(f"{API}/rounds/{round_id}")).json()["progress"]
        async with partners.database.reading() as session:
            near = await missing_accounts(session, frozenset({"buskvik"}))
    assert await told_of(partners, round_id) == before
    assert len(before["national"]) == 52  # type: ignore[arg-type]
    assert [one for one, _, _ in before["reminded"]] == [viken.organisations[2]]  # type: ignore[attr-defined]
    states = ("delivered", "missing", "postponed", "exempted")
    sums: dict[str | None, int] = {one["region"]: sum(one[state] for state in states) for one in by_region}
    assert sums == {None: 55, **SHARES}
    assert len(near) == SHARES["buskvik"], "the region that took over steps in"


async def test_a_round_that_closed_is_told_of_by_the_regions_of_its_time(partners: ServiceApp) -> None:
    viken, round_id = await vikens_round(partners)
    with frozen(MAY):
        async with partners.client("national") as national:
            assert (await national.post(f"{API}/rounds/{round_id}/close")).status_code == 200
            before = (await national.get(f"{API}/rounds/{round_id}")).json()["progress"]
    with frozen(AUTUMN):
        await split_viken(partners, viken)
        async with partners.client("national") as national:
            after = (await national.get(f"{API}/rounds/{round_id}")).json()["progress"]
        page = (await partners.browser("national").get(f"/partners/rounds/{round_id}")).text
    assert after == before
    assert [(one["region"], one["missing"]) for one in after] == [(None, 52), ("viken", 52)]
    picture = page[: page.index("Mangler klimaregnskap")]
    assert "Viken" in picture
    assert not [slug for slug in COUNTIES if slug.capitalize() in picture]


async def test_who_left_before_the_deadline_and_came_back_after_it_takes_no_part(partners: ServiceApp) -> None:
    with frozen(MARCH):
        eik = await organisation(partners)
        round_id = UUID(await planned(partners))
    with frozen(datetime(2026, 3, 20, tzinfo=UTC)):
        async with partners.database.writing() as session:
            [held] = await memberships_of(session, eik)
            await memberships.end(session, NATIONAL, eik, held.id, date(2026, 3, 20))
    with frozen(MAY):
        async with partners.database.writing() as session:
            again = MembershipIn(region="agder", since=date(2026, 4, 2))
            await memberships.begin(session, NATIONAL, eik, again)
    async with partners.database.reading() as session:
        assert await missing(session, await round_of(session, round_id), MAY.date()) == []


async def test_an_exception_calls_letters_back_and_may_be_lifted(partners: ServiceApp) -> None:
    with frozen(MARCH):
        eik = await organisation(partners)
        ask = await person(partners, organisation_id=eik)
        round_id = await planned(partners)
        async with partners.database.writing() as session:
            asked = await letters.ask(
                session, await stored(partners, ask), "account_opened", account_subject(eik, 2025)
            )
        staff = partners.browser("region_staff", "agder")
        path = f"/partners/{eik}/obligations"
        form = (await staff.get(f"{path}/exception?year=2025")).text
        assert "klimaregnskapet for 2025" in form
        wrong = await staff.submit(f"{path}/exception?year=2025", kind="postponed", reason="Sykdom")
        assert (wrong.status_code, 'id="felt-until-feil"' in wrong.text) == (422, True)
        sent = await staff.submit(f"{path}/exception?year=2025", kind="postponed", until="2026-05-01", reason="Sykdom")
        assert sent.headers["location"] == f"{path}?year=2025"
        assert "Utsatt til 1. mai 2026." in (await staff.get(sent.headers["location"])).text
        await staff.submit(f"{path}/exception?year=2025", kind="exempted", reason="Ny i nettverket")
        assert "Unntatt: Ny i nettverket" in (await staff.get(sent.headers["location"])).text
        await staff.submit(f"{path}/exception/lift?year=2025")
        assert "Fristen er 31. mars 2026." in (await staff.get(sent.headers["location"])).text
        assert [fact.letter_id for fact in await partners.facts(LetterWithdrawn)] == [asked]
        none = await staff.submit(f"{path}/exception?year=2020", kind="exempted", reason="Ny")
        assert none.status_code == 422
        async with partners.client("partner_admin", organisation_id=eik) as admin:
            own = await admin.put(
                f"{API}/rounds/{round_id}/exceptions/{eik}", json={"kind": "exempted", "reason": "Nei"}
            )
    assert own.status_code == 403


@pytest.mark.parametrize(("day", "region", "national"), [(13, 0, 0), (14, 1, 0), (44, 1, 0), (45, 1, 1)])
async def test_the_region_and_then_the_national_office_are_asked_to_step_in(
    partners: ServiceApp, day: int, region: int, national: int
) -> None:
    with frozen(MARCH):
        eik, ask = await organisation(partners), await organisation(partners, "Ask AS")
        await planned(partners)
        async with partners.client("national") as client:
            await client.post(f"{API}/organisations/{ask}/accounts", json={"year": 2025, "scope1": 1})
    moment = datetime.fromordinal(date(2026, 3, 31).toordinal() + day).replace(hour=10, tzinfo=UTC)
    with frozen(moment):
        async with partners.database.reading() as session:
            near = await missing_accounts(session, frozenset({"agder"}))
            far = await missing_accounts(session, frozenset({"vestland"}))
            whole = await missing_accounts(session, None)
            assert [item for item in await waiting(session, frozenset({"agder"})) if item.kind == "account"] == near
    assert (len(near), len(far), len(whole)) == (region, 0, national)
    if near:
        said = near[0].text % near[0].values
        assert (said, near[0].urgent) == ("Eik AS mangler klimaregnskap for 2025.", day >= 45)
        assert near[0].href == f"/partners/{eik}/obligations?year=2025"


async def test_a_certificate_that_lapses_is_a_task_until_a_longer_one_is_there(partners: ServiceApp) -> None:
    with frozen(MARCH):
        eik, ask = await organisation(partners), await organisation(partners, "Ask AS")
        async with partners.client("national") as national:
            for one, last in ((eik, "2026-03-20"), (ask, "2026-03-20"), (ask, "2029-01-01")):
                await national.post(
                    f"{API}/organisations/{one}/certifications", json={"kind": "emas", "valid_to": last}
                )
        async with partners.database.reading() as session:
            [item] = await lapsing_certificates(session, frozenset({"agder"}))
            assert await lapsing_certificates(session, None) == []
    assert item.text % item.values == "Eik AS: EMAS går ut 20.03.2026."
    with frozen(datetime(2026, 6, 1, tzinfo=UTC)):
        async with partners.database.reading() as session:
            [late] = await lapsing_certificates(session, None)
    assert (late.urgent, late.values["organisation"]) == (True, "Eik AS")


async def functions(partners: ServiceApp, person_id: UUID, *given: str) -> None:
    async with partners.database.writing() as session:
        grant = (await session.exec(select(PersonGrant).where(PersonGrant.person_id == person_id))).one()
        grant.functions = list(given)  # type: ignore[arg-type]


async def test_those_who_answer_for_climate_are_written_to_else_the_admins_else_anybody(partners: ServiceApp) -> None:
    with frozen(MARCH):
        eik = await organisation(partners)
        lead = await person(partners, "lead@example.org", role="region_lead", region="agder")
        assert await chosen(partners, eik) == {lead}
        member = await person(partners, "m@example.org", organisation_id=eik)
        assert await chosen(partners, eik) == {member}
        admin = await person(partners, "a@example.org", organisation_id=eik, role="partner_admin")
        assert await chosen(partners, eik) == {admin}
        await functions(partners, member, "climate_lead")
        assert await chosen(partners, eik) == {member}
        async with partners.database.writing() as session:
            (await session.get_one(Person, member)).email_refused_at = MARCH
        assert await chosen(partners, eik) == {admin}, "a letter that cannot arrive reminds nobody"


async def chosen(partners: ServiceApp, eik: UUID) -> set[UUID]:
    async with partners.database.reading() as session:
        return {one.id for one in (await contacts_of(session, [eik]))[eik]}


async def test_letters_of_another_year_go_on_when_one_account_arrives(partners: ServiceApp) -> None:
    with frozen(MARCH):
        eik = await organisation(partners)
        ask = await person(partners, organisation_id=eik)
        async with partners.database.writing() as session:
            for year in (2024, 2025):
                await letters.ask(session, await stored(partners, ask), "account_opened", account_subject(eik, year))
        async with partners.client("national") as national:
            await national.post(f"{API}/organisations/{eik}/accounts", json={"year": 2024, "scope1": 1})
        async with partners.database.reading() as session:
            running = (await session.exec(select(Letter).where(Letter.withdrawn_at == None))).all()  # noqa: E711
    assert [letter.subject_id for letter in running] == [account_subject(eik, 2025)]
