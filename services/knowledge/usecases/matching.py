"""What is to be matched is written down with the change itself; the matches follow when the search answers."""

from collections.abc import Collection, Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.knowledge.models import LIVE, Case, Match, MatchTask, Need
from services.knowledge.models.matches import PENDING, TaskKind
from services.knowledge.search.likeness import Likeness
from services.knowledge.usecases import letters
from shared.clock import now, today_in_norway
from shared.contracts.knowledge import LibraryLetterContent
from shared.db.session import ring

BELL = "matching"
CHUNK = 500


async def to_match(session: AsyncSession, kind: TaskKind, ids: Sequence[UUID]) -> None:
    """Have needs, or published cases, matched soon after the transaction commits."""
    connection = await session.connection()
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    for start in range(0, len(ids), CHUNK):
        rows = insert(MatchTask).values(
            [{"id": one, "kind": kind, "at": now(), "turn": 1} for one in ids[start : start + CHUNK]]
        )
        again = {"turn": col(MatchTask.turn) + 1}
        await connection.execute(rows.on_conflict_do_update(index_elements=["id"], set_=again))
    if ids:
        ring(session, BELL)


async def done(session: AsyncSession, tasks: Collection[MatchTask]) -> None:
    """Take tasks off the list that nobody asked for anew meanwhile."""
    for one in tasks:
        gone = sa.delete(MatchTask).where(col(MatchTask.id) == one.id, col(MatchTask.turn) == one.turn)
        await session.exec(gone)


async def keep_of_need(
    session: AsyncSession, need_id: UUID, cases: dict[UUID, Likeness], needs: dict[UUID, Likeness]
) -> list[Match]:
    """Have a need be matched by these, and by no other that was merely suggested; returns the new matches with cases.

    What somebody asked for, answered or declined stays as it is. May be done again.
    """
    need = (await session.exec(select(Need).where(Need.id == need_id).with_for_update())).one_or_none()
    if need is None or not need.is_live:
        return []
    known = (await session.exec(select(Match).where(Match.need_id == need_id))).all()
    by_case = {one.case_id: one for one in known if one.case_id}
    by_need = {one.other_need_id: one for one in known if one.other_need_id}
    # A pair of needs is kept once, under the need that was posted last.
    other = set((await session.exec(select(Match.need_id).where(Match.other_need_id == need_id))).all())
    for standing in known:
        if standing.state == "suggested" and standing.case_id not in cases and standing.other_need_id not in needs:
            await session.delete(standing)
    made = [_kept(session, by_case.get(one), found, need_id, case_id=one) for one, found in cases.items()]
    for one, found in needs.items():
        if one not in other:
            _kept(session, by_need.get(one), found, need_id, other_need_id=one)
    await session.flush()
    return [match for match in made if match is not None]


async def keep_of_case(session: AsyncSession, case_id: UUID, needs: dict[UUID, Likeness]) -> list[Match]:
    """Have a case be matched with these needs; returns the new matches. May be done again."""
    if (await session.exec(select(Case.id).where(Case.id == case_id, Case.status == "published"))).first() is None:
        return []
    live = select(Need.id).where(col(Need.id).in_(needs), col(Need.status).in_(LIVE))
    still = set((await session.exec(live.order_by(col(Need.id)).with_for_update())).all()) if needs else set()
    known = (await session.exec(select(Match).where(Match.case_id == case_id))).all()
    by_need = {one.need_id: one for one in known}
    for one in known:
        if one.state == "suggested" and one.need_id not in needs:
            await session.delete(one)
    made = [
        _kept(session, by_need.get(one), found, one, case_id=case_id) for one, found in needs.items() if one in still
    ]
    await session.flush()
    new = [one for one in made if one is not None]
    await tell_posters(session, new)
    return new


async def tell_posters(session: AsyncSession, new: Sequence[Match]) -> None:
    """Have those who look be told of what was found for them; of one need once a day, however much that is."""
    for match in new:
        need = await session.get_one(Need, match.need_id)
        case = await session.get(Case, match.case_id) if match.case_id else None
        if need.poster_id is not None and case is not None:
            said = LibraryLetterContent(title=need.title, other=case.title, path=f"/cases/needs/{need.id}")
            day = today_in_norway().isoformat()
            await letters.ask(session, "need_matched", [need.poster_id], need.id, said, occasion=day)


async def close_of_case(session: AsyncSession, case_id: UUID) -> None:
    """Close what was suggested or asked for of a case that left the library."""
    pending = select(Match).where(Match.case_id == case_id, col(Match.state).in_(PENDING))
    for match in (await session.exec(pending.order_by(col(Match.id)).with_for_update())).all():
        match.close()
        session.add(match)


def _kept(
    session: AsyncSession,
    standing: Match | None,
    found: Likeness,
    need_id: UUID,
    *,
    case_id: UUID | None = None,
    other_need_id: UUID | None = None,
) -> Match | None:
    """Return the match that is new; one that stands gets today's score and reasons."""
    made = standing or Match(need_id=need_id, case_id=case_id, other_need_id=other_need_id, score=found.score)
    reopened = made.state == "closed"
    if reopened:
        made.state = "suggested"
    made.score, made.reasons = found.score, found.reasons
    session.add(made)
    return made if standing is None or reopened else None
