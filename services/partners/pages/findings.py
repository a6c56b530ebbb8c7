"""What the register of organisations says otherwise: before and after, with a button that takes it over and one that does not."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.partners import queries
from services.partners.errors import FindingHandled, NothingToTake, OrgNumberTaken
from services.partners.queries.findings import finding as finding_of
from services.partners.register.verdicts import TEXTS
from services.partners.usecases import register_check
from shared.auth.actor import Actor
from shared.auth.policy import about, require
from shared.errors import Refusal
from shared.web import formats, forms
from shared.web.doors import Who, resources, unit
from shared.web.flash import redirect
from shared.web.i18n import marker as _
from shared.web.inputs import Input
from shared.web.labels import SECTOR_LABELS

router = APIRouter(prefix="/partners/findings", include_in_schema=False)

TAKEN = _("Endringen er tatt over.")
KEPT = _("Virksomheten står som før.")
FIELDS = {
    "name": _("Navn"),
    "municipality": _("Kommune"),
    "sector": _("Sektor"),
    "org_number": _("Organisasjonsnummer"),
    "status": _("Status"),
}
LEFT = _("Ikke lenger partner")
PARTNER = _("Partner")


@router.get("/{finding_id}")
async def show(request: Request, actor: Who, finding_id: UUID) -> Response:
    """One thing the register says otherwise."""
    return await _page(request, actor, finding_id)


@router.post("/{finding_id}/take")
async def take(request: Request, actor: Who, finding_id: UUID) -> Response:
    """Take over what the register says."""
    await forms.read_form(request, Input, resources(request).keys.link)
    try:
        async with unit(request) as session:
            found = await register_check.take_over(session, actor, finding_id)
    except (FindingHandled, NothingToTake, OrgNumberTaken) as refusal:
        return await _page(request, actor, finding_id, refusal)
    return redirect(f"/partners/{found.id}", TAKEN)


@router.post("/{finding_id}/keep")
async def keep(request: Request, actor: Who, finding_id: UUID) -> Response:
    """Leave all as it is."""
    await forms.read_form(request, Input, resources(request).keys.link)
    try:
        async with unit(request) as session:
            found = await register_check.keep(session, actor, finding_id)
    except FindingHandled as refusal:
        return await _page(request, actor, finding_id, refusal)
    return redirect(f"/partners/{found.id}", KEPT)


async def _page(request: Request, actor: Actor | None, finding_id: UUID, refusal: Refusal | None = None) -> Response:
    renderer, language = resources(request).renderer, request.state.language

    def say(field: str, value: Any) -> str:
        if field == "status":
            return renderer.translate(language, LEFT if value == "left" else PARTNER)
        if field == "org_number":
            return formats.org_number(value)
        return renderer.translate(language, SECTOR_LABELS[value]) if field == "sector" else str(value or "")

    async with resources(request).database.reading() as session:
        found = await finding_of(session, finding_id)
        organisation = await queries.organisation(session, found.organisation_id)
        regions = (await queries.regions_of(session, [organisation.id]))[organisation.id]
    require(actor, "organisation.edit", about(*regions, organisation_id=organisation.id))
    values = register_check.taken_over(found)
    context = {
        "finding": found,
        "organisation": organisation,
        "text": renderer.translate(language, TEXTS[found.code], found.values),  # type: ignore[index]
        "rows": [
            (renderer.translate(language, label), say(name, getattr(organisation, name)), say(name, values[name]))
            for name, label in FIELDS.items()
            if name in values
        ],
        "closes": found.code in register_check.CLOSING,
        "refusal": renderer.translate(language, refusal.message, refusal.values) if refusal else "",
    }
    return renderer.page(request, "partners/organisation_finding.html", context, refusal.status if refusal else 200)
