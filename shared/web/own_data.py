"""What a service knows of a person, as a file they can read and a program can: a ZIP of `data.json` and `index.html`."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from starlette.requests import Request
from starlette.responses import Response

from shared.clock import now
from shared.contracts.vocabulary import Language
from shared.web import formats
from shared.web.doors import resources
from shared.web.exports import attachment
from shared.web.i18n import marker as _

YES, NO = _("Ja"), _("Nei")
FILE_NAME = _("Mine opplysninger")


@dataclass(frozen=True)
class Section:
    """One kind of thing that is kept: `key` names it in the JSON, `title` is an interface string, and `labels` name the fields.

    Fields without a label go by their own name, those that are empty in every row are left out of the page and not of the JSON.
    """

    key: str
    title: str
    rows: Sequence[Mapping[str, Any]]
    labels: Mapping[str, str]


def archive(request: Request, part: str, sections: Iterable[Section]) -> Response:
    """Return the file with what `part` (an interface string: the name of a part of the network) knows of whoever asks."""
    renderer, language = resources(request).renderer, request.state.language
    kept = list(sections)
    data = {section.key: [dict(row) for row in section.rows] for section in kept}
    shown = [_shown(section, language, lambda text: renderer.translate(language, text)) for section in kept]
    page = renderer.environment(language).get_template("kit/own_data.html")
    html = page.render(lang=language, part=renderer.translate(language, part), sections=shown, made_at=now())
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as packed:
        packed.writestr("data.json", json.dumps(data, ensure_ascii=False, indent=2, default=_plain))
        packed.writestr("index.html", html)
    name = f"{renderer.translate(language, FILE_NAME)} {renderer.translate(language, part)}"
    return Response(file.getvalue(), media_type="application/zip", headers=attachment(name, "zip"))


def _shown(section: Section, language: Language, say: Any) -> dict[str, Any]:
    names = list(dict.fromkeys(name for row in section.rows for name in row))
    told = [name for name in names if any(row.get(name) not in (None, "", [], {}) for row in section.rows)]
    rows = [[_text(row.get(name), language, say) for name in told] for row in section.rows]
    return {"title": say(section.title), "head": [say(section.labels.get(name, name)) for name in told], "rows": rows}


def _text(value: Any, language: Language, say: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(say(YES if value else NO))
        case datetime():
            return formats.clock(value, language)
        case date():
            return formats.day(value, language)
        case list() | tuple() | set():
            return ", ".join(_text(one, language, say) for one in value)
        case dict():
            return ", ".join(f"{name}: {_text(one, language, say)}" for name, one in value.items())
        case _:
            return str(value)


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
