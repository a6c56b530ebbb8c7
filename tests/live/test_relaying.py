"""The relay on a real broker: in order, through restarts of the broker, and through deaths of the relay itself."""

import asyncio
import sys
from uuid import UUID

from nats.js import JetStreamContext

from shared.contracts.partners import OrganisationRecorded
from shared.db.session import Database
from shared.outbox import record
from shared.outbox.relay import Relay
from tests.shared import tiny
from tests.support.servers import Nats
from tests.support.wait import until


async def say(database: Database, many: int) -> list[UUID]:
    """Record so many facts, ten to a transaction."""
    facts = [tiny.organisation(number) for number in range(1, many + 1)]
    for start in range(0, many, 10):
        async with database.writing() as session:
            await record(session, *facts[start : start + 10])
    return [fact.id for fact in facts]


async def all_published(database: Database, timeout: float = 30) -> None:
    """Wait until nothing is left in the outbox."""

    async def empty() -> bool:
        return all(row.published_at for row in await tiny.rows(database, tiny.HOUSE.outbox))

    await until(empty, timeout, "the outbox to be empty")


async def on_the_stream(jetstream: JetStreamContext) -> list[UUID]:
    """Return the ids of the facts on the stream, in the broker's order."""
    state = (await jetstream.stream_info("PARTNERS")).state
    found = [await jetstream.get_msg("PARTNERS", seq=seq) for seq in range(state.first_seq, state.last_seq + 1)]
    return [OrganisationRecorded.decoded(message.data or b"").id for message in found]


async def test_the_broker_gets_the_facts_in_the_order_they_were_recorded(
    jetstream: JetStreamContext, kept: Database
) -> None:
    said = await say(kept, 250)
    relay = asyncio.create_task(Relay(kept, jetstream).run())
    await all_published(kept)
    said += await say(kept, 50)
    await all_published(kept)
    relay.cancel()
    assert await on_the_stream(jetstream) == said


async def test_facts_said_while_the_broker_is_away_are_published_when_it_is_back(
    nats: Nats, jetstream: JetStreamContext, kept: Database
) -> None:
    relay = asyncio.create_task(Relay(kept, jetstream).run())
    said = await say(kept, 30)
    await all_published(kept)
    nats.kill()
    said += await say(kept, 30)

    async def tried() -> bool:
        return any(row.attempts for row in await tiny.rows(kept, tiny.HOUSE.outbox))

    await until(tried, 30, "the relay to try in vain")
    nats.launch()
    await until(nats.ready, 30, "the broker to be back")
    await all_published(kept, 60)
    relay.cancel()
    found = await on_the_stream(jetstream)
    assert sorted(found) == sorted(said)
    assert len(found) == len(set(found))


async def test_nothing_is_lost_or_doubled_when_the_relays_process_is_killed_again_and_again(
    nats: Nats, jetstream: JetStreamContext, kept: Database
) -> None:
    said: list[UUID] = []
    for round_ in range(4):
        said += await say(kept, 200)
        relay = await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.live.relaying", kept.url, nats.url)

        async def under_way(before: int = round_ * 200) -> bool:
            return (await jetstream.stream_info("PARTNERS")).state.messages > before

        await until(under_way, 30, "the relay to be under way", every=0.001)
        relay.kill()
        await relay.wait()
    last = asyncio.create_task(Relay(kept, jetstream).run())
    await all_published(kept)
    last.cancel()
    found = await on_the_stream(jetstream)
    assert len(found) == len(said) == 800
    assert sorted(found) == sorted(said)
