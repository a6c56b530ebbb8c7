"""What the registry's tests enter: invented organisations and people under example.org."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from services.partners.models import Person, PersonGrant
from services.partners.orgnumber import check_digit
from services.partners.schemas import OrganisationIn, PersonIn
from services.partners.usecases import organisations, people
from shared.auth.actor import Actor, Grant
from shared.ids import new_id
from tests.support.apps import ServiceApp

NATIONAL = Actor(new_id(), new_id(), "Nasjonal", (Grant("national"),))
API = "/partners/api/v1"
HTML = {"accept": "text/html", "sec-fetch-mode": "navigate", "sec-fetch-site": "same-origin"}


def org_number(serial: int) -> str:
    """Return the first valid number whose base is at or after 99 990 000 + `serial`."""
    base = str(99_990_000 + serial)
    digit = check_digit(base)
    return org_number(serial + 1) if digit is None else base + digit


async def organisation(partners: ServiceApp, name: str = "Eik AS", *regions: str, **given: Any) -> UUID:
    """Enter an organisation and return its id."""
    async with partners.database.writing() as session:
        made = await organisations.register(
            session, NATIONAL, OrganisationIn(name=name, regions=list(regions or ("agder",)), **given)
        )
    return made.id


async def person(partners: ServiceApp, email: str = "ask@example.org", **given: Any) -> UUID:
    """Enter a person and return their id; without a place they belong to Agder."""
    if not given.keys() & {"region", "organisation_id"} and given.get("role") != "national":
        given["region"] = "agder"
    async with partners.database.writing() as session:
        made = await people.register(session, NATIONAL, PersonIn(name="Ask Prøve", email=email, **given))
    return made.id


async def stored(partners: ServiceApp, person_id: UUID) -> Person:
    """Return a person as the database has them."""
    async with partners.database.reading() as session:
        found = await session.get(Person, person_id)
    assert found is not None
    return found


async def running_grants(partners: ServiceApp, person_id: UUID) -> list[PersonGrant]:
    """Return the grants a person holds."""
    from services.partners.queries import grants_of

    async with partners.database.reading() as session:
        return (await grants_of(session, [person_id]))[person_id]


async def audited(partners: ServiceApp, subject_id: UUID) -> list[Any]:
    """Return what the audit tells of a record, oldest first: rows with `action`, `regions` and `changes`."""
    table = partners.database.tables.audit
    async with partners.database.reading() as session:
        query = sa.select(table).where(table.c.subject_id == subject_id).order_by(table.c.seq)
        return list((await (await session.connection()).execute(query)).all())


async def actor(partners: ServiceApp, person_id: UUID) -> Actor:
    """Return who a registered person is in a new session."""
    from services.partners.usecases.sign_in import actor_of, start

    async with partners.database.writing() as session:
        found = await session.get(Person, person_id)
        assert found is not None
        return await actor_of(session, found, (await start(session, found)).id)


async def audited_exports(partners: ServiceApp) -> list[Any]:
    """Return what the audit tells of lists of people that were taken out, oldest first."""
    table = partners.database.tables.audit
    async with partners.database.reading() as session:
        query = sa.select(table).where(table.c.action == "people.exported").order_by(table.c.seq)
        return list((await (await session.connection()).execute(query)).all())
