"""What is processed of people, and why: made from the table the jobs take away by."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.partners.pages.browser import settings_of
from shared.retention import CLASSES, Keeper, kept_days
from shared.web.doors import resources
from shared.web.i18n import marker as _

router = APIRouter(prefix="/partners/privacy", include_in_schema=False)

KEEPERS: dict[Keeper, str] = {
    "partners": _("Registeret"),
    "events": _("Arrangementer"),
    "notifier": _("E-post"),
    "knowledge": _("Eksempler"),
    "every": _("Alle deler"),
    "bus": _("Mellom delene"),
}


@router.get("")
async def show(request: Request) -> Response:
    """What is processed, for what purpose, on what ground, for how long, and who sees it."""
    settings = settings_of(request)
    groups = [
        (name, [(one, kept_days(one.name, settings.keep_days)) for one in CLASSES if one.keeper == keeper])
        for keeper, name in KEEPERS.items()
    ]
    context = {"groups": groups, "contact": settings.privacy_contact}
    return resources(request).renderer.page(request, "partners/privacy.html", context)
