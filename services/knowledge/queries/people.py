"""Who answers for a case and who looks after a region: by what the registry says of people's roles. Ids alone; no names are known here."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from services.knowledge.models import Case
from shared.contracts.vocabulary import Role
from shared.db.session import tables_of

Fits = Callable[[Mapping[str, Any]], bool]
MOST = 5
"""So many people are written to at most: somebody among them answers, or nobody does."""


async def answerers(session: AsyncSession, case: Case) -> list[UUID]:
    """Return whom to ask about a case: who agreed to answer, else its organisation's people, else staff of its region."""
    if case.contact_id is not None and await _active(session, case.contact_id):
        return [case.contact_id]
    if case.organisation_id is not None:
        roles: tuple[Role, ...] = ("partner_admin", "partner_member")
        for role in roles:
            found = await holders(session, [role], organisation_id=case.organisation_id)
            if found:
                return found
    return await staff_of(session, case.region)


async def staff_of(session: AsyncSession, region: str) -> list[UUID]:
    """Return the people who lead a region, else those who work for it."""
    return await holders(session, ["region_lead"], region=region) or await holders(
        session, ["region_staff"], region=region
    )


async def regional_leaders(session: AsyncSession) -> list[UUID]:
    """Return everybody who leads a region."""
    return await _holding(session, '"region_lead"', lambda grant: grant.get("role") == "region_lead")


async def holders(
    session: AsyncSession, roles: Sequence[Role], *, organisation_id: UUID | None = None, region: str | None = None
) -> list[UUID]:
    """Return a few people who hold one of `roles` in an organisation or a region."""
    name, value = ("region", region) if organisation_id is None else ("organisation_id", str(organisation_id))
    found = await _holding(session, f'"{value}"', lambda grant: grant.get(name) == value and grant.get("role") in roles)
    return found[:MOST]


async def _holding(session: AsyncSession, text: str, fits: Fits) -> list[UUID]:
    table = tables_of(session).access
    told = sa.cast(table.c.grants, sa.Text).contains(text, autoescape=True)
    query = sa.select(table.c.person_id, table.c.grants).where(table.c.active, told).order_by(table.c.person_id)
    rows = (await (await session.connection()).execute(query)).all()
    return [row.person_id for row in rows if any(fits(grant) for grant in row.grants)]


async def _active(session: AsyncSession, person_id: UUID) -> bool:
    table = tables_of(session).access
    query = sa.select(table.c.active).where(table.c.person_id == person_id)
    return bool((await (await session.connection()).execute(query)).scalar_one_or_none())
