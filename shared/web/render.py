"""Pages from templates: one environment per service over the kit's and its own templates and catalogues."""

import hashlib
from collections.abc import Iterable, Mapping
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from shared.auth.actor import Actor
from shared.contracts.vocabulary import ROLES, Language, Role
from shared.web import csrf, flash, formats, labels
from shared.web.forms import Form, ShownForm
from shared.web.htmx import wants_fragment
from shared.web.i18n import by_letter, translations
from shared.web.page import Flash, Page, Viewer, account_links, navigation
from shared.web.text import markdown

KIT = Path(__file__).parent / "templates"
STATIC = Path(__file__).parent / "static"


class Renderer:
    """Renders a service's templates in the reader's language."""

    def __init__(
        self, templates: tuple[Path, ...], catalogues: tuple[Path, ...], *, link_key: bytes, base_url: str, demo: bool
    ) -> None:
        self._templates = templates
        self._catalogues = catalogues
        self._link_key = link_key
        self._base_url = base_url
        self._demo = demo
        self._environments: dict[Language, Environment] = {}
        self._hashes: dict[str, str] = {}

    def page(
        self, request: Request, template: str, context: Mapping[str, Any] | None = None, status: int = 200
    ) -> HTMLResponse:
        """Return the page `template` makes of `context` for whoever asks."""
        page = self._frame(request)
        html = self.environment(page.lang).get_template(template).render(page=page, **(context or {}))
        headers = {
            "Vary": "Accept-Language, Cookie, HX-Request",
            "Content-Language": page.lang,
            "Cache-Control": "private, no-cache",
        }
        response = HTMLResponse(html, status, headers)
        flash.forget(request, response)
        return response

    def form(self, request: Request, form: Form[Any]) -> ShownForm:
        """Return a form in the reader's language, for a template."""
        return form.translated(partial(self.translate, request.state.language))

    def translate(self, language: Language, text: str, values: Mapping[str, object] | None = None) -> str:
        """Return an interface string in `language`; an empty one stays empty, though catalogues keep their head under it."""
        if not text:
            return ""
        said = translations(language, self._catalogues).gettext(text)
        return said % values if values else said

    def environment(self, language: Language) -> Environment:
        """Return the environment of `language`, made at its first use."""
        if language not in self._environments:
            self._environments[language] = self._environment(language)
        return self._environments[language]

    @cached_property
    def _loader(self) -> FileSystemLoader:
        return FileSystemLoader([*self._templates, KIT])

    def _environment(self, language: Language) -> Environment:
        made = Environment(
            loader=self._loader,
            autoescape=True,
            undefined=StrictUndefined,
            extensions=["jinja2.ext.i18n"],
            trim_blocks=True,
            lstrip_blocks=True,
        )
        made.policies["ext.i18n.trimmed"] = True
        catalogue = translations(language, self._catalogues)
        made.install_gettext_callables(  # type: ignore[attr-defined]
            catalogue.gettext,
            catalogue.ngettext,
            newstyle=True,
            pgettext=catalogue.pgettext,
            npgettext=catalogue.npgettext,
        )
        names = _Labels(catalogue.gettext)
        made.globals.update(asset=self.asset, labels=names, labelled=names.options, named=_named)
        made.filters.update(
            number=partial(_last, formats.number, language),
            date=partial(_last, formats.day, language),
            datetime=partial(_zoned, formats.clock, language),
            daterange=partial(_span, language),
            orgnr=formats.org_number,
            markdown=markdown,
        )
        return made

    def asset(self, name: str) -> str:
        """Return the address of a static file, with its hash so that it may be cached for ever."""
        if name not in self._hashes:
            self._hashes[name] = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
        return f"/static/{name}?v={self._hashes[name]}"

    def _frame(self, request: Request) -> Page:
        language: Language = request.state.language
        actor: Actor | None = request.state.actor
        say = partial(self.translate, language)
        return Page(
            lang=language,
            path=request.url.path,
            query=request.query_params,
            actor=self._viewer(actor, language) if actor else None,
            csrf=csrf.token(self._link_key, actor),
            demo=self._demo,
            full=not wants_fragment(request),
            nav=navigation(request.url.path, actor, say),
            account_links=account_links(request.url.path, actor, say),
            flashes=[Flash(line.kind, say(line.text)) for line in flash.read(request)],
            base_url=self._base_url,
        )

    def _viewer(self, actor: Actor, language: Language) -> Viewer:
        role: Role = min((grant.role for grant in actor.grants), key=ROLES.index, default="partner_member")
        return Viewer(
            actor.name,
            actor.initials,
            self.translate(language, labels.ROLE_LABELS[role]),
            actor.is_staff,
            actor.is_national,
        )


class _Labels:
    """The codes' names in the page's language: `labels.focus_area("energy")`."""

    def __init__(self, translate: Any) -> None:
        self._translate = translate

    def options(self, name: str, codes: Iterable[Any]) -> list[tuple[str, str]]:
        """Return codes with their names, for the kit's lists of choices."""
        return [(str(code), getattr(self, name)(code)) for code in codes]

    def __getattr__(self, name: str) -> Any:
        table: dict[Any, str] = getattr(labels, f"{name.upper()}_LABELS")
        return lambda code: self._translate(table[code]) if code in table else str(code)


def _named(codes: Iterable[str], names: Mapping[str, str]) -> str:
    """Return the names of codes with commas between, in Norwegian order; an unknown code stands for itself."""
    return ", ".join(by_letter(names.get(code, code) for code in codes))


def _last(filter_: Any, language: Language, value: Any) -> str:
    shown: str = filter_(value, language)
    return shown


def _zoned(filter_: Any, language: Language, value: Any, zone: str = "Europe/Oslo") -> str:
    shown: str = filter_(value, language, zone)
    return shown


def _span(language: Language, start: Any, end: Any, zone: str = "Europe/Oslo") -> str:
    return formats.interval(start, end, language, zone)
