"""What waits for staff about people: addresses that do not work, and people who are not seen any more."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import Organisation, Person, PersonGrant
from services.partners.queries.dated import running
from services.partners.queries.inactive import holds_role, needed, waits_to_retire
from services.partners.queries.people import regions_answering
from services.partners.queries.reach import belonging_to
from services.partners.queries.tasks import Item
from shared.web.i18n import marker as _

BOUNCED = _("E-post til %(person)s (%(email)s) kom ikke fram.")
CORRECT = _("Rett adressen")
RETIRED = _("%(person)s har ikke vært innom på lenge og er satt ut av bruk, men har fortsatt roller.")
LOOK = _("Se personen")
ALONE = _("%(person)s har ikke vært innom på lenge, og er den eneste som handler for %(organisation)s.")
FIND = _("Finn en ny kontakt")
NETWORK = _("nettverket")


async def refused_addresses(session: AsyncSession, regions: frozenset[str] | None) -> list[Item]:
    """Return the people whose mail server refused their address."""
    found = await _people(session, regions, Person.active, col(Person.email_refused_at).is_not(None))
    slugs = await regions_answering(session, found)
    return [
        Item(
            kind="address",
            text=BOUNCED,
            values={"person": person.name, "email": person.email},
            button=CORRECT,
            href=f"/partners/people/{person.id}/edit",
            since=person.email_refused_at or person.updated_at,
            regions=slugs[person.id],
        )
        for person in found
    ]


async def retired_people(session: AsyncSession, regions: frozenset[str] | None) -> list[Item]:
    """Return those who were put out of use since they were not seen, as long as they have roles."""
    found = await _people(session, regions, col(Person.retired_at).is_not(None), holds_role())
    slugs = await regions_answering(session, found)
    return [
        Item(
            kind="inactive",
            text=RETIRED,
            values={"person": person.name},
            button=LOOK,
            href=f"/partners/people/{person.id}",
            since=person.retired_at or person.updated_at,
            regions=slugs[person.id],
        )
        for person in found
    ]


async def sole_contacts(session: AsyncSession, regions: frozenset[str] | None) -> list[Item]:
    """Return those who are not seen any more, and without whom a partner would have nobody."""
    found = await _people(session, regions, waits_to_retire(), needed())
    slugs = await regions_answering(session, found)
    items = []
    for person in found:
        alone = await _alone_for(session, person)
        items.append(
            Item(
                kind="inactive",
                text=ALONE,
                values={"person": person.name, "organisation": alone.name if alone else NETWORK},
                button=FIND,
                href=f"/partners/{alone.id}/people" if alone else f"/partners/people/{person.id}",
                since=person.last_warned_at or person.updated_at,
                regions=slugs[person.id],
                urgent=True,
            )
        )
    return items


async def _people(
    session: AsyncSession, regions: frozenset[str] | None, *conditions: sa.ColumnElement[bool] | bool
) -> Sequence[Person]:
    query = select(Person).where(*conditions)
    if regions is not None:
        query = query.where(belonging_to(regions))
    return (await session.exec(query.order_by(col(Person.name_order), col(Person.id)))).all()


async def _alone_for(session: AsyncSession, person: Person) -> Organisation | None:
    own = sa.select(col(PersonGrant.organisation_id)).where(
        col(PersonGrant.person_id) == person.id, running(PersonGrant)
    )
    others = sa.select(col(PersonGrant.organisation_id)).join(Person, col(Person.id) == col(PersonGrant.person_id))
    others = others.where(
        col(PersonGrant.person_id) != person.id,
        running(PersonGrant),
        col(Person.active),
        col(PersonGrant.organisation_id).is_not(None),
    )
    query = select(Organisation).where(col(Organisation.id).in_(own), col(Organisation.id).not_in(others))
    return (await session.exec(query.order_by(col(Organisation.name_order)).limit(1))).first()
