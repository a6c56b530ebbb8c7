"""The words of a mail: each template is rendered once for all readers of a language, with slots for what is one person's own.

Rendering costs more than everything else on a mail but sending it, and ten thousand invitations differ in four places only.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import escape

from shared.contracts.vocabulary import Language
from shared.web.i18n import translations

HERE = Path(__file__).parent
OPEN, CLOSE = "\ue000", "\ue001"
SLOT = re.compile(f"{OPEN}(\\w+){CLOSE}")
MARKS = str.maketrans({OPEN: None, CLOSE: None})


@dataclass(frozen=True)
class Texts:
    """A mail's subject, plain text and HTML."""

    subject: str
    text: str
    html: str


def say(language: Language, text: str) -> str:
    """Return an interface string of the notifier or the kit in `language`."""
    return translations(language, (HERE / "locale",)).gettext(text)


def write(kind: str, language: Language, shared: Mapping[str, str | int], own: Mapping[str, str]) -> Texts:
    """Return the texts of a mail: `shared` is the same for many readers, `own` is this one's (empty values are left out)."""
    clean = {name: value.translate(MARKS) if isinstance(value, str) else value for name, value in shared.items()}
    blank = frozenset(name for name, value in own.items() if not value)
    subject, text, html = _forms(kind, language, tuple(sorted(clean.items())), frozenset(own), blank)
    plain = {name: value.translate(MARKS) for name, value in own.items()}
    escaped = {name: str(escape(value)) for name, value in plain.items()}
    return Texts(_filled(subject, plain), _filled(text, plain), _filled(html, escaped))


def _filled(form: str, values: Mapping[str, str]) -> str:
    return SLOT.sub(lambda slot: values[slot[1]], form)


@lru_cache(maxsize=256)
def _forms(
    kind: str,
    language: Language,
    shared: tuple[tuple[str, str | int], ...],
    names: frozenset[str],
    blank: frozenset[str],
) -> tuple[str, str, str]:
    slots = {name: "" if name in blank else f"{OPEN}{name}{CLOSE}" for name in names}
    context: dict[str, Any] = {**dict(shared), **slots, "lang": language}
    subject = _environment(language, html=False).get_template(f"{kind}/subject.txt").render(context)
    text = _environment(language, html=False).get_template(f"{kind}/body.txt").render(context)
    return subject, text, _environment(language, html=True).get_template(f"{kind}/body.html").render(context)


@lru_cache(maxsize=6)
def _environment(language: Language, *, html: bool) -> Environment:
    made = Environment(
        loader=FileSystemLoader(HERE / "templates" / "mail"),
        autoescape=html,  # noqa: S701 plain text has nothing to escape
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    made.policies["ext.i18n.trimmed"] = True
    catalogue = translations(language, (HERE / "locale",))
    made.install_gettext_callables(  # type: ignore[attr-defined]
        catalogue.gettext, catalogue.ngettext, newstyle=True, pgettext=catalogue.pgettext, npgettext=catalogue.npgettext
    )
    return made
