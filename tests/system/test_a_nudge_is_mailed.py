"""A nudge of the annual round from the clock to the mailbox: one mail to whoever answers, and none once the account has arrived."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import select

from deploy.commands.topology import establish
from services.notifier.tables import delivery
from services.partners import annual_round
from services.partners.models import PersonGrant
from services.partners.schedule import SATURDAY
from services.partners.schemas.obligations import AccountIn
from services.partners.schemas.rounds import RoundIn
from services.partners.usecases import accounts, rounds
from shared.clock import OSLO, frozen, now
from tests.partners.support import NATIONAL, organisation, person
from tests.support.apps import Databases, ServiceApp, service_app
from tests.support.letters import Sent, all_sent
from tests.support.servers import Postgres, nats_server
from tests.support.smtp_faults import FaultySink, faulty_smtp
from tests.support.wait import until


def last_working_hour(moment: datetime) -> datetime:
    """Return nine o'clock of the last working day in Norway: letters are asked for then, and have three days to go out."""
    found = datetime.combine(moment.astimezone(OSLO).date(), time(9), OSLO)
    while found > moment or found.weekday() >= SATURDAY:
        found -= timedelta(days=1)
    return found


REMINDED = last_working_hour(now())
OPENED = REMINDED.date() - timedelta(days=40)
YEAR = OPENED.year - 1
LAST_YEAR = datetime(YEAR, 11, 3, 12, tzinfo=UTC)


@dataclass
class Round:
    """The registry twice on one database, the notifier, and a mail server that may misbehave, all on one bus."""

    registry: list[ServiceApp]
    notifier: ServiceApp
    mail: FaultySink

    async def join(self, name: str, language: str) -> UUID:
        """Enter an organisation, a partner since last year, with one who answers for climate there and reads `language`."""
        registry = self.registry[0]
        with frozen(LAST_YEAR):
            made = await organisation(registry, f"{name} AS")
            email = f"{name.lower()}@example.org"
            person_id = await person(registry, email, organisation_id=made, language=language)
            async with registry.database.writing() as session:
                grant = (await session.exec(select(PersonGrant).where(PersonGrant.person_id == person_id))).one()
                grant.functions = ["climate_lead"]
        return made

    async def tick(self) -> None:
        """Both processes look at the clock at once, and again."""
        with frozen(REMINDED):
            for _ in range(2):
                await asyncio.gather(*(annual_round.ask(one.app.state.resources) for one in self.registry))

    async def deliver(self, organisation_id: UUID) -> None:
        """Have the climate account arrive."""
        async with self.registry[0].database.writing() as session:
            await accounts.record(session, NATIONAL, organisation_id, AccountIn(year=YEAR, scope1=Decimal(1)))

    async def states(self) -> dict[str, int]:
        """Return how many letters of the round the notifier has in each state."""
        query = sa.select(delivery.c.state, sa.func.count()).where(delivery.c.kind.like("account_%"))
        async with self.notifier.database.reading() as session:
            rows = (await (await session.connection()).execute(query.group_by(delivery.c.state))).all()
        return {str(state): int(many) for state, many in rows}

    def mails(self) -> list[Sent]:
        """Return what lies in the mailbox."""
        return all_sent(self.mail.mailbox)


@pytest.fixture(scope="module")
def databases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Databases]:
    return {name: Databases(name, tmp_path_factory.mktemp(name)) for name in ("partners", "notifier")}


@pytest.fixture(params=["sqlite", "postgresql"])
def urls(request: pytest.FixtureRequest, tmp_path: Path, databases: dict[str, Databases]) -> Iterator[dict[str, str]]:
    if request.param == "sqlite":
        yield {name: each.sqlite(tmp_path) for name, each in databases.items()}
        return
    server: Postgres = request.getfixturevalue("postgres")
    with databases["partners"].postgres(server) as partners, databases["notifier"].postgres(server) as notifier:
        yield {"partners": partners, "notifier": notifier}


@pytest.fixture
async def round_(urls: dict[str, str], tmp_path: Path) -> AsyncIterator[Round]:
    with nats_server(tmp_path / "nats") as nats:
        await establish(nats.url)
        async with AsyncExitStack() as stack:
            mail = await stack.enter_async_context(faulty_smtp(tmp_path / "mailbox"))
            given: dict[str, Any] = {"nats_url": nats.url}
            smtp = f"smtp://127.0.0.1:{mail.port}"
            notifier = service_app("notifier", urls["notifier"], tmp_path, smtp_url=smtp, **given)
            running = await stack.enter_async_context(notifier)
            replicas = [service_app("partners", urls["partners"], tmp_path, **given) for _ in range(2)]
            registry = [await stack.enter_async_context(one) for one in replicas]
            async with registry[0].database.writing() as session:
                deadline = REMINDED.date() + timedelta(days=30)
                planned = RoundIn(year=YEAR, opens_on=OPENED, deadline=deadline, nudges=[-30])
                await rounds.plan(session, NATIONAL, planned)
            yield Round(registry, running, mail)


async def test_whoever_answers_gets_one_mail_in_their_language(round_: Round) -> None:
    for name, language in (("Eik", "nb"), ("Ask", "nn"), ("Alm", "en")):
        await round_.join(name, language)
    await round_.tick()
    await until(lambda: len(round_.mails()) >= 3, 30, "three mails")
    await round_.tick()
    await until(lambda: _stand(round_, sent=3), 30, "three letters to be sent")
    found = {mail.to: mail for mail in round_.mails()}
    assert len(round_.mails()) == len(found) == 3
    assert "Eik AS" in found["eik@example.org"].part("text/plain")
    for name, language in (("eik", "nb"), ("ask", "nn"), ("alm", "en")):
        assert f'<html lang="{language}"' in found[f"{name}@example.org"].part("text/html")
    assert len({mail.subject for mail in found.values()}) == 3


async def test_a_letter_that_waits_is_called_back_when_the_account_arrives(round_: Round) -> None:
    eik = await round_.join("Eik", "nb")
    round_.mail.behave("MAIL", "451 4.3.0 Try later")
    await round_.tick()
    await until(lambda: round_.mail.seen["MAIL"] > 0, 30, "the mail server to be asked")
    await round_.deliver(eik)
    await until(lambda: _stand(round_, suppressed=1), 30, "the letter to be held back")
    round_.mail.behave_well()
    await round_.join("Ask", "nb")
    await round_.tick()
    await until(lambda: _stand(round_, suppressed=1, sent=1), 30, "mail to go again")
    assert [mail.to for mail in round_.mails()] == ["ask@example.org"]


async def _stand(round_: Round, **states: int) -> bool:
    return await round_.states() == states
