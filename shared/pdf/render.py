"""Making PDF with Typst: fonts that come with it, no file outside the template's folder, and data that is never code."""

import asyncio
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import typst
from markupsafe import Markup

from shared import clock
from shared.contracts.vocabulary import Language
from shared.sheets.safety import holdable
from shared.web.i18n import marker as _
from shared.web.i18n import translations

HOUSE = Path(__file__).parent / "house.typ"
PAGE, OF = _("Side"), _("av")
UNSHOWABLE = re.compile(r'the text `"((?:[^"\\]|\\.)+)"` could not be displayed')
ESCAPED = re.compile(r"\\(?:u\{([0-9a-f]+)\}|(.))")
STAND_IN = "\ufffd"
MOST_TRIES = 6


async def render(template: Path, data: Mapping[str, Any], language: Language) -> bytes:
    """Return the PDF that `template` makes of `data`, aside from the event loop. See :func:`compiled`."""
    return await asyncio.to_thread(compiled, template, data, language)


def compiled(template: Path, data: Mapping[str, Any], language: Language) -> bytes:
    """Return the PDF that `template` makes of `data`: tagged, PDF/UA-1, with its title, language and fonts inside.

    `data` has texts, numbers, booleans, None, lists, mappings and dataclasses such as figures; dates come as ISO texts, Decimals as
    texts. Files the template reads lie in its own folder. A sign that no font has, such as 🙂, is shown as �.
    Raises :class:`typst.TypstError` where the template is wrong or not accessible.
    """
    source = (HOUSE.read_text("utf-8") + "\n" + template.read_text("utf-8")).encode()
    say = translations(language).gettext
    given = _plain({"data": data, "lang": language, "words": {"page": say(PAGE), "of": say(OF)}})
    for _attempt in range(MOST_TRIES):
        try:
            return _compile(source, template.parent, given)
        except typst.TypstError as error:
            unshowable = [_unescaped(one) for one in UNSHOWABLE.findall(error.diagnostic)]
            if not unshowable:
                raise
            given = _without(given, unshowable)
    return _compile(source, template.parent, given)


def _compile(source: bytes, root: Path, given: Any) -> bytes:
    made = typst.Compiler(source, root=root, font_paths=_fonts(), ignore_system_fonts=True).compile(
        format="pdf",
        sys_inputs={"given": json.dumps(given)},
        pdf_standards=["ua-1"],
        timestamp=clock.now().replace(microsecond=0),
    )
    assert isinstance(made, bytes)
    return made


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)


def _plain(value: Any) -> Any:
    """Return `value` as JSON can carry it; markup for pages is left out."""
    if isinstance(value, str):
        return "" if isinstance(value, Markup) else holdable(value)
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, Sequence):
        return [_plain(one) for one in value]
    raise TypeError(f"{type(value).__name__} cannot be handed to a report")


def _without(value: Any, signs: Sequence[str]) -> Any:
    if isinstance(value, str):
        for sign in signs:
            value = value.replace(sign, STAND_IN)
        return value
    if isinstance(value, dict):
        return {key: _without(one, signs) for key, one in value.items()}
    return [_without(one, signs) for one in value] if isinstance(value, list) else value


def _unescaped(shown: str) -> str:
    """Return a text as it was before Typst quoted it in a message."""
    return ESCAPED.sub(lambda found: chr(int(found[1], 16)) if found[1] else found[2], shown)
