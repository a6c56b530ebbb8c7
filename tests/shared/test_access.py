"""Rights are read at each request: what the registry stated last holds, and a token speaks only where it is newer."""

from dataclasses import replace
from datetime import timedelta

import pytest

from shared.auth.access import admitted, note_access
from shared.auth.actor import Actor, Grant
from shared.clock import frozen, now, today_in_norway
from shared.contracts.partners import AccessStated, GrantStated
from shared.db.session import Database
from tests.shared import tiny


async def state(database: Database, actor: Actor, version: int, *grants: GrantStated, **more: bool) -> None:
    """Have the registry say what `actor` may do."""
    async with database.writing() as session:
        fact = AccessStated(person_id=actor.person_id, version=version, grants=list(grants), **more)
        await note_access(session, fact)


async def now_of(database: Database, actor: Actor) -> Actor | None:
    """Return `actor` as they are let in now."""
    async with database.reading() as session:
        return await admitted(session, actor)


async def test_somebody_nothing_was_stated_about_is_taken_at_their_tokens_word(database: Database) -> None:
    actor = tiny.actor(tiny.NATIONAL)
    assert await now_of(database, actor) == actor


async def test_a_role_taken_away_is_gone_although_the_token_has_it(database: Database) -> None:
    actor = replace(tiny.actor(tiny.NATIONAL), version=1)
    await state(database, actor, 2)
    assert await now_of(database, actor) == replace(actor, grants=(), version=2)


async def test_a_token_newer_than_what_was_heard_holds(database: Database) -> None:
    actor = replace(tiny.actor(tiny.NATIONAL), version=3)
    await state(database, actor, 2)
    assert await now_of(database, actor) == actor


@pytest.mark.parametrize("gone", ["put out of use", "erased"])
async def test_who_is_no_longer_active_is_not_let_in(database: Database, gone: str) -> None:
    actor = tiny.actor(tiny.NATIONAL)
    await state(database, actor, 1, GrantStated(role="national"), active=gone == "erased", erased=gone == "erased")
    assert await now_of(database, actor) is None


async def test_an_older_word_does_not_undo_a_newer(database: Database) -> None:
    actor = tiny.actor()
    await state(database, actor, 2)
    await state(database, actor, 1, GrantStated(role="national"))
    assert await now_of(database, actor) == replace(actor, version=2)


async def test_a_role_holds_from_its_first_day_until_its_last(database: Database) -> None:
    actor = tiny.actor()
    today = today_in_norway()
    grant = GrantStated(
        role="region_staff", region="agder", since=today + timedelta(days=2), until=today + timedelta(days=4)
    )
    await state(database, actor, 1, grant)
    held = []
    for day in range(6):
        with frozen(now() + timedelta(days=day)):
            found = await now_of(database, actor)
            assert found is not None
            held.append(found.grants == (Grant("region_staff", "agder"),))
    assert held == [False, False, True, True, False, False]
