"""The streams of the network, one per stating service and one for the state of people."""

from dataclasses import dataclass

DAY = 86_400


@dataclass(frozen=True)
class StreamPlan:
    """How one stream is kept. Times in seconds, sizes in bytes."""

    name: str
    subjects: tuple[str, ...]
    max_age: int = 90 * DAY
    max_bytes: int = 512 * 1024**2
    last_per_subject: bool = False


STREAMS: tuple[StreamPlan, ...] = (
    StreamPlan("PARTNERS", ("partners.*.*.*",)),
    StreamPlan(
        "PEOPLE", ("partners.person.*", "partners.access.*", "partners.segment.*"), max_age=0, last_per_subject=True
    ),
    StreamPlan("KNOWLEDGE", ("knowledge.*.*.*",)),
    StreamPlan("EVENTS", ("events.*.*.*",)),
    StreamPlan("NOTIFIER", ("notifier.*.*.*",)),
)
DUPLICATE_WINDOW = 3_600
"""Seconds in which the broker itself drops a repeated Nats-Msg-Id; the inbox is the guarantee beyond it."""
