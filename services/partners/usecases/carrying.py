"""What goes along when two organisations are merged: each theme says how its own records follow."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import Alias, Claim, FormerName, Logo, Membership, PartnerCase, PersonGrant
from services.partners.queries import running
from shared.clock import today_in_norway
from shared.web.i18n import marker as _


@dataclass(frozen=True)
class Carry:
    """One kind of record. `count(session, loser)` tells how many there are, `move(session, loser, survivor)` carries them over.

    `label` is an interface string. What `move` leaves behind stays with the double as its history.
    """

    label: str
    count: Callable[[AsyncSession, UUID], Awaitable[int]]
    move: Callable[[AsyncSession, UUID, UUID], Awaitable[None]]


def all_of(label: str, table: Any) -> Carry:
    """Return how every row of `table` follows by its `organisation_id`."""

    async def move(session: AsyncSession, loser: UUID, survivor: UUID) -> None:
        moved = sa.update(table).where(col(table.organisation_id) == loser)
        await session.exec(moved.values(organisation_id=survivor))

    return Carry(label, counted(table), move)


def counted(table: Any, *conditions: Any) -> Callable[[AsyncSession, UUID], Awaitable[int]]:
    """Return what counts the rows of `table` that are an organisation's and fit."""

    async def count(session: AsyncSession, organisation_id: UUID) -> int:
        rows = select(sa.func.count()).select_from(table).where(col(table.organisation_id) == organisation_id)
        return (await session.exec(rows.where(*conditions))).one()

    return count


async def _memberships(session: AsyncSession, loser: UUID, survivor: UUID) -> None:
    """Partnerships in one region at one time become one, from the earlier day on; one that is member stays member.

    The double keeps its own until today: what was told of a day before is told again.
    """
    kept = await _rows(session, Membership, survivor)
    for row in await _rows(session, Membership, loser):
        if row.until == row.since:
            continue
        same = next((one for one in kept if one.region == row.region and _overlap(one, row)), None)
        if same is None:
            told = row.model_dump(include={"region", "kind", "since", "until"})
            same = Membership(organisation_id=survivor, **told)
            session.add(same)
            kept.append(same)
        else:
            session.add_all(same.become(_united(same, row)))
        row.until = max(row.since, min(row.until or today_in_norway(), today_in_norway()))
    await session.flush()


def _united(one: Membership, other: Membership) -> dict[str, Any]:
    """Return what is to change for `one` to be what both were."""
    values = {
        "since": min(one.since, other.since),
        "until": None if one.until is None or other.until is None else max(one.until, other.until),
        "kind": "member" if "member" in (one.kind, other.kind) else one.kind,
    }
    return {name: value for name, value in values.items() if getattr(one, name) != value}


async def _grants(session: AsyncSession, loser: UUID, survivor: UUID) -> None:
    """Whoever acts for both keeps the one role, with what they do in either."""
    kept = await _rows(session, PersonGrant, survivor)
    for row in await _rows(session, PersonGrant, loser):
        alike = (one for one in kept if (one.person_id, one.role) == (row.person_id, row.role) and _overlap(one, row))
        same = next(alike, None)
        if same is None:
            row.organisation_id = survivor
            kept.append(row)
            continue
        same.functions = sorted({*same.functions, *row.functions})
        same.since = min(same.since, row.since)
        same.until = None if same.until is None or row.until is None else max(same.until, row.until)
        row.until = max(row.since, min(row.until or today_in_norway(), today_in_norway()))
    await session.flush()


async def _claims(session: AsyncSession, loser: UUID, survivor: UUID) -> None:
    """Of two claims of one person that wait, the double's is withdrawn."""
    kept = {one.person_id for one in await _rows(session, Claim, survivor) if one.state in ("unconfirmed", "open")}
    for row in await _rows(session, Claim, loser):
        if row.person_id in kept and row.state in ("unconfirmed", "open"):
            row.withdraw()
        row.organisation_id = survivor
    await session.flush()


async def _logo(session: AsyncSession, loser: UUID, survivor: UUID) -> None:
    if await session.get(Logo, survivor) is None:
        moved = sa.update(Logo).where(col(Logo.organisation_id) == loser).values(organisation_id=survivor)
        await session.exec(moved)


async def _rows(session: AsyncSession, table: Any, organisation_id: UUID) -> list[Any]:
    query = select(table).where(col(table.organisation_id) == organisation_id).order_by(col(table.id))
    return list((await session.exec(query.with_for_update())).all())


def _overlap(one: Any, other: Any) -> bool:
    if one.until == one.since or other.until == other.since:
        return False
    return bool((one.until or date.max) > other.since and (other.until or date.max) > one.since)


CARRIED: list[Carry] = [
    Carry(_("Partnerskap i regioner"), counted(Membership, running(Membership)), _memberships),
    Carry(_("Roller for personer"), counted(PersonGrant, running(PersonGrant)), _grants),
    all_of(_("Eksempler"), PartnerCase),
    Carry(_("Forespørsler om å ta over profilen"), counted(Claim), _claims),
    Carry(_("Logo"), counted(Logo), _logo),
    all_of(_("Tidligere navn"), FormerName),
    all_of(_("Eksterne id-er"), Alias),
]
"""In the order in which they are carried. A theme with records of its own adds how they follow."""
