"""Staff's page of the pictures and files of a case: a form for each, buttons for their order. Works without a script."""

import asyncio
from typing import Any, Literal
from uuid import UUID

from fastapi import APIRouter, Request
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.responses import Response

from services.knowledge import pictures, queries
from services.knowledge.errors import FileNeeded
from services.knowledge.models import Attachment, Case, Picture
from services.knowledge.presenting import presenting_for
from services.knowledge.queries.media import media_of
from services.knowledge.schemas.media import FileIn, PictureIn
from services.knowledge.usecases import media
from services.knowledge.usecases.translating import may_translate
from shared.auth.actor import Actor
from shared.auth.policy import require
from shared.errors import Forbidden, Refusal
from shared.uploads.files import KINDS, MOST_BYTES
from shared.uploads.sending import sent_file
from shared.web import forms
from shared.web.doors import Reading, Who, resources, unit
from shared.web.flash import redirect
from shared.web.i18n import marker as _
from shared.web.inputs import Input

router = APIRouter(prefix="/cases/{case_id}", include_in_schema=False)

PICTURE_LABELS = {
    "picture": _("Bildefil"),
    "alt": _("Hva bildet viser"),
    "credit": _("Fotograf eller kilde"),
    "licence": _("Lisens"),
}
FILE_LABELS = {"file": _("Fil"), "title": _("Tittel")}
SHOWN, KEPT = _("Bildet er lagt til."), _("Fila er lagt til.")
MOVED, GONE = _("Rekkefølgen er lagret."), _("Det er tatt bort.")
Step = Literal["first", "up", "down", "remove"]


@router.get("/media")
async def show(request: Request, session: Reading, actor: Who, case_id: UUID) -> Response:
    """The pictures and files of a case, with what can be done with them."""
    return await _page(request, session, actor, case_id)


@router.post("/pictures")
async def add_picture(request: Request, session: Reading, actor: Who, case_id: UUID) -> Response:
    """Have a case show one more picture, or show the form again with what is wrong."""
    await may(session, actor, case_id)
    sent = await sent_file(request, "picture", pictures.MOST_BYTES)
    form = await forms.read_form(request, PictureIn, resources(request).keys.link, PICTURE_LABELS)
    if sent is None:
        form.refused(FileNeeded(field="picture"))
    elif form.model is not None:
        try:
            drawn = await asyncio.to_thread(pictures.drawing, sent.content)
            async with unit(request) as writing:
                await media.add_picture(writing, actor, case_id, form.model, drawn)
            return redirect(f"/cases/{case_id}/media", SHOWN)
        except Refusal as refusal:
            take(form, refusal)
    return await _page(request, session, actor, case_id, picture=form)


@router.post("/files")
async def add_file(request: Request, session: Reading, actor: Who, case_id: UUID) -> Response:
    """Have one more file go with a case, or show the form again with what is wrong."""
    await may(session, actor, case_id)
    sent = await sent_file(request, "file", MOST_BYTES)
    form = await forms.read_form(request, FileIn, resources(request).keys.link, FILE_LABELS)
    if sent is None:
        form.refused(FileNeeded(field="file"))
    elif form.model is not None:
        try:
            async with unit(request) as writing:
                await media.add_file(writing, actor, case_id, form.model, sent)
            return redirect(f"/cases/{case_id}/media", KEPT)
        except Refusal as refusal:
            take(form, refusal)
    return await _page(request, session, actor, case_id, file=form)


@router.post("/pictures/{picture_id}/{step}")
async def move_picture(request: Request, actor: Who, case_id: UUID, picture_id: UUID, step: Step) -> Response:
    """Have a picture lead, stand one place up or down, or be shown no longer."""
    return await _moved(request, actor, case_id, Picture, picture_id, step)


@router.post("/files/{file_id}/{step}")
async def move_file(request: Request, actor: Who, case_id: UUID, file_id: UUID, step: Step) -> Response:
    """Have a file stand first, one place up or down, or be taken away."""
    return await _moved(request, actor, case_id, Attachment, file_id, step)


async def _moved(
    request: Request, actor: Actor | None, case_id: UUID, table: type[media.Item], item_id: UUID, step: Step
) -> Response:
    await forms.read_form(request, Input, resources(request).keys.link)
    async with unit(request) as writing:
        if step == "remove":
            await media.remove(writing, actor, case_id, table, item_id)
        else:
            await media.arrange(writing, actor, case_id, table, item_id, step)
    return redirect(f"/cases/{case_id}/media", GONE if step == "remove" else MOVED)


def take(form: forms.Form[Any], refusal: Refusal) -> None:
    """Show a refusal in a form, unless it is one of the whole page."""
    if refusal.status in (401, 403, 404):
        raise refusal
    form.refused(refusal)


async def may(session: AsyncSession, actor: Actor | None, case_id: UUID) -> Case:
    """Return a case whose pictures and files `actor` may change; raises NotFound, SignInNeeded, Forbidden."""
    found = await queries.readable(session, actor, case_id)
    require(actor, "profile.edit")
    if not may_translate(actor, found):
        raise Forbidden
    return found


async def _page(
    request: Request,
    session: AsyncSession,
    actor: Actor | None,
    case_id: UUID,
    *,
    picture: forms.Form[Any] | None = None,
    file: forms.Form[Any] | None = None,
) -> Response:
    found = await may(session, actor, case_id)
    renderer = resources(request).renderer
    presenter = await presenting_for(request, await queries.regions(session))
    context = {
        "case": found,
        "media": (await media_of(session, [case_id]))[case_id],
        "kinds": KINDS,
        "presenter": presenter,
        "licences": presenter.options("licence", [found.licence]),
        "picture_form": renderer.form(request, picture or forms.Form({"licence": found.licence})),
        "file_form": renderer.form(request, file or forms.Form()),
        "most": media.MOST,
    }
    return renderer.page(request, "knowledge/media.html", context, 422 if picture or file else 200)
