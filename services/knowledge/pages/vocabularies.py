"""National staff's pages of vocabularies: the words cases are described with, and their names in three languages."""

from typing import Any

from fastapi import APIRouter, Request
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.responses import Response

from services.knowledge import queries
from services.knowledge.errors import Stale
from services.knowledge.models import Term, Terms, Vocabulary
from services.knowledge.queries import vocabularies as asked
from services.knowledge.schemas import TermIn
from services.knowledge.usecases import vocabularies
from shared.auth.policy import can, require
from shared.errors import Forbidden, NotFound, Refusal
from shared.sheets.table import Column
from shared.web import forms
from shared.web.doors import Reading, Who, resources, unit
from shared.web.exports import Format, hand_out
from shared.web.flash import redirect
from shared.web.i18n import marker as _

router = APIRouter(prefix="/cases/vocabularies", include_in_schema=False)

LABELS = {
    "code": _("Kode"),
    "label_nb": _("Bokmål"),
    "label_nn": _("Nynorsk"),
    "label_en": _("Engelsk"),
    "also": _("Andre navn"),
    "valid_from": _("Gjelder fra"),
    "valid_to": _("Gjelder til"),
    "replaced_by": _("Erstattes av"),
}
ADDED = _("Ordet er lagt til.")
CHANGED = _("Ordet er endret. Eksempler som har det, følger med.")
WORDS = _("Ordliste")
COLUMNS = (
    Column("code", _("Kode")),
    Column("label_nb", _("Bokmål")),
    Column("label_nn", _("Nynorsk")),
    Column("label_en", _("Engelsk")),
    Column("also", _("Andre navn"), "list"),
    Column("units", _("Enheter"), "list"),
    Column("proposed", _("Foreslått"), "boolean"),
    Column("holds", _("I bruk"), "boolean"),
    Column("valid_from", _("Gjelder fra"), "date"),
    Column("valid_to", _("Gjelder til"), "date"),
    Column("replaced_by", _("Erstattes av")),
    Column("version", _("Versjon"), "integer"),
)


@router.get("")
async def show_all(request: Request, session: Reading, actor: Who) -> Response:
    """All vocabularies, with what waits for somebody to look at it."""
    require(actor, "work.view")
    known = await queries.terms(session)
    context = {
        "vocabularies": list(known.vocabularies.values()),
        "counts": {code: len(known.choices(code)) for code in known.vocabularies},
        "proposed": {code: sum(term.proposed for term in known.of(code)) for code in known.vocabularies},
    }
    return resources(request).renderer.page(request, "knowledge/vocabularies.html", context)


@router.get("/{code}")
async def show(request: Request, session: Reading, actor: Who, code: str) -> Response:
    """A vocabulary's terms, and for national staff the form that adds one."""
    require(actor, "work.view")
    head = await asked.vocabulary(session, code)
    return await _list_page(request, session, head, forms.Form[TermIn](), may_edit=can(actor, "vocabulary.edit"))


@router.post("/{code}")
async def add(request: Request, session: Reading, actor: Who, code: str) -> Response:
    """Add a term, or show the form again with what is wrong."""
    require(actor, "vocabulary.edit")
    form = await forms.read_form(request, TermIn, resources(request).keys.link, LABELS)
    if form.model is not None:
        try:
            async with unit(request) as writing:
                await vocabularies.add(writing, actor, code, form.model)
            request.app.state.terms.forget()
            return redirect(f"/cases/vocabularies/{code}", ADDED)
        except Refusal as refusal:
            _shown_in_form(form, refusal)
    head = await asked.vocabulary(session, code)
    return await _list_page(request, session, head, form, may_edit=True, status=422)


@router.get("/{code}/export")
async def export(request: Request, session: Reading, actor: Who, code: str, format: Format = "xlsx") -> Response:
    """All terms of a vocabulary as a file, also those that hold no longer."""
    require(actor, "work.view")
    await asked.vocabulary(session, code)
    known = await queries.terms(session)
    rows = [{**term.model_dump(), "holds": term.holds} for term in known.of(code)]
    return await hand_out(request, WORDS, COLUMNS, rows, format)


@router.get("/{code}/{term}")
async def show_term(request: Request, session: Reading, actor: Who, code: str, term: str) -> Response:
    """The form that changes a term."""
    require(actor, "vocabulary.edit")
    known = await queries.terms(session)
    found = _found(known, code, term)
    values = {**found.model_dump(), "also": "\n".join(found.also)}
    return await _term_page(request, known, found, forms.Form[TermIn](values))


@router.post("/{code}/{term}")
async def change(request: Request, session: Reading, actor: Who, code: str, term: str) -> Response:
    """Change a term, or show the form again with what is wrong."""
    require(actor, "vocabulary.edit")
    form = await forms.read_form(request, TermIn, resources(request).keys.link, LABELS)
    if form.model is not None:
        try:
            async with unit(request) as writing:
                await vocabularies.change(writing, actor, code, term, form.model)
            request.app.state.terms.forget()
            return redirect(f"/cases/vocabularies/{code}", CHANGED)
        except Refusal as refusal:
            _shown_in_form(form, refusal)
    known = await queries.terms(session)
    return await _term_page(request, known, _found(known, code, term), form, 422)


def _found(known: Terms, vocabulary: str, code: str) -> Term:
    found = known.term(vocabulary, code)
    if found is None:
        raise NotFound
    return found


def _shown_in_form(form: forms.Form[Any], refusal: Refusal) -> None:
    if isinstance(refusal, NotFound | Forbidden) or (refusal.field is None and not isinstance(refusal, Stale)):
        raise refusal
    form.refused(refusal)


async def _list_page(
    request: Request,
    session: AsyncSession,
    head: Vocabulary,
    form: forms.Form[Any],
    *,
    may_edit: bool,
    status: int = 200,
) -> Response:
    known = await queries.terms(session)
    context = {
        "vocabulary": head,
        "terms": sorted(known.of(head.code), key=lambda term: not term.proposed),
        "successors": {term.code: known.heir(term) for term in known.of(head.code)},
        "form": resources(request).renderer.form(request, form),
        "may_edit": may_edit,
    }
    return resources(request).renderer.page(request, "knowledge/vocabulary.html", context, status)


async def _term_page(request: Request, known: Terms, found: Term, form: forms.Form[Any], status: int = 200) -> Response:
    language = request.state.language
    others = [term for term in known.choices(found.vocabulary) if term.code != found.code]
    context = {
        "vocabulary": known.vocabularies[found.vocabulary],
        "term": found,
        "others": [(term.code, term.label(language)) for term in others],
        "form": resources(request).renderer.form(request, form),
    }
    return resources(request).renderer.page(request, "knowledge/term.html", context, status)
