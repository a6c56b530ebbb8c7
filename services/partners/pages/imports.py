"""Staff's pages of imports: a file is sent, looked over row by row, confirmed, and entered while one may watch."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Annotated, Any, Literal, cast
from uuid import UUID

from fastapi import APIRouter, Query, Request
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.datastructures import UploadFile
from starlette.responses import Response

from services.partners.models import Import, ImportRow
from services.partners.models.imports import Outcome
from services.partners.pages.import_words import EXAMPLES, RECIPES, TABS, TITLES, KindName
from services.partners.queries import imports as asked
from services.partners.schemas.imports import ConfirmIn, UploadIn, chosen_rows
from services.partners.usecases.importing import KINDS
from services.partners.usecases.importing.confirming import confirm
from services.partners.usecases.importing.kinds import Kind, cell_error
from services.partners.usecases.importing.receiving import give_up, read, receive
from shared.auth.actor import Actor
from shared.auth.policy import can, require
from shared.errors import Invalid
from shared.sheets import Column, Table, Unreadable
from shared.web import forms
from shared.web.doors import Reading, Who, resources, unit
from shared.web.exports import Format, export
from shared.web.flash import redirect
from shared.web.htmx import wants_fragment
from shared.web.i18n import marker as _

router = APIRouter(prefix="/partners/imports", include_in_schema=False)

Part = Literal["unknown", "foreign", "wrong", "doubtful", "failed", "left-out"]
PARTS: dict[Part, tuple[Outcome, ...]] = {
    "unknown": ("unknown",),
    "foreign": ("foreign",),
    "wrong": ("wrong",),
    "doubtful": (),
    "failed": (),
}
LEFT_OUT: tuple[Outcome, ...] = ("unknown", "foreign", "wrong")
SHOWN = 100
"""Rows of each part on the page; the file to download has them all."""
LABELS = {"file": _("Fil"), "note": _("Hvorfor det er riktig"), "chosen": _("Rader")}
NO_FILE = _("Velg en fil å importere.")
GIVEN_UP = _("Filen er slettet. Ingenting er importert.")
COLUMNS = {"row": _("Rad"), "place": _("Celle"), "title": _("Gjelder"), "problem": _("Hva som må rettes")}


@router.get("/{kind}")
async def show(request: Request, session: Reading, actor: Who, kind: KindName) -> Response:
    """Where a file is sent, and the latest imports."""
    require(actor, KINDS[kind].action)
    return await _start_page(request, session, actor, kind, forms.Form[UploadIn]({}, LABELS))


@router.post("/{kind}")
async def upload(request: Request, session: Reading, actor: Who, kind: KindName) -> Response:
    """Take a file, and show what its rows would do."""
    chosen = KINDS[kind]
    require(actor, chosen.action)
    data = await request.form(max_files=1, max_fields=10)
    form = await forms.read_form(request, UploadIn, resources(request).keys.link, LABELS)
    file = data.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        form.refuse("file", NO_FILE)
        return await _start_page(request, session, actor, kind, form, 422)
    content = await file.read()
    try:
        sheet = await read(chosen, content)
        async with unit(request) as writing:
            made = await receive(writing, actor, chosen, file.filename, content, sheet)
    except Unreadable as refusal:
        form.refused(refusal)
        return await _start_page(request, session, actor, kind, form, 422)
    return redirect(f"/partners/imports/{kind}/{made.id}")


@router.get("/{kind}/example")
async def example(request: Request, actor: Who, kind: KindName, format: Format = "xlsx") -> Response:
    """A file to fill in."""
    chosen = KINDS[kind]
    require(actor, chosen.action)
    name = _say(request)(EXAMPLES[kind])
    return await export(request, name, Table(name, chosen.example_columns, chosen.example_rows), format)


@router.get("/{kind}/{import_id}")
async def show_import(request: Request, session: Reading, actor: Who, kind: KindName, import_id: UUID) -> Response:
    """What the rows of a file would do, how far they have come, or what came of them."""
    known = require(actor, KINDS[kind].action)
    found = await asked.import_of(session, known, import_id, kind)
    if wants_fragment(request) and found.status != "checked":
        context = {"import": found, "progress": await asked.progress_of(session, found.id)}
        return resources(request).renderer.page(request, "partners/import_progress.html", context)
    return await _page(request, session, found, forms.Form[ConfirmIn]({}, LABELS))


@router.post("/{kind}/{import_id}/confirm")
async def confirm_import(request: Request, session: Reading, actor: Who, kind: KindName, import_id: UUID) -> Response:
    """Have the good rows entered, and the doubtful ones that were ticked."""
    known = require(actor, KINDS[kind].action)
    data = await request.form(max_files=0, max_fields=1_000)
    form = await forms.read_form(request, ConfirmIn, resources(request).keys.link, LABELS)
    found = await asked.import_of(session, known, import_id, kind)
    if form.model is not None:
        chosen = chosen_rows(form.model, {name: str(value) for name, value in data.items()})
        try:
            form.model.needs_reason()
            async with unit(request) as writing:
                because = form.model.note if form.model.everything else ""
                await confirm(writing, actor, KINDS[kind], import_id, chosen=chosen, all_because=because)
            return redirect(f"/partners/imports/{kind}/{import_id}")
        except Invalid as refusal:
            form.refused(refusal)
    kept = {name: str(value) for name, value in data.items() if name.startswith("note-")}
    return await _page(request, session, found, form, kept, 422)


@router.post("/{kind}/{import_id}/delete")
async def give_up_import(request: Request, actor: Who, kind: KindName, import_id: UUID) -> Response:
    """Forget a file that was not confirmed."""
    require(actor, KINDS[kind].action)
    await forms.read_form(request, UploadIn, resources(request).keys.link)
    async with unit(request) as writing:
        await give_up(writing, actor, import_id, KINDS[kind])
    return redirect(f"/partners/imports/{kind}", GIVEN_UP)


@router.get("/{kind}/{import_id}/rows")
async def rows(
    request: Request,
    session: Reading,
    actor: Who,
    kind: KindName,
    import_id: UUID,
    part: Annotated[Part, Query()] = "unknown",
    format: Format = "csv",
) -> Response:
    """A part of the rows as a file: what the row says, and what must be put right."""
    chosen = KINDS[kind]
    found = await asked.import_of(session, require(actor, chosen.action), import_id, kind)
    say = _say(request)
    columns = [Column(name, say(label), "integer" if name == "row" else "text") for name, label in COLUMNS.items()]
    columns += [Column(one.key, one.label) for one in chosen.example_columns]
    table = [_as_line(row, say) for row in await _part(session, found, part)]
    return await export(request, found.file_name.rpartition(".")[0] or kind, Table(part, columns, table), format)


async def _part(session: AsyncSession, found: Import, part: Part, per_page: int = 1_000_000) -> Sequence[ImportRow]:
    doubtful = True if part == "doubtful" else None
    outcomes = LEFT_OUT if part == "left-out" else PARTS[part]
    return await asked.import_rows(
        session, found.id, outcomes, doubtful=doubtful, failed=part == "failed", per_page=per_page
    )


def _as_line(row: ImportRow, say: Callable[[str], str]) -> dict[str, Any]:
    errors = [cell_error(one) for one in row.problems]
    places = ", ".join(dict.fromkeys(f"{one.column}{one.row}" for one in errors if one.column))
    told = " ".join(one.said(say) for one in errors)
    return {**row.given, "row": row.number, "place": places, "title": row.title, "problem": told}


async def _start_page(
    request: Request,
    session: AsyncSession,
    actor: Actor | None,
    kind: KindName,
    form: forms.Form[Any],
    status: int = 200,
) -> Response:
    known = require(actor, KINDS[kind].action)
    renderer = resources(request).renderer
    context = {
        "kind": kind,
        "title": TITLES[kind],
        "form": renderer.form(request, form),
        "imports": await asked.latest_imports(session, known, kind),
        "columns": _headings(KINDS[kind]),
        "recipe": RECIPES[kind],
        "tabs": [
            {"label": _say(request)(label), "href": f"/partners/imports/{name}", "current": name == kind}
            for name, label in TABS.items()
            if can(actor, KINDS[name].action)
        ],
    }
    return renderer.page(request, "partners/imports.html", context, status)


async def _page(
    request: Request,
    session: AsyncSession,
    found: Import,
    form: forms.Form[Any],
    notes: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    renderer, say = resources(request).renderer, _say(request)
    parts: dict[str, Any] = {}
    for part in PARTS:
        parts[part] = [_shown(row, say) for row in await _part(session, found, part, SHOWN)]
    context = {
        "kind": found.kind,
        "title": TITLES[cast(KindName, found.kind)],
        "import": found,
        "form": renderer.form(request, form),
        "notes": notes or {},
        "parts": parts,
        "noticed": [_shown(row, say) for row in (await asked.noticed_rows(session, found.id))[:SHOWN]],
        "file_problems": [_said(one, say) for one in found.problems],
        "progress": await asked.progress_of(session, found.id),
    }
    return renderer.page(request, "partners/import.html", context, status)


def _shown(row: ImportRow, say: Callable[[str], str]) -> dict[str, Any]:
    return {"number": row.number, "title": row.title, "problems": [_said(one, say) for one in row.problems]}


def _said(kept: dict[str, Any], say: Callable[[str], str]) -> dict[str, str]:
    error = cell_error(kept)
    place = error.place(say)
    return {"place": place[:1].upper() + place[1:], "text": error.said(say), "level": kept["level"]}


def _headings(kind: Kind) -> list[tuple[str, bool, str]]:
    """Return each column's heading, whether it is needed, and what else it may be called."""
    return [
        (one.label, one.key in kind.needed, ", ".join(list(kind.fields[one.key])[:6])) for one in kind.example_columns
    ]


def _say(request: Request) -> Callable[[str], str]:
    return partial(resources(request).renderer.translate, request.state.language)
