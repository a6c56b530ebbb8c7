"""Rights as the registry stated them last: read at each request, so that a role taken away is gone at once and everywhere."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.auth.actor import Actor, Grant
from shared.auth.forgetting import forgotten, mark_of
from shared.clock import today_in_norway
from shared.contracts.partners import AccessStated, GrantStated
from shared.db.session import tables_of


async def note_access(session: AsyncSession, fact: AccessStated) -> None:
    """Take over what the registry says of a person's rights, unless something newer is known, or they are forgotten."""
    if not await forgotten(session, fact.person_id):
        await note_accesses(session, [fact])


async def note_accesses(session: AsyncSession, facts: Sequence[AccessStated]) -> None:
    """Take over what the registry says of several people's rights."""
    if not facts:
        return
    table = tables_of(session).access
    connection = await session.connection()
    insert = (postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert)(table)
    new = insert.excluded
    upsert = insert.on_conflict_do_update(
        index_elements=["person_id"],
        set_={"version": new.version, "active": new.active, "grants": new.grants},
        where=table.c.version < new.version,
    )
    rows = [
        {
            "person_id": fact.person_id,
            "version": fact.version,
            "active": fact.active and not fact.erased,
            "grants": [] if fact.erased else [grant.model_dump(mode="json") for grant in fact.grants],
        }
        for fact in facts
    ]
    await connection.execute(upsert, rows)


async def admitted(session: AsyncSession, actor: Actor) -> Actor | None:
    """Return `actor` with the rights they hold now; None where the session was ended or the person is no longer active.

    A token newer than what was heard of its person, or of a program the registry states nothing about, is taken at its word.
    """
    tables = tables_of(session)
    ended = sa.or_(
        sa.exists().where(tables.ended_sessions.c.session_id == actor.session_id),
        sa.exists().where(tables.forgotten.c.mark == mark_of(actor.person_id)),
    )
    access = tables.access
    query = sa.select(ended, access.c.version, access.c.active, access.c.grants).select_from(
        sa.select(sa.literal(1)).subquery().outerjoin(access, access.c.person_id == actor.person_id)
    )
    gone, version, active, grants = (await (await session.connection()).execute(query)).one()
    if gone or active is False:
        return None
    if version is None or version < actor.version:
        return actor
    return replace(actor, grants=_running(grants), version=version)


def _running(stated: Sequence[dict[str, Any]]) -> tuple[Grant, ...]:
    today = today_in_norway()
    grants = [GrantStated.model_validate(one) for one in stated]
    return tuple(
        Grant(grant.role, grant.region, grant.organisation_id, grant.group_id)
        for grant in grants
        if (grant.since or date.min) <= today < (grant.until or date.max)
    )
