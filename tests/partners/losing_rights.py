"""Staff who lose rights between sending a file, confirming it and its entering, for the tests of imports."""

from typing import Literal
from uuid import UUID

from services.partners.import_runner import carry_on
from services.partners.models import Import
from services.partners.queries.imports import import_of
from services.partners.schemas.people import PersonEdit, RoleEnd, RoleIn
from services.partners.usecases import erasing, people, roles
from services.partners.usecases.importing import KINDS
from services.partners.usecases.importing.confirming import confirm
from tests.partners.importing import sent
from tests.partners.support import NATIONAL, actor, person, running_grants, stored
from tests.support.apps import ServiceApp

Loss = Literal["moved", "ended", "deactivated", "erased"]
LOSSES: tuple[Loss, ...] = ("ended", "deactivated", "erased")
"""What leaves nothing; who is moved is staff of Agder from then on."""
REMEDY = "Den som bekreftet filen, har ikke lenger rett til å importere raden. Be regionen deres eller nasjonalt kontor importere den."


async def lose(partners: ServiceApp, person_id: UUID, loss: Loss) -> None:
    """Take what a national person may from them."""
    [grant] = await running_grants(partners, person_id)
    found = await stored(partners, person_id)
    async with partners.database.writing() as session:
        if loss == "erased":
            await erasing.erase_now(session, NATIONAL, person_id, "Ba om det på telefon")
        elif loss == "deactivated":
            kept = found.model_dump(include={"name", "email", "region", "version"})
            await people.edit(session, NATIONAL, person_id, PersonEdit(**kept, active=False))
        else:
            await roles.end(session, NATIONAL, person_id, grant.id, RoleEnd())
        if loss == "moved":
            await roles.give(session, NATIONAL, person_id, RoleIn(role="region_staff", region="agder"))


async def confirmed_before(partners: ServiceApp, data: bytes, kind: str, loss: Loss) -> Import:
    """Have a national person send and confirm a file, lose their rights, and only then have its rows entered."""
    made, person_id = await _sent(partners, data, kind)
    await _confirm(partners, made, person_id)
    await lose(partners, person_id, loss)
    return await _entered(partners, made)


async def confirmed_after(partners: ServiceApp, data: bytes, kind: str) -> Import:
    """Have a national person send a file, become staff of Agder, confirm it, and have its rows entered."""
    made, person_id = await _sent(partners, data, kind)
    await lose(partners, person_id, "moved")
    await _confirm(partners, made, person_id)
    return await _entered(partners, made)


async def _sent(partners: ServiceApp, data: bytes, kind: str) -> tuple[Import, UUID]:
    await person(partners, "annen.nasjonal@example.org", role="national")
    person_id = await person(partners, "nasjonal@example.org", role="national")
    return await sent(partners, data, await actor(partners, person_id), kind), person_id


async def _confirm(partners: ServiceApp, made: Import, person_id: UUID) -> None:
    known = await actor(partners, person_id)
    async with partners.database.writing() as session:
        await confirm(session, known, KINDS[made.kind], made.id)


async def _entered(partners: ServiceApp, made: Import) -> Import:
    await carry_on(partners.database)
    async with partners.database.reading() as session:
        return await import_of(session, NATIONAL, made.id)
