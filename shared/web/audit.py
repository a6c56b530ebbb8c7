"""The audit as pages and files show it: the same for every service, in the reader's language."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Annotated, Any, Protocol

from fastapi import Query, Request
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.responses import RedirectResponse, Response

from shared.audit.reading import AuditFilter, Entry, actions
from shared.auth.actor import Actor
from shared.contracts.vocabulary import Language
from shared.errors import Invalid
from shared.sheets.table import Column, Table
from shared.web.doors import resources
from shared.web.exports import Format, export
from shared.web.i18n import marker as _
from shared.web.inputs import UNSTORABLE, storable
from shared.web.paging import PER_PAGE, Paging

COLUMNS: tuple[tuple[str, str, Any], ...] = (
    ("seq", _("Nummer"), "integer"),
    ("at", _("Når"), "datetime"),
    ("who", _("Hvem"), "text"),
    ("action", _("Hva"), "text"),
    ("kind", _("Slag"), "text"),
    ("subject", _("Gjelder"), "text"),
    ("regions", _("Regioner"), "list"),
    ("changes", _("Endret"), "list"),
)
TITLE = _("Endringslogg")
SYSTEM, PROGRAM, ERASED, EMPTIED = _("Systemet"), _("Et program"), _("Slettet person"), _("verdiene er slettet")
SOMEBODY = _("Personen i registeret")
YES, NO, NOTHING = _("Ja"), _("Nei"), _("ingenting")
PEOPLE = "/partners/people/"

Text = Annotated[str, Query(max_length=200)]
Page = Annotated[int, Query(ge=1, le=10_000)]


@dataclass(frozen=True)
class Labels:
    """What a service's codes in the audit are called: actions, kinds of subjects, and fields. A code without a name stands for
    itself."""

    actions: Mapping[str, str]
    kinds: Mapping[str, str]
    fields: Mapping[str, str]


class Reads(Protocol):
    """A question to the audit, within the reach of whoever asks."""

    async def entries(
        self, session: AsyncSession, actor: Actor, wanted: AuditFilter, page: int, per_page: int
    ) -> tuple[int, list[Entry]]:
        """Return how many entries match, and one page of them, newest first."""

    def all_entries(self, session: AsyncSession, actor: Actor, wanted: AuditFilter) -> AsyncIterator[Entry]:
        """Yield every entry that matches, oldest first."""


@dataclass(frozen=True)
class Book:
    """How a service's audit is shown.

    `address` is its page, under the page `above` (a name and an address). `asks` is the module of its questions. `links` are what
    the addresses of its kinds of subjects begin with. `region_names` are the names of regions, also of those that ended, in a
    language. `by_name`: whether people are known here by their names.
    """

    address: str
    above: tuple[str, str]
    asks: Reads
    labels: Labels
    links: Mapping[str, str]
    region_names: Callable[[AsyncSession, Language], Awaitable[Mapping[str, str]]]
    by_name: bool = False


async def show(
    request: Request,
    session: AsyncSession,
    book: Book,
    actor: Actor,
    wanted: AuditFilter,
    page: int,
    template: str = "kit/audit.html",
    **more: Any,
) -> Response:
    """Who changed what, newest first, with the fields before and after. `more` is for a template of the service's own."""
    total, found = await book.asks.entries(session, actor, wanted, page, PER_PAGE)
    paging = Paging(page, PER_PAGE, total)
    if page > paging.pages:
        return RedirectResponse("?" + request.url.include_query_params(page=paging.pages).query, 303)
    names = await book.region_names(session, request.state.language)
    words = Words(request, book, names)
    context = {
        "book": book,
        "above": (resources(request).renderer.translate(request.state.language, book.above[0]), book.above[1]),
        "people": PEOPLE,
        "entries": found,
        "words": words,
        "wanted": wanted,
        "actions": sorted(((code, words.action(code)) for code in await actions(session)), key=lambda pair: pair[1]),
        "region_names": names,
        "paging": paging,
        **more,
    }
    return resources(request).renderer.page(request, template, context)


async def download(
    request: Request, session: AsyncSession, book: Book, actor: Actor, wanted: AuditFilter, format: Format
) -> Response:
    """The same list as a file, all of it, oldest first."""
    words = Words(request, book, await book.region_names(session, request.state.language))
    title = resources(request).renderer.translate(request.state.language, TITLE)
    rows = _rows(request, book, actor, wanted, words)
    return await export(request, title, Table(title, words.columns(), rows), format)


async def _rows(
    request: Request, book: Book, actor: Actor, wanted: AuditFilter, words: "Words"
) -> AsyncIterator[dict[str, Any]]:
    async with resources(request).database.reading() as session:
        async for entry in book.asks.all_entries(session, actor, wanted):
            yield words.row(entry)


def asked(
    subject: Text = "",
    who: Text = "",
    action: Annotated[str, Query(max_length=60)] = "",
    since: Annotated[str, Query(max_length=10)] = "",
    until: Annotated[str, Query(max_length=10)] = "",
) -> AuditFilter:
    """Return what an address narrows the audit to; raises Invalid for text no database takes. What is no day is passed over."""
    if not all(map(storable, (subject, who, action))):
        raise Invalid(UNSTORABLE)
    return AuditFilter(subject.strip(), who.strip(), action, day(since), day(until))


def day(text: str) -> date | None:
    """Return the day written as `2026-03-01`; None for what is no day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


class Words:
    """The audit's codes in the reader's language."""

    def __init__(self, request: Request, book: Book, regions: Mapping[str, str]) -> None:
        self._say = partial(resources(request).renderer.translate, request.state.language)
        self._labels = book.labels
        self._by_name = book.by_name
        self._regions = regions

    def action(self, code: str) -> str:
        """Return what an action is called."""
        return self._say(self._labels.actions.get(code, code))

    def kind(self, code: str) -> str:
        """Return what a kind of subject is called."""
        return self._say(self._labels.kinds.get(code, code))

    def field(self, name: str) -> str:
        """Return what a field is called."""
        return self._say(self._labels.fields.get(name, name))

    def value(self, value: Any) -> str:
        """Return a value as text."""
        match value:
            case None | "" | [] | {}:
                return self._say(NOTHING)
            case bool():
                return self._say(YES if value else NO)
            case dict():
                kept = [(name, one) for name, one in value.items() if one not in (None, "", [], {})]
                return ", ".join(f"{self.field(name)}: {self.value(one)}" for name, one in kept)
            case list():
                return ", ".join(self.value(one) for one in value)
            case _:
                return self._regions.get(str(value), str(value))

    def who(self, entry: Entry) -> str:
        """Return who acted."""
        if entry.who:
            return entry.who
        if entry.who_id is not None and not self._by_name:
            return self._say(SOMEBODY)
        return self._say(SYSTEM if entry.by_system else ERASED if entry.erased else PROGRAM)

    def pairs(self, entry: Entry) -> list[tuple[str, str]]:
        """Return each changed field with what it was and became."""
        return [
            (self.field(name), f"{self.value(before)} → {self.value(after)}")
            for name, (before, after) in entry.changes.items()
        ]

    def changes(self, entry: Entry) -> list[str]:
        """Return the changes of an entry, a line for each field."""
        return [self._say(EMPTIED)] if entry.emptied else [": ".join(pair) for pair in self.pairs(entry)]

    def columns(self) -> list[Column]:
        """Return the columns of the list as a file."""
        return [Column(key, self._say(label), kind) for key, label, kind in COLUMNS]

    def row(self, entry: Entry) -> dict[str, Any]:
        """Return an entry as a row of the list as a file."""
        return {
            "seq": entry.seq,
            "at": entry.at,
            "who": self.who(entry) if self._by_name or entry.who_id is None else str(entry.who_id),
            "action": self.action(entry.action),
            "kind": self.kind(entry.subject_kind),
            "subject": entry.subject or str(entry.subject_id or ""),
            "regions": [self.value(slug) for slug in entry.regions],
            "changes": self.changes(entry),
        }
