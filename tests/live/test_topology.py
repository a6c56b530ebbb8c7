"""Streams and consumers: made once, mended when they drift, and a service that finds them wrong does not start."""

import dataclasses

import pytest
from nats.js import JetStreamContext
from nats.js.errors import NotFoundError

from deploy.commands.topology import establish
from shared.bus import streams
from shared.contracts.catalogue import HEARERS, SERVICES
from shared.contracts.partners import OrganisationRecorded, PersonStated
from shared.contracts.streams import STREAMS
from shared.db.session import Database
from shared.ids import new_id
from tests.live.tiny_bus import hearing, noted, publish
from tests.shared import tiny
from tests.support.servers import Nats

CONSUMER = OrganisationRecorded.durable("knowledge")


async def test_the_first_run_makes_everything_and_the_second_finds_it_as_it_should_be(nats: Nats) -> None:
    first = await establish(nats.url)
    second = await establish(nats.url)
    assert len(first) == len(STREAMS) + sum(len(hearers) for hearers in HEARERS.values())
    assert all(line.endswith(": made") for line in first)
    assert all(line.endswith(": as it should be") for line in second)


@pytest.mark.parametrize("service", SERVICES)
async def test_what_was_made_is_what_every_service_checks_for(jetstream: JetStreamContext, service: str) -> None:
    await streams.check(jetstream, service)


async def test_a_consumer_that_is_gone_keeps_the_service_from_starting(
    nats: Nats, jetstream: JetStreamContext, kept: Database
) -> None:
    await jetstream.delete_consumer("PARTNERS", CONSUMER)
    with pytest.raises(streams.TopologyDrift, match=rf"consumer {CONSUMER} is missing.*Run: koblingsboks topology"):
        async with hearing(nats, kept):
            pass
    assert f"consumer {CONSUMER}: made" in await establish(nats.url)


async def test_a_consumer_bent_out_of_shape_keeps_the_service_from_starting_until_it_is_mended(
    nats: Nats, jetstream: JetStreamContext, kept: Database
) -> None:
    wanted = streams.consumer_config(OrganisationRecorded, "knowledge")
    await jetstream.add_consumer("PARTNERS", dataclasses.replace(wanted, ack_wait=7.0))
    with pytest.raises(streams.TopologyDrift, match=f"consumer {CONSUMER} differs"):
        async with hearing(nats, kept):
            pass

    assert f"consumer {CONSUMER}: mended" in await establish(nats.url)
    fact = tiny.organisation()
    async with hearing(nats, kept):
        await publish(jetstream, fact)
        await noted(kept, fact.organisation_id, 1)


async def test_a_stream_that_keeps_less_than_it_should_is_named_and_mended(
    nats: Nats, jetstream: JetStreamContext
) -> None:
    wanted = next(plan for plan in STREAMS if plan.name == "EVENTS")
    await jetstream.update_stream(
        dataclasses.replace(streams.stream_config(wanted), max_age=60.0, duplicate_window=30.0)
    )
    with pytest.raises(streams.TopologyDrift, match="stream EVENTS differs"):
        await streams.check(jetstream, "notifier")
    assert "stream EVENTS: mended" in await establish(nats.url)
    await streams.check(jetstream, "notifier")


async def test_mending_loses_no_message(nats: Nats, jetstream: JetStreamContext, kept: Database) -> None:
    fact = tiny.organisation()
    await publish(jetstream, fact)
    await jetstream.delete_consumer("PARTNERS", CONSUMER)
    await establish(nats.url)
    async with hearing(nats, kept):
        await noted(kept, fact.organisation_id, 1)


async def test_what_is_said_of_a_person_last_is_all_that_is_kept_of_them(jetstream: JetStreamContext) -> None:
    person, other = new_id(), new_id()
    await publish(jetstream, PersonStated(person_id=person, version=1, name="Kari Nordmann", email="kari@example.no"))
    await publish(jetstream, PersonStated(person_id=other, version=1, name="Ola Nordmann", email="ola@example.no"))
    await publish(jetstream, PersonStated(person_id=person, version=2, erased=True))
    state = (await jetstream.stream_info("PEOPLE")).state
    assert state.messages == 2
    last = await jetstream.get_last_msg("PEOPLE", f"partners.person.{person}")
    assert last.data is not None
    assert PersonStated.decoded(last.data).erased
    with pytest.raises(NotFoundError):
        await jetstream.get_msg("PEOPLE", seq=1)


async def test_a_second_statement_of_one_id_is_dropped_by_the_broker_itself(
    nats: Nats, jetstream: JetStreamContext
) -> None:
    fact = tiny.organisation()
    await publish(jetstream, fact)
    again = await jetstream.publish(
        fact.subject, fact.encoded(), stream=fact.stream, headers={"Nats-Msg-Id": str(fact.id)}
    )
    assert again.duplicate
