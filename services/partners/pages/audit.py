"""The audit, for staff and auditors: who changed what in their regions, and whether it is as it was written."""

from collections.abc import AsyncIterator
from datetime import date
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from services.partners import audit_words, queries
from services.partners.queries.audit import (
    AuditFilter,
    Entry,
    actions,
    all_entries,
    entries,
    last_check,
    reading,
)
from shared.auth.actor import Actor
from shared.errors import Invalid
from shared.sheets.table import Column, Table
from shared.web.doors import Reading, Who, resources
from shared.web.exports import Format, export
from shared.web.i18n import marker as _
from shared.web.inputs import UNSTORABLE, storable
from shared.web.paging import PER_PAGE, Paging

router = APIRouter(prefix="/partners/audit", include_in_schema=False)

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
Text = Annotated[str, Query(max_length=200)]


class Words:
    """The audit's codes in the reader's language."""

    def __init__(self, request: Request, regions: dict[str, str]) -> None:
        self._say = partial(resources(request).renderer.translate, request.state.language)
        self._regions = regions

    def action(self, code: str) -> str:
        """Return what an action is called."""
        return self._say(audit_words.ACTION_LABELS.get(code, code))

    def kind(self, code: str) -> str:
        """Return what a kind of subject is called."""
        return self._say(audit_words.KIND_LABELS.get(code, code))

    def field(self, name: str) -> str:
        """Return what a field is called."""
        return self._say(audit_words.FIELD_LABELS.get(name, name))

    def value(self, value: Any) -> str:
        """Return a value as text."""
        match value:
            case None | "" | [] | {}:
                return self._say(audit_words.NOTHING)
            case bool():
                return self._say(audit_words.YES if value else audit_words.NO)
            case dict():
                kept = [(name, one) for name, one in value.items() if one not in (None, "", [], {})]
                return ", ".join(f"{self.field(name)}: {self.value(one)}" for name, one in kept)
            case list():
                return ", ".join(self.value(one) for one in value)
            case _:
                return self._regions.get(str(value), str(value))

    def who(self, entry: Entry) -> str:
        """Return who acted."""
        return entry.who or self._say(SYSTEM if entry.by_system else ERASED if entry.erased else PROGRAM)

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


@router.get("")
async def show(
    request: Request,
    session: Reading,
    actor: Who,
    subject: Text = "",
    who: Text = "",
    action: Annotated[str, Query(max_length=60)] = "",
    since: Annotated[str, Query(max_length=10)] = "",
    until: Annotated[str, Query(max_length=10)] = "",
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> Response:
    """Who changed what, newest first, with the fields before and after."""
    reader = reading(actor)
    wanted = AuditFilter(_clean(subject), _clean(who), action, day(since), day(until))
    total, found = await entries(session, reader, wanted, page, PER_PAGE)
    paging = Paging(page, PER_PAGE, total)
    if page > paging.pages:
        return RedirectResponse("?" + request.url.include_query_params(page=paging.pages).query, 303)
    names = await queries.every_region_name(session, request.state.language)
    words = Words(request, names)
    context = {
        "entries": found,
        "words": words,
        "wanted": wanted,
        "actions": sorted(((code, words.action(code)) for code in await actions(session)), key=lambda pair: pair[1]),
        "check": await last_check(session),
        "region_names": names,
        "paging": paging,
    }
    return resources(request).renderer.page(request, "partners/audit.html", context)


@router.get("/export")
async def download(
    request: Request,
    session: Reading,
    actor: Who,
    subject: Text = "",
    who: Text = "",
    action: Annotated[str, Query(max_length=60)] = "",
    since: Annotated[str, Query(max_length=10)] = "",
    until: Annotated[str, Query(max_length=10)] = "",
    format: Format = "xlsx",
) -> Response:
    """The same list as a file, all of it, oldest first."""
    reader = reading(actor)
    wanted = AuditFilter(_clean(subject), _clean(who), action, day(since), day(until))
    words = Words(request, await queries.every_region_name(session, request.state.language))
    title = resources(request).renderer.translate(request.state.language, TITLE)
    return await export(request, title, Table(title, words.columns(), _rows(request, reader, wanted, words)), format)


def day(text: str) -> date | None:
    """Return the day written as `2026-03-01`; None for what is no day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


async def _rows(request: Request, actor: Actor, wanted: AuditFilter, words: Words) -> AsyncIterator[dict[str, Any]]:
    async with resources(request).database.reading() as session:
        async for entry in all_entries(session, actor, wanted):
            yield {
                "seq": entry.seq,
                "at": entry.at,
                "who": words.who(entry),
                "action": words.action(entry.action),
                "kind": words.kind(entry.subject_kind),
                "subject": entry.subject or str(entry.subject_id or ""),
                "regions": [words.value(slug) for slug in entry.regions],
                "changes": words.changes(entry),
            }


def _clean(text: str) -> str:
    if not storable(text):
        raise Invalid(UNSTORABLE)
    return text.strip()
