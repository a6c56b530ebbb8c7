"""Rows of organisations as spreadsheets have them: the headings they stand under, and what each cell says."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from services.partners.models import Status
from services.partners.schemas.fields import ONE_LINE
from services.partners.usecases.importing.account_rows import FIELDS as ACCOUNT_FIELDS
from services.partners.usecases.importing.cells import Row, Words, website
from shared.sheets import CellError, Column, Line, Sheet
from shared.web.i18n import marker as _
from shared.web.labels import LANGUAGE_LABELS, SECTOR_LABELS

EXTERNAL_ID = ("Eksternt id", "Ekstern id", "Ekstern-id", "External id", "Kundenummer", "Id")
NUMBER = ACCOUNT_FIELDS["number"]
LANGUAGE = ("Språk", "Målform", "Language")
REGIONS = ("Region", "Regioner", "Regionar", "Regions", "Klimapartnere i", "Klimapartnarar i")
FIELDS: dict[str, Sequence[str]] = {
    "external_id": EXTERNAL_ID,
    "org_number": NUMBER,
    "name": ("Virksomhet", "Verksemd", "Navn", "Namn", "Partner", "Organisasjon", "Organisation", "Name", "Company"),
    "sector": ("Sektor", "Sector"),
    "status": ("Status", "Partnerstatus", "Partner status"),
    "regions": REGIONS,
    "membership": ("Medlemskap", "Medlemstype", "Type medlemskap", "Medlemsskap", "Membership", "Membership type"),
    "since": (
        "Partner siden",
        "Partnar sidan",
        "Medlem siden",
        "Medlem sidan",
        "Fra dato",
        "Frå dato",
        "Partner since",
    ),
    "until": ("Partner til", "Partnar til", "Medlem til", "Til dato", "Sluttdato", "Partner until"),
    "municipality": ("Kommune", "Municipality"),
    "municipality_number": ("Kommunenummer", "Kommunenr", "Kommunenr.", "Municipality number"),
    "county": ("Fylke", "County"),
    "website": ("Nettsted", "Nettstad", "Nettside", "Hjemmeside", "Heimeside", "Website", "Web"),
    "description": ("Om virksomheten", "Om verksemda", "Beskrivelse", "Omtale", "Description", "About"),
    "language": LANGUAGE,
    "legal_form": ("Organisasjonsform", "Selskapsform", "Legal form"),
    "nace_code": ("Næringskode", "Næringskode (NACE)", "NACE", "NACE-kode", "NACE code", "Industry code"),
    "nace_text": ("Næring", "Bransje", "Næringstekst", "Industry"),
    "employees": ("Ansatte", "Tilsette", "Antall ansatte", "Talet på tilsette", "Employees", "Number of employees"),
    "offers": ("Tilbyr", "Tilbyd", "Offers"),
    "needs": ("Trenger", "Treng", "Ønsker", "Needs"),
}
NEEDED = ("name",)
OF_MEMBERSHIP = ("regions", "membership", "since", "until")
"""What a row says of where it is a partner; the rest is about the organisation itself."""

SECTORS = Words(
    SECTOR_LABELS,
    {
        "public": ("Offentlig", "Offentleg", "Kommune", "Kommunal", "Stat", "Statlig", "Statleg", "Public"),
        "business": ("Privat", "Bedrift", "Næring", "Private", "Business"),
        "academia": ("Forskning", "Forsking", "Utdanning", "Academia", "Research"),
        "ngo": ("Frivillig", "Frivillighet", "Ideell", "Organisasjon", "NGO", "Non-profit"),
    },
)
STATUS_LABELS: dict[Status, str] = {
    "prospect": _("Mulig partner"),
    "shadow": _("Partner, men profilen er ikke overtatt"),
    "active": _("Partner"),
    "paused": _("Partner på pause"),
    "left": _("Ikke lenger partner"),
}
STATUSES = Words(
    STATUS_LABELS,
    {
        "prospect": ("Prospekt", "Kandidat", "Mogleg partnar"),
        "shadow": ("Skyggeprofil",),
        "active": ("Aktiv", "Aktiv partner", "Partnar", "Medlem", "Active"),
        "paused": ("Pause", "Paused"),
        "left": ("Sluttet", "Slutta", "Utmeldt", "Left"),
    },
)
MEMBERSHIP_LABELS = {"member": _("Partner"), "guest": _("Gjest")}
MEMBERSHIPS = Words(MEMBERSHIP_LABELS, {"member": ("Medlem", "Partnar", "Member"), "guest": ("Gjestepartner", "Guest")})
TONGUES = Words(LANGUAGE_LABELS, {"nb": ("Norsk", "B"), "nn": ("N",), "en": ("English", "E")})

EXAMPLE_COLUMNS = tuple(
    Column(key, FIELDS[key][0], {"employees": "integer", "since": "date", "until": "date"}.get(key, "text"))  # type: ignore[arg-type]
    for key in FIELDS
)
EXAMPLE_ROWS: Sequence[Mapping[str, Any]] = (
    {
        "external_id": "kunde-1001",
        "org_number": "999 990 002",
        "name": "Eksempel AS",
        "sector": SECTOR_LABELS["business"],
        "status": STATUS_LABELS["active"],
        "regions": "Agder",
        "membership": MEMBERSHIP_LABELS["member"],
        "since": date(2024, 1, 1),
        "municipality": "Arendal",
        "municipality_number": "4203",
        "county": "Agder",
        "website": "https://eksempel.example.org",
        "description": "Bygger båter av gjenvunnet aluminium.",
        "language": LANGUAGE_LABELS["nb"],
        "legal_form": "AS",
        "nace_code": "30.120",
        "nace_text": "Bygging av fritidsbåter",
        "employees": 42,
    },
    {
        "external_id": "kunde-1002",
        "org_number": "999 990 010",
        "name": "Prøve kommune",
        "sector": SECTOR_LABELS["public"],
        "regions": "Agder, Rogaland",
        "membership": MEMBERSHIP_LABELS["guest"],
        "since": date(2026, 1, 1),
        "until": date(2027, 1, 1),
    },
)

NO_KEY = _(
    "Filen har verken «Eksternt id» eller «Org.nr.». Legg til minst én av kolonnene, så virksomhetene kjennes igjen."
)
NO_MUNICIPALITY = _("«%(value)s» er ikke et kommunenummer. Skriv fire siffer, for eksempel 4203.")
NO_FORM = _("«%(value)s» er ikke en organisasjonsform. Skriv koden fra Enhetsregisteret, for eksempel AS eller KOMM.")
NO_INDUSTRY = _("«%(value)s» er ikke en næringskode. Skriv koden med punktum, for eksempel 84.110.")
MOST_EMPLOYEES = 1_000_000


def file_problems(sheet: Sheet) -> list[CellError]:
    """Return what is wrong with the columns of a file of organisations: missing and double ones, or none to know them by."""
    found = list(sheet.errors)
    if not found and not {"external_id", "org_number"} & set(sheet.headings.places):
        found.append(CellError(sheet.headings.row, "", "", NO_KEY))
    return found


def rows_of(sheet: Sheet) -> list[Row]:
    """Return every row of the sheet, read cell by cell."""
    return [_read(line) for line in sheet]


def _read(line: Line) -> Row:
    row = Row(line)
    row.text("external_id", 120)
    row.number_of("org_number")
    row.text("name", 200)
    for name, words in (
        ("sector", SECTORS),
        ("status", STATUSES),
        ("membership", MEMBERSHIPS),
        ("language", TONGUES),
    ):
        row.code(name, words)
    for name in ("regions", "offers", "needs"):
        row.keep(name, list(line.list(name)) or None)
    row.day("since")
    row.day("until")
    row.text("municipality", 120)
    row.text("municipality_number", 60, _municipality)
    row.text("county", 120)
    row.text("website", 300, website)
    row.text("description", 5_000, _prose)
    row.text("legal_form", 60, _form)
    row.text("nace_code", 60, _industry)
    row.text("nace_text", 200)
    row.keep("employees", line.integer("employees", least=0, most=MOST_EMPLOYEES))
    return row


def _municipality(written: str) -> str:
    # Spreadsheets drop the first digit of Oslo's 0301.
    padded = written.zfill(4)
    return _matching(r"[0-9]{4}", padded, NO_MUNICIPALITY)


def _form(written: str) -> str:
    return _matching(r"[A-Z]{2,10}", written.upper(), NO_FORM)


def _industry(written: str) -> str:
    return _matching(r"[0-9]{2}(\.[0-9]{1,3})?", written.replace(",", "."), NO_INDUSTRY)


def _prose(written: str) -> str:
    if any(sign < " " and sign not in "\n\r\t" for sign in written):
        raise ValueError(ONE_LINE)
    return written


def _matching(pattern: str, value: str, remedy: str) -> str:
    if not re.fullmatch(pattern, value, re.ASCII):
        raise ValueError(remedy)
    return value
