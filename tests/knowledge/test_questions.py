"""Asking those behind a case: by mail, answered straight back, without an address on any page, and not too often."""

from datetime import timedelta

import pytest
from sqlmodel import select

from services.knowledge.errors import NobodyAnswers, TooManyAsked
from services.knowledge.models import Case, Question
from services.knowledge.queries import adoptions as asked
from services.knowledge.usecases import questions, retention
from shared.auth.actor import Actor
from shared.clock import frozen, now
from shared.db.session import Database
from shared.errors import Forbidden
from tests.knowledge.support import World, actor, published, staff_of, text_of
from tests.knowledge.test_adopting import letters
from tests.knowledge.test_introducing import OWNER, enter_people
from tests.knowledge.test_needs import MEMBER, OTHER, STRANGER, enter_firms
from tests.shared import tiny

TEXT = "Hva kostet ladingen?"


@pytest.fixture
async def case(database: Database) -> Case:
    await enter_firms(database)
    await enter_people(database, MEMBER, OWNER)
    async with database.writing() as session:
        return await published(session, title="Elbusser", region="troms", organisation_id=str(OTHER))


async def ask(database: Database, case: Case, who: Actor = MEMBER) -> Question:
    async with database.writing() as session:
        return await questions.ask(session, who, case.id, TEXT)


async def test_the_question_goes_to_who_answers_and_the_answer_to_who_asked(database: Database, case: Case) -> None:
    made = await ask(database, case)
    [letter] = await letters(database, "case_question")
    assert (letter.person_id, letter.reply_to_id) == (OWNER.person_id, MEMBER.person_id)
    assert (letter.content.text, letter.content.organisation) == (TEXT, "Maskin AS")
    assert letter.content.path == f"/cases/questions/{made.id}"
    assert TEXT not in str(await tiny.rows(database, Question.metadata.tables["question"])), (
        "what was asked is not kept"
    )


async def test_whoever_asks_too_often_or_where_nobody_answers_is_told_so(database: Database, case: Case) -> None:
    for _time in range(questions.MOST_A_DAY):
        await ask(database, case)
    with pytest.raises(TooManyAsked):
        await ask(database, case)
    with frozen(now() + timedelta(days=1, minutes=1)):
        await ask(database, case)
    with pytest.raises(NobodyAnswers):
        await ask(database, case, OWNER)
    with pytest.raises(Forbidden):
        await ask(database, case, actor())


async def test_how_soon_is_told_from_three_answers_as_a_median(database: Database, case: Case) -> None:
    for number, days in enumerate((1, 2, 30)):
        made = await ask(database, case)
        async with database.reading() as session:
            assert await asked.answering(session, case) is None, f"with {number} answers nothing is said"
        with frozen(now() + timedelta(days=days)):
            async with database.writing() as session:
                await questions.answered(session, MEMBER if number else OWNER, made.id)
    async with database.writing() as session:
        found = await asked.answering(session, case)
        assert found is not None
        assert (found.days, found.questions) == (2, 3)
        sister = await published(session, title="En til", region="troms", organisation_id=str(OTHER))
        assert await asked.answering(session, sister) == found, "a case without answers has its organisation's"
        stranger = await published(session, title="Annet", region="troms")
        assert await asked.answering(session, stranger) is None


async def test_only_the_two_see_and_mark_a_question_and_looking_changes_nothing(world: World) -> None:
    await enter_firms(world.database)
    await enter_people(world.database, MEMBER, OWNER)
    case = await world.publish(title="Elbusser", region="troms", organisation_id=str(OTHER))
    async with world.client(MEMBER) as asker, world.client(OWNER) as owner, world.client(staff_of("agder")) as other:
        empty = await asker.post(f"/cases/{case.id}/ask", data=world.csrf(MEMBER))
        assert empty.status_code == 422
        sent = await asker.post(f"/cases/{case.id}/ask", data={"text": TEXT, **world.csrf(MEMBER)})
        assert sent.status_code == 303
        async with world.database.reading() as session:
            made = (await session.exec(select(Question))).one()
        page = f"/cases/questions/{made.id}"
        for client in (asker, owner):
            assert "Merk som besvart" in text_of(await client.get(page))
        assert (await other.get(page)).status_code == 403
        async with world.client(STRANGER) as colleague:
            assert (await colleague.get(page)).status_code == 200, "the owner's people answer together"
        await owner.post(page, data=world.csrf(OWNER))
        assert "Besvart" in text_of(await asker.get(page))
    async with world.client() as visitor:
        assert (await visitor.get(f"/cases/{case.id}/ask")).headers["location"].startswith("/partners/sign-in?")


async def test_a_year_later_nobody_is_named(database: Database, case: Case) -> None:
    made = await ask(database, case)
    async with database.writing() as session:
        assert await retention.questions(session, now() + timedelta(days=1)) == 1
    async with database.reading() as session:
        assert (await session.get_one(Question, made.id)).asker_id is None
