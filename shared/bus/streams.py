"""Streams and consumers: made by `koblingsboks topology` from the contracts, checked by services when they start."""

from nats.js import JetStreamContext
from nats.js.api import (
    AckPolicy,
    ConsumerConfig,
    DeliverPolicy,
    DiscardPolicy,
    RetentionPolicy,
    StorageType,
    StreamConfig,
)
from nats.js.errors import NotFoundError

from shared.contracts.catalogue import HEARERS, heard_by
from shared.contracts.message import Fact
from shared.contracts.streams import DUPLICATE_WINDOW, STREAMS, StreamPlan

ACK_WAIT = 60
MAX_ACK_PENDING = 1_000


class TopologyDrift(Exception):
    """The broker's streams or consumers are not what the contracts say; the text names them and the remedy."""


def stream_config(plan: StreamPlan, replicas: int = 1) -> StreamConfig:
    """Return the broker's configuration of a stream."""
    return StreamConfig(
        name=plan.name,
        subjects=list(plan.subjects),
        retention=RetentionPolicy.LIMITS,
        storage=StorageType.FILE,
        discard=DiscardPolicy.NEW,
        max_age=float(plan.max_age),
        max_bytes=plan.max_bytes,
        max_msgs_per_subject=1 if plan.last_per_subject else -1,
        duplicate_window=float(min(DUPLICATE_WINDOW, plan.max_age or DUPLICATE_WINDOW)),
        allow_atomic=True,
        num_replicas=replicas,
    )


def consumer_config(fact: type[Fact], hearer: str) -> ConsumerConfig:
    """Return the broker's configuration of `hearer`'s durable consumer of `fact`."""
    return ConsumerConfig(
        durable_name=fact.durable(hearer),
        filter_subject=fact.subject,
        deliver_policy=DeliverPolicy.ALL,
        ack_policy=AckPolicy.EXPLICIT,
        ack_wait=float(ACK_WAIT),
        max_deliver=-1,
        max_ack_pending=MAX_ACK_PENDING,
    )


async def establish(jetstream: JetStreamContext, replicas: int = 1) -> list[str]:
    """Make or mend every stream and consumer of the contracts; returns a line for each, telling what was done."""
    done = [f"stream {plan.name}: {await _establish_stream(jetstream, plan, replicas)}" for plan in STREAMS]
    for fact, hearers in HEARERS.items():
        for hearer in hearers:
            done.append(f"consumer {fact.durable(hearer)}: {await _establish_consumer(jetstream, fact, hearer)}")
    return done


async def _establish_stream(jetstream: JetStreamContext, plan: StreamPlan, replicas: int) -> str:
    wanted = stream_config(plan, replicas)
    try:
        found = (await jetstream.stream_info(plan.name)).config
    except NotFoundError:
        await jetstream.add_stream(wanted)
        return "made"
    if _same_stream(found, wanted):
        return "as it should be"
    await jetstream.update_stream(wanted)
    return "mended"


async def _establish_consumer(jetstream: JetStreamContext, fact: type[Fact], hearer: str) -> str:
    wanted = consumer_config(fact, hearer)
    try:
        found = (await jetstream.consumer_info(fact.stream, fact.durable(hearer))).config
    except NotFoundError:
        await jetstream.add_consumer(fact.stream, wanted)
        return "made"
    if _same_consumer(found, wanted):
        return "as it should be"
    await jetstream.add_consumer(fact.stream, wanted)
    return "mended"


async def check(jetstream: JetStreamContext, service: str) -> None:
    """Raise TopologyDrift where a stream or consumer `service` needs is missing or other than the contracts say."""
    problems = []
    for plan in STREAMS:
        try:
            found = (await jetstream.stream_info(plan.name)).config
        except NotFoundError:
            problems.append(f"stream {plan.name} is missing")
        else:
            if not _same_stream(found, stream_config(plan, found.num_replicas or 1)):
                problems.append(f"stream {plan.name} differs")
    for fact in heard_by(service):
        problems += await _consumer_problems(jetstream, fact, service)
    if problems:
        raise TopologyDrift(f"{'; '.join(problems)}. Run: koblingsboks topology")


async def _consumer_problems(jetstream: JetStreamContext, fact: type[Fact], service: str) -> list[str]:
    name = fact.durable(service)
    try:
        found = (await jetstream.consumer_info(fact.stream, name)).config
    except NotFoundError:
        return [f"consumer {name} is missing"]
    return [] if _same_consumer(found, consumer_config(fact, service)) else [f"consumer {name} differs"]


def _same_stream(found: StreamConfig, wanted: StreamConfig) -> bool:
    names = (
        "subjects",
        "retention",
        "storage",
        "discard",
        "max_age",
        "max_bytes",
        "max_msgs_per_subject",
        "duplicate_window",
        "num_replicas",
    )
    return all((getattr(found, name) or 0) == (getattr(wanted, name) or 0) for name in names)


def _same_consumer(found: ConsumerConfig, wanted: ConsumerConfig) -> bool:
    names = ("filter_subject", "ack_policy", "ack_wait", "max_deliver", "max_ack_pending")
    return all(getattr(found, name) == getattr(wanted, name) for name in names)
