"""The audit: what changed, chained, kept as it was written, and emptied of values where a person is erased."""

import asyncio
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from shared import audit
from shared.audit.chain import hash_of
from shared.audit.entries import difference
from shared.contracts.catalogue import SERVICES
from shared.db.engine import writing_engine
from shared.db.session import Database
from shared.ids import new_id
from tests.shared import tiny
from tests.support.apps import Databases
from tests.support.servers import Postgres


async def edit(database: Database, subject: UUID, before: str, after: str) -> None:
    """Note that a name was changed."""
    async with database.writing() as session:
        what = audit.Subject("organisation", subject, ("agder", "vestland"))
        audit.note(session, tiny.actor(tiny.NATIONAL), "organisation.edited", what, {"name": before}, {"name": after})


async def entries(database: Database) -> list[Any]:
    """Return the whole audit, oldest first."""
    return sorted(await tiny.rows(database, tiny.HOUSE.audit), key=lambda entry: entry.seq)


async def test_an_edit_is_noted_with_each_field_that_differs(database: Database) -> None:
    subject = new_id()
    await edit(database, subject, "Eik", "Eik AS")
    (entry,) = await entries(database)
    assert (entry.action, entry.subject_id, entry.regions) == ("organisation.edited", subject, "|agder|vestland|")
    assert entry.changes == {"name": ["Eik", "Eik AS"]}


async def test_an_edit_that_changed_nothing_is_not_noted(database: Database) -> None:
    await edit(database, new_id(), "Eik", "Eik")
    assert await entries(database) == []


async def test_what_is_rolled_back_is_not_noted(database: Database) -> None:
    async def fails() -> None:
        async with database.writing() as session:
            audit.note(session, None, "organisation.merged", audit.Subject("organisation"))
            raise LookupError

    with pytest.raises(LookupError):
        await fails()
    assert await entries(database) == []


async def test_the_chain_holds_also_when_many_write_at_once(database: Database) -> None:
    await asyncio.gather(*(edit(database, new_id(), "Eik", f"Eik {number}") for number in range(20)))
    assert len(await entries(database)) == 20
    async with database.reading() as session:
        assert await audit.broken(session) is None


@pytest.mark.parametrize("field", ["actor_id", "action", "regions", "changes"])
async def test_an_entry_that_was_changed_breaks_the_chain(database: Database, field: str) -> None:
    for number in range(3):
        await edit(database, new_id(), "Eik", f"Eik {number}")
    table = tiny.HOUSE.audit
    forged = {"actor_id": new_id(), "action": "x", "regions": "|oslo|", "changes": {"name": ["Eik", "Alm"]}}
    second = (await entries(database))[1].seq
    async with database.writing() as session:
        change = sa.update(table).where(table.c.seq == second).values({field: forged[field]})
        await (await session.connection()).execute(change)
    async with database.reading() as session:
        assert await audit.broken(session) == second


async def test_an_entry_that_was_taken_out_breaks_the_chain(database: Database) -> None:
    for number in range(3):
        await edit(database, new_id(), "Eik", f"Eik {number}")
    table = tiny.HOUSE.audit
    _, second, third = await entries(database)
    async with database.writing() as session:
        await (await session.connection()).execute(sa.delete(table).where(table.c.seq == second.seq))
    async with database.reading() as session:
        assert await audit.broken(session) == third.seq


async def test_a_tail_that_was_cut_off_is_missed_by_who_knew_the_end(database: Database) -> None:
    for number in range(3):
        await edit(database, new_id(), "Eik", f"Eik {number}")
    async with database.reading() as session:
        known = (await audit.follow(session)).end
        assert await audit.follow(session, known) == audit.Followed(known)
    first, *cut = await entries(database)
    table = tiny.HOUSE.audit
    async with database.writing() as session:
        await (await session.connection()).execute(sa.delete(table).where(table.c.seq.in_([one.seq for one in cut])))
    async with database.reading() as session:
        assert await audit.broken(session) is None
        found = await audit.follow(session, known)
    assert found == audit.Followed(audit.End(first.seq, first.hash), known.seq)
    await edit(database, new_id(), "Ask", "Ask AS")
    async with database.reading() as session:
        assert (await audit.follow(session, known)).broken == known.seq


async def test_a_chain_that_was_written_anew_is_not_the_one_that_was_known(database: Database) -> None:
    for number in range(2):
        await edit(database, new_id(), "Eik", f"Eik {number}")
    async with database.reading() as session:
        known = (await audit.follow(session)).end
    table = tiny.HOUSE.audit
    first, second = await entries(database)
    async with database.writing() as session:
        connection = await session.connection()
        changed = {**second._mapping, "action": "organisation.merged"}
        forged = {"action": changed["action"], "hash": hash_of(first.hash, changed)}
        await connection.execute(sa.update(table).where(table.c.seq == second.seq).values(forged))
    async with database.reading() as session:
        assert await audit.broken(session) is None
        assert (await audit.follow(session, known)).broken == second.seq


@pytest.mark.parametrize("service", SERVICES)
async def test_postgresql_refuses_to_empty_a_services_whole_audit(
    postgres: Postgres, tmp_path: Path, service: str
) -> None:
    with Databases(service, tmp_path).postgres(postgres) as url:
        engine = writing_engine(url)
        with pytest.raises(DBAPIError, match="kept as they were written"):
            async with engine.begin() as connection:
                await connection.execute(sa.text("TRUNCATE audit_entry"))
        await engine.dispose()


async def test_values_can_be_taken_out_and_the_chain_still_holds(database: Database) -> None:
    subject = new_id()
    await edit(database, subject, "Kari", "Kari Nordmann")
    await edit(database, new_id(), "Eik", "Eik AS")
    async with database.writing() as session:
        assert await audit.blank(session, [subject]) == 1
    emptied, other = await entries(database)
    assert (emptied.changes, emptied.salt) == ({}, "")
    assert other.changes == {"name": ["Eik", "Eik AS"]}
    async with database.reading() as session:
        assert await audit.broken(session) is None


def test_values_of_all_kinds_are_compared_as_they_are_kept() -> None:
    one = new_id()
    assert difference({"id": one, "tags": ["a"]}, {"id": str(one), "tags": ["a", "b"]}) == {"tags": [["a"], ["a", "b"]]}
