"""Rows of climate accounts as spreadsheets have them: the headings they stand under, and what each cell says."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from services.partners.errors import NothingReported, YearNotOver
from services.partners.models.accounts import FIGURES
from services.partners.schemas.fields import ONE_LINE, one_line, web_address
from services.partners.schemas.obligations import EARLIEST_YEAR, MOST_TONNES, to_the_kilogram
from services.partners.usecases.importing.cells import NO_ADDRESS, organisation_number
from services.partners.usecases.importing.kinds import problem, problem_at
from shared.clock import OSLO, now
from shared.sheets import CellError, Column, Line, Sheet, values
from shared.sheets.headings import likened
from shared.web.i18n import marker as _

UNITS = ("", "tCO2e", "tonn CO2e", "tonn CO2-ekv.", "tonn", "tonnes CO2e", "(t)")


def _with_units(*headings: str) -> tuple[str, ...]:
    return tuple(f"{heading} {unit}".strip() for heading in headings for unit in UNITS)


FIELDS: dict[str, Sequence[str]] = {
    "number": (
        "Org.nr.",
        "Orgnr",
        "Organisasjonsnummer",
        "Org. nummer",
        "Org.no.",
        "Org. number",
        "Organisation number",
        "Organization number",
    ),
    "name": ("Virksomhet", "Verksemd", "Navn", "Namn", "Partner", "Organisasjon", "Organisation", "Name", "Company"),
    "year": ("År", "Regnskapsår", "Rekneskapsår", "Rapporteringsår", "Year", "Reporting year"),
    "scope1": _with_units("Scope 1", "Direkte utslipp", "Direkte utslepp", "Direct emissions"),
    "scope2_location": _with_units(
        "Scope 2 lokasjonsbasert",
        "Scope 2 (lokasjon)",
        "Scope 2 stadbasert",
        "Scope 2 location based",
        "Scope 2 location",
        "Lokasjonsbasert",
    ),
    "scope2_market": _with_units(
        "Scope 2 markedsbasert",
        "Scope 2 (marked)",
        "Scope 2 marknadsbasert",
        "Scope 2 market based",
        "Scope 2 market",
        "Markedsbasert",
    ),
    "scope3": _with_units("Scope 3", "Andre indirekte utslipp", "Andre indirekte utslepp", "Value chain"),
    "tool": ("Verktøy", "Tool"),
    "tool_name": ("Verktøynavn", "Verktøynamn", "Tool name"),
    "published": ("Publisert", "Offentlig", "Offentleg", "Published", "Public"),
    "link": ("Lenke", "Lenkje", "Link", "URL"),
    "note": ("Merknad", "Kommentar", "Note", "Comment"),
}
NEEDED = ("number", "year")
TOOLS = {"klimakost": "Klimakost", "other": "Annet"}
MORE_TOOLS = {**TOOLS, "Anna": "Anna", "Other": "Other"}
EXAMPLE_COLUMNS = (
    Column("number", "Org.nr."),
    Column("name", "Virksomhet"),
    Column("year", "År", "integer"),
    Column("scope1", "Scope 1 (tCO2e)", "decimal"),
    Column("scope2_location", "Scope 2 lokasjonsbasert (tCO2e)", "decimal"),
    Column("scope2_market", "Scope 2 markedsbasert (tCO2e)", "decimal"),
    Column("scope3", "Scope 3 (tCO2e)", "decimal"),
    Column("tool", "Verktøy"),
    Column("tool_name", "Verktøynavn"),
    Column("published", "Publisert", "boolean"),
    Column("link", "Lenke"),
    Column("note", "Merknad"),
)
EXAMPLE_ROWS: Sequence[Mapping[str, Any]] = (
    {
        "number": "999990002",
        "name": "Eksempel AS",
        "year": 2025,
        "scope1": Decimal("120.5"),
        "scope2_location": Decimal(48),
        "scope2_market": Decimal("310.25"),
        "scope3": Decimal(2400),
        "tool": "Klimakost",
        "published": True,
        "link": "https://example.org/klimaregnskap-2025",
    },
    {"number": "999990010", "name": "Prøve kommune", "year": 2025, "scope1": Decimal(75), "tool": "Annet"},
)

NO_FIGURES = _("Filen har ingen kolonne med tall vi kjenner. Legg til minst én av disse: %(headings)s.")
WHICH_SCOPE2 = _(
    "«%(heading)s» sier ikke om tallene er lokasjonsbaserte eller markedsbaserte. "
    "Kall kolonnen «Scope 2 lokasjonsbasert» eller «Scope 2 markedsbasert»."
)
IN_KILOS = _("«%(heading)s» ser ut til å være i kilo. Del tallene på 1000, og skriv tonn i overskriften.")
KILOS = _("«%(value)s» er i kilo. Del på 1000, og skriv tallet i tonn uten enhet.")
PERCENT = _("«%(value)s» er en prosent. Skriv utslippet i tonn CO2-ekvivalenter.")
FIGURE_LIKE = re.compile(r"scope|utsl[ie]pp|emission")


@dataclass(frozen=True)
class AccountRow:
    """A row as it was read; `given` are the fields whose cells say something, `problems` what is wrong with the others."""

    line: Line
    number: str | None
    name: str | None
    year: int | None
    given: dict[str, Any]
    problems: list[dict[str, Any]]


def file_problems(sheet: Sheet) -> list[CellError]:
    """Return what is wrong with the columns of a file of accounts: missing and double ones, and figures in unclear or wrong units."""
    row = sheet.headings.row
    found = list(sheet.errors)
    for one in sheet.unknown:
        plain = likened(one.text)
        if plain.endswith(("kg", "kgco2e", "kilo", "kilogram")) and FIGURE_LIKE.search(plain):
            found.append(CellError(row, one.column, one.text, IN_KILOS, {"heading": one.text}))
        elif plain.startswith("scope2"):
            found.append(CellError(row, one.column, one.text, WHICH_SCOPE2, {"heading": one.text}))
    if not found and not any(name in sheet.headings.places for name in FIGURES):
        headings = ", ".join(f"«{FIELDS[name][0]}»" for name in FIGURES)
        found.append(CellError(row, "", "", NO_FIGURES, {"headings": headings}))
    return found


def rows_of(sheet: Sheet) -> list[AccountRow]:
    """Return every row of the sheet, read cell by cell."""
    first = next((name for name in FIGURES if name in sheet.headings.places), FIGURES[0])
    return [_read(line, first) for line in sheet]


def _read(line: Line, first_figure: str) -> AccountRow:
    number, year = line.text("number", needed=True, most=60), line.integer("year", needed=True, least=EARLIEST_YEAR)
    given: dict[str, Any] = {name: line.decimal(name, least=0, most=MOST_TONNES) for name in FIGURES}
    given = {name: value if value is None else to_the_kilogram(value) for name, value in given.items()}
    given |= {
        "tool": line.choice("tool", MORE_TOOLS),
        "tool_name": line.text("tool_name", most=120),
        "published": line.boolean("published"),
        "link": line.text("link", most=300),
        "note": line.text("note", most=600),
    }
    name = line.text("name")
    problems = [problem("wrong", _better(error)) for error in line.errors]
    line.errors.clear()
    given["tool"] = "other" if given["tool"] in ("Anna", "Other") else given["tool"]
    if number is not None:
        number, wrong = _number(line, number)
        problems += wrong
    if year is not None and year >= now().astimezone(OSLO).year:
        problems.append(problem_at("wrong", line, "year", YearNotOver.text))
    problems += _refused(line, "link", given["link"], web_address, NO_ADDRESS)
    problems += _refused(line, "tool_name", given["tool_name"], one_line, ONE_LINE)
    if not problems and all(given[figure] is None for figure in FIGURES):
        problems.append(problem_at("wrong", line, first_figure, NothingReported.text))
    return AccountRow(line, number, name, year, {key: one for key, one in given.items() if one is not None}, problems)


def _number(line: Line, written: str) -> tuple[str | None, list[dict[str, Any]]]:
    try:
        return organisation_number(written), []
    except ValueError as error:
        return None, [problem_at("wrong", line, "number", str(error))]


def _refused(
    line: Line, name: str, value: str | None, accepted: Callable[[str], str], text: str
) -> list[dict[str, Any]]:
    try:
        accepted(value) if value is not None else None
    except ValueError:
        return [problem_at("wrong", line, name, text, value=(value or "")[:60])]
    return []


def _better(error: CellError) -> CellError:
    """Return the error with the remedy that fits a figure in tonnes."""
    unit = str(error.values.get("unit", "")).casefold()
    if error.problem == values.UNIT and unit.startswith(("kg", "kilo")):
        return replace(error, problem=KILOS)
    return replace(error, problem=PERCENT) if error.problem == values.UNIT and unit == "%" else error
