"""Rights are read at each request: whoever loses a role between two is refused at the second, in the same session."""

from pathlib import Path

import pytest

from services.partners.models import Person, PersonGrant
from services.partners.usecases.statements import state_people
from shared.auth.access import note_access
from shared.db.session import Database
from tests.rights.cast import CAST, Member, named
from tests.rights.conftest import Prepared
from tests.rights.door import Door
from tests.rights.doors import DOORS
from tests.rights.stage import on_stage
from tests.rights.walk import allowed, came_in, refused
from tests.rights.world import access

NOBODY = CAST[0]
DOORS_EACH = 6
WITHOUT_DOORS: dict[str, set[str]] = {
    "partners": {"reviewer", "group"},
    "knowledge": set(),
    "events": {"reviewer", "admin", "member", "group"},
    "notifier": {"reviewer", "admin", "member", "group", "auditor", "inspector"},
}
"""Kinds of people whom their role opens no door of a service that is closed to others, so far."""


def doors_of(service: str, member: Member) -> list[Door]:
    """Return doors that somebody's role opens to them, and that are closed without it."""
    theirs = [one for one in DOORS[service] if one.method == "GET" and allowed(one, member)]
    return [one for one in theirs if not allowed(one, NOBODY)][:DOORS_EACH]


@pytest.mark.parametrize("service", DOORS)
async def test_who_loses_a_role_is_refused_at_the_next_request(
    service: str, prepared: Prepared, tmp_path: Path
) -> None:
    template, world = prepared.of(service)
    wrong: list[tuple[str, str, str, int]] = []
    tried: set[str] = set()
    async with on_stage(service, template, world, tmp_path) as stage:
        for member in CAST[1:]:
            doors = doors_of(service, member)
            tried |= {member.kind} if doors else set()
            for door in doors:
                before = await stage.ask(door, member)
                if not came_in(door, before):
                    wrong.append(("before", door.path, member.name, before.status_code))
            await (_ended if service == "partners" else _told)(stage.service.database, member)
            for door in doors:
                after = await stage.ask(door, member)
                if not refused(door, member, after):
                    wrong.append(("after", door.path, member.name, after.status_code))
            stage.reset()
    assert wrong == []
    assert {member.kind for member in CAST[1:]} - tried == WITHOUT_DOORS[service]


async def _ended(database: Database, member: Member) -> None:
    """Have the registry end all somebody's roles."""
    async with database.writing() as session:
        grant = await session.get(PersonGrant, named(f"grant {member.name}"))
        person = await session.get(Person, member.person_id)
        assert grant is not None
        assert person is not None
        grant.end()
        person.changed()
        session.add_all([grant, person])
        await session.flush()
        await state_people(session, [person])


async def _told(database: Database, member: Member) -> None:
    """Tell a service what the registry says once all somebody's roles ended."""
    async with database.writing() as session:
        await note_access(session, access(member, version=2, grants=[]))
