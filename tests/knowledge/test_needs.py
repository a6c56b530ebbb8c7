"""Needs: who posts and reads them, what becomes of them, and what follows when people, organisations and regions change."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import select

from services.knowledge.errors import DayIsOver, NeedClosed, NotYourOrganisation, UnknownTerm
from services.knowledge.models import Match, MatchTask, Need, Organisation
from services.knowledge.queries import needs as asked
from services.knowledge.usecases import needs, rearranged, registry, retention
from shared.auth.actor import Actor, Grant
from shared.clock import frozen, now, today_in_norway
from shared.contracts.partners import OrganisationRecorded
from shared.db.session import Database
from shared.errors import Forbidden, NotFound
from shared.ids import new_id
from tests.knowledge.support import FIRM, actor, national, published, staff_of, wanted
from tests.knowledge.test_erasing import hear, stated
from tests.knowledge.test_merged_people import merged
from tests.knowledge.test_rearranged import closed, rearranged_, region
from tests.shared import tiny

OTHER = new_id()
MEMBER = actor(Grant("partner_member", organisation_id=FIRM))
STRANGER = actor(Grant("partner_member", organisation_id=OTHER))


async def enter_firms(database: Database) -> None:
    async with database.writing() as session:
        session.add(Organisation(id=FIRM, name="Maskin AS", regions=["agder"]))
        session.add(Organisation(id=OTHER, name="Annen AS", regions=["troms"]))


async def posted(database: Database, who: Actor = MEMBER, **changes: Any) -> Need:
    async with database.writing() as session:
        return await needs.post(session, who, wanted(**changes))


@pytest.fixture(autouse=True)
async def firms(database: Database) -> None:
    await enter_firms(database)


async def test_a_partners_person_posts_and_staff_for_them_and_nobody_else(database: Database) -> None:
    for who in (MEMBER, staff_of("agder"), national()):
        assert (await posted(database, who)).status == "open"
    for who in (STRANGER, staff_of("troms"), actor()):
        with pytest.raises(Forbidden):
            await posted(database, who)
    with pytest.raises(NotYourOrganisation):
        await posted(database, national(), organisation_id=new_id())


async def test_what_cannot_be_is_refused_by_the_field_and_changes_nothing(database: Database) -> None:
    for day in (date(2020, 1, 1), today_in_norway() + timedelta(days=1_000)):
        with pytest.raises(DayIsOver) as refused:
            await posted(database, wanted_by=day)
        assert refused.value.field == "wanted_by"
    with pytest.raises(UnknownTerm):
        await posted(database, measure_types=["finnes ikke"])
    async with database.reading() as session:
        assert (await session.exec(select(sa.func.count()).select_from(Need))).one() == 0
        assert (await session.exec(select(sa.func.count()).select_from(MatchTask))).one() == 0


async def test_each_reader_finds_what_is_for_them_and_the_page_is_as_the_board(database: Database) -> None:
    made = {one: await posted(database, visibility=one) for one in ("public", "network", "region")}
    seen: dict[str, set[str]] = {}
    readers = {
        "visitor": None,
        "without a role": actor(),
        "partner elsewhere": STRANGER,
        "staff elsewhere": staff_of("troms"),
        "its own": MEMBER,
        "staff there": staff_of("agder"),
        "national": national(),
    }
    async with database.reading() as session:
        for name, who in readers.items():
            board = await asked.board(session, who, asked.NeedsWanted(), sqlite="sqlite" in database.url)
            seen[name] = {one.visibility for one in board}
            for visibility, need in made.items():
                if visibility in seen[name]:
                    assert (await asked.need(session, who, need.id)).id == need.id
                else:
                    with pytest.raises(NotFound):
                        await asked.need(session, who, need.id)
    everybody, network = {"public"}, {"public", "network"}
    everything = {*network, "region"}
    assert seen == {
        "visitor": everybody,
        "without a role": everybody,
        "partner elsewhere": network,
        "staff elsewhere": network,
        "its own": everything,
        "staff there": everything,
        "national": everything,
    }


async def test_a_neighbour_in_the_region_reads_what_is_for_the_region(database: Database) -> None:
    neighbour = new_id()
    async with database.writing() as session:
        session.add(Organisation(id=neighbour, name="Nabo AS", regions=["agder"]))
    made = await posted(database, visibility="region")
    async with database.reading() as session:
        who = actor(Grant("partner_member", organisation_id=neighbour))
        assert (await asked.need(session, who, made.id)).id == made.id
    async with database.writing() as session:
        with pytest.raises(Forbidden):
            await needs.withdraw(session, who, made.id)


async def test_the_board_is_narrowed_and_those_due_first_stand_first(database: Database) -> None:
    late = await posted(database, title="Sent", scopes=[1, 3], wanted_by=today_in_norway() + timedelta(days=90))
    soon = await posted(database, title="Snart", scopes=[3], focus_areas=["energy"])
    async with database.reading() as session:

        async def titles(**given: Any) -> list[str]:
            found = await asked.board(session, None, asked.NeedsWanted(**given), sqlite="sqlite" in database.url)
            return [one.title for one in found]

        assert await titles() == [soon.title, late.title]
        assert await titles(scope=(1,)) == [late.title]
        assert await titles(focus_area=("energy",)) == [soon.title]
        assert await titles(region=("troms",)) == []


async def test_withdrawing_closes_what_was_open_and_is_noted(database: Database) -> None:
    made = await posted(database)
    async with database.writing() as session:
        cases = [await published(session, title=title) for title in ("A", "B", "C")]
        for case, state in zip(cases, ("suggested", "asked", "introduced"), strict=True):
            session.add(Match(need_id=made.id, case_id=case.id, score=50, state=state))
    async with database.writing() as session:
        await needs.withdraw(session, MEMBER, made.id)
        await needs.withdraw(session, MEMBER, made.id)
    async with database.writing() as session:
        states = sorted((await session.exec(select(Match.state))).all())
        assert states == ["closed", "closed", "introduced"]
        with pytest.raises(NeedClosed):
            await needs.edit(session, MEMBER, made.id, wanted(title="Ny"))
    rows = await tiny.rows(database, database.tables.audit)
    notes = [row.action for row in rows if row.subject_kind == "need"]
    assert notes == ["need.posted", "need.withdrawn"]


async def test_a_need_ends_with_its_day_and_a_later_day_opens_it_again(database: Database) -> None:
    made = await posted(database)
    async with database.writing() as session:
        assert await needs.expire(session) == 0, "the last day is still a day"
    with frozen(datetime.combine(made.wanted_by + timedelta(days=1), datetime.min.time(), UTC)):
        async with database.writing() as session:
            assert await needs.expire(session) == 1
            assert await needs.expire(session) == 0
        async with database.writing() as session:
            again = await needs.edit(session, MEMBER, made.id, wanted(wanted_by=today_in_norway() + timedelta(days=9)))
            assert (again.status, again.closed_at) == ("open", None)


async def test_whoever_posted_is_forgotten_and_the_need_stays(database: Database) -> None:
    made = await posted(database)
    kept = new_id()
    await hear(database, merged(MEMBER.person_id, kept))
    async with database.reading() as session:
        assert (await session.get_one(Need, made.id)).poster_id == kept, "their records turned out to be one"
    await hear(database, stated(kept, 9, erased=True))
    async with database.reading() as session:
        found = await session.get_one(Need, made.id)
    assert (found.poster_id, found.title) == (None, made.title)


async def test_needs_follow_their_organisation_and_their_region(database: Database) -> None:
    made, moving = await posted(database), await posted(database)
    into = new_id()
    said = OrganisationRecorded(
        organisation_id=FIRM, version=5, name="Maskin AS", sector="business", regions=[], active=False, merged_into=into
    )
    async with database.writing() as session:
        await registry.note_organisation(session, said)
        for slug in ("sor", "nord"):
            await registry.note_region(session, region(slug))
        await registry.note_region(session, closed("agder", "sor", "nord"))
        await rearranged.note_rearranged(session, rearranged_("agder", "sor", "nord"))
    async with database.reading() as session:
        for need_id in (made.id, moving.id):
            found = await session.get_one(Need, need_id)
            assert (found.organisation_id, found.region) == (into, "sor")


async def test_a_year_after_its_end_nobody_is_named(database: Database) -> None:
    made, live = await posted(database), await posted(database)
    async with database.writing() as session:
        case = await published(session)
        values = {"asked_by": new_id(), "answered_by": new_id(), "decline_reason": "Nei", "helped_text": "Ja"}
        session.add(Match(need_id=made.id, case_id=case.id, score=50, state="declined", **values))
        await needs.withdraw(session, MEMBER, made.id)
    async with database.writing() as session:
        assert await retention.needs(session, now() - timedelta(days=1)) == 0
        assert await retention.needs(session, now() + timedelta(days=1)) == 2
    async with database.reading() as session:
        match = (await session.exec(select(Match))).one()
        assert (match.asked_by, match.answered_by, match.decline_reason, match.helped_text) == (None, None, "", "")
        assert (await session.get_one(Need, made.id)).poster_id is None
        assert (await session.get_one(Need, live.id)).poster_id == MEMBER.person_id


def test_a_match_is_what_its_steps_allow() -> None:
    match = Match(need_id=new_id(), case_id=new_id(), score=1)
    who = new_id()
    assert match.ask(who)
    assert not match.ask(who)
    assert match.accept(who)
    assert not match.accept(who)
    assert match.tell("partly", "Litt")
    assert not match.tell("partly", "Litt")
    assert isinstance(match.asked_by, UUID)
    assert match.state == "outcome"
