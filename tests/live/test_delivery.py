"""Duplicate, out of order, poison: what a real broker may do to a service, and what becomes of it."""

import asyncio
import logging
import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest
from nats.js import JetStreamContext
from pydantic import ValidationError
from sqlalchemy.exc import OperationalError
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.bus import policy
from shared.contracts.partners import OrganisationRecorded
from shared.db.session import Database
from shared.ids import new_id
from tests.live.tiny_bus import hearing, noted, publish, publish_raw, settled
from tests.shared import tiny
from tests.support.servers import Nats, Postgres
from tests.support.wait import until

POISON = {
    "not JSON": b"{not json",
    "nothing at all": b"",
    "a list": b"[1, 2, 3]",
    "a fact that lacks a field": b'{"version": 1, "name": "x"}',
    "a fact with a field of another type": tiny.organisation().encoded().replace(b'"business"', b"[]"),
    "a fact in Latin-1": tiny.organisation(name="Ærlig på Åsen").model_dump_json().encode("latin-1"),
    "bytes that are no text": b"\xff\xfe\x00\xd8",
    "900 kB of rubbish": b"\xfe\x00\x7b" * 300_000,
}


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Deliveries are repeated after a blink, three times in all."""
    monkeypatch.setattr(policy, "DELAYS", (0.05, 0.05))
    monkeypatch.setattr(policy, "AWAY_SECONDS", 0.1)


@pytest.fixture
def alarms(caplog: pytest.LogCaptureFixture) -> Iterator[list[str]]:
    """The lines that call somebody out of bed."""
    lines: list[str] = []
    handler = logging.Handler(logging.ERROR)
    handler.emit = lambda record: lines.append(record.getMessage())  # type: ignore[method-assign]
    logging.getLogger("shared.bus").addHandler(handler)
    yield lines
    logging.getLogger("shared.bus").removeHandler(handler)


async def parked(database: Database, many: int) -> list[Any]:
    """Wait for so many parked messages."""

    async def found() -> list[Any] | None:
        rows = await tiny.rows(database, tiny.HOUSE.parked)
        return rows if len(rows) >= many else None

    rows = await until(found, what=f"{many} parked messages")
    assert rows is not None
    assert len(rows) == many
    return list(rows)


@pytest.mark.parametrize("named", [True, False], ids=["with Nats-Msg-Id", "without"])
async def test_a_fact_published_ten_times_has_one_effect(
    nats: Nats, jetstream: JetStreamContext, kept: Database, named: bool
) -> None:
    fact = tiny.organisation()
    async with hearing(nats, kept):
        for _ in range(10):
            await publish(jetstream, fact, named=named)
        assert (await noted(kept, fact.organisation_id, 1)).effects == 1
        await settled(jetstream)
    assert (await tiny.notes(kept))[fact.organisation_id].effects == 1
    assert len(await tiny.rows(kept, tiny.HOUSE.inbox)) == 1
    stream = await jetstream.stream_info("PARTNERS")
    assert stream.state.messages == (1 if named else 10)


async def test_versions_in_the_wrong_order_end_in_the_same_state(
    nats: Nats, jetstream: JetStreamContext, kept: Database
) -> None:
    forwards, backwards = new_id(), new_id()
    for version in range(1, 11):
        await publish(jetstream, tiny.organisation(version, forwards))
        await publish(jetstream, tiny.organisation(11 - version, backwards))
    async with hearing(nats, kept):
        await noted(kept, forwards, 10)
        await settled(jetstream)
    notes = await tiny.notes(kept)
    assert (notes[forwards].name, notes[forwards].version) == (notes[backwards].name, notes[backwards].version)
    assert notes[backwards].effects == 1


@pytest.mark.parametrize("payload", POISON.values(), ids=POISON)
async def test_poison_is_parked_at_once_with_one_alarm_while_the_others_flow(
    nats: Nats, jetstream: JetStreamContext, kept: Database, alarms: list[str], payload: bytes
) -> None:
    before, after = tiny.organisation(), tiny.organisation()
    async with hearing(nats, kept):
        await publish(jetstream, before)
        await publish_raw(jetstream, payload, X_Correlation_Id="klikk42")
        await publish(jetstream, after)
        await noted(kept, before.organisation_id, 1)
        await noted(kept, after.organisation_id, 1)
        (row,) = await parked(kept, 1)
        await settled(jetstream)
    assert row.payload == payload
    assert row.consumer == "knowledge-organisation-recorded-v1"
    assert row.headers["X-Correlation-Id"] == "klikk42"
    assert row.deliveries == 1
    assert row.reason
    assert len(alarms) == 1
    assert alarms[0].startswith("PARKED partners.organisation.recorded.v1")


@pytest.mark.usefixtures("hasty")
async def test_a_message_no_handler_digests_is_tried_then_parked_and_replayed_once_after_the_mending(
    nats: Nats, jetstream: JetStreamContext, kept: Database, alarms: list[str]
) -> None:
    bad, good = tiny.organisation(), tiny.organisation()
    tries: list[int] = []
    mended = False

    async def handle(session: AsyncSession, fact: OrganisationRecorded) -> None:
        await tiny.note(session, fact)
        if fact.id == bad.id and not mended:
            tries.append(1)
            raise RuntimeError("a fault of ours")

    async with hearing(nats, kept, handle) as bus:
        await publish(jetstream, bad)
        await publish(jetstream, good)
        await noted(kept, good.organisation_id, 1)
        (row,) = await parked(kept, 1)
        await settled(jetstream)
        assert len(tries) == 3
        assert row.deliveries == 3
        assert row.reason == "RuntimeError: a fault of ours"
        assert OrganisationRecorded.decoded(row.payload) == bad
        assert len(alarms) == 1
        assert bad.organisation_id not in await tiny.notes(kept)

        with pytest.raises(RuntimeError, match="a fault of ours"):
            await bus.ear.replay(row.id)
        assert (await tiny.rows(kept, tiny.HOUSE.parked))[0].replayed_at is None

        mended = True
        for _ in range(3):
            assert await bus.ear.replay(row.id) == row.consumer
    assert (await tiny.notes(kept))[bad.organisation_id].effects == 1
    assert (await tiny.rows(kept, tiny.HOUSE.parked))[0].replayed_at is not None


async def test_what_is_no_fact_stays_parked_when_it_is_replayed(
    nats: Nats, jetstream: JetStreamContext, kept: Database
) -> None:
    async with hearing(nats, kept) as bus:
        await publish_raw(jetstream, b"{not json")
        (row,) = await parked(kept, 1)
        with pytest.raises(ValidationError):
            await bus.ear.replay(row.id)
    assert (await tiny.rows(kept, tiny.HOUSE.parked))[0].replayed_at is None


@pytest.mark.usefixtures("hasty")
async def test_a_message_waits_for_a_busy_database_as_long_as_it_takes_and_is_never_parked(
    nats: Nats, jetstream: JetStreamContext, kept: Database, alarms: list[str]
) -> None:
    fact = tiny.organisation()
    tries: list[int] = []

    async def handle(session: AsyncSession, fact: OrganisationRecorded) -> None:
        tries.append(1)
        if len(tries) < 8:
            busy = sqlite3.OperationalError("database is locked")
            raise OperationalError("UPDATE", {}, busy)
        await tiny.note(session, fact)

    async with hearing(nats, kept, handle):
        await publish(jetstream, fact)
        await noted(kept, fact.organisation_id, 1)
    assert len(tries) == 8
    assert await tiny.rows(kept, tiny.HOUSE.parked) == []
    assert alarms == []


@pytest.mark.usefixtures("hasty")
async def test_a_handler_that_hangs_is_cut_off_and_in_the_end_parked(
    nats: Nats, jetstream: JetStreamContext, kept: Database, alarms: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy, "HANDLER_SECONDS", 0.1)
    bad, good = tiny.organisation(), tiny.organisation()

    async def handle(session: AsyncSession, fact: OrganisationRecorded) -> None:
        if fact.id == bad.id:
            await asyncio.Event().wait()
        await tiny.note(session, fact)

    async with hearing(nats, kept, handle):
        await publish(jetstream, bad)
        await publish(jetstream, good)
        await noted(kept, good.organisation_id, 1)
        (row,) = await parked(kept, 1)
    assert row.deliveries == 3
    assert "0.1 s" in row.reason
    assert len(alarms) == 1


@pytest.mark.usefixtures("hasty")
async def test_messages_wait_while_postgresql_is_away_and_arrive_when_it_is_back(
    nats: Nats, jetstream: JetStreamContext, own_postgres: Postgres, alarms: list[str]
) -> None:
    database = await tiny.opened(await own_postgres.create_database("away"))
    facts = [tiny.organisation() for _ in range(6)]
    async with hearing(nats, database):
        await publish(jetstream, facts[0])
        await noted(database, facts[0].organisation_id, 1)
        own_postgres.kill()
        for fact in facts[1:]:
            await publish(jetstream, fact)
        consumer = OrganisationRecorded.durable("knowledge")

        async def tried() -> bool:
            return (await jetstream.consumer_info("PARTNERS", consumer)).num_redelivered >= 1

        await until(tried, 20, "deliveries to be repeated")
        own_postgres.launch()
        await until(own_postgres.ready, 30, "PostgreSQL to be back")
        for fact in facts[1:]:
            await noted(database, fact.organisation_id, 1, 30)
    assert await tiny.rows(database, tiny.HOUSE.parked) == []
    assert alarms == []
    await database.close()


async def test_all_arrives_though_the_broker_is_away_for_five_seconds_in_the_middle(
    nats: Nats, jetstream: JetStreamContext, kept: Database, alarms: list[str]
) -> None:
    facts = [tiny.organisation() for _ in range(40)]
    async with hearing(nats, kept) as bus:
        for fact in facts[:20]:
            await publish(jetstream, fact)
        await noted(kept, facts[0].organisation_id, 1)
        nats.stop()
        await until(lambda: not bus.alive(), what="the service to notice")
        gone = asyncio.get_running_loop().time()
        await until(lambda: asyncio.get_running_loop().time() - gone >= 5, what="five seconds to pass")
        nats.launch()
        await until(nats.ready, 30, "the broker to be back")
        await until(bus.alive, 30, "the service to be back on the bus")
        for fact in facts[20:]:
            await publish(jetstream, fact)
        for fact in facts:
            await noted(kept, fact.organisation_id, 1, 60)
        await settled(jetstream, 60)
    notes = await tiny.notes(kept)
    assert [notes[fact.organisation_id].effects for fact in facts] == [1] * 40
    assert await tiny.rows(kept, tiny.HOUSE.parked) == []
    assert alarms == []
