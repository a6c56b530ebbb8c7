"""Questions about what the register of organisations says otherwise."""

from collections.abc import Collection, Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import Membership, Organisation, RegisterFinding
from services.partners.queries.dated import running
from services.partners.queries.organisations import regions_of
from services.partners.queries.tasks import Item
from services.partners.register.verdicts import TEXTS
from shared.errors import NotFound
from shared.web.i18n import marker as _

BUTTON = _("Se endringen")


async def finding(session: AsyncSession, finding_id: UUID, *, to_change: bool = False) -> RegisterFinding:
    """Return a finding, locked where it is to be settled; raises NotFound."""
    found = await session.get(RegisterFinding, finding_id, with_for_update=to_change or None)
    if found is None:
        raise NotFound
    return found


async def findings_of(session: AsyncSession, organisation_id: UUID) -> list[RegisterFinding]:
    """Return the open findings about an organisation, the oldest first."""
    query = select(RegisterFinding).where(
        RegisterFinding.organisation_id == organisation_id, RegisterFinding.state == "open"
    )
    return list((await session.exec(query.order_by(col(RegisterFinding.found_at)))).all())


async def findings_open(
    session: AsyncSession, regions: Collection[str] | None
) -> Sequence[tuple[RegisterFinding, Organisation]]:
    """Return the open findings about organisations in `regions`, or about all; the oldest first."""
    query = (
        select(RegisterFinding, Organisation)
        .join(Organisation, col(Organisation.id) == RegisterFinding.organisation_id)
        .where(RegisterFinding.state == "open", col(Organisation.merged_into).is_(None))
        .order_by(col(RegisterFinding.found_at), col(RegisterFinding.id))
    )
    if regions is not None:
        members = sa.select(col(Membership.organisation_id)).where(
            col(Membership.region).in_(regions), running(Membership)
        )
        query = query.where(col(Organisation.id).in_(members))
    return (await session.exec(query)).all()


async def register_changes(session: AsyncSession, regions: frozenset[str] | None) -> list[Item]:
    """Return what the work list says of changes in the register."""
    found = await findings_open(session, regions)
    slugs = await regions_of(session, [organisation.id for _finding, organisation in found])
    return [
        Item(
            kind="register",
            text=TEXTS[one.code],  # type: ignore[index]
            values=one.values,
            button=BUTTON,
            href=f"/partners/findings/{one.id}",
            since=one.found_at,
            regions=slugs[organisation.id],
            urgent=one.severity == "grave",
        )
        for one, organisation in found
    ]
