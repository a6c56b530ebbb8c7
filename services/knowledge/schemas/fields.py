"""Kinds of fields a case has, each with its bounds."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from shared.web.i18n import marker as _

WEB = _("Skriv en hel adresse som begynner med https://.")
MOST_VALUE = 10**9


def web_address(text: str) -> bool:
    """Whether `text` is a whole http(s) address and nothing but."""
    if any(sign.isspace() or not sign.isprintable() for sign in text):
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def _norwegian(value: Any) -> Any:
    """Numbers as people write them: `1 234,5`."""
    return "".join(value.split()).replace(",", ".") if isinstance(value, str) else value


def _lines(value: Any) -> Any:
    """One entry a line, as forms send them; numbers count as the words they are written with."""
    if not isinstance(value, list):
        return value
    entries = [line for item in value for line in (item.splitlines() if isinstance(item, str) else [item])]
    words = [str(item) if isinstance(item, int) and not isinstance(item, bool) else item for item in entries]
    return [item for item in words if not isinstance(item, str) or item.strip()]


def _once(value: Sequence[Any]) -> list[Any]:
    return list(dict.fromkeys(value))


def _web(value: str) -> str:
    if value and not web_address(value):
        raise ValueError(WEB)
    return value


def _number_as_word(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,60}$")]
Summary = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=600)]
Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
Word = Annotated[Label, BeforeValidator(_number_as_word)]
"""A code of a vocabulary, or one of its names."""
Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Words = Annotated[list[Label], Field(max_length=20), BeforeValidator(_lines), AfterValidator(_once)]
Keywords = Annotated[list[Label], Field(max_length=30), BeforeValidator(_lines), AfterValidator(_once)]
Lines = Annotated[
    list[Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]],
    Field(max_length=20),
    BeforeValidator(_lines),
    AfterValidator(_once),
]
Year = Annotated[int, Field(ge=1990, le=2100)]
Value = Annotated[
    Decimal,
    Field(ge=0, le=MOST_VALUE, max_digits=13, decimal_places=3, allow_inf_nan=False),
    BeforeValidator(_norwegian),
]
Percent = Annotated[
    Decimal, Field(ge=0, le=1_000, max_digits=7, decimal_places=3, allow_inf_nan=False), BeforeValidator(_norwegian)
]
Kroner = Annotated[int, Field(ge=0, le=10**12), BeforeValidator(_norwegian)]
Count = Annotated[int, Field(ge=0, le=10**7), BeforeValidator(_norwegian)]
Latitude = Annotated[Decimal, Field(ge=-90, le=90, decimal_places=5, allow_inf_nan=False), BeforeValidator(_norwegian)]
Longitude = Annotated[
    Decimal, Field(ge=-180, le=180, decimal_places=5, allow_inf_nan=False), BeforeValidator(_norwegian)
]
Address = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500), AfterValidator(_web)]
