"""On a real NATS: what events hears it keeps, what it says arrives."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import nats
import pytest
import sqlalchemy as sa
from nats.js import JetStreamContext
from sqlmodel.ext.asyncio.session import AsyncSession

from services.events import queries
from services.events.app import create_app
from services.events.settings import EventsSettings
from services.events.usecases import audiences, registrations
from shared.bus import streams
from shared.clock import now
from shared.contracts.catalogue import heard_by
from shared.contracts.events import Audience, RegistrationRecorded, WebinarPublished
from shared.contracts.message import Fact
from shared.contracts.notifier import AudienceFrozen, SendCompleted
from shared.contracts.partners import SessionEnded
from shared.db.migrate import upgrade
from shared.db.session import Database, tables_of
from shared.ids import new_id
from tests.events.support import announced, given, person, region
from tests.support.servers import Nats, nats_server
from tests.support.wait import until

ROOM = 16 * 1024**3


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nats]:
    with nats_server(tmp_path_factory.mktemp("events-nats"), ROOM) as server:
        yield server


@pytest.fixture(scope="module")
def settings(broker: Nats, tmp_path_factory: pytest.TempPathFactory) -> EventsSettings:
    made = EventsSettings(data=tmp_path_factory.mktemp("events-data"), nats_url=broker.url, watchdog=False)
    upgrade("events", made.database())
    return made


@pytest.fixture
async def jetstream(broker: Nats) -> AsyncIterator[JetStreamContext]:
    connection = await nats.connect(broker.url)
    made = connection.jetstream()
    await streams.establish(made)
    yield made
    await connection.close()


@pytest.fixture
async def running(settings: EventsSettings, jetstream: JetStreamContext) -> AsyncIterator[Any]:
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        await until(app.state.resources.bus.alive, what="the bus to be joined")
        yield app.state.resources


async def say(jetstream: JetStreamContext, *facts: Fact) -> None:
    for fact in facts:
        await jetstream.publish(fact.address(), fact.encoded(), headers={"Nats-Msg-Id": str(fact.id)})


def test_events_hears_just_what_the_catalogue_says(tmp_path: Path) -> None:
    app = create_app(EventsSettings(data=tmp_path))
    assert app.state.resources.bus.ear.facts == heard_by("events")


async def test_what_the_others_say_is_kept(running: Any, jetstream: JetStreamContext) -> None:
    database: Database = running.database
    async with database.writing() as session:
        made = await announced(session)
    gone = SessionEnded(version=1, session_id=new_id(), expires_at=now().replace(year=2090))
    send = {"about": made.id, "send_id": new_id(), "audience": 3}
    stated = [person(regions=["agder"]) for _ in range(3)]
    older = stated[0].model_copy(update={"id": new_id(), "version": 0, "active": False})
    await say(
        jetstream,
        region("agder"),
        *stated,
        older,
        gone,
        AudienceFrozen(**send, version=1),
        SendCompleted(**send, version=2, sent=3, failed=0, suppressed=0, unknown=0),
    )

    async def all_kept() -> bool:
        async with database.reading() as session:
            count = await queries.audience_count(session, Audience(scope="regions", regions=["agder"]))
            sent = (await queries.invitations(session, [made.id])).get(made.id)
            known = await queries.all_regions(session)
            return (
                count == 3
                and bool(known)
                and await has_ended(session, gone.session_id)
                and bool(sent and sent.completed)
            )

    await until(all_kept, what="the facts to be kept")


async def has_ended(session: AsyncSession, session_id: UUID) -> bool:
    ended = tables_of(session).ended_sessions
    query = sa.select(ended.c.session_id).where(ended.c.session_id == session_id)
    return (await (await session.connection()).execute(query)).first() is not None


async def test_what_events_says_arrives_once_and_in_order(running: Any, jetstream: JetStreamContext) -> None:
    database: Database = running.database
    heard = await jetstream.pull_subscribe("events.>", stream="EVENTS")
    who = new_id()
    async with database.writing() as session:
        await audiences.note_person(session, person(person_id=who))
        made = await announced(session, **given().model_dump(include={"title"}))
        await registrations.register(session, made.id, who)
    found: list[Fact] = []
    while len(found) < 2:
        for message in await heard.fetch(10, timeout=10):
            kind = WebinarPublished if message.subject == WebinarPublished.subject else RegistrationRecorded
            fact = kind.decoded(message.data)
            found += [fact] if getattr(fact, "webinar_id", None) == made.id else []
    assert [type(fact) for fact in found] == [WebinarPublished, RegistrationRecorded]
