"""What is wrong with a spreadsheet somebody sent: the whole of it, or one cell."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from shared.errors import Invalid
from shared.web.i18n import marker as _

PLACE = _("rad %(row)s, kolonne %(column)s (%(heading)s)")
PLACE_OF_ROW = _("rad %(row)s")


class Unreadable(Invalid):
    """The file is no spreadsheet we can read; the text says what to do with it."""

    code = "unreadable-spreadsheet"
    text = _("Vi kan ikke lese filen. Lagre den som Excel-arbeidsbok (.xlsx) eller CSV, og prøv igjen.")

    def __init__(self, text: str | None = None, *, field: str | None = "file", **values: object) -> None:
        super().__init__(text, field=field, **values)


@dataclass(frozen=True)
class CellError:
    """What is wrong with one cell, and the remedy.

    `row` counts from 1 as the spreadsheet shows it; `column` is the letter and `heading` the column's own heading, both empty
    where a whole row is meant. `problem` is an interface string (bokmål) with `values` to fill in.
    """

    row: int
    column: str
    heading: str
    problem: str
    values: Mapping[str, object] = field(default_factory=dict)

    def said(self, translate: Callable[[str], str] = str) -> str:
        """Return what is wrong, without the place; `translate` gives a string in the reader's language."""
        text = translate(self.problem)
        return text % self.values if self.values else text

    def place(self, translate: Callable[[str], str] = str) -> str:
        """Return where it is: `rad 7, kolonne C (Org.nr.)`."""
        where = {"row": self.row, "column": self.column, "heading": self.heading}
        return translate(PLACE if self.column else PLACE_OF_ROW) % where

    def __str__(self) -> str:
        return f"{self.place()}: {self.said()}"
