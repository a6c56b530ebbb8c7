"""Cells as people fill them in, read alike by every kind of import: numbers of organisations, words for codes, lists and addresses."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from services.partners.orgnumber import normalised
from services.partners.schemas.fields import ONE_LINE, Email, one_line, web_address
from services.partners.usecases.importing.kinds import Level, problem, problem_at
from shared.contracts.vocabulary import LANGUAGES
from shared.sheets import Line
from shared.sheets.headings import likened
from shared.sheets.lines import NOT_A_CHOICE
from shared.web.i18n import marker as _
from shared.web.i18n import translations
from shared.web.inputs import storable

NO_EMAIL = _("«%(value)s» er ikke en e-postadresse. Skriv én adresse, for eksempel kari@example.org.")
NO_ADDRESS = _("«%(value)s» er ikke en nettadresse. Skriv hele adressen, med https:// foran, eller la cellen stå tom.")
LOCALE = Path(str(files("services.partners"))) / "locale"
BARE_HOST = re.compile(r"(?:[\w-]+\.)+[^\W\d_]{2,}(?:/\S*)?")
ADDRESS: TypeAdapter[str] = TypeAdapter(Email)
SHOWN = 60

Read = Callable[[str], Any]


class Words:
    """What codes are called in cells: in the network's languages, by the code itself, and by whatever else people write."""

    def __init__(self, labels: Mapping[Any, str], also: Mapping[str, Sequence[str]] | None = None) -> None:
        self.shown = ", ".join(labels.values())
        self._labels = labels
        self._also = also or {}

    @cached_property
    def _codes(self) -> dict[str, str]:
        found: dict[str, str] = {}
        tongues = [translations(language, (LOCALE,)).gettext for language in LANGUAGES]
        for code, label in self._labels.items():
            for word in (code, *(say(label) for say in tongues), *self._also.get(code, ())):
                found.setdefault(likened(word), code)
        return found

    def code(self, written: str) -> str | None:
        """Return the code a word stands for; None for one nobody knows."""
        return self._codes.get(likened(written))


@dataclass
class Row:
    """A row as it was read: `given` are the fields whose cells say something, as JSON; `problems` what is wrong with the others."""

    line: Line
    given: dict[str, Any] = field(default_factory=dict)
    problems: list[dict[str, Any]] = field(default_factory=list)

    @property
    def number(self) -> int:
        """The spreadsheet's own number of the row."""
        return self.line.number

    @property
    def is_wrong(self) -> bool:
        """Whether nothing of it can be entered."""
        return any(one["level"] == "wrong" for one in self.problems)

    def say(self, level: Level, name: str, text: str, /, **values: object) -> None:
        """Note something about the cell of a field; `text` is an interface string with the remedy."""
        self.problems.append(problem_at(level, self.line, name, text, **values))

    def wrong(self, name: str, text: str, /, **values: object) -> None:
        """Note that a cell is wrong."""
        self.say("wrong", name, text, **values)

    def keep(self, name: str, value: Any) -> None:
        """Keep what a cell said, and gather what was found wrong with it."""
        self.problems += [problem("wrong", error) for error in self.line.errors]
        self.line.errors.clear()
        if value is not None:
            self.given[name] = value

    def text(self, name: str, most: int, read: Read = one_line) -> None:
        """Read a text; `read` returns what is kept of it, or raises ValueError with the remedy."""
        written = self.line.text(name, most=most)
        self.keep(name, None)
        if written is None:
            return
        try:
            if not storable(written):
                raise ValueError(ONE_LINE)
            self.keep(name, read(written))
        except ValueError as error:
            text = str(error)
            self.wrong(name, text, **({"value": written[:SHOWN]} if "%(value)s" in text else {}))

    def number_of(self, name: str) -> None:
        """Read an organisation's number, with or without spaces, `NO` and `MVA`."""
        self.text(name, SHOWN, organisation_number)

    def code(self, name: str, words: Words) -> None:
        """Read a word that stands for a code."""
        written = self.line.text(name)
        self.keep(name, None if written is None else self._code(name, written, words))

    def codes(self, name: str, words: Words) -> None:
        """Read words that stand for codes, with commas or semicolons between; an empty cell says nothing."""
        found = [self._code(name, written, words) for written in self.line.list(name)]
        self.keep(name, list(dict.fromkeys(filter(None, found))) or None)

    def day(self, name: str) -> None:
        """Read a day."""
        found = self.line.date(name)
        self.keep(name, found.isoformat() if found else None)

    def raw(self) -> dict[str, Any]:
        """Return every cell of a field as it was written, for somebody to put right."""
        names = list(self.line.fields)
        found = {name: self.line.text(name) for name in names}
        self.line.errors.clear()
        return {name: written[:300] for name, written in found.items() if written is not None and storable(written)}

    def _code(self, name: str, written: str, words: Words) -> str | None:
        found = words.code(written)
        if found is None:
            self.wrong(name, NOT_A_CHOICE, value=written[:SHOWN], choices=words.shown)
        return found


def organisation_number(written: str) -> str:
    """Return the nine digits of a number as spreadsheets have it: `NO 999 990 002 MVA`; raises ValueError with the remedy."""
    return normalised(re.sub(r"(?i)^no(?=\s*\d)|mva$|[.\s\u00a0]", "", written.strip()))


def email(written: str) -> str:
    """Return an address as it is kept; raises ValueError with the remedy."""
    try:
        return ADDRESS.validate_python(written.strip().removeprefix("mailto:"))
    except ValidationError as error:
        raise ValueError(NO_EMAIL) from error


def website(written: str) -> str:
    """Return an address on the web, also where `https://` was left out; raises ValueError with the remedy."""
    try:
        return web_address(f"https://{written}" if BARE_HOST.fullmatch(written) else written)
    except ValueError as error:
        raise ValueError(NO_ADDRESS) from error


def joined(values: Iterable[object]) -> str:
    """Return values as a sentence names them."""
    return ", ".join(str(value) for value in values)
