"""Forgetting a person: nothing is sent, nothing is kept, and the registry is told once the mail store has answered."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from services.notifier.emptying import Emptying
from services.notifier.models import Base
from services.notifier.tables import delivery, recipient
from services.notifier.transport import Route, Server
from services.notifier.usecases import erasing
from shared.contracts.notifier import NotifierErased
from shared.contracts.partners import PersonStated
from shared.db.session import Database
from tests.notifier.support import again, drain, hear, mails, person, published
from tests.notifier.test_letters import asked
from tests.support.smtp_faults import FaultySink


def gone(one: PersonStated) -> PersonStated:
    return again(one, name="", email="", active=False, erased=True)


async def told(database: Database) -> Sequence[NotifierErased]:
    """Return what the outbox says of people forgotten."""
    outbox = database.tables.outbox
    query = sa.select(outbox.c.payload).where(outbox.c.subject == NotifierErased.subject)
    async with database.reading() as session:
        payloads = (await (await session.connection()).execute(query)).scalars()
    return [NotifierErased.decoded(payload) for payload in payloads]


async def everything(database: Database) -> str:
    """Return all that stands in every table but what is said to others."""
    found: list[Any] = []
    async with database.reading() as session:
        connection = await session.connection()
        for table in Base.metadata.sorted_tables:
            if table.name != "outbox":
                found += [tuple(row) for row in (await connection.execute(sa.select(table))).all()]
    return repr(found)


async def test_nothing_in_any_table_tells_of_them_and_the_store_throws_their_mail_away(
    database: Database, sink: FaultySink
) -> None:
    one, other = person(1), person(2)
    await hear(database, one, other, published(), asked(one))
    await drain(database, sink)
    assert len(mails(sink)) == 3
    await hear(database, gone(one))
    assert await told(database) == []
    emptying = Emptying(database, Route(Server.of(f"smtp://127.0.0.1:{sink.port}"), "test"))
    assert await emptying.empty() == 1
    assert [entry.rcpt_tos for entry in sink.mailbox.entries()] == [(other.email,)]
    assert [fact.person_id for fact in await told(database)] == [one.person_id]
    left = await everything(database)
    assert [word for word in (one.name, one.email, str(one.person_id), one.person_id.hex) if word in left] == []
    assert other.email in left


async def test_a_server_that_keeps_no_mail_is_not_asked(database: Database, sink: FaultySink) -> None:
    one = person(1)
    await hear(database, one, gone(one))
    async with database.reading() as session:
        assert len(await erasing.waiting(session)) == 1
    emptying = Emptying(database, Route(Server.of(f"smtp://127.0.0.1:{sink.port}"), "test"))
    await emptying.empty()
    assert len(await told(database)) == 1


async def test_while_the_server_is_away_the_registry_is_not_told(database: Database) -> None:
    one = person(1)
    await hear(database, one, gone(one))
    emptying = Emptying(database, Route(Server.of("smtp://127.0.0.1:1"), "test"))
    assert await emptying.empty() == 0
    assert await told(database) == []


async def test_old_words_heard_again_bring_nobody_back(database: Database, sink: FaultySink) -> None:
    one = person(1)
    await hear(database, one, gone(one), one, again(one, version=99), asked(one), published())
    await drain(database, sink)
    assert mails(sink) == []
    async with database.reading() as session:
        connection = await session.connection()
        assert (await connection.execute(sa.select(recipient))).all() == []
        assert (await connection.execute(sa.select(delivery))).all() == []
