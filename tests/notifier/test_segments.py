"""Webinars for a saved group: those in it are invited, those who come to it later once, and nobody is taken back."""

from datetime import timedelta
from typing import Any

import pytest

from services.notifier.tables import delivery, segment_member
from shared.contracts.events import Audience
from shared.contracts.partners import PersonStated, SegmentStated
from shared.db.session import Database
from shared.ids import new_id
from tests.notifier.support import again, drain, hear, mails, person, published, rows, states, text_of
from tests.support.smtp_faults import FaultySink


def segment(*people: PersonStated, **changes: Any) -> SegmentStated:
    values: dict[str, Any] = {"segment_id": new_id(), "version": 1, "name": "Toppledere", "regions": ["vestland"]}
    return SegmentStated(**{**values, "person_ids": [one.person_id for one in people], **changes})


def joined(fact: SegmentStated, *people: PersonStated) -> SegmentStated:
    told: SegmentStated = again(fact, person_ids=[one.person_id for one in people])
    return told


def for_segment(fact: SegmentStated, **rule: Any) -> Audience:
    return Audience(**{"scope": "national", "segment_id": fact.segment_id, **rule})


async def invited(database: Database) -> set[Any]:
    return {row.person_id for row in await rows(database, delivery.c.kind == "webinar_invitation")}


async def test_those_in_the_group_are_invited_and_told_why(database: Database, sink: FaultySink) -> None:
    inside, outside, inactive = person(1), person(2), person(3, active=False)
    group = segment(inside, inactive)
    await hear(database, inside, outside, inactive, group, published(audience=for_segment(group)))
    await drain(database, sink)
    [mail] = mails(sink)
    assert mail["To"].addresses[0].addr_spec == inside.email
    assert "noen utvalgte klimapartnere" in text_of(mail)
    assert "Toppledere" not in text_of(mail)


async def test_the_group_is_narrowed_by_regions_and_focus_area(database: Database) -> None:
    west, south = person(1), person(2, regions=["agder"])
    group = segment(west, south)
    rule = for_segment(group, scope="regions", regions=["agder"], focus_area="scope3")
    await hear(database, west, south, group, published(audience=rule))
    assert await invited(database) == {south.person_id}


async def test_whoever_comes_to_the_group_is_invited_once(database: Database, sink: FaultySink) -> None:
    first, later = person(1), person(2)
    group = segment(first)
    grown = joined(group, first, later)
    await hear(database, first, later, group, published(audience=for_segment(group)))
    await drain(database, sink)
    await hear(database, grown, grown, again(grown))
    await drain(database, sink)
    assert await states(database) == {"sent": 2}
    assert len(mails(sink)) == 2


async def test_whoever_leaves_stays_invited(database: Database, sink: FaultySink) -> None:
    first, second = person(1), person(2)
    group = segment(first, second)
    await hear(database, first, second, group, published(audience=for_segment(group)), joined(group, first))
    await drain(database, sink)
    assert await states(database) == {"sent": 2}


async def test_a_group_that_was_given_up_invites_nobody_else(database: Database) -> None:
    first, second = person(1), person(2)
    group = segment(first)
    gone = again(group, person_ids=[], active=False, name="")
    await hear(database, first, second, group, published(audience=for_segment(group)), gone, again(second))
    assert await invited(database) == {first.person_id}


@pytest.mark.parametrize("order", [(0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)])
async def test_in_whatever_order_person_group_and_webinar_are_heard(
    database: Database, order: tuple[int, int, int]
) -> None:
    one = person()
    group = segment(one)
    facts = (one, group, published(audience=for_segment(group)))
    await hear(database, *(facts[place] for place in order))
    assert await invited(database) == {one.person_id}


async def test_an_older_word_about_a_group_changes_nothing(database: Database) -> None:
    first, second = person(1), person(2)
    group = segment(first)
    await hear(database, first, second, joined(group, second), group, published(audience=for_segment(group)))
    assert await invited(database) == {second.person_id}


async def test_a_webinar_that_has_begun_invites_no_latecomers(database: Database) -> None:
    one = person()
    group = segment()
    past = published(timedelta(days=-1), audience=for_segment(group))
    await hear(database, one, group, past, joined(group, one))
    assert await invited(database) == set()


async def test_an_erased_person_belongs_to_no_group_whatever_is_heard_after(database: Database) -> None:
    one = person()
    group = segment(one)
    await hear(database, one, group, again(one, name="", email="", erased=True), again(group))
    async with database.reading() as session:
        left = (await (await session.connection()).execute(segment_member.select())).all()
    assert left == []
