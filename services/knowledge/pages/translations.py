"""The pages on which a case is told in another language, beside the original; and the button of whoever answers no longer."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import create_model
from starlette.responses import Response

from services.knowledge import queries
from services.knowledge.errors import SameLanguage
from services.knowledge.models import SECTIONS, Case
from services.knowledge.pages.labels import LABELS
from services.knowledge.queries.rows import rows_of
from services.knowledge.schemas import TranslationIn
from services.knowledge.schemas.fields import Summary
from services.knowledge.usecases import translating
from services.knowledge.usecases.editorial import target
from shared.auth.policy import require
from shared.contracts.vocabulary import LANGUAGES, Language
from shared.errors import Forbidden, NotFound, Refusal
from shared.web import forms
from shared.web.doors import Reading, Who, resources, unit
from shared.web.flash import redirect
from shared.web.i18n import marker as _
from shared.web.inputs import Input, Line, Prose

router = APIRouter(prefix="/cases/{case_id}", include_in_schema=False)

SAVED = _("Oversettelsen er lagret.")
GONE = _("Oversettelsen er slettet.")
NOT_CONTACT = _("Du er ikke lenger kontakt for eksempelet.")
SECTION_FIELDS: dict[str, Any] = dict.fromkeys(SECTIONS, (Prose, ""))
Typed: type[Input] = create_model(
    "Typed", __base__=Input, title=(Line, ...), summary=(Summary, ...), version=(int | None, None), **SECTION_FIELDS
)
"""A translation as its form has it: each section a field."""


@router.get("/translations")
async def show_all(request: Request, session: Reading, actor: Who, case_id: UUID) -> Response:
    """The languages a case can be told in, and those it is told in."""
    found = await queries.readable(session, actor, case_id)
    require(actor, "case.edit" if found.status != "published" else "case.publish", target(found))
    rows = (await rows_of(session, [case_id]))[case_id]
    context = {
        "case": found,
        "standing": {one.language: one for one in rows.translations},
        "languages": [code for code in LANGUAGES if code != found.language],
    }
    return resources(request).renderer.page(request, "knowledge/translations.html", context)


@router.get("/translations/{language}")
async def show(request: Request, session: Reading, actor: Who, case_id: UUID, language: Language) -> Response:
    """The form that tells a case in one more language."""
    found = await queries.readable(session, actor, case_id)
    _allowed(actor, found, language)
    standing = (await rows_of(session, [case_id]))[case_id].translation(language)
    values = {"title": standing.title, "summary": standing.summary, **standing.texts} if standing else {}
    return _form_page(request, found, language, forms.Form(values), stands=standing is not None)


@router.post("/translations/{language}")
async def save(request: Request, session: Reading, actor: Who, case_id: UUID, language: Language) -> Response:
    """Save a translation, or show the form again with what is wrong."""
    found = await queries.readable(session, actor, case_id)
    _allowed(actor, found, language)
    form = await forms.read_form(request, Typed, resources(request).keys.link, LABELS)
    if form.model is not None:
        told = form.model.model_dump()
        texts = {name: told[name] for name in SECTIONS if told[name]}
        given = TranslationIn(language=language, title=told["title"], summary=told["summary"], texts=texts)
        try:
            async with unit(request) as writing:
                await translating.translate(writing, actor, case_id, given, told["version"])
            return redirect(f"/cases/{case_id}?text={language}", SAVED)
        except Refusal as refusal:
            if refusal.status in (401, 403, 404):
                raise
            form.refused(refusal)
    return _form_page(request, found, language, form, 422)


@router.post("/translations/{language}/delete")
async def take_away(request: Request, actor: Who, case_id: UUID, language: Language) -> Response:
    """Have a translation be none any longer."""
    await forms.read_form(request, Input, resources(request).keys.link)
    async with unit(request) as writing:
        await translating.take_away(writing, actor, case_id, language)
    return redirect(f"/cases/{case_id}/translations", GONE)


@router.post("/no-contact")
async def stop_answering(request: Request, actor: Who, case_id: UUID) -> Response:
    """Be the contact of a case no longer."""
    await forms.read_form(request, Input, resources(request).keys.link)
    async with unit(request) as writing:
        await translating.stop_answering(writing, actor, case_id)
    return redirect(f"/cases/{case_id}", NOT_CONTACT)


def _allowed(actor: Any, found: Case, language: Language) -> None:
    require(actor, "case.edit" if found.status != "published" else "case.publish", target(found))
    if not translating.may_translate(actor, found):
        raise Forbidden
    if language == found.language:
        raise NotFound(SameLanguage.text)


def _form_page(
    request: Request, found: Case, language: Language, form: forms.Form[Any], status: int = 200, *, stands: bool = False
) -> Response:
    context = {
        "case": found,
        "language": language,
        "stands": stands,
        "sections": [(name, LABELS[name]) for name in SECTIONS if getattr(found, name)],
        "version": form.value("version") or found.version,
        "form": resources(request).renderer.form(request, form),
    }
    return resources(request).renderer.page(request, "knowledge/translation.html", context, status)
