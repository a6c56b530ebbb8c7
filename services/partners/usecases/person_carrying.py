"""What goes along when two records turn out to be one person: each theme says how its own rows follow."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import ApiToken, Claim, Identity, Letter, Passkey, PersonAlias, PersonGrant, Session
from services.partners.queries import not_over
from services.partners.usecases import tokens
from services.partners.usecases.sign_in import end_all
from shared.auth.actor import Actor
from shared.clock import now
from shared.contracts.partners import LetterWithdrawn
from shared.outbox import record
from shared.web.i18n import marker as _


@dataclass(frozen=True)
class CarryPerson:
    """One kind of record. `count(session, loser)` tells how many there are, `move(session, actor, loser, survivor)` carries them over.

    `label` is an interface string; `follows` says whether they go along or come to their end.
    """

    label: str
    count: Callable[[AsyncSession, UUID], Awaitable[int]]
    move: Callable[[AsyncSession, Actor, UUID, UUID], Awaitable[None]]
    follows: bool = True


def all_of(label: str, table: Any, *conditions: Any) -> CarryPerson:
    """Return how every row of `table` follows by its `person_id`."""

    async def move(session: AsyncSession, _actor: Actor, loser: UUID, survivor: UUID) -> None:
        moved = sa.update(table).where(col(table.person_id) == loser)
        await session.exec(moved.values(person_id=survivor))

    return CarryPerson(label, counted(table, *conditions), move)


def counted(table: Any, *conditions: Any) -> Callable[[AsyncSession, UUID], Awaitable[int]]:
    """Return what counts the rows of `table` that are a person's and fit."""

    async def count(session: AsyncSession, person_id: UUID) -> int:
        rows = select(sa.func.count()).select_from(table).where(col(table.person_id) == person_id, *conditions)
        return (await session.exec(rows)).one()

    return count


async def _roles(session: AsyncSession, _actor: Actor, loser: UUID, survivor: UUID) -> None:
    """A role both held becomes one, with what was done in either. No import takes back what another record's line gave."""
    kept = {grant.place: grant for grant in await _rows(session, PersonGrant, survivor) if not grant.over}
    for grant in await _rows(session, PersonGrant, loser):
        same = None if grant.over else kept.get(grant.place)
        if same is None:
            grant.person_id, grant.imported = survivor, False
            continue
        same.functions = sorted({*same.functions, *grant.functions})
        same.since = min(same.since, grant.since)
        same.until = None if same.until is None or grant.until is None else max(same.until, grant.until)
        grant.end()
    await session.flush()


async def _claims(session: AsyncSession, _actor: Actor, loser: UUID, survivor: UUID) -> None:
    waiting = ("unconfirmed", "open")
    kept = {one.organisation_id for one in await _rows(session, Claim, survivor) if one.state in waiting}
    for claim in await _rows(session, Claim, loser):
        if claim.state in waiting and claim.organisation_id in kept:
            claim.withdraw()
        claim.person_id = survivor
    await session.flush()


async def _letters(session: AsyncSession, _actor: Actor, loser: UUID, survivor: UUID) -> None:
    """One that both were to get is called back where it may not have left, so that the person gets it once."""
    had = {(one.kind, one.subject_id, one.occasion) for one in await _rows(session, Letter, survivor)}
    twice = []
    for letter in await _rows(session, Letter, loser):
        if (letter.kind, letter.subject_id, letter.occasion) not in had:
            letter.person_id = survivor
        elif letter.withdrawn_at is None and letter.not_after > now():
            letter.withdrawn_at = now()
            letter.version += 1
            twice.append(letter)
    await session.flush()
    await record(session, *(LetterWithdrawn(letter_id=letter.id, version=letter.version) for letter in twice))


async def _sessions(session: AsyncSession, _actor: Actor, loser: UUID, _survivor: UUID) -> None:
    await end_all(session, loser)


async def _tokens(session: AsyncSession, actor: Actor, loser: UUID, _survivor: UUID) -> None:
    await tokens.revoke_all(session, actor, loser)


async def _rows(session: AsyncSession, table: Any, person_id: UUID) -> list[Any]:
    query = select(table).where(col(table.person_id) == person_id).order_by(col(table.id))
    return list((await session.exec(query.with_for_update())).all())


CARRIED: list[CarryPerson] = [
    CarryPerson(_("Roller"), counted(PersonGrant, not_over(PersonGrant)), _roles),
    CarryPerson(_("Forespørsler om å ta over en profil"), counted(Claim), _claims),
    CarryPerson(_("Brev"), counted(Letter), _letters),
    all_of(_("Tilkoblede kontoer"), Identity),
    all_of(_("Passnøkler"), Passkey),
    all_of(_("Eksterne id-er"), PersonAlias),
    CarryPerson(_("Innlogginger"), counted(Session, col(Session.ended_at).is_(None)), _sessions, follows=False),
    CarryPerson(_("API-token"), counted(ApiToken, col(ApiToken.revoked_at).is_(None)), _tokens, follows=False),
]
"""In the order in which they are carried. A theme with records of its own adds how they follow."""
