"""What a kind of import is, and what is said of each row before anything is entered."""

from collections.abc import Awaitable, Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models.imports import Import, ImportRow, Outcome, Result
from shared.auth.actor import Actor
from shared.auth.policy import Action
from shared.errors import Refusal
from shared.sheets import CellError, Column, Line, Sheet

Level = Literal["wrong", "doubt", "warn"]
Came = Result | Refusal
"""What came of a row: what it did, or why it was left out."""


@dataclass
class Checked:
    """What a row would do. `given` is what it says, as JSON; `title` is what it is about, in words."""

    number: int
    outcome: Outcome
    title: str = ""
    subject_id: UUID | None = None
    given: dict[str, Any] = field(default_factory=dict)
    problems: list[dict[str, Any]] = field(default_factory=list)
    place: int = 0

    @property
    def doubtful(self) -> bool:
        """Whether somebody must say that it is right."""
        return self.outcome in ("new", "corrected") and any(one["level"] == "doubt" for one in self.problems)


@dataclass(frozen=True)
class Kind:
    """A kind of import.

    `fields` are the headings each field may stand under, `needed` those a file must have. `file_problems` says what is wrong with
    the file as a whole: while there is anything, no row is used. `check` says what each row would do for `actor`. `store` enters
    rows about different records for whoever confirmed them, and returns what came of each: it asks everything anew, and notes
    nothing in the audit before all it changes is written. `keys` tell what a row is about: rows that share one are about the
    same. `example` are columns and rows of a file to fill in. Of a `personal` kind the file itself is not kept, only its rows.
    """

    name: str
    action: Action
    fields: Mapping[str, Sequence[str]]
    needed: Sequence[str]
    file_problems: Callable[[Sheet], list[CellError]]
    check: Callable[[AsyncSession, Actor, Sheet], Awaitable[list[Checked]]]
    store: Callable[[AsyncSession, Import, Actor, Sequence[ImportRow]], Awaitable[list[Came]]]
    keys: Callable[[ImportRow], Iterable[Hashable]]
    example_columns: Sequence[Column]
    example_rows: Sequence[Mapping[str, Any]]
    personal: bool = False


def problem(level: Level, error: CellError) -> dict[str, Any]:
    """Return what is wrong, as a row keeps it."""
    values = {name: _plain(value) for name, value in error.values.items()}
    about = {"row": error.row, "column": error.column, "heading": error.heading}
    return {"level": level, **about, "problem": error.problem, "values": values}


def problem_at(level: Level, line: Line, name: str, text: str, /, **values: object) -> dict[str, Any]:
    """Return what is wrong with the field `name` of a row."""
    line.wrong(name, text, **values)
    return problem(level, line.errors.pop())


def cell_error(kept: Mapping[str, Any]) -> CellError:
    """Return a kept problem as a cell's, to be said in the reader's language."""
    return CellError(kept["row"], kept["column"], kept["heading"], kept["problem"], kept["values"])


async def each(rows: Iterable[ImportRow], enter: Callable[[ImportRow], Awaitable[Result]]) -> list[Came]:
    """Return what came of each row; one that is refused keeps none of the others back."""
    came: list[Came] = []
    for row in rows:
        try:
            came.append(await enter(row))
        except Refusal as refusal:
            came.append(refusal)
    return came


def keys_by(*names: str) -> Callable[[ImportRow], list[Hashable]]:
    """Return what tells the record a row is about: its own id, and what `names` has it known by."""

    def keys(row: ImportRow) -> list[Hashable]:
        known_by = [(name, str(row.given[name]).casefold()) for name in names if name in row.given]
        return [*known_by, *([row.subject_id] if row.subject_id else [])]

    return keys


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return format(value, "f")
    return value if isinstance(value, str | int | bool) or value is None else str(value)
