"""Two records that turned out to be one person: one answer to each webinar, whatever was heard first, and old links work."""

from itertools import permutations
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col, select

from services.events.links import answer_path
from services.events.models import (
    MERGED,
    Answer,
    ConcernedPerson,
    PersonRegion,
    Registration,
    SegmentMember,
    Webinar,
)
from services.events.queries import audience_count, registered_counts
from services.events.usecases import audiences, registrations, segments
from shared.auth.merged import standing
from shared.clock import now
from shared.contracts.events import EventsErased, RegistrationRecorded
from shared.contracts.partners import PersonStated, SegmentStated
from shared.db.session import Database
from shared.ids import new_id
from tests.events.support import World, announced, person, said
from tests.shared import tiny


async def hear(database: Database, *facts: PersonStated | SegmentStated) -> None:
    for fact in facts:
        async with database.writing() as session:
            note: Any = segments.note_segment if isinstance(fact, SegmentStated) else audiences.note_person
            await note(session, fact)


def merged(old: UUID, into: UUID, version: int = 2) -> PersonStated:
    return person(person_id=old, version=version, name="", email="", active=False, merged_into=into)


async def webinar(database: Database) -> UUID:
    async with database.writing() as session:
        return (await announced(session)).id


async def answer(database: Database, webinar_id: UUID, who: UUID, state: Answer) -> Registration:
    async with database.writing() as session:
        return await registrations.answer(session, webinar_id, who, state, "self")


async def answers(database: Database) -> list[Registration]:
    async with database.reading() as session:
        return list((await session.exec(select(Registration).order_by(col(Registration.id)))).all())


async def told(database: Database) -> list[RegistrationRecorded]:
    async with database.reading() as session:
        return [RegistrationRecorded.decoded(one) for one in await said(session, "registration")]


async def who_stands_for(database: Database, person_id: UUID) -> UUID:
    async with database.reading() as session:
        return await standing(session, MERGED, person_id)


@pytest.mark.parametrize(
    ("of_old", "of_kept", "stands"),
    [
        ("registered", "registered", "registered"),
        ("registered", "declined", "registered"),
        ("declined", "registered", "registered"),
        ("registered", None, "registered"),
        ("declined", "declined", "declined"),
        (None, "registered", "registered"),
    ],
)
async def test_of_two_answers_the_stronger_stands_as_the_survivors_only_one(
    database: Database, of_old: Answer | None, of_kept: Answer | None, stands: str
) -> None:
    old, kept, about = new_id(), new_id(), await webinar(database)
    given = [await answer(database, about, who, state) for who, state in ((kept, of_kept), (old, of_old)) if state]
    await hear(database, merged(old, kept), person(person_id=kept))
    [one] = await answers(database)
    assert (one.person_id, one.state) == (kept, stands)
    assert one.created_at == min(before.created_at for before in given)
    last = (await told(database))[-1]
    assert (last.registration_id, last.person_id, last.state) == (one.id, kept, stands)
    assert of_old is None or last.version > max(before.version for before in given)
    async with database.reading() as session:
        assert (await registered_counts(session, [about])).get(about, 0) == (stands == "registered")


async def test_the_answer_given_first_stands_where_both_come(database: Database) -> None:
    old, kept, about = new_id(), new_id(), await webinar(database)
    first = await answer(database, about, old, "registered")
    await answer(database, about, kept, "registered")
    await hear(database, merged(old, kept))
    [one] = await answers(database)
    assert (one.id, one.created_at, one.updated_at) == (first.id, first.created_at, first.updated_at)
    assert (await told(database))[-1].at == first.updated_at


async def test_in_whatever_order_a_chain_of_merges_is_heard_all_ends_with_the_last(database: Database) -> None:
    for number, order in enumerate(permutations(range(3))):
        first, middle, last = new_id(), new_id(), new_id()
        about = await webinar(database)
        for who in (first, middle):
            await answer(database, about, who, "registered")
        facts = [merged(first, middle), merged(middle, last), person(person_id=last, regions=["agder"])]
        await hear(database, *(facts[place] for place in order), *facts)
        mine = [one for one in await answers(database) if one.webinar_id == about]
        assert [one.person_id for one in mine] == [last], order
        assert [await who_stands_for(database, one) for one in (first, middle, last)] == [last] * 3
        assert len([row for row in await tiny.rows(database, MERGED) if row.into_id == last]) == 2, number


async def test_heard_again_it_changes_and_says_nothing(database: Database) -> None:
    old, kept, about = new_id(), new_id(), await webinar(database)
    await answer(database, about, old, "registered")
    facts = (merged(old, kept), person(person_id=kept))
    await hear(database, *facts)
    before, words = await answers(database), await told(database)
    await hear(database, *facts, *facts)
    assert await answers(database) == before
    assert await told(database) == words


async def test_later_words_about_the_old_record_change_nothing(database: Database) -> None:
    old, kept = new_id(), new_id()
    await hear(database, person(person_id=old, regions=["agder"]), person(person_id=kept, regions=["agder"]))
    await hear(database, merged(old, kept), person(person_id=old, version=9, regions=["agder"], focus_areas=["energy"]))
    async with database.reading() as session:
        known = {one.person_id: one.active for one in (await session.exec(select(ConcernedPerson))).all()}
        places = (await session.exec(select(PersonRegion.person_id))).all()
        about = Webinar(title="", summary="", scope="national", local_start=now(), local_end=now(),
                        starts_at=now(), ends_at=now())  # fmt: skip
        assert await audience_count(session, about.audience) == 1
    assert (known, places) == ({old: False, kept: True}, [kept])


async def test_the_survivor_heard_first_has_the_others_answers_already(database: Database) -> None:
    old, kept, about = new_id(), new_id(), await webinar(database)
    await hear(database, person(person_id=old, regions=["agder"]))
    await answer(database, about, old, "registered")
    await hear(database, person(person_id=kept, merged_from=[old]))
    assert [one.person_id for one in await answers(database)] == [kept]
    words = await told(database)
    await hear(database, merged(old, kept))
    assert await told(database) == words
    async with database.reading() as session:
        known = {one.person_id: one.active for one in (await session.exec(select(ConcernedPerson))).all()}
    assert known == {old: False, kept: True}


async def test_the_old_link_shows_and_changes_the_survivors_answer(world: World) -> None:
    old, kept = new_id(), new_id()
    about = await world.announce()
    await answer(world.database, about.id, kept, "registered")
    link = answer_path(world.link_key, old, about.id)
    await hear(world.database, merged(old, kept))
    async with world.client() as browser:
        assert "Du er påmeldt" in (await browser.get(f"{link}/receipt")).text
        assert (await browser.post(link, data={"choice": "decline"})).status_code == 303
    [one] = await answers(world.database)
    assert (one.person_id, one.state) == (kept, "declined")


async def test_what_they_organise_and_belong_to_goes_along(database: Database) -> None:
    old, kept, stays = new_id(), new_id(), new_id()
    both, alone = ({"segment_id": new_id(), "version": 1, "name": name} for name in ("Begge", "Den ene"))
    about = await webinar(database)
    async with database.writing() as session:
        (await session.get_one(Webinar, about)).organiser_id = old
    await hear(database, SegmentStated(**both, person_ids=[old, kept]), SegmentStated(**alone, person_ids=[old, stays]))
    await hear(database, merged(old, kept), SegmentStated(segment_id=new_id(), version=1, person_ids=[old]))
    async with database.reading() as session:
        members = sorted((await session.exec(select(SegmentMember.person_id))).all())
        assert members == sorted([kept, kept, stays, kept])
        assert (await session.get_one(Webinar, about)).organiser_id == kept


@pytest.mark.parametrize("first", ["survivor", "old"])
async def test_with_the_survivor_all_that_was_carried_is_forgotten(database: Database, first: str) -> None:
    old, kept, about = new_id(), new_id(), await webinar(database)
    await answer(database, about, old, "registered")
    await hear(database, merged(old, kept), person(person_id=kept))
    gone = [person(person_id=one, version=9, active=False, erased=True) for one in (kept, old)]
    await hear(database, *(gone if first == "survivor" else reversed(gone)), merged(old, kept), person(person_id=kept))
    for table in (Registration, ConcernedPerson, SegmentMember):
        assert await tiny.rows(database, table.__table__) == []  # type: ignore[union-attr]
    assert await tiny.rows(database, MERGED) == []
    erased = [row for row in await tiny.rows(database, database.tables.outbox) if row.subject == EventsErased.subject]
    assert {EventsErased.decoded(row.payload).person_id for row in erased} == {old, kept}


async def test_a_merge_into_somebody_erased_carries_nothing_to_them(database: Database) -> None:
    old, kept, about = new_id(), new_id(), await webinar(database)
    await answer(database, about, old, "registered")
    await hear(database, person(person_id=kept, version=5, active=False, erased=True), merged(old, kept))
    assert [one.person_id for one in await answers(database)] == [old]
    assert await tiny.rows(database, MERGED) == []
