"""The picture of the messages, drawn from the catalogue: each stream a band, each fact a row from who says it to who hears it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, StrictUndefined

from shared.contracts.catalogue import HEARERS, SERVICES, stated_by
from shared.contracts.message import Fact
from shared.contracts.streams import STREAMS

TEMPLATE = Path(__file__).with_name("messages.svg.jinja")
COLUMNS = dict(zip(SERVICES, (352, 516, 680, 844), strict=True))
FIRST, ROW, PADDING, GAP, FOOT = 226, 26, 8, 12, 150
NOTE = "PEOPLE keeps the last word on each person, on their rights and on each segment."


@dataclass(frozen=True)
class Band:
    """A stream's band; pixels from the top."""

    stream: str
    top: int
    facts: tuple[type[Fact], ...]

    @property
    def height(self) -> int:
        """How high the band is, in pixels."""
        return ROW * len(self.facts) + PADDING

    def rows(self) -> Iterator["Row"]:
        """Yield the band's facts where they are drawn."""
        return (Row(fact, self.top + 17 + ROW * at) for at, fact in enumerate(self.facts))


@dataclass(frozen=True)
class Row:
    """A fact's row; `y` in pixels from the top."""

    fact: type[Fact]
    y: int

    @property
    def subject(self) -> str:
        """The subject the fact is stated under."""
        return self.fact.subject

    @property
    def label(self) -> str:
        """The fact in words: `partners.sign-in.requested.v1` is "sign-in requested"."""
        stated = [part for part in self.subject.split(".")[1:] if part != "v1"]
        return " ".join(part.replace("-", " ") if part != "sign-in" else part for part in stated).replace("*", "stated")

    @property
    def says(self) -> str:
        """The service that states it."""
        return stated_by(self.fact)

    @property
    def hears(self) -> str:
        """The services that hear it, with blanks between."""
        return " ".join(HEARERS[self.fact])

    @property
    def at(self) -> int:
        """Where the stating service's line is."""
        return COLUMNS[self.says]

    @property
    def hearers(self) -> list[int]:
        """Where the hearers' lines are."""
        return [COLUMNS[hearer] for hearer in HEARERS[self.fact]]

    @property
    def ends(self) -> tuple[int, int] | None:
        """From where to where the wire goes; None where nobody hears."""
        return (min(self.at, *self.hearers), max(self.at, *self.hearers)) if self.hearers else None

    def side(self, hearer: int) -> int:
        """1 where the hearer stands right of who says it, else -1."""
        return 1 if hearer > self.at else -1


def messages_picture() -> str:
    """Return the picture as SVG, with a title and a description for those who listen."""
    bands = list(_bands())
    bottom = bands[-1].top + bands[-1].height + 4
    template = Environment(autoescape=True, undefined=StrictUndefined).from_string(TEMPLATE.read_text())
    drawn = template.render(
        bands=bands,
        rows=[row for band in bands for row in band.rows()],
        columns=COLUMNS.values(),
        bottom=bottom,
        height=bottom + FOOT,
        description=_description(bands),
        note=NOTE,
    )
    return drawn + "\n"


def _bands() -> Iterator[Band]:
    top = FIRST
    for plan in STREAMS:
        band = Band(plan.name, top, tuple(fact for fact in HEARERS if fact.stream == plan.name))
        yield band
        top += band.height + GAP


def _description(bands: list[Band]) -> str:
    rows = [row for band in bands for row in band.rows()]
    said = [
        f"{service} states {', '.join(_heard(row) for row in rows if row.says == service)}." for service in SERVICES
    ]
    return " ".join(
        [
            "A gateway leads people and programs to four services by the path: partners, knowledge, events and notifier. "
            f"Each has its own database. They exchange facts over {len(bands)} NATS JetStream streams.",
            *said,
            "knowledge fills Meilisearch from its database; notifier sends mail by SMTP.",
        ]
    )


def _heard(row: Row) -> str:
    return f"{row.label} (heard by {' and '.join(HEARERS[row.fact]) or 'nobody yet'})"
