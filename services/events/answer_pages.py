"""Answering an invitation from its mail, without signing in. Mail scanners open links, so only the page's buttons answer."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.responses import Response

from services.events import queries
from services.events.links import answering
from services.events.models import Answer, Webinar
from services.events.presenting import listed
from services.events.schemas import ChoiceIn
from services.events.usecases import registrations
from shared.errors import NotFound, Refusal
from shared.web import forms
from shared.web.doors import Reading, resources, unit
from shared.web.flash import redirect

router = APIRouter(prefix="/events/answer", include_in_schema=False)

STATES: dict[str, Answer] = {"accept": "registered", "decline": "declined"}


@router.get("/{webinar_id}/{token}")
async def show_answer(request: Request, session: Reading, webinar_id: UUID, token: str, choice: str = "") -> Response:
    """The webinar with a button to come and one to decline; looking changes nothing."""
    person_id, found = await _invited(request, session, webinar_id, token)
    return await _answer_page(request, session, found, person_id, token, forms.Form[ChoiceIn]({"choice": choice}))


@router.post("/{webinar_id}/{token}")
async def take_answer(request: Request, session: Reading, webinar_id: UUID, token: str) -> Response:
    """Take the answer and go to its receipt; the same answer again changes nothing."""
    person_id, found = await _invited(request, session, webinar_id, token)
    form = await forms.read_form(request, ChoiceIn, resources(request).keys.link)
    if form.model is not None:
        try:
            async with unit(request) as writing:
                state = STATES[form.model.choice]
                await registrations.answer(writing, webinar_id, person_id, state, "invitation")
            return redirect(f"/events/answer/{webinar_id}/{token}/receipt")
        except Refusal as refusal:
            form.refused(refusal)
    return await _answer_page(request, session, found, person_id, token, form, 409 if form.model else 422)


@router.get("/{webinar_id}/{token}/receipt")
async def show_receipt(request: Request, session: Reading, webinar_id: UUID, token: str) -> Response:
    """What was answered, as it now stands, and the way to change it."""
    person_id, found = await _invited(request, session, webinar_id, token)
    answer = await queries.registration(session, webinar_id, person_id)
    if answer is None:
        return redirect(f"/events/answer/{webinar_id}/{token}")
    coming = answer.state == "registered"
    context = {
        "webinar": found,
        "coming": coming,
        "change": f"/events/answer/{webinar_id}/{token}",
        "join_url": found.join_url if coming and found.status == "published" else None,
    }
    return resources(request).renderer.page(request, "events/receipt.html", context)


async def _invited(request: Request, session: AsyncSession, webinar_id: UUID, token: str) -> tuple[UUID, Webinar]:
    invited = answering(resources(request).keys.link, webinar_id, token)
    person_id = await queries.who_is(session, invited) if invited else None
    if person_id is None:
        raise NotFound
    return person_id, await queries.visible(session, None, webinar_id)


async def _answer_page(
    request: Request,
    session: AsyncSession,
    found: Webinar,
    person_id: UUID,
    token: str,
    form: forms.Form[Any],
    status: int = 200,
) -> Response:
    renderer = resources(request).renderer
    answer = await queries.registration(session, found.id, person_id)
    context = {
        "webinar": found,
        "item": (await listed(session, None, [found]))[0],
        "answer": answer.state if answer else None,
        "action": f"/events/answer/{found.id}/{token}",
        "form": renderer.form(request, form),
    }
    return renderer.page(request, "events/answer.html", context, status)
