"""Memberships as files: those of an organisation, and those of a region, in all their time."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.partners import queries
from services.partners.models import Membership
from services.partners.pages.memberships import KIND_LABELS, held_by, state_of
from services.partners.queries.regions import memberships_in
from shared.auth.policy import about, require
from shared.clock import today_in_norway
from shared.sheets.table import Column
from shared.web.doors import Reading, Who, resources
from shared.web.exports import Format, hand_out
from shared.web.i18n import marker as _

router = APIRouter(prefix="/partners", include_in_schema=False)

OF_ORGANISATION, OF_REGION = _("Regioner for %(name)s"), _("Medlemskap i %(region)s")
STATE_LABELS = {"running": _("Nå"), "coming": _("Kommer"), "over": _("Avsluttet")}
HELD = (
    Column("kind", _("Hva slags")),
    Column("since", _("Fra"), "date"),
    Column("until", _("Til"), "date"),
    Column("state", _("Status")),
)
ORGANISATION_COLUMNS = (Column("region", _("Region")), *HELD)
REGION_COLUMNS = (
    Column("name", _("Virksomhet")),
    Column("org_number", _("Organisasjonsnummer")),
    *HELD,
    Column("organisation_id", _("Virksomhetens id")),
)


@router.get("/{organisation_id}/memberships/export")
async def of_organisation(
    request: Request, session: Reading, actor: Who, organisation_id: UUID, format: Format = "xlsx"
) -> Response:
    """All partnerships of an organisation, past and to come too."""
    found = await queries.organisation(session, organisation_id)
    slugs = (await queries.regions_of(session, [found.id]))[found.id]
    require(actor, "organisation.view", about(*slugs, organisation_id=found.id))
    names = await queries.every_region_name(session, request.state.language)
    rows = [
        {"region": names.get(one.region, one.region), **_held(request, one)} for one in await held_by(session, found.id)
    ]
    return await hand_out(request, OF_ORGANISATION, ORGANISATION_COLUMNS, rows, format, name=found.name)


@router.get("/regions/{slug}/memberships/export")
async def of_region(request: Request, session: Reading, actor: Who, slug: str, format: Format = "xlsx") -> Response:
    """All that were, are or will be partners in a region, a row for each partnership; for its staff and auditors."""
    found = await queries.region(session, slug)
    require(actor, "organisation.view", about(*await queries.heirs(session, [slug]), slug))
    rows = [
        {
            "name": organisation.name,
            "org_number": organisation.org_number,
            "organisation_id": organisation.id,
            **_held(request, one),
        }
        for one, organisation in await memberships_in(session, slug)
    ]
    region = found.name(request.state.language)
    return await hand_out(request, OF_REGION, REGION_COLUMNS, rows, format, region=region)


def _held(request: Request, one: Membership) -> Mapping[str, Any]:
    say, language = resources(request).renderer.translate, request.state.language
    return {
        "kind": say(language, KIND_LABELS[one.kind]),
        "since": one.since,
        "until": one.until,
        "state": say(language, STATE_LABELS[state_of(one.since, one.until, today_in_norway())]),
    }
