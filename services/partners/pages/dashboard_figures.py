"""A dashboard's pictures and sentences in the reader's language, for the page and for the report alike."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from services.partners.lights import LIGHTS, OBLIGATIONS
from services.partners.pages.shown import FIGURE_LABELS, LIGHT_LABELS, OBLIGATION_LABELS
from services.partners.queries.dashboards import Board, Stances, Total
from shared.charts import Bar, Figure, Line, Stack, bars, lines, share, stacked
from shared.contracts.vocabulary import Language
from shared.web import formats
from shared.web.i18n import marker as _

UNIT = "tCO2e"
WHOLE = _("Hele nettverket")
DELIVERED = _("Andel som har levert for %(year)s")
TREND = _("%(figure)s fra %(first)s til %(last)s")
TREND_NOTE = _("Gjelder de %(count)s som har oppgitt tallet i alle årene.")
GOALS = _("Mål om å være fossilfri, etter år")
CERTIFIED = _("Miljøsertifisering")
LIGHTS_TITLE = _("Forpliktelsene")
HELD, PLANNED, NONE = _("Sertifisert"), _("Planlagt"), _("Verken eller")
REGION, PER_CENT, COUNT, YEAR = _("Region"), _("Prosent"), _("Antall"), _("År")
OBLIGATION = _("Forpliktelse")
WHO_COUNTS = _("Summen gjelder %(counted)s av %(all)s.")
WITHOUT = _("%(count)s har levert uten dette tallet.")
SILENT = _("%(count)s har ikke levert.")
NOBODY = _("Ingen har oppgitt dette tallet.")
FEW = _("Vises ikke, fordi færre enn %(fewest)s virksomheter har oppgitt tallet.")
FEWEST = 5
"""So many organisations must stand behind a sum that others than staff and auditors see."""


@dataclass(frozen=True)
class Row:
    """A line about a figure: what it is called, its sum (None where it is not shown), the year before, and what was left out."""

    label: str
    total: Decimal | None
    said: str
    before: Decimal | None = None
    now: Decimal | None = None
    both: int = 0

    @property
    def change(self) -> Decimal | None:
        """Per cent from the year before, over those who reported both."""
        if not self.before or self.now is None:
            return None
        return (100 * (self.now - self.before) / self.before).quantize(Decimal("0.1"))


class Drawn:
    """Draws a board for a reader; `fewest` is how many must stand behind a sum."""

    def __init__(
        self, board: Board, names: Mapping[str, str], say: Callable[[str], str], language: Language, fewest: int = 1
    ) -> None:
        self._board = board
        self._names = names
        self._say = say
        self._language = language
        self._fewest = fewest

    def delivered(self) -> Figure:
        """The share that delivered, per region."""
        rows = [Bar(self._names.get(one.slug or "", one.slug or ""), one.share) for one in self._board.places]
        title = self._say(DELIVERED) % {"year": self._board.year}
        rows = [Bar(self._say(WHOLE), self._board.whole.share), *rows] if self._board.region is None else rows
        return bars(
            title,
            rows,
            id="levert",
            language=self._language,
            unit="%",
            label=self._say(REGION),
            value=self._say(PER_CENT),
        )

    def trends(self) -> list[tuple[Figure, str]]:
        """Each figure over the years with what it covers; a figure with fewer than two years, or too few behind it, has none."""
        found = []
        for one in self._board.trends:
            if len(one.years) < 2 or one.counted < self._fewest:
                continue
            label = self._say(FIGURE_LABELS[one.figure])
            title = self._say(TREND) % {"figure": label, "first": one.years[0], "last": one.years[-1]}
            figure = lines(
                title,
                [str(year) for year in one.years],
                [Line(label, [_whole(total) for total in one.totals])],
                id=f"utvikling-{one.figure.replace('_', '-')}",
                language=self._language,
                unit=UNIT,
                label=self._say(YEAR),
            )
            found.append((figure, self._say(TREND_NOTE) % {"count": self._number(one.counted)}))
        return found

    def rows(self) -> list[Row]:
        """The figures of the year, each with what was left out and how it changed."""
        found = []
        for total, change in zip(self._board.totals, self._board.changes, strict=True):
            compared = change.both >= max(self._fewest, 1)
            found.append(
                Row(
                    self._say(FIGURE_LABELS[total.figure]),
                    total.total if total.counted >= max(self._fewest, 1) else None,
                    self._said(total),
                    change.before if compared else None,
                    change.now if compared else None,
                    change.both if compared else 0,
                )
            )
        return found

    def stances(self, found: Stances) -> list[Figure]:
        """Certificates, goals and lights as they are today."""
        rest = self._board.whole.members - found.certified - found.planned
        parts = [
            Bar(self._say(HELD), found.certified),
            Bar(self._say(PLANNED), found.planned),
            Bar(self._say(NONE), rest),
        ]
        made = [share(self._say(CERTIFIED), parts, id="sertifisert", language=self._language, unit=self._say(COUNT))]
        if found.goals:
            years = [Bar(str(year), many) for year, many in found.goals.items()]
            made.append(bars(self._say(GOALS), years, id="maal", language=self._language, label=self._say(YEAR)))
        stacks = [
            Stack(self._say(OBLIGATION_LABELS[name]), [found.lights[name][light] for light in LIGHTS])
            for name in OBLIGATIONS
        ]
        series = [self._say(LIGHT_LABELS[light]) for light in LIGHTS]
        made.append(
            stacked(
                self._say(LIGHTS_TITLE),
                series,
                stacks,
                id="forpliktelser",
                language=self._language,
                label=self._say(OBLIGATION),
            )
        )
        return made

    def _said(self, total: Total) -> str:
        if not total.counted:
            return self._say(NOBODY)
        if total.counted < self._fewest:
            return self._say(FEW) % {"fewest": self._fewest}
        everybody = total.counted + total.lacking + total.silent
        told = [
            self._say(WHO_COUNTS) % {"counted": self._number(total.counted), "all": self._number(everybody)},
            *([self._say(WITHOUT) % {"count": self._number(total.lacking)}] if total.lacking else []),
            *([self._say(SILENT) % {"count": self._number(total.silent)}] if total.silent else []),
        ]
        return " ".join(told)

    def _number(self, value: int) -> str:
        return formats.number(value, self._language)


def _whole(value: Decimal) -> Decimal:
    return value.quantize(Decimal(1))


def shown_rows(rows: Sequence[Row], language: Language) -> list[list[str]]:
    """Return the rows as texts: figure, sum, the year before and now over those in both, change, and what was left out."""
    return [
        [
            row.label,
            _text(row.total, language),
            _text(row.before, language),
            _text(row.now, language),
            "–" if row.change is None else f"{formats.number(row.change, language)}\u00a0%",
            formats.number(row.both, language) if row.both else "–",
            row.said,
        ]
        for row in rows
    ]


def _text(value: Decimal | None, language: Language) -> str:
    return "–" if value is None else formats.number(_whole(value), language)
