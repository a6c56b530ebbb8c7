"""The board of impact in the reader's language: drawings, tables, and rows of a file."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from services.knowledge.impactboard import BY, REASONS, UNSAID, Board, By, Reason, Sum, Sums
from services.knowledge.presenting import Presenter
from shared.charts import Bar, Figure, bars
from shared.contracts.vocabulary import Language
from shared.sheets.table import Column
from shared.web.formats import number
from shared.web.i18n import letter_key
from shared.web.i18n import marker as _

TITLE = _("Hva tiltakene gir")
UNIT = _("t CO2e per år")
METHODS = _("Tonn spart per år, etter hvordan tallet er funnet")
PART = _("%(method)s: tonn spart per år, etter %(by)s")
METHOD = _("Hvordan tallet er funnet")
ALL, LEFT_OUT = _("Alle"), _("Utelatt")
BY_LABELS: dict[By, str] = {
    "region": _("Region"),
    "focus_area": _("Satsingsområde"),
    "scope": _("Scope"),
    "year": _("År"),
}
BY_WORDS: dict[By, str] = {
    "region": _("region"),
    "focus_area": _("satsingsområde"),
    "scope": _("scope"),
    "year": _("år"),
}
UNSAID_LABELS: dict[By, str] = {
    "region": _("Ikke oppgitt"),
    "focus_area": _("Ikke oppgitt"),
    "scope": _("Flere scope, eller ikke oppgitt"),
    "year": _("Ikke oppgitt"),
}
REASON_LABELS: dict[Reason, str] = {
    "none": _("Eksempler uten tall"),
    "stopped": _("Tall for tiltak som ble stanset"),
    "other": _("Tall for annet enn klimagasser, eller i andre enheter"),
    "total": _("Tall for hele perioden, ikke per år"),
    "unit": _("Tall per enhet, ikke per år"),
    "shared": _("Tall som andre også teller, og som ellers kunne bli lagt sammen to ganger"),
}
COLUMNS = (
    Column("group", _("Delt etter")),
    Column("name", _("Hva")),
    Column("method", _("Hvordan tallet er funnet")),
    Column("tonnes", _("Tonn CO2e spart per år"), "decimal"),
    Column("figures", _("Antall tall"), "integer"),
    Column("verified_tonnes", _("Tonn kontrollert av andre"), "decimal"),
    Column("verified_figures", _("Tall kontrollert av andre"), "integer"),
)


class Drawn:
    """Draws a board for a reader."""

    def __init__(self, board: Board, presenter: Presenter, say: Callable[[str], str], language: Language) -> None:
        self._board = board
        self._presenter = presenter
        self._say = say
        self._language: Language = language

    def methods(self) -> list[str]:
        """Return the methods that figures were found with, in the order of their vocabulary."""
        order = [value for value, _label in self._presenter.options("method", kept=self._board.sums)]
        return sorted(self._board.sums, key=lambda code: (code not in order, order.index(code) if code in order else 0))

    def whole(self) -> Figure | None:
        """The sum of each method; None where there is nothing to add up."""
        rows = [Bar(self.method(code), self._board.sums[code].tonnes) for code in self.methods()]
        return self._bars(self._say(METHODS), rows, "metoder", self._say(METHOD)) if rows else None

    def parts(self, by: By) -> list[Figure]:
        """The sums of each region, focus area, scope or year: a drawing for each method."""
        drawn = []
        for code in self.methods():
            rows = [
                Bar(name, sums[code].tonnes, self._href(by, key)) for key, name, sums in self._named(by) if code in sums
            ]
            title = self._say(PART) % {"method": self.method(code), "by": self._say(BY_WORDS[by])}
            drawn.append(self._bars(title, rows, f"deler-{code}", self._say(BY_LABELS[by])))
        return drawn

    def table(self, by: By) -> list[list[str]]:
        """The same as rows of texts: name, method, tonnes, how many figures, and what others verified of them."""
        return [
            [
                name,
                self.method(code),
                number(sums[code].tonnes, self._language),
                number(sums[code].figures, self._language),
                number(sums[code].verified_tonnes, self._language),
            ]
            for _key, name, sums in self._named(by)
            for code in self.methods()
            if code in sums
        ]

    def left_out(self) -> list[list[str]]:
        """What was left out: why, and how many."""
        return [[self._say(REASON_LABELS[reason]), number(many, self._language)] for reason, many in self._reasons()]

    def lines(self) -> list[dict[str, Any]]:
        """All of it as the rows of a file."""
        whole = [self._line(self._say(ALL), "", self._board.sums[code]) for code in self.methods()]
        parts = [
            self._line(self._say(BY_LABELS[by]), name, sums[code])
            for by in BY
            for _key, name, sums in self._named(by)
            for code in self.methods()
            if code in sums
        ]
        left = [
            {"group": self._say(LEFT_OUT), "name": self._say(REASON_LABELS[reason]), "figures": many}
            for reason, many in self._reasons()
        ]
        return [*whole, *parts, *left]

    def choices(self, by: By, keys: Iterable[str]) -> list[tuple[str, str]]:
        """Return what a reader may narrow to, with names, for the kit's lists of choices."""
        return [(key, name) for key, name in self._ordered(by, keys) if key != UNSAID]

    def method(self, code: str) -> str:
        """Return what a method is called."""
        return self._presenter.term("method", code)

    def _reasons(self) -> Sequence[tuple[Reason, int]]:
        return [(reason, self._board.left_out[reason]) for reason in REASONS if reason in self._board.left_out]

    def _named(self, by: By) -> list[tuple[str, str, Sums]]:
        parts = self._board.parts[by]
        return [(key, name, parts[key]) for key, name in self._ordered(by, parts)]

    def _ordered(self, by: By, keys: Iterable[str]) -> list[tuple[str, str]]:
        """Keys with their names: years from the latest, the rest by letter, and what nobody said last."""
        named = [(key, self._name(by, key)) for key in keys]
        named.sort(key=lambda pair: letter_key(pair[1]), reverse=by == "year")
        return sorted(named, key=lambda pair: pair[0] == UNSAID)

    def _name(self, by: By, key: str) -> str:
        if key == UNSAID:
            return self._say(UNSAID_LABELS[by])
        if by == "year":
            return key
        return self._presenter.choice(by, int(key) if by == "scope" else key)

    def _href(self, by: By, key: str) -> str | None:
        return f"/cases?{by}={key}" if key else None

    def _bars(self, title: str, rows: Sequence[Bar], id: str, label: str) -> Figure:
        return bars(title, rows, id=id, language=self._language, unit=self._say(UNIT), label=label)

    def _line(self, group: str, name: str, one: Sum) -> dict[str, Any]:
        return {
            "group": group,
            "name": name,
            "method": self.method(one.method),
            "tonnes": one.tonnes,
            "figures": one.figures,
            "verified_tonnes": one.verified_tonnes,
            "verified_figures": one.verified_figures,
        }
