"""Webinars for a saved group: who may choose it, who is counted, and that the network is told."""

import json
from typing import Any
from uuid import UUID

import pytest

from services.events import queries
from services.events.errors import UnknownSegment
from services.events.usecases import audiences, drafting, publishing, segments
from shared.contracts.events import Audience
from shared.contracts.partners import PersonStated, SegmentStated
from shared.db.session import Database
from shared.ids import new_id
from tests.events.support import (
    World,
    as_json,
    given,
    national,
    person,
    said,
    staff_of,
    text_of,
    with_regions,
)


def segment(
    *people: PersonStated, version: int = 1, regions: tuple[str, ...] = ("vestland",), **values: Any
) -> SegmentStated:
    stated = {"segment_id": new_id(), "name": "Toppledere", "regions": list(regions)}
    return SegmentStated(version=version, person_ids=[one.person_id for one in people], **{**stated, **values})


async def counted(database: Database, segment_id: UUID, **rule: Any) -> int:
    async with database.reading() as session:
        audience = Audience(**{"scope": "national", "segment_id": segment_id, **rule})
        return await queries.audience_count(session, audience)


async def test_those_who_belong_are_counted_as_far_as_the_rest_agrees(database: Database) -> None:
    kari, per, gone = person(regions=["vestland"]), person(regions=["agder"]), person(active=False)
    stated = segment(kari, per, gone)
    async with database.writing() as session:
        for one in (kari, per, gone, person(regions=["vestland"])):
            await audiences.note_person(session, one)
        await segments.note_segment(session, stated)
    assert await counted(database, stated.segment_id) == 2
    assert await counted(database, stated.segment_id, scope="regions", regions=["vestland"]) == 1
    assert await counted(database, stated.segment_id, focus_area="energy") == 0
    assert await counted(database, new_id()) == 0


async def test_the_newest_statement_holds_in_whatever_order_they_come(database: Database) -> None:
    kari, per = person(), person()
    old = segment(kari)
    new = segment(per, kari, version=2, segment_id=old.segment_id)
    async with database.writing() as session:
        for one in (kari, per):
            await audiences.note_person(session, one)
        for fact in (new, old, new):
            await segments.note_segment(session, fact)
    assert await counted(database, old.segment_id) == 2
    async with database.writing() as session:
        await segments.note_segment(session, segment(version=3, segment_id=old.segment_id, active=False))
        assert await queries.segments(session, national()) == []
    assert await counted(database, old.segment_id) == 0


async def test_an_erased_person_belongs_to_nothing_and_is_not_brought_back(database: Database) -> None:
    kari = person()
    stated = segment(kari)
    async with database.writing() as session:
        await audiences.note_person(session, kari)
        await segments.note_segment(session, stated)
        await audiences.note_person(session, person(person_id=kari.person_id, version=2, erased=True))
        await segments.note_segment(session, segment(kari, version=2, segment_id=stated.segment_id))
        members = (await (await session.connection()).exec_driver_sql("SELECT count(*) FROM segment_member")).scalar()
    assert members == 0


async def test_staff_choose_among_segments_within_their_regions(database: Database) -> None:
    near, far, everywhere = segment(), segment(regions=("agder",)), segment(regions=())
    async with database.writing() as session:
        await with_regions(session)
        for fact in (near, far, everywhere):
            await segments.note_segment(session, fact)
        own = await queries.segments(session, staff_of("vestland"))
        assert [one.segment_id for one in own] == [near.segment_id]
        assert len(await queries.segments(session, national())) == 3
        place: dict[str, Any] = {"scope": "regions", "regions": ["vestland"]}
        for other in (far, everywhere):
            with pytest.raises(UnknownSegment):
                await drafting.draft(session, staff_of("vestland"), given(segment_id=other.segment_id, **place))
        made = await drafting.draft(session, staff_of("vestland"), given(segment_id=near.segment_id, **place))
        await publishing.publish(session, staff_of("vestland"), made.id)
        [payload] = await said(session, "published")
    assert json.loads(payload)["audience"]["segment_id"] == str(near.segment_id)


async def test_a_draft_keeps_a_segment_its_editor_could_not_choose(database: Database) -> None:
    everywhere = segment(regions=())
    async with database.writing() as session:
        await with_regions(session)
        await segments.note_segment(session, everywhere)
        values: dict[str, Any] = {"scope": "regions", "regions": ["vestland"], "segment_id": everywhere.segment_id}
        made = await drafting.draft(session, national(), given(**values))
        changed = await drafting.edit(session, staff_of("vestland"), made.id, given(title="Nytt", **values))
        assert (changed.title, changed.segment_id) == ("Nytt", everywhere.segment_id)


async def test_the_form_offers_segments_and_the_publish_page_counts_them(world: World) -> None:
    kari, stated = person(regions=["vestland"]), None
    stated = segment(kari)
    await world.regions()
    async with world.database.writing() as session:
        await audiences.note_person(session, kari)
        await audiences.note_person(session, person(regions=["vestland"]))
        await segments.note_segment(session, stated)
    staff = staff_of("vestland")
    async with world.client(staff) as browser:
        form = await browser.get("/events/new")
        assert f'<option value="{stated.segment_id}">Toppledere</option>' in form.text
        body = as_json(scope="regions", regions=["vestland"], segment_id=stated.segment_id)
        made = await browser.post("/events/new", data={**body, **world.csrf(staff)})
        assert made.status_code == 303, made.text
        page = text_of(await browser.get(f"{made.headers['location']}/publish"))
        assert "Publiser og inviter 1 person" in page
        assert "Toppledere" in page
        edit = await browser.get(f"{made.headers['location']}/edit")
        assert f'<option value="{stated.segment_id}" selected>Toppledere</option>' in edit.text
        wrong = await browser.post("/events/new", data={**body, "segment_id": str(new_id()), **world.csrf(staff)})
        assert wrong.status_code == 422
        assert "felt-segment_id-feil" in wrong.text
