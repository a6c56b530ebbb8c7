"""Staff's pages: drafting, editing, reviewing and publishing cases, and what waits for whom."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.responses import Response

from services.knowledge import queries
from services.knowledge.models import Case
from services.knowledge.pages import library
from services.knowledge.presenting import presenting_for
from services.knowledge.schemas import ReasonIn
from services.knowledge.usecases import editorial
from shared.auth.actor import Actor
from shared.auth.policy import require
from shared.errors import Refusal
from shared.web import forms
from shared.web.doors import Reading, Who, resources, unit
from shared.web.flash import redirect
from shared.web.i18n import marker as _
from shared.web.inputs import Input

router = APIRouter(prefix="/cases", include_in_schema=False)

LABELS = {"reason": _("Hva må endres?")}
# What publishing led to stands on the case's page: how long it took until it could be found.
DONE = {
    "submit": _("Eksempelet er sendt til gjennomsyn."),
    "approve": _("Eksempelet er godkjent. Nå kan det publiseres."),
    "request_changes": _("Eksempelet er sendt tilbake til forfatteren."),
    "publish": "",
    "archive": _("Eksempelet er arkivert og ute av søket."),
}


@router.get("/mine")
async def queue(request: Request, session: Reading, actor: Who) -> Response:
    """What is on its way, and who it waits for."""
    who = require(actor, "webinar.read-unpublished")
    found = await queries.unfinished(session, who)
    rights = {case.id: library.rights(who, case) for case in found}

    context = {
        "presenter": await presenting_for(request, await queries.regions(session)),
        "mine": [case for case in found if library.waits_for(who, case)],
        "others": [case for case in found if not library.waits_for(who, case)],
        "rights": rights,
    }
    return resources(request).renderer.page(request, "knowledge/mine.html", context)


@router.get("/{case_id}")
async def show(request: Request, session: Reading, actor: Who, case_id: UUID) -> Response:
    """A case, with the steps that may be taken with it."""
    return await library.show(request, session, actor, case_id)


@router.get("/{case_id}/freshness")
async def freshness(request: Request, session: Reading, actor: Who, case_id: UUID) -> Response:
    """How long it took until a published case could be found."""
    return await library.freshness(request, session, actor, case_id)


@router.get("/{case_id}/review")
async def show_review(request: Request, session: Reading, actor: Who, case_id: UUID) -> Response:
    """The page a reviewer decides on."""
    return await _review_page(request, session, actor, case_id, forms.Form[ReasonIn]())


@router.post("/{case_id}/request-changes")
async def request_changes(request: Request, session: Reading, actor: Who, case_id: UUID) -> Response:
    """Send a case back with a reason, or ask for the reason."""
    form = await forms.read_form(request, ReasonIn, resources(request).keys.link, LABELS)
    if form.model is not None:
        try:
            async with unit(request) as writing:
                await editorial.request_changes(writing, actor, case_id, form.model.reason)
            return redirect(f"/cases/{case_id}", DONE["request_changes"])
        except Refusal as refusal:
            if refusal.field is None:
                raise
            form.refused(refusal)
    return await _review_page(request, session, actor, case_id, form, 422)


Step = Callable[[AsyncSession, Actor | None, UUID], Awaitable[Case]]
STEPS: dict[str, Step] = {
    "submit": editorial.submit,
    "approve": editorial.approve,
    "publish": editorial.publish,
    "archive": editorial.archive,
}


@router.post("/{case_id}/{step}")
async def take_step(request: Request, actor: Who, case_id: UUID, step: str) -> Response:
    """Take a step that needs no words: submit, approve, publish or archive."""
    if step not in STEPS:
        return redirect(f"/cases/{case_id}")
    await forms.read_form(request, Input, resources(request).keys.link)
    try:
        async with unit(request) as writing:
            await STEPS[step](writing, actor, case_id)
    except Refusal as refusal:
        if refusal.status != 409:
            raise
        return redirect(f"/cases/{case_id}", refusal.message, "warning")
    return redirect(f"/cases/{case_id}", DONE[step])


async def _review_page(
    request: Request,
    session: AsyncSession,
    actor: Actor | None,
    case_id: UUID,
    form: forms.Form[Any],
    status: int = 200,
) -> Response:
    found = await queries.readable(session, actor, case_id)
    require(actor, "case.review", editorial.target(found))
    context = {
        "form": resources(request).renderer.form(request, form),
        **await library.whole(request, session, found),
    }
    return resources(request).renderer.page(request, "knowledge/review.html", context, status)
