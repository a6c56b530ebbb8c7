"""What is said with a picture or a file of a case: a page for each."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.responses import Response

from services.knowledge import queries
from services.knowledge.models import Picture
from services.knowledge.pages.media import FILE_LABELS, PICTURE_LABELS, may, take
from services.knowledge.presenting import presenting_for
from services.knowledge.queries.media import file_of, picture_of
from services.knowledge.schemas.media import FileIn, PictureIn
from services.knowledge.usecases import media
from shared.auth.actor import Actor
from shared.contracts.vocabulary import LANGUAGES
from shared.errors import Refusal
from shared.web import forms
from shared.web.doors import Reading, Who, resources, unit
from shared.web.flash import redirect
from shared.web.i18n import marker as _

router = APIRouter(prefix="/cases/{case_id}", include_in_schema=False)

SAVED = _("Endringene er lagret.")
ALT_LABELS = {
    "alt_nb": _("Hva bildet viser, på bokmål"),
    "alt_nn": _("Hva bildet viser, på nynorsk"),
    "alt_en": _("Hva bildet viser, på engelsk"),
}


@router.get("/pictures/{picture_id}/edit")
async def show_picture(request: Request, session: Reading, actor: Who, case_id: UUID, picture_id: UUID) -> Response:
    """The form of what is said with a picture."""
    await may(session, actor, case_id)
    form = forms.Form[PictureIn](_typed(await picture_of(session, case_id, picture_id)))
    return await _picture_page(request, session, actor, case_id, picture_id, form)


@router.post("/pictures/{picture_id}/edit")
async def describe_picture(request: Request, session: Reading, actor: Who, case_id: UUID, picture_id: UUID) -> Response:
    """Say something else with a picture, or show the form again with what is wrong."""
    await may(session, actor, case_id)
    form = await forms.read_form(request, PictureIn, resources(request).keys.link, PICTURE_LABELS | ALT_LABELS)
    if form.model is not None:
        try:
            async with unit(request) as writing:
                await media.describe_picture(writing, actor, case_id, picture_id, form.model)
            return redirect(f"/cases/{case_id}/media", SAVED)
        except Refusal as refusal:
            take(form, refusal)
    return await _picture_page(request, session, actor, case_id, picture_id, form, 422)


@router.get("/files/{file_id}/edit")
async def show_file(request: Request, session: Reading, actor: Who, case_id: UUID, file_id: UUID) -> Response:
    """The form of a file's title."""
    await may(session, actor, case_id)
    known = await file_of(session, case_id, file_id)
    form = forms.Form[FileIn]({"title": known.title})
    return await _file_page(request, session, actor, case_id, file_id, form)


@router.post("/files/{file_id}/edit")
async def name_file(request: Request, session: Reading, actor: Who, case_id: UUID, file_id: UUID) -> Response:
    """Have a file go by another title, or show the form again with what is wrong."""
    await may(session, actor, case_id)
    form = await forms.read_form(request, FileIn, resources(request).keys.link, FILE_LABELS)
    if form.model is not None:
        async with unit(request) as writing:
            await media.name_file(writing, actor, case_id, file_id, form.model)
        return redirect(f"/cases/{case_id}/media", SAVED)
    return await _file_page(request, session, actor, case_id, file_id, form, 422)


async def _picture_page(
    request: Request,
    session: AsyncSession,
    actor: Actor | None,
    case_id: UUID,
    picture_id: UUID,
    form: forms.Form[Any],
    status: int = 200,
) -> Response:
    found = await may(session, actor, case_id)
    picture = await picture_of(session, case_id, picture_id)
    presenter = await presenting_for(request, await queries.regions(session))
    renderer = resources(request).renderer
    context = {
        "case": found,
        "picture": picture,
        "licences": presenter.options("licence", [picture.licence]),
        "others": [(f"alt_{code}", ALT_LABELS[f"alt_{code}"], code) for code in LANGUAGES if code != found.language],
        "form": renderer.form(request, form),
    }
    return renderer.page(request, "knowledge/picture.html", context, status)


async def _file_page(
    request: Request,
    session: AsyncSession,
    actor: Actor | None,
    case_id: UUID,
    file_id: UUID,
    form: forms.Form[Any],
    status: int = 200,
) -> Response:
    found = await may(session, actor, case_id)
    renderer = resources(request).renderer
    context = {
        "case": found,
        "file": await file_of(session, case_id, file_id),
        "form": renderer.form(request, form),
    }
    return renderer.page(request, "knowledge/file.html", context, status)


def _typed(picture: Picture) -> dict[str, Any]:
    told = {f"alt_{code}": text for code, text in picture.alts.items()}
    return {**told, **picture.model_dump(include={"alt", "credit", "licence"})}
