"""The audit in a migrated database: kept by the database itself."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from services.partners.models import HOUSE
from shared import audit
from shared.ids import new_id
from tests.support.apps import ServiceApp


@pytest.mark.parametrize("deed", ["DELETE FROM audit_entry", "UPDATE audit_entry SET action = 'x'"])
async def test_the_database_itself_refuses_to_change_what_was_written(partners: ServiceApp, deed: str) -> None:
    subject = new_id()
    async with partners.database.writing() as session:
        what = audit.Subject("organisation", subject, ("agder",))
        audit.note(session, None, "organisation.edited", what, {"name": "Eik"}, {"name": "Eik AS"})
    with pytest.raises(DBAPIError, match="kept as they were written"):
        async with partners.database.writing() as session:
            await (await session.connection()).execute(sa.text(deed))
    async with partners.database.writing() as session:
        assert await audit.blank(session, [subject]) == 1
    async with partners.database.reading() as session:
        (entry,) = (await (await session.connection()).execute(sa.select(HOUSE.audit))).all()
        assert (entry.changes, await audit.broken(session)) == ({}, None)
