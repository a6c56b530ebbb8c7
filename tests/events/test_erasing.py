"""Forgetting whom webinars concerned: what is said of them again, in whatever order, brings nobody back."""

from services.events.models import ConcernedPerson, PersonRegion
from services.events.usecases import audiences
from shared.auth.forgetting import forgotten
from shared.contracts.events import EventsErased
from shared.db.session import Database
from shared.ids import new_id
from tests.events.support import person
from tests.shared import tiny


async def test_old_and_even_newer_words_are_not_heard_once_somebody_is_erased(database: Database) -> None:
    who = new_id()
    for version, erased in ((1, False), (2, True), (1, False), (9, False), (2, True)):
        async with database.writing() as session:
            await audiences.note_person(
                session, person(version=version, person_id=who, regions=["agder"], erased=erased)
            )
    for table in (ConcernedPerson, PersonRegion):
        assert await tiny.rows(database, table.__table__) == []  # type: ignore[attr-defined]
    async with database.reading() as session:
        assert await forgotten(session, who)
    said = [row for row in await tiny.rows(database, database.tables.outbox) if row.subject == EventsErased.subject]
    assert {EventsErased.decoded(row.payload).person_id for row in said} == {who}
