"""An organisation's logo: served to all, changed by its own people and its staff."""

import asyncio
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import Field
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.responses import Response

from services.partners import queries
from services.partners.models import Logo
from services.partners.pictures import MEDIA_TYPE, MOST_BYTES, drawn
from services.partners.schemas import Line200
from services.partners.usecases import logos
from shared.auth.actor import Actor
from shared.auth.policy import about, require
from shared.errors import NotFound
from shared.uploads.pictures import BadPicture
from shared.uploads.sending import sent_file
from shared.web import forms
from shared.web.doors import Reading, Who, resources, unit
from shared.web.flash import redirect
from shared.web.i18n import marker as _
from shared.web.inputs import Input

router = APIRouter(prefix="/partners", include_in_schema=False)

LABELS = {"alt": _("Hva logoen viser"), "logo": _("Bildefil")}
SAVED = _("Logoen er lagret.")
REMOVED = _("Logoen er tatt bort.")
NEEDED = _("Velg en bildefil.")


class LogoForm(Input):
    """What goes with a logo's file."""

    alt: Line200 = Field(description="For those who do not see it.")


@router.get("/{organisation_id}/logo")
async def serve(
    request: Request,
    session: Reading,
    organisation_id: UUID,
    size: Annotated[Literal["small", "large"], Query()] = "small",
    v: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    """The logo as WebP. An address with its hash is good for ever."""
    found = await session.get(Logo, organisation_id)
    if found is None:
        raise NotFound
    lasting = v and found.digest.startswith(v)
    headers = {
        "ETag": f'"{found.digest[:32]}-{size}"',
        "Cache-Control": "public, max-age=31536000, immutable" if lasting else "public, max-age=300",
        "X-Content-Type-Options": "nosniff",
        "Content-Disposition": "inline",
    }
    known = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
    if headers["ETag"] in known:
        return Response(status_code=304, headers=headers)
    return Response(found.large if size == "large" else found.small, media_type=MEDIA_TYPE, headers=headers)


@router.get("/{organisation_id}/logo/edit")
async def show_edit(request: Request, session: Reading, actor: Who, organisation_id: UUID) -> Response:
    """The form that sends a logo."""
    found = await session.get(Logo, organisation_id)
    form = forms.Form[LogoForm]({"alt": found.alt if found else ""})
    return await _page(request, session, actor, organisation_id, form)


@router.post("/{organisation_id}/logo/edit")
async def save(request: Request, session: Reading, actor: Who, organisation_id: UUID) -> Response:
    """Have an organisation show another logo."""
    await _may(session, actor, organisation_id)
    sent = await sent_file(request, "logo", MOST_BYTES)
    form = await forms.read_form(request, LogoForm, resources(request).keys.link, LABELS)
    if sent is None and await session.get(Logo, organisation_id) is None:
        form.refuse("logo", NEEDED)
    elif form.model is not None:
        try:
            picture = await asyncio.to_thread(drawn, sent.content) if sent else None
            async with unit(request) as writing:
                await logos.show(writing, actor, organisation_id, form.model.alt, picture)
            return redirect(f"/partners/{organisation_id}", SAVED)
        except BadPicture as refusal:
            form.refused(refusal)
    return await _page(request, session, actor, organisation_id, form, 422)


@router.post("/{organisation_id}/logo/remove")
async def remove(request: Request, actor: Who, organisation_id: UUID) -> Response:
    """Have an organisation show no logo any longer."""
    await forms.read_form(request, Input, resources(request).keys.link)
    async with unit(request) as session:
        await logos.remove(session, actor, organisation_id)
    return redirect(f"/partners/{organisation_id}", REMOVED)


async def _may(session: AsyncSession, actor: Actor | None, organisation_id: UUID) -> Any:
    found = await queries.organisation(session, organisation_id)
    regions = (await queries.regions_of(session, [found.id]))[found.id]
    require(actor, "organisation.edit", about(*regions, organisation_id=found.id))
    return found


async def _page(
    request: Request, session: AsyncSession, actor: Actor | None, organisation_id: UUID, form: Any, status: int = 200
) -> Response:
    found = await _may(session, actor, organisation_id)
    renderer = resources(request).renderer
    context = {
        "organisation": found,
        "form": renderer.form(request, form),
        "logo": await session.get(Logo, organisation_id),
    }
    return renderer.page(request, "partners/organisation_logo.html", context, status)
