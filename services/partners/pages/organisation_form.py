"""The form that registers or changes an organisation."""

from typing import Any

from fastapi import Request
from pydantic import model_validator
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.responses import Response

from services.partners import queries
from services.partners.models import LEVELS, STATUSES, Level, Organisation, Status
from services.partners.queries.topics import topics
from services.partners.register.sectors import SectorProposal
from services.partners.schemas import OrganisationIn
from services.partners.visibility import DEFAULTS, LEVEL_LABELS, level_of
from shared.auth.actor import Actor
from shared.auth.policy import about, can, regions_open
from shared.clock import today_in_norway
from shared.contracts.vocabulary import LANGUAGES, SECTORS, Sector
from shared.web import forms
from shared.web.doors import resources
from shared.web.i18n import marker as _

LABELS = {
    "name": _("Navn"),
    "org_number": _("Organisasjonsnummer"),
    "sector": _("Sektor"),
    "status": _("Status"),
    "regions": _("Regioner"),
    "municipality": _("Kommune"),
    "website": _("Nettsted"),
    "description": _("Om virksomheten"),
    "legal_form": _("Organisasjonsform"),
    "nace_code": _("Næringskode"),
    "nace_text": _("Næring"),
    "employees": _("Ansatte"),
    "language": _("Språk"),
    "offers": _("Tilbyr"),
    "needs": _("Trenger"),
}
STATUS_LABELS: dict[Status, str] = {
    "prospect": _("Mulig partner"),
    "shadow": _("Partner, men profilen er ikke overtatt"),
    "active": _("Partner"),
    "paused": _("Partner på pause"),
    "left": _("Ikke lenger partner"),
}
VISIBLE = {
    "website": _("Nettsted"),
    "description": _("Om virksomheten"),
    "employees": _("Ansatte"),
    "offers": _("Tilbyr"),
    "needs": _("Trenger"),
    "contacts": _("Kontaktpersoner"),
}


class OrganisationForm(OrganisationIn):
    """An organisation as the form sends it: its sector is chosen, and who sees each field is a field of its own."""

    sector: Sector
    visible_website: Level | None = None
    visible_description: Level | None = None
    visible_employees: Level | None = None
    visible_offers: Level | None = None
    visible_needs: Level | None = None
    visible_contacts: Level | None = None

    @model_validator(mode="after")
    def _visibility(self) -> "OrganisationForm":
        chosen = {name: getattr(self, f"visible_{name}") for name in DEFAULTS}
        self.visibility = {name: level for name, level in chosen.items() if level is not None}  # type: ignore[misc]
        return self


def values_of(found: Organisation, regions: list[str]) -> dict[str, Any]:
    """Return what the form shows of an organisation."""
    visible = {f"visible_{name}": level_of(found, name) for name in DEFAULTS}
    return {**found.model_dump(), "regions": regions, **visible}


async def form_page(
    request: Request,
    session: AsyncSession,
    actor: Actor | None,
    form: forms.Form[Any],
    found: Organisation | None,
    version: object = None,
    sector: SectorProposal | None = None,
    status: int = 200,
) -> Response:
    """Return the page with the form; `sector` is why the register proposes the sector that is chosen."""
    renderer = resources(request).renderer
    language = request.state.language
    names = await queries.region_names(session, language)
    open_ = regions_open(actor, "organisation.create", names)
    slugs = (await queries.regions_of(session, [found.id]))[found.id] if found else []
    staff = found is None or can(actor, "organisation.create", about(*slugs))

    def say(labels: dict[Any, str]) -> dict[Any, str]:
        return {code: renderer.translate(language, text) for code, text in labels.items()}

    context = {
        "form": renderer.form(request, form),
        "organisation": found,
        "version": version or (found.version if found else None),
        "regions": [(slug, names[slug]) for slug in open_],
        "kept": [slug for slug in slugs if slug not in open_],
        "region_names": names,
        "sectors": SECTORS,
        "languages": LANGUAGES,
        "statuses": [(code, say(STATUS_LABELS)[code]) for code in STATUSES] if staff else [],
        "may_renumber": staff or not (found and found.org_number),
        "topics": await _choices(session, form, language),
        "levels": [(code, say(LEVEL_LABELS)[code]) for code in LEVELS],
        "visible": say(VISIBLE),
        "defaults": DEFAULTS,
        "sector_reason": renderer.translate(language, sector.text, {"value": sector.value}) if sector else "",
        "sector_certain": sector.certain if sector else True,
    }
    return renderer.page(request, "partners/organisation_form.html", context, status)


async def _choices(session: AsyncSession, form: forms.Form[Any], language: Any) -> list[tuple[str, str]]:
    chosen = {*(form.value("offers") or []), *(form.value("needs") or [])}
    today = today_in_norway()
    return [
        (topic.code, topic.name(language))
        for topic in await topics(session)
        if topic.code in chosen or topic.holds(today)
    ]
