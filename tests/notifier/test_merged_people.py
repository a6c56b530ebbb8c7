"""Two records that turned out to be one person: each mail once, the narrower wish, and links in old mails that still work."""

from itertools import permutations
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from services.notifier import ledger
from services.notifier.ledger import Claim
from services.notifier.models import MERGED
from services.notifier.queries import known_recipient, proof, wanted_topics
from services.notifier.tables import delivery, preference, recipient, registration, segment_member
from services.notifier.usecases import erasing, preferences
from shared.contracts.partners import PersonStated
from shared.db.session import Database
from shared.ids import new_id
from tests.notifier.support import (
    again,
    answered,
    cancelled,
    drain,
    hear,
    mails,
    person,
    published,
    rows,
    sender,
    states,
)
from tests.notifier.test_doors import Doors, doors
from tests.notifier.test_erasing import everything, gone, told
from tests.notifier.test_letters import asked
from tests.notifier.test_segments import segment
from tests.shared import tiny
from tests.support.smtp_faults import FaultySink

__all__ = ["doors"]


def into(old: PersonStated, kept: PersonStated) -> PersonStated:
    """What the registry says of the record that is no more."""
    nothing: dict[str, Any] = {"name": "", "email": "", "regions": [], "focus_areas": []}
    fact: PersonStated = again(old, active=False, merged_into=kept.person_id, **nothing)
    return fact


async def invited(database: Database, sink: FaultySink, *people: PersonStated) -> Any:
    webinar = published()
    await hear(database, *people, webinar)
    await drain(database, sink)
    return webinar


def received(sink: FaultySink) -> list[str]:
    return sorted(str(mail["To"].addresses[0].addr_spec) for mail in mails(sink))


async def whose(database: Database, kind: str = "webinar_invitation") -> list[tuple[UUID, str]]:
    return [(row.person_id, row.state) for row in await rows(database, delivery.c.kind == kind)]


async def test_who_was_invited_under_the_old_record_is_not_invited_again(database: Database, sink: FaultySink) -> None:
    old, kept = person(1), person(2, regions=["agder"], active=False)
    await invited(database, sink, old, kept)
    await hear(database, into(old, kept), again(kept, regions=["agder", "vestland"], active=True))
    await drain(database, sink)
    assert received(sink) == ["kari1@partner.example"]
    assert await whose(database) == [(kept.person_id, "sent")]


async def test_the_survivor_heard_first_is_not_invited_again_either(database: Database, sink: FaultySink) -> None:
    old, kept = person(1), person(2, regions=["agder"], active=False)
    await invited(database, sink, old, kept)
    survivor = again(kept, regions=["agder", "vestland"], active=True, merged_from=[old.person_id])
    later = published()
    await hear(database, survivor, later, into(old, kept))
    await drain(database, sink)
    assert received(sink) == ["kari1@partner.example", "kari2@partner.example"]
    assert await whose(database) == [(kept.person_id, "sent")] * 2
    await hear(database, gone(survivor), gone(into(old, kept)), survivor)
    async with database.reading() as session:
        assert {one.address for one in await erasing.waiting(session)} >= {old.email, kept.email}
    assert await tiny.rows(database, recipient) == await tiny.rows(database, MERGED) == []


async def test_a_mail_that_waited_goes_to_the_survivors_address_and_once(database: Database, sink: FaultySink) -> None:
    old, kept, webinar = person(1), person(2), published()
    await hear(database, old, kept, webinar, into(old, kept), again(kept))
    await drain(database, sink)
    assert received(sink) == ["kari2@partner.example"]
    assert await states(database) == {"sent": 1, "suppressed": 1}
    [mine] = await rows(database, delivery.c.person_id == kept.person_id)
    assert mine.state == "sent"
    async with database.reading() as session:
        sums = (await proof(session, webinar.webinar_id)).sums
    assert (sums.audience, sums.sent, sums.suppressed, sums.final) == (2, 1, 1, True)


@pytest.mark.parametrize("sent", ["old", "kept"])
async def test_what_either_got_counts_as_sent(database: Database, sink: FaultySink, sent: str) -> None:
    old, kept = person(1), person(2)
    late, early = (kept, old) if sent == "old" else (old, kept)
    sink.behave("RCPT", "450 4.2.1 Later", recipient=late.email)
    await invited(database, sink, early, late)
    assert await states(database) == {"sent": 1, "deferred": 1}
    await hear(database, into(old, kept), again(kept))
    await drain(database, sink)
    assert received(sink) == [early.email]
    [mine] = await rows(database, delivery.c.person_id == kept.person_id)
    assert (mine.state, mine.due_at) == ("sent", None)


async def test_what_a_sender_had_taken_and_not_handed_over_is_written_to_the_survivor(
    database: Database, sink: FaultySink
) -> None:
    old, kept, webinar = person(1), person(2, regions=["agder"]), published()
    await hear(database, old, webinar)
    claim = Claim(0, new_id())
    async with database.writing() as session:
        [taken] = await ledger.take(await session.connection(), claim, 10)
    await hear(database, into(old, kept), kept)
    async with database.writing() as session:
        connection = await session.connection()
        assert not await ledger.hand_over(connection, claim, taken.id, "<a@b>", taken.created_at)
        assert not await ledger.finish(connection, claim, taken.id, "suppressed", "inactive")
    await drain(database, sink, sender(database, sink))
    assert received(sink) == ["kari2@partner.example"]


async def test_the_narrower_wish_holds_and_drops_what_waits(database: Database, sink: FaultySink) -> None:
    for refusing in range(2):
        old, kept = person(1, email=f"a{refusing}@x.example"), person(2, email=f"b{refusing}@x.example")
        await hear(database, old, kept)
        async with database.writing() as session:
            await preferences.unsubscribe(session, (old, kept)[refusing].person_id, "webinars")
            await preferences.choose(session, (old, kept)[1 - refusing].person_id, {"webinars"})
        await hear(database, published(), into(old, kept), again(kept))
        async with database.reading() as session:
            assert await wanted_topics(session, kept.person_id) == set()
        await hear(database, gone(old), gone(kept))
    await drain(database, sink)
    assert mails(sink) == []


async def test_links_in_mails_already_sent_act_on_the_survivor(doors: Doors) -> None:
    old, kept = person(1), person(2)
    await hear(doors.database, old, kept, into(old, kept), again(kept))
    token = doors.token(old.person_id)
    visitor = doors.visitor()
    page = await visitor.get(f"/mail/preferences/{token}")
    assert "k•••@partner.example" in page.text
    answer = await visitor.post(f"/mail/unsubscribe/webinars/{token}", data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    async with doors.database.reading() as session:
        assert await wanted_topics(session, kept.person_id) == set()
        assert (await known_recipient(session, old.person_id)).person_id == kept.person_id
    assert {row.person_id for row in await tiny.rows(doors.database, preference)} == {kept.person_id}


async def test_of_two_registrations_one_stands_with_one_confirmation_and_one_cancellation(
    database: Database, sink: FaultySink
) -> None:
    old, kept, webinar = person(1), person(2), published()
    first, second = answered(webinar, old), answered(webinar, kept)
    await hear(database, old, kept, webinar, first, second)
    stated = again(first, person_id=kept.person_id, instead_of=second.registration_id)
    await hear(database, into(old, kept), again(kept), stated)
    await drain(database, sink)
    assert received(sink) == ["kari2@partner.example"] * 2
    await hear(database, cancelled(webinar))
    await drain(database, sink)
    assert received(sink) == ["kari2@partner.example"] * 3
    assert await states(database, "webinar_cancellation") == {"sent": 1}
    [row] = await tiny.rows(database, registration)
    assert (row.id, row.person_id, row.state) == (first.registration_id, kept.person_id, "registered")


@pytest.mark.parametrize("changed", [False, True])
async def test_in_whatever_order_it_is_heard_the_same_answer_stands_and_is_confirmed_once(
    database: Database, sink: FaultySink, changed: bool
) -> None:
    for order in permutations(range(4)):
        old, kept, webinar = person(1), person(2), published(uid=f"{new_id()}@x")
        first, second = answered(webinar, old), answered(webinar, kept, state="declined")
        await hear(database, old, kept)
        stands = again(first, person_id=kept.person_id, instead_of=second.registration_id)
        facts: list[Any] = [first, second, stands, into(old, kept)]
        await hear(database, webinar, *(facts[place] for place in order))
        last = again(stands, state="withdrawn", instead_of=None)
        await hear(database, *([last] if changed else []), again(first, version=1), again(second, version=1))
        found = [row for row in await tiny.rows(database, registration) if row.webinar_id == webinar.webinar_id]
        want = "withdrawn" if changed else "registered"
        assert [(row.id, row.person_id, row.state) for row in found] == [
            (first.registration_id, kept.person_id, want)
        ], order
        sent = await rows(
            database, delivery.c.webinar_id == webinar.webinar_id, delivery.c.kind == "registration_confirmation"
        )
        assert len([row for row in sent if row.due_at]) == (0 if changed else 1), order
        await hear(database, gone(old), gone(kept))


async def test_who_was_invited_twice_is_told_once_that_it_is_cancelled_and_who_is_erased_not_at_all(
    database: Database, sink: FaultySink
) -> None:
    old, kept, erased = person(1), person(2), person(3)
    webinar = await invited(database, sink, old, kept, erased)
    await hear(database, into(old, kept), again(kept), gone(erased), cancelled(webinar))
    await drain(database, sink)
    assert await whose(database, "webinar_cancellation") == [(kept.person_id, "sent")]
    async with database.reading() as session:
        assert (await proof(session, webinar.webinar_id, "cancellation")).sums.final


async def test_letters_and_segments_of_the_old_record_are_the_survivors(database: Database, sink: FaultySink) -> None:
    old, kept = person(1), person(2)
    await hear(database, old, kept, segment(old, kept), segment(old), asked(old), asked(old, "inactive_soon"))
    await hear(database, into(old, kept), again(kept))
    await hear(database, asked(old, "claim_accepted"), asked(old, "inactive_last"), segment(old))
    await drain(database, sink)
    assert received(sink) == ["kari2@partner.example"] * 2
    assert {row.person_id for row in await tiny.rows(database, segment_member)} == {kept.person_id}
    assert len(await tiny.rows(database, segment_member)) == 3


async def test_a_chain_of_merges_ends_with_the_last_in_whatever_order(database: Database, sink: FaultySink) -> None:
    for order in permutations(range(2)):
        first, middle, last = person(1), person(2), person(3)
        webinar = await invited(database, sink, first, middle)
        merges = [into(first, middle), into(middle, last)]
        await hear(database, *(merges[place] for place in order), last, *(again(one) for one in merges))
        mine = await rows(database, delivery.c.person_id == last.person_id)
        assert [(row.webinar_id, row.state) for row in mine] == [(webinar.webinar_id, "sent")]
        await hear(database, *(gone(one) for one in (first, middle, last)), cancelled(webinar))


async def test_later_words_about_the_old_record_change_nothing(database: Database, sink: FaultySink) -> None:
    old, kept = person(1), person(2)
    await hear(database, old, kept, into(old, kept), again(old, version=9), published())
    await drain(database, sink)
    assert received(sink) == ["kari2@partner.example"]
    known = {row.person_id: (row.active, row.email) for row in await tiny.rows(database, recipient)}
    assert known[old.person_id] == (False, "")


@pytest.mark.parametrize("first", ["survivor", "old"])
async def test_with_the_survivor_all_that_was_carried_is_forgotten(
    database: Database, sink: FaultySink, first: str
) -> None:
    old, kept = person(1), person(2)
    webinar = await invited(database, sink, old, kept)
    await hear(database, answered(webinar, old), into(old, kept), again(kept), asked(old))
    facts = [gone(again(kept)), gone(into(old, kept))]
    await hear(database, *(facts if first == "survivor" else reversed(facts)), again(into(old, kept), version=7))
    async with database.reading() as session:
        waiting = {one.address for one in await erasing.waiting(session)}
        assert waiting == {"", "kari1@partner.example", "kari2@partner.example"}
    async with database.writing() as session:
        for one in await erasing.waiting(session):
            await erasing.done(session, one)
    assert {fact.person_id for fact in await told(database)} == {old.person_id, kept.person_id}
    left = await everything(database)
    words = [str(one.person_id) for one in (old, kept)] + [one.person_id.hex for one in (old, kept)]
    assert [word for word in (*words, old.email, kept.email, old.name) if word in left] == []
    assert await tiny.rows(database, MERGED) == []


async def test_the_rows_of_the_ledger_are_one_for_each_person_and_matter(database: Database, sink: FaultySink) -> None:
    old, kept = person(1), person(2)
    webinar = await invited(database, sink, old, kept)
    await hear(database, into(old, kept), into(old, kept), again(kept), again(webinar))
    await drain(database, sink)
    assert received(sink) == ["kari1@partner.example", "kari2@partner.example"]
    async with database.reading() as session:
        matter = (delivery.c.kind, delivery.c.subject_id, delivery.c.revision)
        mine = sa.select(sa.func.count()).where(delivery.c.person_id == kept.person_id).group_by(*matter)
        assert (await (await session.connection()).execute(mine)).scalars().all() == [1]
    assert await states(database) == {"sent": 2}
