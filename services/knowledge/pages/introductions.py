"""The pages of an introduction: asking for one, answering yes or no, and telling whether it helped. Looking changes nothing."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.responses import Response

from services.knowledge import queries
from services.knowledge.models import Case, Match
from services.knowledge.pages.needs_shown import reasons_in_words
from services.knowledge.presenting import presenting_for
from services.knowledge.queries import needs as asked
from services.knowledge.schemas.needs import DeclineIn, OutcomeIn
from services.knowledge.usecases import introducing
from shared.auth.actor import Actor
from shared.auth.policy import require
from shared.errors import NotFound, Refusal
from shared.web import forms
from shared.web.doors import Reading, Who, resources, unit
from shared.web.flash import redirect
from shared.web.i18n import marker as _
from shared.web.inputs import Input

router = APIRouter(prefix="/cases", include_in_schema=False)

LABELS = {"reason": _("Grunn"), "helped": _("Hjalp det?"), "text": _("Fortell mer")}
ASKED = _("Vi har spurt dem. Du får svar på e-post.")
ACCEPTED = _("Dere er koblet. Begge har fått én e-post, og svarer hverandre direkte.")
DECLINED = _("Takk for svaret. Vi sier fra til dem som spurte.")
TOLD = _("Takk! Svaret hjelper andre.")


@router.post("/needs/{need_id}/matches/{match_id}/ask")
async def ask(request: Request, actor: Who, need_id: UUID, match_id: UUID) -> Response:
    """Ask to be introduced."""
    await forms.read_form(request, Input, resources(request).keys.link)
    back = f"/cases/needs/{need_id}"
    try:
        async with unit(request) as writing:
            await introducing.ask(writing, actor, need_id, match_id)
    except Refusal as refusal:
        if refusal.status not in (409, 429):
            raise
        return redirect(
            back,
            resources(request).renderer.translate(request.state.language, refusal.message, refusal.values),
            "warning",
        )
    return redirect(back, ASKED)


@router.get("/introductions/{match_id}")
async def show(request: Request, session: Reading, actor: Who, match_id: UUID) -> Response:
    """What somebody who looks for a case's experience asks of those who answer for it."""
    return await _page(request, session, actor, match_id, forms.Form[DeclineIn]())


@router.post("/introductions/{match_id}/accept")
async def accept(request: Request, actor: Who, match_id: UUID) -> Response:
    """Say yes."""
    await forms.read_form(request, Input, resources(request).keys.link)
    back = f"/cases/introductions/{match_id}"
    try:
        async with unit(request) as writing:
            await introducing.accept(writing, actor, match_id)
    except Refusal as refusal:
        if refusal.status != 409:
            raise
        return redirect(back, refusal.message, "warning")
    return redirect(back, ACCEPTED)


@router.post("/introductions/{match_id}/decline")
async def decline(request: Request, session: Reading, actor: Who, match_id: UUID) -> Response:
    """Say no, with a reason or without."""
    form = await forms.read_form(request, DeclineIn, resources(request).keys.link, LABELS)
    if form.model is not None:
        try:
            async with unit(request) as writing:
                await introducing.decline(writing, actor, match_id, form.model.reason)
            return redirect(f"/cases/introductions/{match_id}", DECLINED)
        except Refusal as refusal:
            if refusal.status != 409:
                raise
            form.refused(refusal)
    return await _page(request, session, actor, match_id, form, 422)


@router.get("/needs/{need_id}/matches/{match_id}/outcome")
async def show_outcome(request: Request, session: Reading, actor: Who, need_id: UUID, match_id: UUID) -> Response:
    """Ask whether it helped; an answer in the address is merely chosen."""
    given = request.query_params.get("helped", "")
    return await _outcome_page(request, session, actor, need_id, match_id, forms.Form[OutcomeIn]({"helped": given}))


@router.post("/needs/{need_id}/matches/{match_id}/outcome")
async def tell(request: Request, session: Reading, actor: Who, need_id: UUID, match_id: UUID) -> Response:
    """Tell whether it helped."""
    form = await forms.read_form(request, OutcomeIn, resources(request).keys.link, LABELS)
    if form.model is not None:
        try:
            async with unit(request) as writing:
                await introducing.tell(writing, actor, need_id, match_id, form.model)
            return redirect(f"/cases/needs/{need_id}", TOLD)
        except Refusal as refusal:
            if refusal.status != 409:
                raise
            form.refused(refusal)
    return await _outcome_page(request, session, actor, need_id, match_id, form, 422)


async def _page(
    request: Request,
    session: AsyncSession,
    actor: Actor | None,
    match_id: UUID,
    form: forms.Form[Any],
    status: int = 200,
) -> Response:
    found = await introducing.open_to(session, actor, match_id)
    presenter = await presenting_for(request, await queries.regions(session))
    context = {
        "found": found,
        "match": found.match,
        "need": found.need,
        "case": found.case,
        "presenter": presenter,
        "organisation": await queries.organisation(session, found.need.organisation_id),
        "words": reasons_in_words(request, presenter, found.match.reasons),
        "form": resources(request).renderer.form(request, form),
    }
    return resources(request).renderer.page(request, "knowledge/introduction.html", context, status)


async def _outcome_page(
    request: Request,
    session: AsyncSession,
    actor: Actor | None,
    need_id: UUID,
    match_id: UUID,
    form: forms.Form[Any],
    status: int = 200,
) -> Response:
    need = await asked.need(session, actor, need_id)
    require(actor, "need.manage", asked.need_target(need))
    match = await session.get(Match, match_id)
    if match is None or match.need_id != need_id or match.state not in ("introduced", "outcome"):
        raise NotFound
    context = {
        "need": need,
        "match": match,
        "case": await session.get(Case, match.case_id),
        "form": resources(request).renderer.form(request, form),
    }
    return resources(request).renderer.page(request, "knowledge/outcome.html", context, status)
