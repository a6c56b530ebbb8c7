"""What an issuer said of a person."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from services.partners.oidc.config import Issuer
from services.partners.orgnumber import check_digit

NUMBER = re.compile(r"(?:0192:|urn:oid:0192:|iso6523-actorid-upis::0192:)?(\d{9})")
MOST_VALUES = 50


@dataclass(frozen=True)
class Said:
    """Who somebody is at an issuer. `email` is there only where the issuer verified it; `org_numbers` are those they act for."""

    issuer: str
    subject: str
    session: str = ""
    name: str = ""
    email: str = ""
    org_numbers: tuple[str, ...] = ()
    strong: bool = False


def said(config: Issuer, claims: Mapping[str, Any]) -> Said:
    """Return what checked claims say."""
    email = claims.get("email")
    verified = isinstance(email, str) and claims.get("email_verified") is True
    return Said(
        issuer=str(claims["iss"]),
        subject=str(claims["sub"]),
        session=_text(claims.get("sid"), 255),
        name=_text(claims.get("name"), 120),
        email=_text(email, 254).strip().lower() if verified else "",
        org_numbers=_org_numbers(config, claims),
        strong=config.strong,
    )


def _org_numbers(config: Issuer, claims: Mapping[str, Any]) -> tuple[str, ...]:
    if not config.organisation_claim:
        return ()
    found: dict[str, None] = {}
    for _, value in zip(range(MOST_VALUES), _texts(claims.get(config.organisation_claim)), strict=False):
        number = config.organisations.get(value) or _number(value)
        if number:
            found[number] = None
    return tuple(found)


def _number(value: str) -> str:
    match = NUMBER.fullmatch(value)
    number = match[1] if match else ""
    return number if number and check_digit(number[:8]) == number[8] else ""


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for one in value.values():
                yield from _texts(one)
        case list():
            for one in value:
                yield from _texts(one)


def _text(value: Any, most: int) -> str:
    return value[:most] if isinstance(value, str) and value.isprintable() else ""
