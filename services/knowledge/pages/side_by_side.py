"""Cases side by side: the same fields of each, in the reader's language, and which of them differ."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.knowledge.models import Case
from services.knowledge.pages.labels import LABELS
from services.knowledge.pages.sheet import COLUMNS, figure, row
from services.knowledge.presenting import Presenter
from services.knowledge.queries.rows import Rows
from services.knowledge.schemas import ImpactIn
from shared.contracts.vocabulary import Language
from shared.web.formats import day, number
from shared.web.i18n import marker as _

LEAST, MOST = 2, 4
BEFORE: tuple[str, ...] = (
    "owner_name", "region", "focus_areas", "scopes", "sector", "measure_types", "org_sizes", "maturity", "effort",
    "project_status",
)  # fmt: skip
AFTER: tuple[str, ...] = (
    "capex_nok", "opex_nok_per_year", "saving_nok_per_year", "lifetime_years", "grant_nok", "payback_years", "nok_per_tonne",
    "nok_per_tonne_basis", "transferability", "licence",
)  # fmt: skip
PERIOD = _("Når")
UNSAID = _("Ikke oppgitt")
KRONER = {"capex_nok", "opex_nok_per_year", "saving_nok_per_year", "grant_nok", "nok_per_tonne"}
NAMES = {**LABELS, **{column.key: column.label for column in COLUMNS}}


@dataclass(frozen=True)
class Line:
    """A field: what it is called, what each case says of it, and whether they say the same."""

    label: str
    cells: tuple[str, ...]

    @property
    def differs(self) -> bool:
        """Whether the cases say different things."""
        return len(set(self.cells)) > 1


def compared(
    cases: Sequence[tuple[Case, Rows, str]], presenter: Presenter, say: Callable[[str], str], language: Language
) -> list[Line]:
    """Return cases field by field, each with its rows and the name of its owner; what none of them says is left out."""
    told = [{**row(case, rows, presenter, language, say, ""), "owner_name": owner} for case, rows, owner in cases]
    lines = [_line(name, told, say, language) for name in BEFORE]
    lines.append(Line(say(PERIOD), tuple(period(case, language) for case, _rows, _owner in cases)))
    lines += _figures([rows.impacts for _case, rows, _owner in cases], presenter, language)
    lines += [_line(name, told, say, language) for name in AFTER]
    unsaid = say(UNSAID)
    return [Line(one.label, tuple(cell or unsaid for cell in one.cells)) for one in lines if any(one.cells)]


def period(case: Case, language: Language) -> str:
    """Return when a measure ran: its days where they are known, else its years."""
    first: date | int | None = case.period_start or case.year_start
    last: date | int | None = case.period_end or case.year_end
    ends = [day(one, language) if isinstance(one, date) else str(one) for one in (first, last) if one]
    return "–".join(dict.fromkeys(ends))


def _line(name: str, told: Sequence[dict[str, Any]], say: Callable[[str], str], language: Language) -> Line:
    return Line(say(NAMES[name]), tuple(_text(name, one[name], language) for one in told))


def _text(name: str, value: Any, language: Language) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, list):
        return ", ".join(value)
    if isinstance(value, str):
        return value
    return f"{number(value, language)} kr" if name in KRONER else number(value, language)


def _figures(impacts: Sequence[Sequence[ImpactIn]], presenter: Presenter, language: Language) -> list[Line]:
    """Return a line for each kind of impact, in the order in which the cases name them."""
    metrics = dict.fromkeys(one.metric for rows in impacts for one in rows)
    return [
        Line(
            presenter.term("metric", metric),
            tuple(
                " + ".join(figure(one, presenter, language) for one in rows if one.metric == metric) for rows in impacts
            ),
        )
        for metric in metrics
    ]
