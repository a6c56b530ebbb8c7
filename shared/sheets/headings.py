"""Finding the columns of a sheet by their headings."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from unicodedata import normalize

from shared.sheets.errors import CellError
from shared.sheets.grid import Fault, Grid, letter
from shared.sheets.grid import Line as Cells
from shared.sheets.values import text
from shared.web.i18n import marker as _

SEARCHED = 10
"""The headings stand in one of the first rows with anything in them; above may be a title."""
MISSING = _("Kolonnen «%(heading)s» mangler. Legg den til, eller gi den rette kolonnen denne overskriften.")
DOUBLE = _("Overskriftene %(headings)s betyr det samme. Behold bare én av kolonnene.")


@dataclass(frozen=True)
class Heading:
    """A column's heading and letter."""

    text: str
    column: str


@dataclass(frozen=True)
class Headings:
    """The columns found: `places` tells where each field stands (from 0), `unknown` are the columns nobody asked for.

    `errors` names missing and double columns; `row` is the number of the row the headings stand in.
    """

    row: int
    places: Mapping[str, int]
    texts: Mapping[str, str]
    unknown: Sequence[Heading] = ()
    errors: Sequence[CellError] = field(default_factory=tuple)


def likened(heading: str) -> str:
    """Return a heading without what does not count: case, spaces and punctuation. A unit counts: kilos are not tonnes."""
    return re.sub(r"[\W_]+", "", normalize("NFKC", heading).casefold())


def matched(grid: Grid, fields: Mapping[str, Sequence[str]], needed: Sequence[str]) -> Headings:
    """Return the headings of a sheet: the row among the first that has most of the accepted ones."""
    accepted = {likened(heading): name for name, headings in fields.items() for heading in (*headings, name)}
    number, cells = max(grid.lines[:SEARCHED], key=lambda line: len(_found(line[1], accepted)))
    found = _found(cells, accepted)
    places = {name: where[0] for name, where in found.items()}
    texts = {name: _text(cells, places[name]) if name in places else headings[0] for name, headings in fields.items()}
    known = {place for where in found.values() for place in where}
    return Headings(
        number,
        places,
        texts,
        tuple(
            Heading(_text(cells, place), letter(place))
            for place, cell in enumerate(cells)
            if cell is not None and place not in known
        ),
        (*_missing(number, fields, needed, places), *_doubles(number, cells, found)),
    )


def _found(cells: Cells, accepted: Mapping[str, str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for place in range(len(cells)):
        if name := accepted.get(likened(_text(cells, place))):
            found.setdefault(name, []).append(place)
    return found


def _text(cells: Cells, place: int) -> str:
    cell = cells[place]
    return "" if cell is None or isinstance(cell, Fault) else text(cell)


def _missing(
    row: int, fields: Mapping[str, Sequence[str]], needed: Sequence[str], places: Mapping[str, int]
) -> list[CellError]:
    lacking = [fields[name][0] for name in needed if name not in places]
    return [CellError(row, "", heading, MISSING, {"heading": heading}) for heading in lacking]


def _doubles(row: int, cells: Cells, found: Mapping[str, Sequence[int]]) -> list[CellError]:
    errors = []
    for where in (where for where in found.values() if len(where) > 1):
        named = ", ".join(f"«{_text(cells, place)}» ({letter(place)})" for place in where)
        second = where[1]
        errors.append(CellError(row, letter(second), _text(cells, second), DOUBLE, {"headings": named}))
    return errors
