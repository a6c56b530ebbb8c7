"""One row of a sheet, asked field by field; what is wrong gathers in `errors`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TypeVar

from shared.sheets import values
from shared.sheets.errors import CellError
from shared.sheets.grid import Cell, Fault, letter
from shared.sheets.headings import Headings
from shared.web.i18n import marker as _

T = TypeVar("T")

EMPTY = _("Cellen er tom. Fyll den ut.")
FAILED = _("Formelen i cellen gir feilen %(code)s. Rett formelen, eller skriv verdien.")
UNCALCULATED = _("Formelen i cellen er ikke regnet ut. Åpne filen i et regneark, lagre den, og prøv igjen.")
TOO_SMALL = _("%(value)s er for lite. Det minste som kan stå her, er %(least)s.")
TOO_LARGE = _("%(value)s er for mye. Det meste som kan stå her, er %(most)s.")
TOO_LONG = _("Teksten er på %(length)s tegn. Kort den ned til %(most)s.")
NOT_A_CHOICE = _("«%(value)s» er ikke et av valgene. Skriv ett av disse: %(choices)s.")


class Line:
    """A row under the headings.

    `number` is the row's own in the spreadsheet. Each reader returns None for an empty cell, for a field without a column, and for
    a cell that is wrong; the last leaves a :class:`CellError` in `errors`, as does an empty one that is `needed`.
    """

    def __init__(self, number: int, cells: Sequence[Cell], headings: Headings) -> None:
        self.number = number
        self.errors: list[CellError] = []
        self._cells = cells
        self._headings = headings

    @property
    def fields(self) -> Iterable[str]:
        """The fields that have a column in the sheet."""
        return self._headings.places

    def text(self, field: str, *, needed: bool = False, most: int = 0) -> str | None:
        """Return a text; `most` is how many characters it may have."""
        found = self._read(field, values.text, needed)
        if found is not None and most and len(found) > most:
            self.wrong(field, TOO_LONG, length=len(found), most=most)
            return None
        return found

    def decimal(
        self, field: str, *, needed: bool = False, least: Decimal | int | None = None, most: Decimal | int | None = None
    ) -> Decimal | None:
        """Return a number of at least `least` and at most `most`."""
        found = self._read(field, values.decimal, needed)
        return found if found is not None and self._within(field, found, least, most) else None

    def integer(
        self, field: str, *, needed: bool = False, least: int | None = None, most: int | None = None
    ) -> int | None:
        """Return a whole number of at least `least` and at most `most`."""
        found = self._read(field, values.integer, needed)
        return found if found is not None and self._within(field, Decimal(found), least, most) else None

    def date(self, field: str, *, needed: bool = False) -> date | None:
        """Return a day."""
        return self._read(field, values.day, needed)

    def boolean(self, field: str, *, needed: bool = False) -> bool | None:
        """Return yes or no."""
        return self._read(field, values.boolean, needed)

    def choice(self, field: str, choices: Mapping[str, str], *, needed: bool = False) -> str | None:
        """Return the code of a choice; `choices` has the codes with the word each is called by, and both are read."""
        found = self._read(field, values.text, needed)
        if found is None:
            return None
        for code, name in choices.items():
            if found.casefold() in (code.casefold(), name.casefold()):
                return code
        self.wrong(field, NOT_A_CHOICE, value=found[:60], choices=", ".join(choices.values()))
        return None

    def list(self, field: str) -> Sequence[str]:
        """Return the texts of a cell with commas, semicolons or line breaks between."""
        found = self._read(field, values.text, False) or ""
        return [part.strip() for part in found.replace(";", ",").replace("\n", ",").split(",") if part.strip()]

    def wrong(self, field: str, problem: str, **about: object) -> None:
        """Note that the field's cell is wrong; `problem` is an interface string that says the remedy too."""
        place = self._headings.places.get(field)
        column = "" if place is None else letter(place)
        heading = self._headings.texts.get(field, field)
        self.errors.append(CellError(self.number, column, heading, problem, about))

    def _read(self, field: str, reader: Callable[[values.Value], T], needed: bool) -> T | None:
        place = self._headings.places.get(field, len(self._cells))
        cell = self._cells[place] if place < len(self._cells) else None
        if isinstance(cell, Fault):
            if cell.code:
                self.wrong(field, FAILED, code=cell.code)
            else:
                self.wrong(field, UNCALCULATED)
            return None
        if cell is None:
            if needed:
                self.wrong(field, EMPTY)
            return None
        try:
            return reader(cell)
        except values.WrongValue as error:
            self.wrong(field, error.problem, **error.values)
            return None

    def _within(self, field: str, found: Decimal, least: Decimal | int | None, most: Decimal | int | None) -> bool:
        if least is not None and found < least:
            self.wrong(field, TOO_SMALL, value=values.text(found), least=values.text(Decimal(least)))
            return False
        if most is not None and found > most:
            self.wrong(field, TOO_LARGE, value=values.text(found), most=values.text(Decimal(most)))
            return False
        return True
