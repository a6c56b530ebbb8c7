"""The matchmaker: needs and published cases are matched both ways, soon after each appears, by one process at a time.

What waits stands in the database, so nothing is lost while the search is away or a process dies: it is worked off later, once.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.knowledge import queries
from services.knowledge.models import LIVE, Case, MatchTask, Need, Region, Terms
from services.knowledge.search.asked import SearchAway
from services.knowledge.search.likeness import LEAST, Likeness, Side, likeness, of_case, of_need
from services.knowledge.search.meaning import standard
from services.knowledge.search.query import Searcher
from services.knowledge.usecases import matching
from shared.clock import now
from shared.db.locks import Slot, slot
from shared.db.session import Database

POLL_SECONDS = 5.0
STANDBY_SECONDS = 1.0
DELAYS = (0.5, 1.0, 2.0, 5.0, 10.0)
"""Seconds between attempts while the search is away."""
BATCH = 50
LOOKED_OVER = 60
"""How many of the search's hits, and of the cases it is behind with, are compared with a need."""
MOST = 8
"""A need is matched by so many at most: more is a search, not an introduction."""
NEEDS = 1_000
STAYS = timedelta(minutes=10)
"""Whoever posts a need sees what is found on its page; who had to wait for the search longer than that is written to."""

log = logging.getLogger(__name__)


class Matchmaker:
    """Works off what is to be matched."""

    def __init__(self, database: Database, searcher: Searcher) -> None:
        self._database = database
        self._searcher = searcher
        self._bell = database.bell(matching.BELL)

    async def run(self) -> None:
        """Match until cancelled; waits in line where another process does it already."""
        while True:
            async with slot(self._database.writer, "matching") as held:
                if held is not None:
                    await self._follow(held)
            await asyncio.sleep(STANDBY_SECONDS)

    async def _follow(self, held: Slot) -> None:
        failures = 0
        while await held.held():
            self._bell.clear()
            try:
                worked = await self.drain()
            except SearchAway as away:
                log.warning("matching waits for the search: %s", away)
                await asyncio.sleep(DELAYS[min(failures, len(DELAYS) - 1)])
                failures += 1
                continue
            failures = 0
            if worked < BATCH:
                await self._pause()

    async def _pause(self) -> None:
        try:
            await asyncio.wait_for(self._bell.wait(), POLL_SECONDS)
        except TimeoutError:
            return

    async def drain(self) -> int:
        """Work off the oldest tasks; returns how many. Raises SearchAway, and leaves what it did not come to."""
        async with self._database.reading() as session:
            order = select(MatchTask).order_by(col(MatchTask.at), col(MatchTask.id))
            tasks = list((await session.exec(order.limit(BATCH))).all())
            open_needs = (await session.exec(select(sa.func.count()).where(col(Need.status).in_(LIVE)))).one()
        cases = [one for one in tasks if one.kind == "case"]
        if cases and not open_needs:
            async with self._database.writing() as session:
                await matching.done(session, cases)
        else:
            for one in cases:
                await self._match_case(one)
        for one in tasks:
            if one.kind == "need":
                await self._match_need(one)
        return len(tasks)

    async def _match_need(self, task: MatchTask) -> None:
        rarity = await self._searcher.rarity()
        async with self._database.reading() as session:
            need = await session.get(Need, task.id)
        cases: dict[UUID, Likeness] = {}
        needs: dict[UUID, Likeness] = {}
        if need is not None and need.is_live:
            nearest = await self._searcher.alike(f"{need.title} {need.text}"[:400], LOOKED_OVER)
            async with self._database.reading() as session:
                terms, known = await queries.terms(session), await queries.regions(session)
                found = await _candidates(session, nearest, need)
                others = await _open_needs(session, need)
            cases, needs = await asyncio.to_thread(_compared, need, found, others, terms, known, rarity)
        async with self._database.writing() as session:
            new = await matching.keep_of_need(session, task.id, cases, needs)
            if now() - task.at > STAYS:
                await matching.tell_posters(session, new)
            await matching.done(session, [task])

    async def _match_case(self, task: MatchTask) -> None:
        rarity = await self._searcher.rarity()
        async with self._database.reading() as session:
            case = await session.get(Case, task.id)
            terms, known = await queries.terms(session), await queries.regions(session)
            needs = await _open_needs(session, None)
        found: dict[UUID, Likeness] = {}
        if case is not None and case.status == "published":
            found = await asyncio.to_thread(_answered, case, needs, terms, known, rarity)
        async with self._database.writing() as session:
            await matching.keep_of_case(session, task.id, found)
            await matching.done(session, [task])


async def _candidates(session: AsyncSession, nearest: Sequence[UUID], need: Need) -> list[Case]:
    """Return the cases the search finds, and those it has yet to take in; never the need's own organisation's."""
    found = await queries.published(session, nearest)
    behind = select(Case).where(sa.text("indexed_version < version"), Case.status == "published")
    found += (await session.exec(behind.order_by(col(Case.published_at).desc()).limit(LOOKED_OVER))).all()
    return [case for case in {case.id: case for case in found}.values() if case.organisation_id != need.organisation_id]


async def _open_needs(session: AsyncSession, but: Need | None) -> list[Need]:
    query = select(Need).where(col(Need.status).in_(LIVE)).order_by(col(Need.created_at).desc()).limit(NEEDS)
    found = (await session.exec(query)).all()
    return [one for one in found if but is None or (one.id != but.id and one.organisation_id != but.organisation_id)]


def _compared(
    need: Need,
    cases: Sequence[Case],
    others: Sequence[Need],
    terms: Terms,
    known: Mapping[str, Region],
    rarity: Mapping[str, float],
) -> tuple[dict[UUID, Likeness], dict[UUID, Likeness]]:
    analyser = standard()
    side = of_need(need, terms, analyser)
    among_cases = {case.id: likeness(side, of_case(case, known, analyser), rarity, analyser) for case in cases}
    among_needs = {one.id: _mutual(side, of_need(one, terms, analyser), rarity) for one in others}
    return _best(among_cases), _best(among_needs)


def _answered(
    case: Case, needs: Sequence[Need], terms: Terms, known: Mapping[str, Region], rarity: Mapping[str, float]
) -> dict[UUID, Likeness]:
    analyser = standard()
    side = of_case(case, known, analyser)
    others = [one for one in needs if one.organisation_id != case.organisation_id]
    found = {one.id: likeness(of_need(one, terms, analyser), side, rarity, analyser) for one in others}
    return {one: each for one, each in found.items() if each.score >= LEAST}


def _mutual(one: Side, other: Side, rarity: Mapping[str, float]) -> Likeness:
    """Two needs ask for the same where each says what the other does: a short one is part of many."""
    found, back = likeness(one, other, rarity, standard()), likeness(other, one, rarity, standard())
    return found if found.score <= back.score else Likeness(back.score, found.reasons)


def _best(found: Mapping[UUID, Likeness]) -> dict[UUID, Likeness]:
    order = sorted((one for one in found if found[one].score >= LEAST), key=lambda one: (-found[one].score, str(one)))
    return {one: found[one] for one in order[:MOST]}
