"""The relay and the inbox: published in order, marked only as far as acknowledged, heard once."""

import asyncio
from collections.abc import Mapping

import pytest
from nats.errors import NoServersError
from nats.js.errors import NoStreamResponseError

from shared.contracts.partners import OrganisationRecorded
from shared.db.session import Database
from shared.ids import new_id
from shared.outbox import first_time, record
from shared.outbox.inbox import forget
from shared.outbox.relay import BATCH, Relay
from shared.telemetry.correlation import correlation_id
from tests.shared import tiny
from tests.support.wait import until


class FakeJetStream:
    """Takes what is published, in order; refuses the subjects' places in `refused` (counted from 0)."""

    def __init__(self) -> None:
        self.asked: list[OrganisationRecorded] = []
        self.taken: list[OrganisationRecorded] = []
        self.headers: list[Mapping[str, str]] = []
        self.refused: dict[int, Exception] = {}

    async def publish(
        self, subject: str, payload: bytes, *, timeout: float, stream: str, headers: Mapping[str, str]
    ) -> None:
        """Keep the message, or fail as told."""
        number = len(self.asked)
        fact = OrganisationRecorded.decoded(payload)
        self.asked.append(fact)
        await asyncio.sleep(0)
        if number in self.refused:
            raise self.refused[number]
        assert (subject, stream) == (fact.subject, fact.stream)
        self.taken.append(fact)
        self.headers.append(headers)


async def said(database: Database, many: int) -> list[OrganisationRecorded]:
    """Record so many facts, one transaction each."""
    facts = [tiny.organisation(version) for version in range(1, many + 1)]
    for fact in facts:
        async with database.writing() as session:
            await record(session, fact)
    return facts


async def published(database: Database) -> list[bool]:
    """Return for every row of the outbox, in order, whether it is marked as published."""
    rows = sorted(await tiny.rows(database, tiny.HOUSE.outbox), key=lambda row: row.seq)
    return [row.published_at is not None for row in rows]


async def test_the_relay_publishes_in_the_order_of_recording_under_the_facts_own_ids(database: Database) -> None:
    facts, stream = await said(database, 7), FakeJetStream()
    assert await Relay(database, stream).drain() == 7  # type: ignore[arg-type]
    assert [fact.id for fact in stream.taken] == [fact.id for fact in facts]
    assert [headers["Nats-Msg-Id"] for headers in stream.headers] == [str(fact.id) for fact in facts]
    assert await published(database) == [True] * 7


@pytest.mark.parametrize("failure", [NoServersError(), NoStreamResponseError(), TimeoutError(), ConnectionResetError()])
async def test_the_relay_marks_only_what_was_acknowledged_before_the_first_failure(
    database: Database, failure: Exception
) -> None:
    await said(database, 5)
    stream = FakeJetStream()
    stream.refused = {2: failure}
    relay = Relay(database, stream)  # type: ignore[arg-type]

    assert await relay.drain() == 2
    assert await published(database) == [True, True, False, False, False]
    failed = sorted(await tiny.rows(database, tiny.HOUSE.outbox), key=lambda row: row.seq)[2]
    assert failed.attempts == 1
    assert type(failure).__name__ in failed.last_error

    stream.refused = {}
    assert await relay.drain() == 3
    assert await published(database) == [True] * 5


async def test_what_the_relay_did_not_expect_is_raised_and_nothing_is_marked(database: Database) -> None:
    await said(database, 3)
    stream = FakeJetStream()
    stream.refused = {1: ZeroDivisionError("a fault of ours")}
    with pytest.raises(ZeroDivisionError):
        await Relay(database, stream).drain()  # type: ignore[arg-type]
    assert await published(database) == [False] * 3


async def test_more_than_one_batch_is_relayed_batch_by_batch(database: Database) -> None:
    async with database.writing() as session:
        await record(session, *[tiny.organisation() for _ in range(BATCH + 5)])
    relay = Relay(database, FakeJetStream())  # type: ignore[arg-type]
    assert [await relay.drain(), await relay.drain(), await relay.drain()] == [BATCH, 5, 0]


async def test_two_relays_of_one_service_publish_every_message_once(database: Database) -> None:
    stream = FakeJetStream()
    relays = [asyncio.create_task(Relay(database, stream).run()) for _ in range(2)]  # type: ignore[arg-type]
    facts = await said(database, 20)

    async def all_out() -> bool:
        return await published(database) == [True] * 20

    await until(all_out, what="all to be published")
    for relay in relays:
        relay.cancel()
    await asyncio.gather(*relays, return_exceptions=True)
    assert [fact.id for fact in stream.taken] == [fact.id for fact in facts]


async def test_a_fact_carries_the_id_of_the_click_that_caused_it(database: Database) -> None:
    token = correlation_id.set("klikk42")
    await said(database, 1)
    correlation_id.reset(token)
    stream = FakeJetStream()
    await Relay(database, stream).drain()  # type: ignore[arg-type]
    assert stream.taken[0].correlation_id == "klikk42"
    assert stream.headers[0]["X-Correlation-Id"] == "klikk42"


async def test_a_message_is_new_to_a_consumer_once_even_when_ten_ask_at_the_same_time(database: Database) -> None:
    message_id = new_id()

    async def ask() -> bool:
        async with database.writing() as session:
            return await first_time(session, "mine", message_id)

    assert sorted(await asyncio.gather(*[ask() for _ in range(10)])) == [False] * 9 + [True]


async def test_a_message_stays_new_when_its_effect_failed(database: Database) -> None:
    message_id = new_id()

    async def fails() -> None:
        async with database.writing() as session:
            assert await first_time(session, "mine", message_id)
            raise RuntimeError("the effect")

    with pytest.raises(RuntimeError):
        await fails()
    async with database.writing() as session:
        assert await first_time(session, "mine", message_id)


async def test_consumers_hear_independently_and_may_be_made_to_forget(database: Database) -> None:
    message_id = new_id()
    async with database.writing() as session:
        assert await first_time(session, "mine", message_id)
        assert await first_time(session, "yours", message_id)
        assert await forget(session, "mine") == 1
        assert await first_time(session, "mine", message_id)
        assert not await first_time(session, "yours", message_id)
