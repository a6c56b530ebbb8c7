"""Answers: once each, while there is room, until it begins."""

import asyncio
from uuid import UUID

import pytest

from services.events import queries
from services.events.errors import Begun, Cancelled, Full, NotRegistered
from services.events.usecases import audiences, publishing, registrations
from shared.clock import frozen
from shared.contracts.events import RegistrationRecorded
from shared.db.session import Database
from shared.errors import NotFound
from shared.ids import new_id
from tests.events.support import announced, drafted, national, person, said


async def test_each_answer_is_said_once_with_a_rising_version(database: Database) -> None:
    who = new_id()
    async with database.writing() as session:
        made = await announced(session)
        for verb in (registrations.register, registrations.register, registrations.withdraw, registrations.withdraw):
            await verb(session, made.id, who)
        for verb in (registrations.register, registrations.decline, registrations.decline):
            await verb(session, made.id, who)
        facts = [RegistrationRecorded.decoded(payload) for payload in await said(session, "registration")]
    assert [(fact.state, fact.version) for fact in facts] == [
        ("registered", 1),
        ("withdrawn", 2),
        ("registered", 3),
        ("declined", 4),
    ]
    assert {fact.person_id for fact in facts} == {who}
    assert len({fact.registration_id for fact in facts}) == 1


async def test_one_who_declined_has_nothing_to_withdraw(database: Database) -> None:
    who = new_id()
    async with database.writing() as session:
        made = await announced(session)
        with pytest.raises(NotRegistered):
            await registrations.withdraw(session, made.id, who)
        await registrations.decline(session, made.id, who)
        assert (await registrations.withdraw(session, made.id, who)).state == "declined"


async def test_nobody_answers_a_draft_a_cancelled_or_a_begun_webinar(database: Database) -> None:
    verbs = (registrations.register, registrations.decline, registrations.withdraw)
    async with database.writing() as session:
        draft, begun, cancelled = await drafted(session), await announced(session), await announced(session)
        await publishing.cancel(session, national(), cancelled.id)
        for verb in verbs:
            with pytest.raises(NotFound):
                await verb(session, draft.id, new_id())
            with pytest.raises(Cancelled):
                await verb(session, cancelled.id, new_id())
            with frozen(begun.starts_at), pytest.raises(Begun):
                await verb(session, begun.id, new_id())
        assert await said(session, "registration") == []


async def test_a_full_webinar_refuses_until_somebody_withdraws(database: Database) -> None:
    first, second = new_id(), new_id()
    async with database.writing() as session:
        made = await announced(session, capacity=1)
        await registrations.register(session, made.id, first)
        await registrations.register(session, made.id, first)
        await registrations.decline(session, made.id, second)
        with pytest.raises(Full) as refused:
            await registrations.register(session, made.id, second)
        assert "1" in str(refused.value)
        await registrations.withdraw(session, made.id, first)
        assert (await registrations.register(session, made.id, second)).state == "registered"


async def test_a_crowd_at_once_gets_no_more_places_than_there_are(database: Database) -> None:
    async with database.writing() as session:
        made = await announced(session, capacity=3)

    async def try_for_a_place(who: UUID) -> bool:
        try:
            async with database.writing() as session:
                await registrations.register(session, made.id, who)
        except Full:
            return False
        return True

    got = await asyncio.gather(*(try_for_a_place(new_id()) for _ in range(12)))
    assert sum(got) == 3
    async with database.reading() as session:
        assert await queries.registered_counts(session, [made.id]) == {made.id: 3}


async def test_one_person_answering_twice_at_once_has_one_registration(database: Database) -> None:
    async with database.writing() as session:
        made = await announced(session)
    who = new_id()

    async def answer() -> None:
        async with database.writing() as session:
            await registrations.register(session, made.id, who)

    await asyncio.gather(*(answer() for _ in range(6)))
    async with database.reading() as session:
        assert len(await said(session, "registration")) == 1


async def test_one_who_is_erased_leaves_what_is_ahead_and_is_nobody_in_what_is_past(database: Database) -> None:
    stated = person(version=1)
    who = stated.person_id
    async with database.writing() as session:
        await audiences.note_person(session, stated)
        held, ahead = await announced(session), await announced(session)
        ahead.starts_at, ahead.ends_at = ahead.ends_at, ahead.ends_at.replace(year=2090)
        session.add(ahead)
        for made in (held, ahead):
            await registrations.register(session, made.id, who)
        with frozen(held.starts_at):
            await audiences.note_person(session, person(version=2, person_id=who, erased=True))
        await session.flush()
        assert await queries.registrations_of(session, who) == []
        assert await queries.registered_counts(session, [held.id, ahead.id]) == {held.id: 1}
        with pytest.raises(NotFound):
            await registrations.register(session, ahead.id, who)
        await audiences.note_person(session, stated)
        assert await queries.known_to_be_erased(session, who)
