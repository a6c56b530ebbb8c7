"""Questions to the notifier."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.notifier.ledger import REACHED, REQUESTS
from services.notifier.library_letters import other_id
from services.notifier.models import (
    MERGED,
    TOPICS,
    Preference,
    Recipient,
    Region,
    Registration,
    Send,
    SendKind,
    State,
    Topic,
    Webinar,
)
from services.notifier.tables import delivery, recipient, recipient_region
from shared.auth.actor import Actor
from shared.auth.merged import standing
from shared.errors import NotFound
from shared.web.paging import offset

PENDING: tuple[State, ...] = ("waiting", "claimed", "handing_over", "deferred")
GROUPS: dict[str, tuple[State, ...]] = {
    "sent": ("sent",),
    "waiting": PENDING,
    "suppressed": ("suppressed",),
    "failed": ("failed",),
    "unknown": ("unknown",),
}
"""What is counted together, under the name it is shown by."""
TO_WHOM = delivery.outerjoin(recipient, recipient.c.person_id == delivery.c.person_id)
BY_NAME = (sa.func.lower(recipient.c.name), delivery.c.id)


@dataclass(frozen=True)
class Sums:
    """What became of a send's audience; the parts add up to `audience`."""

    audience: int
    waiting: int
    sent: int
    failed: int
    suppressed: int
    unknown: int
    unfinished: int

    @property
    def final(self) -> bool:
        """Whether nothing remains to be done."""
        return self.unfinished == 0


@dataclass(frozen=True)
class Proof:
    """A send with the webinar it is about and its sums."""

    send: Send
    webinar: Webinar
    sums: Sums


async def known_recipient(session: AsyncSession, person_id: UUID) -> Recipient:
    """Return a person we may write to, by whatever id they once had; raises NotFound."""
    found = await session.get(Recipient, await standing(session, MERGED, person_id))
    if found is None:
        raise NotFound
    return found


async def wanted_topics(session: AsyncSession, person_id: UUID) -> set[Topic]:
    """Return the topics a person wants mail about: all but those they said no to."""
    refused = select(Preference.topic).where(Preference.person_id == person_id, col(Preference.wanted).is_(False))
    return set(TOPICS) - set((await session.exec(refused)).all())


async def sums_of(session: AsyncSession, send_ids: Sequence[UUID]) -> dict[UUID, Sums]:
    """Return the sums of each send."""
    unfinished = sa.func.count(delivery.c.due_at)
    counted = sa.select(delivery.c.send_id, delivery.c.state, sa.func.count(), unfinished)
    query = counted.where(delivery.c.send_id.in_(send_ids)).group_by(delivery.c.send_id, delivery.c.state)
    found: dict[UUID, dict[str, int]] = {send_id: {} for send_id in send_ids}
    todo = dict.fromkeys(send_ids, 0)
    for send_id, state, count, left in (await (await session.connection()).execute(query)).all():
        found[send_id][state] = count
        todo[send_id] += left
    return {send_id: _sums(found[send_id], todo[send_id]) for send_id in send_ids}


def _sums(counts: dict[str, int], unfinished: int) -> Sums:
    parts = {name: sum(counts.get(state, 0) for state in states) for name, states in GROUPS.items()}
    return Sums(audience=sum(parts.values()), unfinished=unfinished, **parts)


async def proof(session: AsyncSession, about: UUID, kind: SendKind = "invitation") -> Proof:
    """Return a webinar's send; raises NotFound."""
    query = select(Send, Webinar).join(Webinar, col(Webinar.id) == Send.about)
    found = (await session.exec(query.where(Send.about == about, Send.kind == kind))).one_or_none()
    if found is None:
        raise NotFound
    send, webinar = found
    return Proof(send, webinar, (await sums_of(session, [send.id]))[send.id])


async def kinds_of(session: AsyncSession, about: UUID) -> list[SendKind]:
    """Return which kinds of send there are about a webinar, invitation first."""
    found = set((await session.exec(select(Send.kind).where(Send.about == about))).all())
    kinds: tuple[SendKind, ...] = ("invitation", "cancellation")
    return [kind for kind in kinds if kind in found]


async def sends(session: AsyncSession, page: int, per_page: int) -> tuple[int, list[Proof]]:
    """Return how many sends there are, and one page of them, newest first."""
    total = (await session.exec(select(sa.func.count()).select_from(Send))).one()
    query = select(Send, Webinar).join(Webinar, col(Webinar.id) == Send.about)
    newest = query.order_by(col(Send.created_at).desc(), col(Send.id)).offset(offset(page, per_page)).limit(per_page)
    rows = (await session.exec(newest)).all()
    sums = await sums_of(session, [send.id for send, _ in rows])
    return total, [Proof(send, webinar, sums[send.id]) for send, webinar in rows]


async def deliveries(
    session: AsyncSession, actor: Actor, send_id: UUID, states: Sequence[str], page: int, per_page: int
) -> tuple[int, Sequence[Any]]:
    """Return how many deliveries of a send in reach of `actor` are in `states` (all where empty), and one page of them with
    name and address.
    """
    conditions = _deliveries_of(actor, send_id, states)
    connection = await session.connection()
    total = (await connection.execute(sa.select(sa.func.count()).select_from(delivery).where(*conditions))).scalar_one()
    rows = sa.select(delivery, recipient.c.name, recipient.c.email).select_from(TO_WHOM).where(*conditions)
    ordered = rows.order_by(*BY_NAME).offset(offset(page, per_page)).limit(per_page)
    return total, (await connection.execute(ordered)).all()


async def delivery_ids(session: AsyncSession, actor: Actor, send_id: UUID, states: Sequence[str]) -> Sequence[UUID]:
    """Return the ids of a send's deliveries in reach of `actor` in `states` (all where empty), in the order of :func:`deliveries`."""
    query = sa.select(delivery.c.id).select_from(TO_WHOM).where(*_deliveries_of(actor, send_id, states))
    return (await (await session.connection()).execute(query.order_by(*BY_NAME))).scalars().all()


async def deliveries_by_id(session: AsyncSession, ids: Sequence[UUID]) -> list[Any]:
    """Return the deliveries with these ids in their order, with name and address."""
    query = sa.select(delivery, recipient.c.name, recipient.c.email).select_from(TO_WHOM).where(delivery.c.id.in_(ids))
    found = {row.id: row for row in (await (await session.connection()).execute(query)).all()}
    return [found[one] for one in ids if one in found]


def _deliveries_of(actor: Actor, send_id: UUID, states: Sequence[str]) -> list[sa.ColumnElement[bool]]:
    of_send = [delivery.c.send_id == send_id, _in_reach(actor)]
    return [*of_send, delivery.c.state.in_(states)] if states else of_send


def _in_reach(actor: Actor) -> sa.ColumnElement[bool]:
    """Return the condition that `actor` may know whom a delivery is for: national staff all, others the people of their regions."""
    if actor.is_national:
        return sa.true()
    near = recipient_region.c.region.in_(sorted(actor.regions))
    return sa.exists().where(recipient_region.c.person_id == delivery.c.person_id, near)


@dataclass(frozen=True)
class Knowledge:
    """What the local copies know of a batch of mail: `answers` and `reached` by webinar and person, the latter for
    cancellations: those with whom a calendar request may lie. `refused` are people whose address a mail server refused."""

    people: dict[UUID, Recipient]
    webinars: dict[UUID, Webinar]
    answers: dict[tuple[UUID, UUID], str]
    regions: dict[str, Region]
    reached: set[tuple[UUID, UUID]]
    refused: set[UUID] = field(default_factory=set)


async def knowledge_for(session: AsyncSession, rows: Sequence[Any]) -> Knowledge:
    """Return what is needed to write the mails of `rows` (claimed deliveries)."""
    people_ids = {row.person_id for row in rows} | {other for row in rows if (other := other_id(row))}
    webinar_ids = {row.webinar_id for row in rows if row.webinar_id}
    people = await session.exec(select(Recipient).where(col(Recipient.person_id).in_(people_ids)))
    webinars = await session.exec(select(Webinar).where(col(Webinar.id).in_(webinar_ids)))
    answered = select(Registration).where(
        col(Registration.webinar_id).in_(webinar_ids), col(Registration.person_id).in_(people_ids)
    )
    known = {person.person_id: person for person in people.all()}
    return Knowledge(
        known,
        {webinar.id: webinar for webinar in webinars.all()},
        {(one.webinar_id, one.person_id): one.state for one in (await session.exec(answered)).all()},
        {region.slug: region for region in (await session.exec(select(Region))).all()},
        await _reached(session, rows),
        {person_id for person_id, person in known.items() if person.email and person.email == person.refused_email},
    )


async def _reached(session: AsyncSession, rows: Sequence[Any]) -> set[tuple[UUID, UUID]]:
    cancellations = [row for row in rows if row.kind == "webinar_cancellation"]
    if not cancellations:
        return set()
    requests = sa.select(delivery.c.webinar_id, delivery.c.person_id).where(
        delivery.c.webinar_id.in_({row.webinar_id for row in cancellations}),
        delivery.c.person_id.in_({row.person_id for row in cancellations}),
        delivery.c.kind.in_(REQUESTS),
        delivery.c.state.in_(REACHED),
    )
    found = (await (await session.connection()).execute(requests)).all()
    return {(row.webinar_id, row.person_id) for row in found}


def masked(address: str | None) -> str:
    """Return an address so that its owner knows it and nobody else can use it: `k•••@example.org`."""
    local, _, domain = (address or "").rpartition("@")
    return f"{local[:1]}•••@{domain}" if local else ""
