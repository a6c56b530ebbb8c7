"""Two records that turned out to be one person: the cases of the one are the other's, and forgotten with them."""

from itertools import permutations
from uuid import UUID

import pytest
from sqlmodel import select

from services.knowledge.models import MERGED, Case, Revision
from shared.auth.access import admitted
from shared.auth.actor import Actor
from shared.contracts.partners import AccessStated
from shared.db.session import Database
from shared.ids import new_id
from tests.knowledge.test_erasing import hear, stated
from tests.shared import tiny


def merged(old: UUID, into: UUID, version: int = 2) -> AccessStated:
    return AccessStated(person_id=old, version=version, active=False, merged_into=into)


async def written_by(database: Database, who: UUID) -> None:
    async with database.writing() as session:
        made = Case(title="Elbuss", summary="", region="agder", language="nb", author_id=who, reviewer_id=who)
        session.add(made)
        await session.flush()
        session.add(Revision(case_id=made.id, version=1, status="draft", action="draft", actor_id=who))


async def whose(database: Database) -> list[UUID | None]:
    async with database.reading() as session:
        cases = (await session.exec(select(Case))).all()
        steps = (await session.exec(select(Revision.actor_id))).all()
    return [*(one for case in cases for one in (case.author_id, case.reviewer_id)), *steps]


async def test_in_whatever_order_merges_are_heard_the_last_record_is_the_author(database: Database) -> None:
    for order in permutations(range(2)):
        first, middle, last = new_id(), new_id(), new_id()
        await written_by(database, first)
        facts = [merged(first, middle), merged(middle, last)]
        await hear(database, *(facts[place] for place in order), stated(last, 1), *facts)
        assert set(await whose(database)) - {None} == {last}
        await hear(database, stated(first, 9), stated(last, 9, erased=True))
        assert set(await whose(database)) == {None}


async def test_later_words_give_the_old_record_no_rights(database: Database) -> None:
    old, kept = Actor(new_id(), new_id(), "Ask Prøve"), new_id()
    await hear(database, stated(old.person_id, 1), merged(old.person_id, kept), stated(old.person_id, 9))
    async with database.reading() as session:
        assert await admitted(session, old) is None


@pytest.mark.parametrize("first", ["survivor", "old"])
async def test_with_the_survivor_the_old_record_is_forgotten(database: Database, first: str) -> None:
    old, kept = new_id(), new_id()
    await written_by(database, old)
    await hear(database, stated(kept, 1), merged(old, kept))
    gone = [stated(one, 5, erased=True) for one in (kept, old)]
    await hear(database, *(gone if first == "survivor" else reversed(gone)), merged(old, kept))
    assert set(await whose(database)) == {None}
    assert await tiny.rows(database, MERGED) == []
    assert await tiny.rows(database, database.tables.access) == []
