"""What was said of people is overwritten on the broker's disk, and what names the forgotten is erased from it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

import pytest
from nats.js import JetStreamContext
from nats.js.errors import NotFoundError

from shared.auth.forgetting import forget
from shared.bus.scrub import Scrubbing
from shared.contracts.catalogue import HEARERS
from shared.contracts.events import RegistrationRecorded
from shared.contracts.message import Fact
from shared.contracts.partners import PersonStated
from shared.db.session import Database
from shared.ids import new_id
from shared.outbox import record
from shared.outbox.relay import Relay
from tests.live.tiny_bus import publish
from tests.shared import tiny
from tests.support.wait import until


def stated(person_id: UUID, version: int, name: str, **given: bool) -> PersonStated:
    return PersonStated(person_id=person_id, version=version, name=name, email="", **given)


async def say(database: Database, *facts: Fact) -> None:
    async with database.writing() as session:
        await record(session, *facts)


@asynccontextmanager
async def relaying(database: Database, jetstream: JetStreamContext) -> AsyncIterator[None]:
    relay = asyncio.create_task(Relay(database, jetstream).run())
    try:
        yield
    finally:
        relay.cancel()


async def nothing_left_to_say(database: Database) -> None:
    async def empty() -> bool:
        return all(row.published_at for row in await tiny.rows(database, tiny.HOUSE.outbox))

    await until(empty, 30, "the outbox to be empty")


def on_disk(folder: Path, text: str) -> int:
    return sum(file.read_bytes().count(text.encode()) for file in (folder / "nats").rglob("*") if file.is_file())


async def newest(jetstream: JetStreamContext, person_id: UUID) -> PersonStated:
    message = await jetstream.get_last_msg("PEOPLE", f"partners.person.{person_id}")
    return PersonStated.decoded(message.data or b"")


async def test_old_words_are_gone_from_the_disk_when_new_ones_are_said(
    tmp_path: Path, jetstream: JetStreamContext, kept: Database
) -> None:
    person_id = new_id()
    async with relaying(kept, jetstream):
        await say(kept, stated(person_id, 1, "Førstenavn Forgjengelig"))
        await nothing_left_to_say(kept)
        assert on_disk(tmp_path, "Forgjengelig") == 1
        await say(kept, stated(person_id, 2, "Andrenavn Varig"), stated(person_id, 3, "Tredjenavn Varig"))
        await nothing_left_to_say(kept)
    assert (await newest(jetstream, person_id)).name == "Tredjenavn Varig"
    assert (on_disk(tmp_path, "Forgjengelig"), on_disk(tmp_path, "Andrenavn")) == (0, 0)
    assert (await jetstream.stream_info("PEOPLE")).state.messages == 1


async def test_what_is_said_of_people_leaves_the_outbox_at_once(jetstream: JetStreamContext, kept: Database) -> None:
    async with relaying(kept, jetstream):
        await say(kept, stated(new_id(), 1, "Førstenavn"))

        async def gone() -> bool:
            return await tiny.rows(kept, tiny.HOUSE.outbox) == []

        await until(gone, 30, "the outbox to hold nothing")


async def test_words_that_were_said_before_a_crash_are_said_again_to_the_same_end(
    jetstream: JetStreamContext, kept: Database
) -> None:
    person_id = new_id()
    facts = [stated(person_id, version, f"Navn {version}") for version in (1, 2, 3)]
    await say(kept, *facts)
    for fact in facts[:2]:
        # The relay before got so far, and died before it marked them.
        await publish(jetstream, fact, named=False)
    async with relaying(kept, jetstream):
        await nothing_left_to_say(kept)
    assert (await newest(jetstream, person_id)).id == facts[2].id
    assert (await jetstream.stream_info("PEOPLE")).state.messages == 1


async def test_the_same_words_are_not_said_twice(jetstream: JetStreamContext, kept: Database) -> None:
    fact = stated(new_id(), 1, "Navn")
    await say(kept, fact)
    await publish(jetstream, fact, named=False)
    before = (await jetstream.stream_info("PEOPLE")).state.last_seq
    async with relaying(kept, jetstream):
        await nothing_left_to_say(kept)
    assert (await jetstream.stream_info("PEOPLE")).state.last_seq == before


def answered(person_id: UUID) -> RegistrationRecorded:
    return RegistrationRecorded(
        registration_id=new_id(), webinar_id=new_id(), person_id=person_id, state="declined", version=1
    )


async def test_facts_that_name_the_forgotten_are_erased_once_all_have_heard_them(
    tmp_path: Path, jetstream: JetStreamContext, kept: Database
) -> None:
    gone, stays = new_id(), new_id()
    for person_id in (gone, stays, gone):
        await publish(jetstream, answered(person_id))
    async with kept.writing() as session:
        await forget(session, gone)
    scrubbing = Scrubbing(kept, jetstream, "events")
    assert await scrubbing.scrub() == {"EVENTS": 0}
    for hearer in HEARERS[RegistrationRecorded]:
        durable = RegistrationRecorded.durable(hearer)
        reader = await jetstream.pull_subscribe(RegistrationRecorded.subject, durable=durable, stream="EVENTS")
        for _ in range(3):
            [message] = await reader.fetch(1, timeout=5)
            await message.ack_sync()
    assert await scrubbing.scrub() == {"EVENTS": 2}
    assert (on_disk(tmp_path, str(gone)), on_disk(tmp_path, str(stays))) == (0, 1)
    with pytest.raises(NotFoundError):
        await jetstream.get_msg("EVENTS", seq=1)
    assert await scrubbing.scrub() == {"EVENTS": 0}


async def test_nothing_is_read_where_nobody_was_forgotten(jetstream: JetStreamContext, kept: Database) -> None:
    await publish(jetstream, answered(new_id()))
    assert await Scrubbing(kept, jetstream, "events").scrub() == {}
