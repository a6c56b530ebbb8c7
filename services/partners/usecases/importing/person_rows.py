"""Rows of people as spreadsheets have them: the headings they stand under, and what each cell says."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from services.partners.schemas.people import phone_number
from services.partners.usecases.importing.cells import Row, Words, email
from services.partners.usecases.importing.organisation_rows import EXTERNAL_ID, LANGUAGE, NUMBER, TONGUES
from services.partners.usecases.roles import GIVABLE
from shared.sheets import CellError, Column, Line, Sheet
from shared.web.i18n import marker as _
from shared.web.labels import FOCUS_AREA_LABELS, FUNCTION_LABELS, LANGUAGE_LABELS, ROLE_LABELS

FIELDS: dict[str, Sequence[str]] = {
    "external_id": EXTERNAL_ID,
    "name": ("Navn", "Namn", "Fullt navn", "Fullt namn", "Person", "Kontaktperson", "Name", "Full name"),
    "first_name": ("Fornavn", "Førenamn", "First name"),
    "last_name": ("Etternavn", "Etternamn", "Last name", "Surname"),
    "email": ("E-post", "E-postadresse", "Epost", "Epostadresse", "Mail", "E-mail", "Email", "Email address"),
    "phone": ("Telefon", "Mobil", "Telefonnummer", "Mobiltelefon", "Tlf", "Phone", "Mobile"),
    "title": ("Stilling", "Tittel", "Title", "Job title"),
    "language": LANGUAGE,
    "focus_areas": ("Fokusområder", "Fokusområde", "Interesser", "Tema", "Focus areas"),
    "active": ("Aktiv", "I bruk", "Active"),
    "role": ("Rolle", "Roller", "Role", "Roles"),
    "organisation_number": NUMBER,
    "organisation": (
        *("Virksomhetens eksterne id", "Virksomhetens id", "Verksemda sin eksterne id", "Organisation external id"),
        *("Organisation id", "Kundenummer virksomhet"),
    ),
    "organisation_name": ("Virksomhet", "Verksemd", "Organisasjon", "Partner", "Organisation", "Company"),
    "region": ("Region", "Fylke", "Region name", "County"),
    "functions": ("Oppgaver", "Oppgåver", "Oppgave", "Funksjon", "Funksjoner", "Functions", "Tasks"),
    "since": ("Rolle fra", "Rolle frå", "Fra dato", "Frå dato", "Startdato", "Role from"),
    "until": ("Rolle til", "Til dato", "Sluttdato", "Role until"),
}
NEEDED = ("email",)
OF_ROLE = ("role", "organisation_number", "organisation", "organisation_name", "region", "functions", "since", "until")
"""What a row says of a role; the rest is about the person."""

ROLES = Words(
    {role: ROLE_LABELS[role] for role in GIVABLE},
    {
        "national": ("Nasjonal", "National"),
        "region_lead": ("Regional leder", "Regionleiar"),
        "region_staff": ("Regionansatt", "Regiontilsett"),
        "partner_admin": ("Ansvarlig", "Ansvarleg", "Administrator", "Hovedkontakt", "Hovudkontakt"),
        "partner_member": ("Kontaktperson", "Kontakt", "Medlem", "Partnar"),
    },
)
FUNCTIONS = Words(
    FUNCTION_LABELS,
    {
        "top_leader": ("Daglig leder", "Dagleg leiar", "Leder", "Leiar", "Top leader", "CEO"),
        "climate_lead": ("Klimaansvarleg", "Klimakontakt", "Miljøansvarlig", "Climate lead"),
        "communications": ("Kommunikasjonsansvarlig", "Communications"),
        "invoice": ("Fakturamottaker", "Økonomi", "Invoice"),
    },
)
FOCUS_AREAS = Words(
    FOCUS_AREA_LABELS,
    {
        "scope3": ("Scope 3", "Innkjøp", "Verdikjede"),
        "green_business": ("Grønn forretning", "Green business"),
        "leadership": ("Ledelse", "Leiing"),
    },
)

SHOWN = tuple(name for name in FIELDS if name not in ("first_name", "last_name"))
EXAMPLE_COLUMNS = tuple(
    Column(key, FIELDS[key][0], {"active": "boolean", "since": "date", "until": "date"}.get(key, "text"))  # type: ignore[arg-type]
    for key in SHOWN
)
EXAMPLE_ROWS: Sequence[Mapping[str, Any]] = (
    {
        "external_id": "person-1",
        "name": "Kari Eksempel",
        "email": "kari@eksempel.example.org",
        "phone": "912 34 567",
        "title": "Bærekraftsjef",
        "language": LANGUAGE_LABELS["nb"],
        "focus_areas": FOCUS_AREA_LABELS["energy"],
        "role": ROLE_LABELS["partner_admin"],
        "organisation_number": "999 990 002",
        "organisation_name": "Eksempel AS",
        "functions": FUNCTION_LABELS["climate_lead"],
        "since": date(2024, 1, 1),
    },
    {
        "external_id": "person-2",
        "name": "Ola Prøve",
        "email": "ola@prove.example.org",
        "language": LANGUAGE_LABELS["nn"],
        "role": ROLE_LABELS["partner_member"],
        "region": "Agder",
    },
)
NO_NAME_COLUMN = _("Filen har ingen kolonne med navn. Legg til «Navn», eller «Fornavn» og «Etternavn».")


def file_problems(sheet: Sheet) -> list[CellError]:
    """Return what is wrong with the columns of a file of people: missing and double ones, or no name."""
    found, places = list(sheet.errors), set(sheet.headings.places)
    if not found and "name" not in places and not {"first_name", "last_name"} <= places:
        found.append(CellError(sheet.headings.row, "", "", NO_NAME_COLUMN))
    return found


def rows_of(sheet: Sheet) -> list[Row]:
    """Return every row of the sheet, read cell by cell."""
    return [_read(line) for line in sheet]


def _read(line: Line) -> Row:
    row = Row(line)
    row.text("external_id", 120)
    for name in ("name", "first_name", "last_name"):
        row.text(name, 120)
    _whole_name(row)
    row.text("email", 300, email)
    row.text("phone", 40, phone_number)
    row.text("title", 120)
    row.code("language", TONGUES)
    row.codes("focus_areas", FOCUS_AREAS)
    row.keep("active", line.boolean("active"))
    row.codes("role", ROLES)
    row.number_of("organisation_number")
    row.text("organisation", 120)
    row.text("organisation_name", 200)
    row.keep("region", list(line.list("region")) or None)
    row.codes("functions", FUNCTIONS)
    row.day("since")
    row.day("until")
    return row


def _whole_name(row: Row) -> None:
    parts = [row.given.pop(name, "") for name in ("first_name", "last_name")]
    if "name" not in row.given and all(parts):
        row.given["name"] = " ".join(parts)[:120]
