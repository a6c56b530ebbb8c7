"""Questions about erasures: who waits for what, and whom no import may bring back."""

from collections.abc import Collection
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import ErasedExternalId, Erasure, Organisation, Person, PersonGrant
from services.partners.queries.dated import running
from services.partners.queries.people import regions_answering
from services.partners.queries.tasks import Item
from shared.auth.forgetting import forgotten_among
from shared.auth.links import digest
from shared.clock import now
from shared.errors import NotFound
from shared.web.i18n import marker as _

LATE = timedelta(hours=24)
MOST_ASKED = 500
BLOCKED = _("%(person)s vil slettes, men er den eneste kontakten for %(organisations)s. En annen må navngis der først.")
NAME_ANOTHER = _("Navngi en annen")
MISSING = _("En sletting er ikke bekreftet av alle deler etter et døgn. Dette mangler: %(services)s.")
LOOK = _("Se beviset")


def external_digest(external_id: str) -> str:
    """Return what is kept of another system's id of an erased person."""
    return sha256(f"external id|{external_id}".encode()).hexdigest()


async def erased_external_ids(session: AsyncSession, external_ids: Collection[str]) -> set[str]:
    """Return those of `external_ids` that were an erased person's."""
    digests = {external_digest(one): one for one in external_ids}
    asked, found = list(digests), set[str]()
    for start in range(0, len(asked), MOST_ASKED):
        query = select(ErasedExternalId.digest).where(
            col(ErasedExternalId.digest).in_(asked[start : start + MOST_ASKED])
        )
        found |= {digests[one] for one in (await session.exec(query)).all()}
    return found


async def alone_for(session: AsyncSession, person_id: UUID) -> list[Organisation]:
    """Return the active organisations nobody but this person acts for today, by name."""
    own = sa.select(col(PersonGrant.organisation_id)).where(
        col(PersonGrant.person_id) == person_id, running(PersonGrant)
    )
    other = (
        sa.select(col(PersonGrant.organisation_id))
        .join(Person, col(Person.id) == PersonGrant.person_id)
        .where(col(PersonGrant.person_id) != person_id, running(PersonGrant), col(Person.active).is_(True))
        .where(col(PersonGrant.organisation_id).is_not(None))
    )
    query = select(Organisation).where(
        Organisation.active, col(Organisation.id).in_(own), col(Organisation.id).not_in(other)
    )
    return list((await session.exec(query.order_by(col(Organisation.name_order)))).all())


async def only_national(session: AsyncSession, person_id: UUID) -> bool:
    """Whether nobody else acts for the whole network, and this person does."""
    query = (
        select(PersonGrant.person_id)
        .join(Person, col(Person.id) == PersonGrant.person_id)
        .where(PersonGrant.role == "national", running(PersonGrant), Person.active)
    )
    return set((await session.exec(query)).all()) == {person_id}


async def open_erasure(session: AsyncSession, person_id: UUID) -> Erasure | None:
    """Return a person's wish to be erased that is not carried out yet."""
    query = select(Erasure).where(
        Erasure.person_id == person_id, col(Erasure.confirmed_at).is_(None), col(Erasure.withdrawn_at).is_(None)
    )
    return (await session.exec(query.order_by(col(Erasure.asked_at).desc()).limit(1))).first()


async def erasure_by_link(session: AsyncSession, token: str, *, to_change: bool = False) -> Erasure | None:
    """Return the erasure a link confirms, whatever has become of it."""
    query = select(Erasure).where(Erasure.digest == digest(token))
    return (await session.exec(query.with_for_update() if to_change else query)).one_or_none()


async def certificate(session: AsyncSession, code: str) -> Erasure:
    """Return the erasure whose certificate has this code; raises NotFound."""
    found = (await session.exec(select(Erasure).where(Erasure.code == code))).one_or_none()
    if found is None:
        raise NotFound
    return found


async def settled(session: AsyncSession, ids: Collection[UUID]) -> set[UUID]:
    """Return those of `ids` that were erased people's whom every service has forgotten: nobody needs to be told of them any more."""
    gone = await forgotten_among(session, ids)
    pending = select(Erasure.person_id).where(
        col(Erasure.confirmed_at).is_not(None), col(Erasure.completed_at).is_(None)
    )
    return gone - set((await session.exec(pending)).all())


async def erasures_to_help(session: AsyncSession, regions: frozenset[str] | None) -> list[Item]:
    """Return what the work list says of erasures: those a region must make way for, and to the network's own those that are late."""
    query = select(Erasure, Person).join(Person, col(Person.id) == Erasure.person_id)
    waiting = (await session.exec(query.where(col(Erasure.blocked_at).is_not(None)))).all()
    places = await regions_answering(session, [person for _, person in waiting])
    items = []
    for erasure, person in waiting:
        alone = await alone_for(session, person.id)
        if alone and erasure.open and (regions is None or regions & set(places[person.id])):
            values = {"person": person.name, "organisations": ", ".join(one.name for one in alone)}
            href, since = f"/partners/{alone[0].id}/people", erasure.blocked_at or erasure.asked_at
            items.append(Item("erasure", BLOCKED, values, NAME_ANOTHER, href, since, places[person.id]))
    return items + (await _late(session) if regions is None else [])


async def _late(session: AsyncSession) -> list[Item]:
    return [
        Item(
            kind="erasure",
            text=MISSING,
            values={"services": ", ".join(one.missing)},
            button=LOOK,
            href=f"/partners/erased/{one.code}",
            since=one.confirmed_at or one.asked_at,
            urgent=True,
        )
        for one in await late_erasures(session)
    ]


async def late_erasures(session: AsyncSession) -> list[Erasure]:
    """Return the erasures a service has not confirmed after a day."""
    query = select(Erasure).where(col(Erasure.confirmed_at) < now() - LATE, col(Erasure.completed_at).is_(None))
    return list((await session.exec(query.order_by(col(Erasure.confirmed_at)))).all())
