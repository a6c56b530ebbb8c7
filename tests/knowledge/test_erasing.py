"""Forgetting who wrote and reviewed cases, and not the cases."""

from uuid import UUID

from sqlmodel import select

from services.knowledge.models import Case, Revision
from services.knowledge.usecases import erasing
from shared.auth.access import admitted
from shared.auth.actor import Actor
from shared.contracts.knowledge import KnowledgeErased
from shared.contracts.partners import AccessStated, GrantStated
from shared.db.session import Database
from shared.ids import new_id
from tests.shared import tiny


def stated(person_id: UUID, version: int, *, erased: bool = False) -> AccessStated:
    grants = [] if erased else [GrantStated(role="national")]
    return AccessStated(person_id=person_id, version=version, grants=grants, active=not erased, erased=erased)


async def hear(database: Database, *facts: AccessStated) -> None:
    for fact in facts:
        async with database.writing() as session:
            await erasing.note_access(session, fact)


async def test_the_case_stays_without_who_wrote_and_reviewed_it(database: Database) -> None:
    gone, other = new_id(), new_id()
    async with database.writing() as session:
        made = Case(title="Elbuss", summary="", region="agder", language="nb", author_id=gone, reviewer_id=other)
        made.answer_for(gone)
        session.add(made)
        await session.flush()
        session.add(Revision(case_id=made.id, version=1, status="draft", action="draft", actor_id=gone))
    await hear(database, stated(gone, 1), stated(gone, 2, erased=True))
    async with database.reading() as session:
        case = (await session.exec(select(Case))).one()
        step = (await session.exec(select(Revision))).one()
    assert (case.contact_id, case.contact_since) == (None, None), "whoever is erased answers no longer"
    assert (case.title, case.author_id, case.reviewer_id, step.actor_id) == ("Elbuss", None, other, None)
    said = [row for row in await tiny.rows(database, database.tables.outbox) if row.subject == KnowledgeErased.subject]
    assert [KnowledgeErased.decoded(row.payload).person_id for row in said] == [gone]


async def test_old_words_about_their_rights_give_them_none_back(database: Database) -> None:
    gone = Actor(new_id(), new_id(), "Ask Prøve")
    await hear(database, stated(gone.person_id, 1), stated(gone.person_id, 2, erased=True), stated(gone.person_id, 9))
    assert await tiny.rows(database, database.tables.access) == []
    async with database.reading() as session:
        assert await admitted(session, gone) is None
