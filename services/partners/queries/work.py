"""The work list: what waits for staff, each with the one button that resolves it. It is asked of the records, never kept beside them."""

from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.queries.audit import broken_chain
from services.partners.queries.claims import claims_to_answer
from services.partners.queries.doubles import doubles_to_settle
from services.partners.queries.findings import register_changes
from services.partners.queries.overdue import lapsing_certificates, missing_accounts
from services.partners.queries.overdue_commitments import (
    ended_agreements,
    expired_plans,
    late_certificates,
    unpaid_fees,
)
from services.partners.queries.people_tasks import refused_addresses, retired_people, sole_contacts
from services.partners.queries.person_doubles import people_doubled
from services.partners.queries.privacy import erasures_to_help
from services.partners.queries.rearrangements import hindered
from services.partners.queries.tasks import Item, Source
from shared.web.i18n import marker as _

__all__ = ["KIND_LABELS", "SOURCES", "Item", "Source", "waiting"]

KIND_LABELS: dict[str, str] = {
    "claim": _("Krav om å ta over en profil"),
    "account": _("Klimaregnskap som mangler"),
    "certification": _("Sertifisering som går ut"),
    "certification_plan": _("Sertifisering som skulle vært på plass"),
    "plan": _("Handlingsplaner som har gått ut"),
    "agreement": _("Partnere uten avtale som gjelder"),
    "fee": _("Avgifter som ikke er betalt"),
    "register": _("Endringer i Enhetsregisteret"),
    "address": _("E-post som ikke kom fram"),
    "duplicate": _("Mulige dubletter"),
    "inactive": _("Personer som ikke er i bruk"),
    "erasure": _("Sletting av personer"),
    "rearrangement": _("Regioner som skulle vært omorganisert"),
    "audit": _("Endringsloggen"),
}

SOURCES: tuple[Source, ...] = (
    refused_addresses,
    retired_people,
    sole_contacts,
    people_doubled,
    claims_to_answer,
    register_changes,
    doubles_to_settle,
    missing_accounts,
    lapsing_certificates,
    late_certificates,
    expired_plans,
    ended_agreements,
    unpaid_fees,
    erasures_to_help,
    hindered,
    broken_chain,
)


async def waiting(session: AsyncSession, regions: frozenset[str] | None) -> list[Item]:
    """Return all that waits in `regions`, what is urgent first, then the longest waiting."""
    items = [item for source in SOURCES for item in await source(session, regions)]
    return sorted(items, key=lambda item: (not item.urgent, item.since))
