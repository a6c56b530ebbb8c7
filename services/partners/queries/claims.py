"""Questions about claims."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import Claim, Membership, Organisation, Person
from services.partners.queries.dated import running
from services.partners.queries.organisations import regions_of
from services.partners.queries.tasks import Item
from shared.errors import NotFound
from shared.web.i18n import marker as _

TEXT = _("%(person)s vil ta over profilen til %(organisation)s.")
BUTTON = _("Svar på forespørselen")


@dataclass(frozen=True)
class Waiting:
    """A claim with whose it is and what it is about."""

    claim: Claim
    person: Person
    organisation: Organisation


async def claim(session: AsyncSession, claim_id: UUID, *, to_change: bool = False) -> Claim:
    """Return a claim that was confirmed, locked where it is to be changed; raises NotFound."""
    found = await session.get(Claim, claim_id, with_for_update=to_change or None)
    if found is None or found.state == "unconfirmed":
        raise NotFound
    return found


async def running_claim(session: AsyncSession, organisation_id: UUID, person_id: UUID) -> Claim | None:
    """Return the claim of a person on an organisation that is not yet settled."""
    query = select(Claim).where(
        Claim.organisation_id == organisation_id,
        Claim.person_id == person_id,
        col(Claim.state).in_(("unconfirmed", "open")),
    )
    return (await session.exec(query)).one_or_none()


async def claims_waiting(session: AsyncSession, regions: Collection[str] | None) -> list[Waiting]:
    """Return the open claims on organisations in `regions`, or on all; the longest waiting first."""
    query = (
        select(Claim, Person, Organisation)
        .join(Person, col(Person.id) == Claim.person_id)
        .join(Organisation, col(Organisation.id) == Claim.organisation_id)
        .where(Claim.state == "open")
        .order_by(col(Claim.asked_at), col(Claim.id))
    )
    if regions is not None:
        members = sa.select(col(Membership.organisation_id)).where(
            col(Membership.region).in_(regions), running(Membership)
        )
        query = query.where(col(Claim.organisation_id).in_(members))
    return [Waiting(*row) for row in (await session.exec(query)).all()]


async def claims_to_answer(session: AsyncSession, regions: frozenset[str] | None) -> list[Item]:
    """Return what the work list says of claims."""
    waiting = await claims_waiting(session, regions)
    slugs = await regions_of(session, [one.organisation.id for one in waiting])
    return [
        Item(
            kind="claim",
            text=TEXT,
            values={"person": one.person.name, "organisation": one.organisation.name},
            button=BUTTON,
            href=f"/partners/claims/{one.claim.id}",
            since=one.claim.asked_at,
            regions=slugs[one.organisation.id],
        )
        for one in waiting
    ]
