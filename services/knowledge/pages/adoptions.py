"""The pages on which others say that they do what a case tells of, and ask those who did it."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.responses import Response

from services.knowledge import queries
from services.knowledge.models import Adoption, Case
from services.knowledge.pages.labels import ROWS
from services.knowledge.pages.needs import may_post, organisations_for
from services.knowledge.pages.typed import rearranged
from services.knowledge.presenting import presenting_for
from services.knowledge.queries import adoptions as asked
from services.knowledge.schemas.adoptions import AdoptionIn, QuestionIn
from services.knowledge.usecases import adopting, questions
from shared.auth.actor import Actor
from shared.auth.policy import can, require
from shared.errors import Forbidden, NotFound, Refusal
from shared.web import forms
from shared.web.doors import Reading, Who, resources, unit
from shared.web.flash import redirect
from shared.web.i18n import marker as _
from shared.web.inputs import Input

router = APIRouter(prefix="/cases", include_in_schema=False)

LABELS = {
    "organisation_id": _("Virksomhet"),
    "region": _("Region"),
    "status": _("Hvor langt er dere kommet?"),
    "note": _("Merknad"),
    "impacts": _("Virkninger"),
    "text": _("Spørsmål"),
} | {f"impacts-{name}": label for name, label in ROWS.items()}
ADOPTED = _("Dere står nå blant dem som bruker eksempelet.")
SAVED = _("Endringene er lagret.")
SENT = _("Spørsmålet er sendt. Svaret kommer til deg på e-post.")
ANSWERED = _("Merket som besvart.")


@router.get("/{case_id}/try")
async def show_try(request: Request, session: Reading, actor: Who, case_id: UUID) -> Response:
    """The form on which somebody takes up a case."""
    origin = await _origin(session, actor, case_id)
    offered = await organisations_for(session, actor)
    only = offered[0] if len(offered) == 1 else None
    region = only.regions[0] if only and len(only.regions) == 1 else ""
    values = {"status": "considering", "organisation_id": str(only.id) if only else "", "region": region}
    return await _form_page(request, session, actor, forms.Form[AdoptionIn](values), origin, None)


@router.post("/{case_id}/try")
async def adopt(request: Request, session: Reading, actor: Who, case_id: UUID) -> Response:
    """Take up a case, or show the form again: with what is wrong, or with a row more or less."""
    origin = await _origin(session, actor, case_id)
    form = await forms.read_form(request, AdoptionIn, resources(request).keys.link, LABELS)
    if await rearranged(request, form):
        return await _form_page(request, session, actor, form, origin, None)
    if form.model is not None:
        try:
            async with unit(request) as writing:
                await adopting.adopt(writing, actor, case_id, form.model)
            return redirect(f"/cases/{case_id}#brukt-av", ADOPTED)
        except Forbidden:
            form.refuse("organisation_id", NOT_YOURS)
        except Refusal as refusal:
            form.refused(refusal)
    return await _form_page(request, session, actor, form, origin, None, 422)


NOT_YOURS = _("Velg en virksomhet du handler for, eller en i regionen din.")


@router.get("/adoptions/{adoption_id}")
async def show_edit(request: Request, session: Reading, actor: Who, adoption_id: UUID) -> Response:
    """The form on which they tell how far it has come."""
    found, origin = await _own(session, actor, adoption_id)
    return await _form_page(request, session, actor, forms.Form[AdoptionIn](found.model_dump()), origin, found)


@router.post("/adoptions/{adoption_id}")
async def edit(request: Request, session: Reading, actor: Who, adoption_id: UUID) -> Response:
    """Tell how far it has come."""
    found, origin = await _own(session, actor, adoption_id)
    form = await forms.read_form(request, AdoptionIn, resources(request).keys.link, LABELS)
    if await rearranged(request, form):
        return await _form_page(request, session, actor, form, origin, found)
    if form.model is not None:
        try:
            async with unit(request) as writing:
                await adopting.edit(writing, actor, adoption_id, form.model)
            return redirect(f"/cases/adoptions/{adoption_id}", SAVED)
        except Refusal as refusal:
            if refusal.status in (401, 403, 404):
                raise
            form.refused(refusal)
    return await _form_page(request, session, actor, form, origin, found, 422)


@router.post("/adoptions/{adoption_id}/draft")
async def start_draft(request: Request, actor: Who, adoption_id: UUID) -> Response:
    """Begin a case of one's own after the one that was taken up."""
    await forms.read_form(request, Input, resources(request).keys.link)
    async with unit(request) as writing:
        made = await adopting.start_draft(writing, actor, adoption_id)
    return redirect(f"/cases/{made.id}")


@router.get("/{case_id}/ask")
async def show_ask(request: Request, session: Reading, actor: Who, case_id: UUID) -> Response:
    """The form on which somebody asks those behind a case."""
    require(actor, "case.ask")
    return await _ask_page(request, session, case_id, forms.Form[QuestionIn]())


@router.post("/{case_id}/ask")
async def ask(request: Request, session: Reading, actor: Who, case_id: UUID) -> Response:
    """Send the question, or show the form again with what is wrong."""
    form = await forms.read_form(request, QuestionIn, resources(request).keys.link, LABELS)
    if form.model is not None:
        try:
            async with unit(request) as writing:
                await questions.ask(writing, actor, case_id, form.model.text)
            return redirect(f"/cases/{case_id}", SENT)
        except Refusal as refusal:
            if refusal.status in (401, 403, 404):
                raise
            form.refused(refusal)
    require(actor, "case.ask")
    return await _ask_page(request, session, case_id, form, 422)


@router.get("/questions/{question_id}")
async def show_question(request: Request, session: Reading, actor: Who, question_id: UUID) -> Response:
    """A question, for whoever asked and those who answer: looking changes nothing."""
    question, case = await questions.open_to(session, actor, question_id)
    context = {"question": question, "case": case}
    return resources(request).renderer.page(request, "knowledge/question.html", context)


@router.post("/questions/{question_id}")
async def mark_answered(request: Request, actor: Who, question_id: UUID) -> Response:
    """Mark a question as answered."""
    await forms.read_form(request, Input, resources(request).keys.link)
    async with unit(request) as writing:
        await questions.answered(writing, actor, question_id)
    return redirect(f"/cases/questions/{question_id}", ANSWERED)


async def connected(session: AsyncSession, actor: Actor | None, found: Case) -> dict[str, Any]:
    """Return what a case's page shows of who does the same, after whom, and how soon questions are answered."""
    used = await asked.adoptions_of(session, found.id)
    own = {
        one.adoption.id
        for one in used
        if can(actor, "case.adopt", adopting.adoption_target(one.adoption.region, one.adoption.organisation_id))
    }
    return {
        "used": used,
        "used_by": await asked.count_of(session, found.id) if used else 0,
        "own_adoptions": own,
        "origin": await asked.origin_of(session, found.id),
        "answering": await asked.answering(session, found),
    }


async def _origin(session: AsyncSession, actor: Actor | None, case_id: UUID) -> Case:
    if not may_post(require(actor, "profile.edit")):
        raise Forbidden
    found = await queries.case(session, case_id)
    if found.status != "published":
        raise NotFound
    return found


async def _own(session: AsyncSession, actor: Actor | None, adoption_id: UUID) -> tuple[Adoption, Case]:
    found = await asked.adoption(session, adoption_id)
    require(actor, "case.adopt", adopting.adoption_target(found.region, found.organisation_id))
    return found, await queries.case(session, found.case_id)


async def _ask_page(
    request: Request, session: AsyncSession, case_id: UUID, form: forms.Form[Any], status: int = 200
) -> Response:
    found = await queries.case(session, case_id)
    if found.status != "published":
        raise NotFound
    context = {
        "case": found,
        "form": resources(request).renderer.form(request, form),
        "answering": await asked.answering(session, found),
    }
    return resources(request).renderer.page(request, "knowledge/ask.html", context, status)


async def _form_page(
    request: Request,
    session: AsyncSession,
    actor: Actor | None,
    form: forms.Form[Any],
    origin: Case,
    found: Adoption | None,
    status: int = 200,
) -> Response:
    presenter = await presenting_for(request, await queries.regions(session))
    offered = await organisations_for(session, actor) if found is None else []
    wanted = set().union(*(one.regions for one in offered)) | (actor.regions if actor else set())
    slugs = [
        slug
        for slug in await queries.regions_today(session)
        if slug in wanted or (actor is not None and actor.is_national)
    ]
    context = {
        "form": resources(request).renderer.form(request, form),
        "origin": origin,
        "adoption": found,
        "action": f"/cases/adoptions/{found.id}" if found else f"/cases/{origin.id}/try",
        "organisations": [(str(one.id), one.name) for one in offered],
        "regions": [(slug, presenter.region(slug)) for slug in slugs],
        "for_region": actor is not None and actor.is_staff,
        "may_draft": found is not None and can(actor, "case.draft", adopting.adoption_target(found.region, None)),
        "presenter": presenter,
    }
    return resources(request).renderer.page(request, "knowledge/adoption.html", context, status)
