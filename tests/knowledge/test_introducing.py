"""Introductions: one asks, the other answers, and each gets one mail; silence is chased, and how it went is asked. On the test clock."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import select

from services.knowledge import jobs
from services.knowledge.errors import MatchClosed, NeedClosed, TooManyAsked
from services.knowledge.models import Case, Match, Need
from services.knowledge.queries import people
from services.knowledge.schemas.needs import OutcomeIn
from services.knowledge.search.likeness import Likeness
from services.knowledge.usecases import erasing, introducing, matching, needs
from shared.auth.actor import Actor, Grant
from shared.clock import frozen, now
from shared.contracts.knowledge import LibraryLetterAsked
from shared.contracts.partners import AccessStated, GrantStated
from shared.db.session import Database
from shared.errors import Forbidden, NotFound
from shared.ids import new_id
from tests.knowledge.support import World, actor, national, published, staff_of, text_of, wanted
from tests.knowledge.test_erasing import stated
from tests.knowledge.test_needs import MEMBER, OTHER, STRANGER, enter_firms
from tests.shared import tiny

OWNER = actor(Grant("partner_admin", organisation_id=OTHER))
COLLEAGUE = actor(Grant("partner_member", organisation_id=OTHER))
LEADER = actor(Grant("region_lead", "troms"))


@dataclass
class Story:
    """A need of one organisation, a case of another, and a match of the two."""

    database: Database
    need: Need = field(default_factory=lambda: Need())
    case: Case = field(default_factory=lambda: Case())
    match_id: UUID = field(default_factory=new_id)

    async def ask(self, who: Actor = MEMBER) -> Match:
        async with self.database.writing() as session:
            return await introducing.ask(session, who, self.need.id, self.match_id)

    async def accept(self, who: Actor = OWNER) -> None:
        async with self.database.writing() as session:
            await introducing.accept(session, who, self.match_id)

    async def decline(self, reason: str = "", who: Actor = OWNER) -> None:
        async with self.database.writing() as session:
            await introducing.decline(session, who, self.match_id, reason)

    async def tell(self, helped: str) -> None:
        async with self.database.writing() as session:
            given = OutcomeIn.model_validate({"helped": helped, "text": "Takk"})
            await introducing.tell(session, MEMBER, self.need.id, self.match_id, given)

    async def match(self) -> Match:
        async with self.database.reading() as session:
            return await session.get_one(Match, self.match_id)

    async def letters(self, kind: str = "") -> list[LibraryLetterAsked]:
        rows = await tiny.rows(self.database, self.database.tables.outbox)
        said = [LibraryLetterAsked.decoded(row.payload) for row in rows if row.subject == LibraryLetterAsked.subject]
        return [one for one in said if kind in ("", one.letter)]


async def enter_people(database: Database, *everybody: Actor) -> None:
    async with database.writing() as session:
        for who in everybody:
            grants = [GrantStated(role=g.role, region=g.region, organisation_id=g.organisation_id) for g in who.grants]
            await erasing.note_access(session, AccessStated(person_id=who.person_id, version=1, grants=grants))


async def begin(database: Database) -> Story:
    await enter_firms(database)
    await enter_people(database, MEMBER, OWNER, COLLEAGUE, LEADER)
    story = Story(database)
    async with database.writing() as session:
        story.need = await needs.post(session, MEMBER, wanted(visibility="region"))
        story.case = await published(session, title="Tippbiler", region="troms", organisation_id=str(OTHER))
        match = Match(id=story.match_id, need_id=story.need.id, case_id=story.case.id, score=60)
        match.reasons = [{"kind": "scope", "values": [1]}]
        session.add(match)
    return story


@pytest.fixture
async def story(database: Database) -> Story:
    return await begin(database)


@asynccontextmanager
async def days_later(days: float) -> AsyncIterator[None]:
    with frozen(now() + timedelta(days=days)):
        yield


async def test_the_owners_people_are_asked_once_and_nobodys_address_or_name_is_said(story: Story) -> None:
    await story.ask()
    await story.ask()
    [letter] = await story.letters()
    assert (letter.letter, letter.person_id, letter.reply_to_id) == ("introduction_asked", OWNER.person_id, None)
    assert letter.content.path == f"/cases/introductions/{story.match_id}"
    assert letter.content.organisation == "Maskin AS"
    assert (await story.match()).state == "asked"


async def test_who_is_asked_is_the_contact_then_the_organisation_then_the_region(story: Story) -> None:
    async with story.database.writing() as session:
        case = await session.get_one(Case, story.case.id)
        case.answer_for(COLLEAGUE.person_id)
        assert await people.answerers(session, case) == [COLLEAGUE.person_id]
        case.answer_for(new_id())
        assert await people.answerers(session, case) == [OWNER.person_id], "a contact who is gone answers no longer"
        case.organisation_id = new_id()
        assert await people.answerers(session, case) == [LEADER.person_id]
        case.region = "oslo"
        assert await people.answerers(session, case) == []


async def test_yes_sends_one_mail_to_each_that_answers_the_other_also_when_both_hands_say_it_at_once(
    story: Story,
) -> None:
    await story.ask()
    await asyncio.gather(story.accept(), story.accept(), story.accept(COLLEAGUE))
    pair = await story.letters("introduction")
    assert len(pair) == 2
    match = await story.match()
    assert {(one.person_id, one.reply_to_id) for one in pair} == {
        (MEMBER.person_id, match.answered_by),
        (match.answered_by, MEMBER.person_id),
    }
    assert match.state == "introduced"
    async with story.database.reading() as session:
        assert (await session.get_one(Need, story.need.id)).status == "matched"


async def test_no_is_told_to_whoever_asked_and_leads_to_no_introduction(story: Story) -> None:
    await story.ask()
    await story.decline("Vi har ikke tid.")
    await story.decline("Vi har ikke tid.")
    [told] = await story.letters("introduction_declined")
    assert (told.person_id, told.content.text) == (MEMBER.person_id, "Vi har ikke tid.")
    with pytest.raises(MatchClosed):
        await story.accept()
    assert await story.letters("introduction") == []


async def test_only_those_who_answer_for_the_case_answer(story: Story) -> None:
    await story.ask()
    for who in (MEMBER, actor(), staff_of("agder")):
        with pytest.raises(Forbidden):
            await story.accept(who)
    with pytest.raises((Forbidden, NotFound)):
        await story.ask(STRANGER)
    async with story.database.writing() as session:
        case = await session.get_one(Case, story.case.id)
        helper = actor()
        case.answer_for(helper.person_id)
        session.add(case)
    await story.accept(helper)
    assert (await story.match()).answered_by == helper.person_id


async def test_ten_silent_days_remind_and_ten_more_hand_over_to_the_region_once_by_however_many_clocks(
    story: Story,
) -> None:
    await story.ask()
    said: dict[float, Counter[str]] = {}
    for days in (9, 10.1, 11, 19, 20.2, 21, 60):
        async with days_later(days):
            await asyncio.gather(*(jobs.work_off(story.database, introducing.chase) for _replica in range(2)))
        said[days] = Counter(one.letter for one in await story.letters())
    asked = {"introduction_asked": 1}
    assert said[9] == asked
    assert said[10.1] == said[11] == said[19] == asked | {"introduction_reminder": 1}
    assert said[20.2] == said[21] == said[60] == asked | {"introduction_reminder": 1, "introduction_handed_over": 1}
    [handed] = await story.letters("introduction_handed_over")
    assert handed.person_id == LEADER.person_id
    await story.accept(LEADER)
    assert (await story.match()).answered_by == LEADER.person_id, "the region may answer in their place"


async def test_who_answered_is_not_reminded(story: Story) -> None:
    await story.ask()
    await story.decline()
    async with days_later(30):
        await jobs.work_off(story.database, introducing.chase)
    assert await story.letters("introduction_reminder") == []


@pytest.mark.parametrize(("days", "asked"), [((29, 30.1, 31, 89, 90.1, 91, 200), 2), ((100, 101, 200), 1)])
async def test_how_it_went_is_asked_after_a_month_and_three_and_never_twice_in_a_row(
    story: Story, days: tuple[float, ...], asked: int
) -> None:
    await story.ask()
    await story.accept()
    for each in days:
        async with days_later(each):
            await asyncio.gather(*(jobs.work_off(story.database, introducing.ask_outcomes) for _replica in range(2)))
    letters = await story.letters("outcome_asked")
    assert len(letters) == len({one.letter_id for one in letters}) == asked
    assert letters[0].content.path.endswith("/outcome")


@pytest.mark.parametrize(("helped", "status"), [("yes", "met"), ("partly", "matched"), ("no", "matched")])
async def test_yes_meets_the_need_and_no_more_is_asked(story: Story, helped: str, status: str) -> None:
    with pytest.raises(MatchClosed):
        await story.tell(helped)
    await story.ask()
    await story.accept()
    await story.tell(helped)
    async with story.database.reading() as session:
        assert (await session.get_one(Need, story.need.id)).status == status
    async with days_later(100):
        await jobs.work_off(story.database, introducing.ask_outcomes)
    assert await story.letters("outcome_asked") == []


async def test_a_need_that_is_withdrawn_or_a_case_that_is_gone_can_be_asked_about_no_more(story: Story) -> None:
    await story.ask()
    async with story.database.writing() as session:
        await needs.withdraw(session, MEMBER, story.need.id)
    with pytest.raises(MatchClosed):
        await story.accept()
    with pytest.raises(NeedClosed):
        await story.ask()


async def test_nobody_asks_for_more_than_ten_a_day(story: Story) -> None:
    async with story.database.writing() as session:
        for number in range(introducing.MOST_A_DAY):
            case = await published(session, title=f"Sak {number}")
            session.add(
                Match(
                    need_id=story.need.id,
                    case_id=case.id,
                    score=50,
                    state="asked",
                    asked_by=MEMBER.person_id,
                    asked_at=now(),
                )
            )
    with pytest.raises(TooManyAsked):
        await story.ask()
    async with days_later(1.1):
        assert (await story.ask()).state == "asked"


async def test_of_somebody_erased_no_introduction_keeps_a_trace(story: Story) -> None:
    await story.ask()
    await story.accept()
    async with story.database.writing() as session:
        for who in (MEMBER, OWNER):
            await erasing.note_access(session, stated(who.person_id, 9, erased=True))
    match = await story.match()
    assert (match.asked_by, match.answered_by, match.state) == (None, None, "introduced")


async def test_every_step_is_noted_without_what_was_written(story: Story) -> None:
    await story.ask()
    await story.decline("En hemmelig grunn")
    notes = await tiny.rows(story.database, story.database.tables.audit)
    ours = [row.action for row in notes if row.subject_kind == "need"]
    assert ours == ["need.posted", "introduction.asked", "introduction.declined"]
    assert "hemmelig" not in str([row.changes for row in notes])


async def test_the_pages_ask_answer_and_tell_and_looking_changes_nothing(world: World) -> None:
    story = await begin(world.database)
    need, page = f"/cases/needs/{story.need.id}", f"/cases/introductions/{story.match_id}"
    outcome = f"{need}/matches/{story.match_id}/outcome"
    async with world.client(MEMBER) as seeker, world.client(OWNER) as owner, world.client(national()) as other:
        assert (await owner.get(page)).status_code == 404, "nobody has asked yet"
        assert "Koble oss" in text_of(await seeker.get(need))
        await seeker.post(f"{need}/matches/{story.match_id}/ask", data=world.csrf(MEMBER))
        shown = text_of(await owner.get(page))
        assert "Maskin AS vil gjerne snakke med dere" in shown
        assert "Samme scope:" in shown
        assert "@" not in main_of(shown)
        for path in (f"{page}/accept", f"{page}/decline"):
            assert (await owner.get(path)).status_code in (404, 405), "what a scanner follows says neither yes nor no"
        assert (await story.match()).state == "asked"
        assert (await seeker.get(page)).status_code == 403
        await owner.post(f"{page}/accept", data=world.csrf(OWNER))
        assert "Dere er koblet" in text_of(await owner.get(page))
        form = text_of(await seeker.get(f"{outcome}?helped=partly"))
        assert 'value="partly" checked' in form
        assert (await story.match()).helped is None
        empty = await seeker.post(outcome, data=world.csrf(MEMBER))
        assert empty.status_code == 422
        answer = await seeker.post(outcome, data={"helped": "yes", **world.csrf(MEMBER)})
        assert answer.headers["location"] == need
        assert "Dekket" in text_of(await seeker.get(need))
        late = await owner.post(f"{page}/decline", data={"reason": "x", **world.csrf(OWNER)})
        assert late.status_code == 422
        assert (await other.get(outcome)).status_code == 200


def main_of(page: str) -> str:
    """Return what a page says between its head and its foot."""
    return page.split("<main", 1)[1].split("</main>", 1)[0]


async def test_a_later_match_is_told_to_whoever_posted_once_a_day(story: Story) -> None:
    async with story.database.writing() as session:
        first, second = await published(session, title="En"), await published(session, title="To")
        for case in (first, second, first):
            await matching.keep_of_case(session, case.id, {story.need.id: Likeness(70)})
    assert len({one.letter_id for one in await story.letters("need_matched")}) == 1
    assert {one.person_id for one in await story.letters("need_matched")} == {MEMBER.person_id}
    async with story.database.reading() as session:
        assert len((await session.exec(select(Match))).all()) == 3
