"""A webinar's life: drafted, edited, announced once, called off once."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from services.events import queries
from services.events.errors import (
    Begun,
    Cancelled,
    EndsTooEarly,
    ExternalIdTaken,
    NoSuchTime,
    NotADraft,
    NotPublished,
    Stale,
    UnknownRegion,
)
from services.events.usecases import drafting, publishing
from shared.clock import frozen
from shared.contracts.events import WebinarCancelled, WebinarPublished
from shared.db.session import Database
from shared.errors import Invalid, NotFound
from tests.events.support import announced, drafted, given, in_days, national, said, with_regions


async def test_a_draft_says_nothing(database: Database) -> None:
    async with database.writing() as session:
        made = await drafted(session)
        assert (made.status, made.version, made.sequence) == ("draft", 1, 0)
        assert made.uid == f"{made.id}@koblingsboks"
        assert await said(session) == []


async def test_publishing_says_all_the_invitations_need_and_says_it_once(database: Database) -> None:
    async with database.writing() as session:
        await with_regions(session)
        made = await drafted(session, scope="regions", regions=["vestland", "agder"], focus_area="energy")
        for _ in range(3):
            await publishing.publish(session, national(), made.id)
        (payload,) = await said(session)
    fact = WebinarPublished.decoded(payload)
    assert (fact.webinar_id, fact.version, fact.sequence) == (made.id, 2, 0)
    rule = {"scope": "regions", "regions": ["agder", "vestland"], "focus_area": "energy", "segment_id": None}
    assert fact.audience.model_dump() == rule
    assert (fact.local_start, fact.time_zone) == (made.local_start, "Europe/Oslo")
    assert fact.starts_at == made.starts_at


async def test_cancelling_raises_the_sequence_once_and_says_it_once(database: Database) -> None:
    async with database.writing() as session:
        made = await announced(session)
        for reason in ("Innlederen er syk.", "En annen grunn"):
            await publishing.cancel(session, national(), made.id, reason)
        payloads = await said(session, "cancelled")
    assert len(payloads) == 1
    fact = WebinarCancelled.decoded(payloads[0])
    assert (fact.sequence, fact.version, fact.reason) == (1, 3, "Innlederen er syk.")
    assert (made.status, made.cancel_reason) == ("cancelled", "Innlederen er syk.")


async def test_a_webinar_that_has_begun_cannot_be_published(database: Database) -> None:
    async with database.writing() as session:
        made = await drafted(session)
        with frozen(made.starts_at), pytest.raises(Begun):
            await publishing.publish(session, national(), made.id)
        assert made.status == "draft"
        assert await said(session) == []


async def test_what_is_no_draft_cannot_be_edited_nor_what_is_cancelled_published(database: Database) -> None:
    async with database.writing() as session:
        made = await announced(session)
        with pytest.raises(NotADraft):
            await drafting.edit(session, national(), made.id, given(title="Et annet"))
        await publishing.cancel(session, national(), made.id)
        with pytest.raises(Cancelled):
            await publishing.publish(session, national(), made.id)


async def test_drafts_and_past_webinars_cannot_be_cancelled(database: Database) -> None:
    async with database.writing() as session:
        draft, held = await drafted(session), await announced(session)
        with pytest.raises(NotPublished):
            await publishing.cancel(session, national(), draft.id)
        with frozen(held.ends_at), pytest.raises(Begun):
            await publishing.cancel(session, national(), held.id)
        with frozen(held.starts_at + timedelta(minutes=5)):
            assert (await publishing.cancel(session, national(), held.id)).status == "cancelled"


async def test_the_second_of_two_editors_is_told(database: Database) -> None:
    async with database.writing() as session:
        made = await drafted(session)
        changed = await drafting.edit(session, national(), made.id, given(title="Ny tittel", version=1))
        assert (changed.title, changed.version) == ("Ny tittel", 2)
        with pytest.raises(Stale):
            await drafting.edit(session, national(), made.id, given(title="Min tittel", version=1))
        with pytest.raises(Stale):
            await publishing.publish(session, national(), made.id, version=1)


async def test_what_is_wrong_is_refused_at_its_field(database: Database) -> None:
    wrong = [
        ({"scope": "regions", "regions": []}, Invalid, "regions"),
        ({"scope": "regions", "regions": ["atlantis"]}, UnknownRegion, "regions"),
        ({"starts_at": in_days(10), "ends_at": in_days(10)}, EndsTooEarly, "ends_at"),
        ({"starts_at": in_days(10).replace(year=2027, month=3, day=28, hour=2, minute=30)}, NoSuchTime, "starts_at"),
    ]
    async with database.writing() as session:
        await with_regions(session)
        for changes, refusal, field in wrong:
            with pytest.raises(refusal) as refused:
                await drafted(session, **changes)
            assert refused.value.field == field


async def test_an_external_id_names_one_webinar(database: Database) -> None:
    async with database.writing() as session:
        await drafted(session, external_id="serie-1")
        with pytest.raises(ExternalIdTaken):
            await drafted(session, external_id="serie-1")


async def test_of_two_who_take_an_external_id_at_once_one_is_refused(database: Database) -> None:
    async def take() -> bool:
        try:
            async with database.writing() as session:
                await drafted(session, external_id="serie-2")
        except ExternalIdTaken:
            return False
        return True

    assert sum(await asyncio.gather(*(take() for _ in range(4)))) == 1


async def test_the_calendar_is_ordered_and_narrowed(database: Database) -> None:
    async with database.writing() as session:
        await with_regions(session)
        far = await announced(session, starts_at=in_days(30))
        near = await announced(session, starts_at=in_days(3), scope="regions", regions=["nordland"], language="nn")
        await drafted(session)
        for wanted, expected in [
            (queries.Filter(upcoming=True), [near.id, far.id]),
            (queries.Filter(), [far.id, near.id]),
            (queries.Filter(upcoming=False), []),
            (queries.Filter(scope="national"), [far.id]),
            (queries.Filter(region="nordland"), [near.id]),
            (queries.Filter(region="nord"), []),
            (queries.Filter(language="nn"), [near.id]),
        ]:
            total, found = await queries.calendar(session, wanted, 1, 20)
            assert [item.id for item in found] == expected
            assert total == len(expected)
        with frozen(near.ends_at):
            assert (await queries.calendar(session, queries.Filter(upcoming=False), 1, 20))[1] == [near]


async def test_what_does_not_exist_is_not_found(database: Database) -> None:
    async with database.writing() as session:
        with pytest.raises(NotFound):
            await publishing.publish(session, national(), UUID(int=0))
