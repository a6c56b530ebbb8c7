"""One's own API tokens: making one, whose text is shown once, and taking one back."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import Field
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.responses import Response

from services.partners.schemas.tokens import MOST_DAYS, TokenIn
from services.partners.usecases import tokens
from shared.auth.actor import Actor
from shared.auth.policy import require
from shared.contracts.catalogue import SERVICES
from shared.errors import Invalid
from shared.web import forms
from shared.web.doors import Reading, Who, resources, unit
from shared.web.flash import redirect
from shared.web.i18n import marker as _
from shared.web.inputs import Input

router = APIRouter(prefix="/partners/me/tokens", include_in_schema=False)

OWN = "/partners/me/tokens"
LABELS = {"name": _("Navn"), "scope": _("Tilgang"), "services": _("Gjelder"), "days": _("Varer i")}
SCOPES = (("read", _("Bare lese")), ("write", _("Lese og endre")))
SERVICE_NAMES = {
    "partners": _("Partnere og personer"),
    "knowledge": _("Eksempler"),
    "events": _("Arrangementer"),
    "notifier": _("Utsendinger"),
}
LIFETIMES = ((30, _("30 dager")), (90, _("90 dager")), (180, _("et halvt år")), (MOST_DAYS, _("ett år")))
REVOKED = _("Tokenet er trukket tilbake, og virker ikke lenger.")


class TokenForm(TokenIn):
    """A token as the form sends it."""

    days: Annotated[int, Field(ge=1, le=MOST_DAYS)] = 90


@router.get("")
async def show_tokens(request: Request, session: Reading, actor: Who) -> Response:
    """One's own tokens, and the form for a new one."""
    actor = require(actor, "account.secure")
    form = forms.Form[TokenForm]({"scope": "read", "services": list(SERVICES), "days": "90"})
    return await _page(request, session, actor, form)


@router.post("")
async def make(request: Request, session: Reading, actor: Who) -> Response:
    """Make a token and show its text, once."""
    actor = require(actor, "token.create")
    found = resources(request)
    form = await forms.read_form(request, TokenForm, found.keys.link, LABELS)
    if form.model is None:
        return await _page(request, session, actor, form, status=422)
    assert found.keys.private is not None
    try:
        async with unit(request) as writing:
            made, text = await tokens.make(writing, actor, found.keys.private, form.model)
    except Invalid as refusal:
        form.refused(refusal)
        return await _page(request, session, actor, form, status=422)
    page = found.renderer.page(request, "partners/token_made.html", {"token": made, "text": text})
    page.headers["Cache-Control"] = "no-store"
    return page


@router.post("/{token_id}/revoke")
async def revoke(request: Request, actor: Who, token_id: UUID) -> Response:
    """Take a token back."""
    await forms.read_form(request, Input, resources(request).keys.link)
    async with unit(request) as session:
        await tokens.revoke(session, actor, token_id)
    return redirect(OWN, REVOKED)


async def _page(
    request: Request, session: AsyncSession, actor: Actor, form: forms.Form[TokenForm], status: int = 200
) -> Response:
    renderer, language = resources(request).renderer, request.state.language
    services = {code: renderer.translate(language, name) for code, name in SERVICE_NAMES.items()}
    context = {
        "form": renderer.form(request, form),
        "tokens": await tokens.tokens_of(session, actor.person_id),
        "services": services,
        "scopes": [(code, renderer.translate(language, name)) for code, name in SCOPES],
        "lifetimes": [(str(days), renderer.translate(language, name)) for days, name in LIFETIMES],
    }
    return renderer.page(request, "partners/tokens.html", context, status)
