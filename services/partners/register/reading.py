"""The register's JSON made into units. Fields come and go: what is unknown is ignored, what is missing or odd is left out.

Only the number and the name must be there. Raises ValueError for what is not a unit, a page or a change.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from services.partners.orgnumber import normalised
from services.partners.register.naming import display_name
from services.partners.register.unit import Change, ChangeKind, Removed, Unit
from shared.contracts.vocabulary import Language

LANGUAGES: dict[str, Language] = {"bokmål": "nb", "nynorsk": "nn"}
KINDS: dict[str, ChangeKind] = {"Ny": "new", "Endring": "changed", "Sletting": "deleted", "Fjernet": "removed"}
DELETED = "SlettetEnhet"
INDUSTRIES = ("naeringskode1", "naeringskode2", "naeringskode3")
HOST = re.compile(r"(?=.{4,253}$)(?:(?!-)[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_]{2,63}", re.ASCII | re.IGNORECASE)
LONGEST_ADDRESS = 300


def unit(found: object) -> Unit:
    """Return the unit a reply tells of, living or deleted."""
    given = _object(found)
    form, sector = _part(given, "organisasjonsform"), _part(given, "institusjonellSektorkode")
    address = _address(given)
    place = _text(address, "kommune")
    codes = (_text(_part(given, name), "kode") for name in INDUSTRIES)
    employees = _whole(given, "antallAnsatte")
    return Unit(
        org_number=_number(given),
        name=_needed(given, "navn"),
        form=(_text(form, "kode") or "").upper(),
        form_text=_text(form, "beskrivelse") or "",
        website=web_address(_text(given, "hjemmeside")),
        municipality=display_name(place) if place else None,
        municipality_number=_text(address, "kommunenummer"),
        country=_text(address, "landkode"),
        industries=tuple(code for code in codes if code),
        industry_text=_text(_part(given, INDUSTRIES[0]), "beskrivelse") or "",
        sector_code=_text(sector, "kode"),
        employees=employees,
        few_employees=employees is None and given.get("harRegistrertAntallAnsatte") is True,
        parent=_text(given, "overordnetEnhet"),
        language=LANGUAGES.get((_text(given, "maalform") or "").lower()),
        registered=_day(given, "registreringsdatoEnhetsregisteret"),
        bankrupt=given.get("konkurs") is True,
        winding_up=given.get("underAvvikling") is True,
        forced_winding_up=given.get("underTvangsavviklingEllerTvangsopplosning") is True,
        deleted=bool(given.get("slettedato")) or given.get("respons_klasse") == DELETED,
        deleted_on=_day(given, "slettedato"),
    )


def removed(org_number: str, found: object) -> Removed:
    """Return what is left of a unit taken out of the open data; `found` may be anything."""
    return Removed(org_number, _day(found, "slettedato") if isinstance(found, dict) else None)


def units(found: object) -> list[Unit]:
    """Return the units of a page that can be read; a search without a hit has no `_embedded` at all."""
    return list(_readable(_embedded(found, "enheter")))


def _readable(listed: Iterator[object]) -> Iterator[Unit]:
    for each in listed:
        with suppress(ValueError):
            yield unit(each)


def changes(found: object) -> tuple[Change, ...]:
    """Return the changes of a page, oldest first."""
    read = (_change(_object(each)) for each in _embedded(found, "oppdaterteEnheter"))
    return tuple(sorted(read, key=lambda change: change.id))


def web_address(written: str | None) -> str | None:
    """Return the address of a website given without a scheme, `https://` before it; None for what is no address."""
    if not written or any(sign in written for sign in " @\\"):
        return None
    try:
        parts = urlsplit(written if "://" in written else f"https://{written}")
        host = (parts.hostname or "").encode("idna").decode()
        odd = parts.port or parts.username
    except (UnicodeError, ValueError):
        return None
    if parts.scheme not in ("http", "https") or odd or not HOST.fullmatch(host):
        return None
    address = parts._replace(netloc=(parts.hostname or ""), fragment="").geturl().rstrip("/")
    return address if len(address) <= LONGEST_ADDRESS else None


def _change(given: Mapping[str, Any]) -> Change:
    place = _whole(given, "oppdateringsid")
    if place is None:
        raise ValueError("a change has no oppdateringsid")
    return Change(
        place,
        _needed(given, "organisasjonsnummer"),
        KINDS.get(_text(given, "endringstype") or "", "unknown"),
        _moment(given, "dato"),
    )


def _address(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """The business address, or the postal one where that says no municipality."""
    business = _part(given, "forretningsadresse")
    return business if _text(business, "kommune") else _part(given, "postadresse") or business


def _embedded(found: object, name: str) -> Iterator[object]:
    listed = _part(_object(found), "_embedded").get(name, [])
    if not isinstance(listed, list):
        raise ValueError(f"{name} is no list")
    yield from listed


def _object(found: object) -> Mapping[str, Any]:
    if not isinstance(found, dict):
        raise ValueError("the reply is no object")
    return found


def _part(given: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = given.get(name)
    return found if isinstance(found, dict) else {}


def _number(given: Mapping[str, Any]) -> str:
    return normalised(_needed(given, "organisasjonsnummer"))


def _needed(given: Mapping[str, Any], name: str) -> str:
    found = _text(given, name)
    if found is None:
        raise ValueError(f"the reply has no {name}")
    return found


def _text(given: Mapping[str, Any], name: str) -> str | None:
    found = given.get(name)
    return " ".join(found.split()) or None if isinstance(found, str) else None


def _whole(given: Mapping[str, Any], name: str) -> int | None:
    found = given.get(name)
    return found if isinstance(found, int) and not isinstance(found, bool) and found >= 0 else None


def _day(given: Mapping[str, Any], name: str) -> date | None:
    try:
        return date.fromisoformat((_text(given, name) or "")[:10])
    except ValueError:
        return None


def _moment(given: Mapping[str, Any], name: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(_text(given, name) or "")
    except ValueError:
        return None
    return found if found.tzinfo else None
