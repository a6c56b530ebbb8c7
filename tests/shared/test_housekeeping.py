"""What is past its time goes; what may still be needed stays."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from shared.clock import frozen, now
from shared.contracts.message import Fact
from shared.contracts.partners import PersonStated
from shared.db.session import Database
from shared.ids import new_id
from shared.outbox import first_time, record
from shared.outbox.housekeeping import ANSWERED_DAYS, HEARD_DAYS, PARKED_DAYS, SAID_DAYS, Housekeeping
from tests.shared import tiny


async def said(database: Database, fact: Fact, *, published_days_ago: int | None) -> None:
    async with database.writing() as session:
        await record(session, fact)
        if published_days_ago is not None:
            outbox = database.tables.outbox
            moment = now() - timedelta(days=published_days_ago)
            published = sa.update(outbox).where(outbox.c.message_id == fact.id).values(published_at=moment)
            await (await session.connection()).execute(published)


async def kept(database: Database) -> set[object]:
    async with database.reading() as session:
        return set(
            (await (await session.connection()).execute(sa.select(database.tables.outbox.c.message_id))).scalars()
        )


async def test_what_was_said_long_ago_goes_and_what_was_not_said_yet_stays(database: Database) -> None:
    old, fresh, waiting = tiny.organisation(1), tiny.organisation(2), tiny.organisation(3)
    await said(database, old, published_days_ago=SAID_DAYS + 1)
    await said(database, fresh, published_days_ago=SAID_DAYS - 1)
    await said(database, waiting, published_days_ago=None)
    assert (await Housekeeping(database).tidy())["outbox"] == 1
    assert await kept(database) == {fresh.id, waiting.id}


async def test_personal_data_leaves_the_outbox_as_soon_as_it_is_said(database: Database) -> None:
    stated = PersonStated(person_id=new_id(), version=1, name="Åse Prøve", email="ase@example.org")
    waiting = PersonStated(person_id=new_id(), version=1, name="Ola Prøve", email="ola@example.org")
    await said(database, stated, published_days_ago=0)
    await said(database, waiting, published_days_ago=None)
    await Housekeeping(database).tidy()
    assert await kept(database) == {waiting.id}


async def test_a_message_is_remembered_longer_than_any_stream_keeps_it(database: Database) -> None:
    message = new_id()
    with frozen(now() - timedelta(days=HEARD_DAYS - 1)):
        async with database.writing() as session:
            assert await first_time(session, "hearer", message)
    await Housekeeping(database).tidy()
    async with database.writing() as session:
        assert not await first_time(session, "hearer", message)
    with frozen(now() + timedelta(days=2)):
        assert (await Housekeeping(database).tidy())["inbox"] == 1


async def test_kept_answers_go_after_a_week(database: Database) -> None:
    replies = database.tables.replies
    row = {"actor": "a", "fingerprint": "f", "status": 201, "body": {}}
    async with database.writing() as session:
        rows = [
            {**row, "key": str(days), "created_at": now() - timedelta(days=days)} for days in (1, ANSWERED_DAYS + 1)
        ]
        await (await session.connection()).execute(sa.insert(replies), rows)
    assert (await Housekeeping(database).tidy())["replies"] == 1


async def test_parked_messages_nobody_replays_go_in_the_end_and_the_log_tells_of_the_loss(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    parked, same = database.tables.parked, {"consumer": "c", "stream": "PEOPLE", "subject": "s", "headers": {}}
    ages = (PARKED_DAYS - 1, PARKED_DAYS + 1)
    rows = [
        {**same, "id": new_id(), "stream_seq": days, "payload": b"{}", "reason": "r", "deliveries": 7}
        | {"parked_at": now() - timedelta(days=days)}
        for days in ages
    ]
    async with database.writing() as session:
        await (await session.connection()).execute(sa.insert(parked), rows)
    assert (await Housekeeping(database).tidy())["never replayed"] == 1
    assert [row.stream_seq for row in await tiny.rows(database, parked)] == [PARKED_DAYS - 1]
    assert "1 parked messages were never replayed" in caplog.text


async def test_more_than_one_chunk_is_taken_away(database: Database) -> None:
    async with database.writing() as session:
        rows = [
            {"consumer": "c", "message_id": new_id(), "heard_at": now() - timedelta(days=200)} for _ in range(2_300)
        ]
        await (await session.connection()).execute(sa.insert(database.tables.inbox), rows)
    assert (await Housekeeping(database).tidy())["inbox"] == 2_300
