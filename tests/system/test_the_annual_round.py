"""A year of the annual round, with both changes of the clock and two processes that tick: each nudge once, and none after the account."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from sqlmodel import select

from services.partners import annual_round
from services.partners.models import Letter, Membership, Organisation, PersonGrant, Round
from services.partners.models.accounts import account_subject
from services.partners.schemas.obligations import AccountIn
from services.partners.schemas.rounds import ExceptionIn
from services.partners.usecases import accounts, rounds
from shared.clock import OSLO, frozen, now
from shared.contracts.partners import LetterAsked, LetterWithdrawn
from tests.partners.support import NATIONAL, organisation, person
from tests.support.apps import Databases, ServiceApp, service_app
from tests.support.servers import Postgres

YEAR = 2025
HOURS = (5, 6, 7, 12)
"""UTC; eight in the morning is six of them in summer and seven in winter."""
WHOLE = ["opened 2026-01-02", "reminder 2026-03-02", "reminder 2026-03-24", "reminder 2026-03-30"]
AFTER = ["overdue 2026-04-07", "overdue 2026-04-21"]


@pytest.fixture(scope="module")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Databases:
    return Databases("partners", tmp_path_factory.mktemp("partners"))


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path, databases: Databases) -> Iterator[str]:
    if request.param == "sqlite":
        yield databases.sqlite(tmp_path)
        return
    server: Postgres = request.getfixturevalue("postgres")
    with databases.postgres(server) as url:
        yield url


@pytest.fixture
async def replicas(database_url: str, tmp_path: Path) -> AsyncIterator[list[ServiceApp]]:
    """The registry twice, on one database."""
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(service_app("partners", database_url, tmp_path)) for _ in range(2)]


@dataclass
class Network:
    """Who takes part: each organisation with one who answers for climate there, or where there is nobody, the region's leader."""

    replicas: list[ServiceApp]
    ids: dict[str, UUID]

    @property
    def registry(self) -> ServiceApp:
        return self.replicas[0]

    async def join(self, name: str, region: str = "agder", contact: bool = True) -> None:
        self.ids[name] = await organisation(self.registry, f"{name} AS", region)
        if contact:
            person_id = await person(self.registry, f"{name.lower()}@example.org", organisation_id=self.ids[name])
            async with self.registry.database.writing() as session:
                query = select(PersonGrant).where(PersonGrant.person_id == person_id)
                grant = (await session.exec(query)).one()
                grant.functions = ["climate_lead"]

    async def plan(self) -> UUID:
        async with self.registry.database.writing() as session:
            return (await rounds.plan(session, NATIONAL, rounds.proposed(YEAR))).id

    async def deliver(self, name: str) -> None:
        async with self.registry.database.writing() as session:
            await accounts.record(session, NATIONAL, self.ids[name], AccountIn(year=YEAR, scope1=Decimal(1)))

    async def decide(self, round_id: UUID, name: str, **given: object) -> None:
        async with self.registry.database.writing() as session:
            decision = ExceptionIn.model_validate({"reason": "Avtalt", **given})
            await rounds.make_exception(session, NATIONAL, round_id, self.ids[name], decision)

    async def tick(self) -> None:
        """Both processes look at the clock at once."""
        await asyncio.gather(*(annual_round.ask(one.app.state.resources) for one in self.replicas))

    async def letters(self, name: str) -> list[Letter]:
        async with self.registry.database.reading() as session:
            subject = account_subject(self.ids[name], YEAR)
            query = select(Letter).where(Letter.subject_id == subject).order_by(Letter.asked_at)  # type: ignore[arg-type]
            return list((await session.exec(query)).all())

    async def asked(self, name: str) -> list[str]:
        """Return what was asked for about an organisation, with the day in Norway; each was at eight o'clock."""
        return [f"{one.kind.removeprefix('account_')} {at_eight(one)}" for one in await self.letters(name)]


def at_eight(letter: Letter) -> date:
    local = letter.asked_at.astimezone(OSLO)
    assert (local.hour, local.minute) == (8, 0)
    return local.date()


@pytest.fixture
async def network(replicas: list[ServiceApp]) -> Network:
    made = Network(replicas, {})
    with frozen(datetime(2025, 11, 3, 12, tzinfo=UTC)):
        for name in ("Eik", "Ask", "Alm", "Gran", "Or"):
            await made.join(name)
        await made.join("Furu", contact=False)
        await person(made.registry, "leder@example.org", role="region_lead", region="agder")
    return made


async def days(network: Network, first: date, last: date) -> AsyncIterator[date]:
    """Let the hours of each day pass, with both processes ticking; yields before each day begins."""
    day = first
    while day <= last:
        with frozen(datetime(day.year, day.month, day.day, 1, tzinfo=UTC)):
            yield day
        for hour in HOURS:
            with frozen(datetime(day.year, day.month, day.day, hour, tzinfo=UTC)):
                await network.tick()
        day += timedelta(days=1)


async def test_a_year_of_the_round(network: Network) -> None:
    with frozen(datetime(2025, 12, 1, tzinfo=UTC)):
        round_id = await network.plan()
    async for day in days(network, date(2025, 12, 28), date(2026, 12, 31)):
        match (day.month, day.day):
            case (2, 2):
                await network.decide(round_id, "Alm", kind="exempted")
            case (3, 10):
                await network.deliver("Eik")
            case (3, 20):
                await network.decide(round_id, "Gran", kind="postponed", until="2026-10-31")
            case (3, 26):
                await network.join("Bjørk")
            case (4, 1):
                await network.join("Hegg")
            case (4, 21):
                await network.deliver("Or")
    assert await network.asked("Ask") == WHOLE + AFTER
    assert await network.asked("Eik") == WHOLE[:2], "none after the account arrived"
    assert await network.asked("Or") == WHOLE + AFTER[:1], "none on the very day it arrived"
    assert await network.asked("Alm") == WHOLE[:1], "none to those who are let off"
    later = ["reminder 2026-10-01", "reminder 2026-10-26", "reminder 2026-10-30"]
    assert await network.asked("Gran") == [*WHOLE[:2], *later, "overdue 2026-11-09", "overdue 2026-11-23"]
    assert await network.asked("Bjørk") == ["opened 2026-03-26", WHOLE[-1], *AFTER], "who joins late gets what is left"
    assert await network.asked("Hegg") == [], "who joins after the deadline is asked the year after"
    assert await network.asked("Furu") == WHOLE + AFTER, "the region's leader, where there is nobody"
    await each_was_said_once(network)


async def each_was_said_once(network: Network) -> None:
    kept = [letter for name in network.ids for letter in await network.letters(name)]
    said = Counter(fact.letter_id for fact in await network.registry.facts(LetterAsked))
    assert said == Counter(letter.id for letter in kept)
    assert set(said.values()) == {1}


async def test_an_account_that_arrives_as_the_clock_strikes_stops_or_calls_back_every_letter(network: Network) -> None:
    with frozen(datetime(2025, 12, 1, tzinfo=UTC)):
        await network.plan()
    with frozen(datetime(2026, 3, 24, 7, tzinfo=UTC)):
        await network.tick()
        assert await network.asked("Ask") == ["opened 2026-03-24"]
    with frozen(datetime(2026, 3, 30, 6, tzinfo=UTC)):
        await asyncio.gather(network.tick(), network.deliver("Eik"), network.tick(), network.deliver("Ask"))
        for name in ("Eik", "Ask"):
            running = [one for one in await network.letters(name) if one.not_after > now()]
            assert [one.withdrawn_at for one in running] == [now()] * len(running)
        withdrawn = {fact.letter_id for fact in await network.registry.facts(LetterWithdrawn)}
        called_back = [one.id for name in ("Eik", "Ask") for one in await network.letters(name) if one.withdrawn_at]
        assert withdrawn == set(called_back)
        assert await network.asked("Alm") == ["opened 2026-03-24", "reminder 2026-03-30"]


async def test_a_night_without_the_registry_loses_no_nudge_and_wakes_nobody(network: Network) -> None:
    with frozen(datetime(2025, 12, 1, tzinfo=UTC)):
        await network.plan()
    with frozen(datetime(2026, 1, 2, 7, tzinfo=UTC)):
        await network.tick()
    for hour in (3, 20):
        with frozen(datetime(2026, 3, 3, hour, tzinfo=UTC)):
            await network.tick()
    assert await network.asked("Ask") == WHOLE[:1]
    with frozen(datetime(2026, 3, 4, 7, tzinfo=UTC)):
        await network.tick()
    assert await network.asked("Ask") == [WHOLE[0], "reminder 2026-03-04"]
    with frozen(datetime(2026, 3, 27, 7, tzinfo=UTC)):
        await network.tick()
    assert len(await network.letters("Ask")) == 2, "a nudge of the 24th is not sent on the 27th"


async def test_a_closed_round_asks_nobody(network: Network) -> None:
    with frozen(datetime(2026, 1, 2, 7, tzinfo=UTC)):
        round_id = await network.plan()
        await network.tick()
        async with network.registry.database.writing() as session:
            await rounds.close(session, NATIONAL, round_id)
    with frozen(datetime(2026, 3, 24, 7, tzinfo=UTC)):
        await network.tick()
    assert await network.asked("Ask") == WHOLE[:1]


async def test_who_is_paused_or_has_left_is_not_asked(network: Network) -> None:
    with frozen(datetime(2026, 1, 2, 7, tzinfo=UTC)):
        await network.plan()
        await change(network, "Eik", status="paused")
        await change(network, "Alm", status="left")
        async with network.registry.database.writing() as session:
            query = select(Membership).where(Membership.organisation_id == network.ids["Gran"])
            (await session.exec(query)).one().until = date(2025, 12, 31)
        await network.tick()
    asked = {name: await network.asked(name) for name in ("Eik", "Alm", "Gran", "Ask")}
    assert asked == {"Eik": [], "Alm": [], "Gran": [], "Ask": WHOLE[:1]}


async def change(network: Network, name: str, **values: object) -> None:
    async with network.registry.database.writing() as session:
        found = await session.get(Organisation, network.ids[name])
        assert found is not None
        found.become(values)


async def rounds_of(network: Network) -> Sequence[Round]:
    async with network.registry.database.reading() as session:
        return (await session.exec(select(Round))).all()


async def test_two_processes_open_a_round_once(network: Network) -> None:
    with frozen(datetime(2025, 12, 1, tzinfo=UTC)):
        await network.plan()
    with frozen(datetime(2026, 1, 1, 22, 59, tzinfo=UTC)):
        await network.tick()
        assert [(one.status, one.version) for one in await rounds_of(network)] == [("planned", 1)]
    with frozen(datetime(2026, 1, 1, 23, 0, tzinfo=UTC)):
        await network.tick()
        assert [(one.status, one.version) for one in await rounds_of(network)] == [("open", 2)]
