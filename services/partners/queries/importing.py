"""Questions about the records a spreadsheet names: who is known by which id, number or address."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import (
    Alias,
    FormerName,
    Membership,
    Organisation,
    Person,
    PersonAlias,
    PersonGrant,
    Region,
)
from services.partners.queries.organisations import survivor
from services.partners.queries.people import grants_ever

AT_ONCE = 500
Record = TypeVar("Record", Organisation, Person)


@dataclass
class KnownOrganisations:
    """The organisations a file names, merged doubles too: those that took a double's place are in `heirs` by the double's id."""

    by_external_id: dict[str, Organisation] = field(default_factory=dict)
    by_number: dict[str, Organisation] = field(default_factory=dict)
    by_alias: dict[str, Organisation] = field(default_factory=dict)
    by_name: dict[str, Organisation] = field(default_factory=dict)
    heirs: dict[UUID, Organisation] = field(default_factory=dict)
    memberships: dict[UUID, list[Membership]] = field(default_factory=lambda: defaultdict(list))
    former_names: dict[UUID, list[str]] = field(default_factory=lambda: defaultdict(list))

    @property
    def all(self) -> list[Organisation]:
        """Each of them once."""
        found = (*self.by_external_id.values(), *self.by_number.values(), *self.by_alias.values())
        return list({one.id: one for one in found}.values())


@dataclass
class KnownPeople:
    """The people a file names, with every role they had; `merged` has whoever took a double's place, by the double's external id."""

    by_external_id: dict[str, Person] = field(default_factory=dict)
    by_email: dict[str, Person] = field(default_factory=dict)
    merged: dict[str, Person] = field(default_factory=dict)
    grants: Mapping[UUID, Sequence[PersonGrant]] = field(default_factory=dict)

    @property
    def all(self) -> list[Person]:
        """Each of them once."""
        found = (*self.by_external_id.values(), *self.by_email.values())
        return list({one.id: one for one in found}.values())


async def known_organisations(
    session: AsyncSession,
    external_ids: Collection[str],
    numbers: Collection[str],
    names: Collection[str] = (),
) -> KnownOrganisations:
    """Return the organisations with these ids, numbers or names in small letters, with where they are and were partners."""
    found = KnownOrganisations()
    for row in await _rows(session, Organisation, Organisation.external_id, external_ids):
        found.by_external_id[row.external_id] = row
    for row in await _rows(session, Organisation, Organisation.org_number, numbers):
        found.by_number[row.org_number] = row
    for row in await _rows(session, Organisation, Organisation.name_folded, names):
        if row.merged_into is None:
            found.by_name[row.name_folded] = row
    for alias in await _rows(session, Alias, Alias.external_id, external_ids):
        found.by_alias[alias.external_id] = await session.get_one(Organisation, alias.organisation_id)
    ids = [one.id for one in found.all]
    namesakes = [one.id for one in found.by_name.values()]
    for membership in await _rows(session, Membership, Membership.organisation_id, [*ids, *namesakes]):
        found.memberships[membership.organisation_id].append(membership)
    for former in await _rows(session, FormerName, FormerName.organisation_id, ids):
        found.former_names[former.organisation_id].append(former.name)
    for one in found.all:
        if one.merged_into is not None:
            found.heirs[one.id] = await survivor(session, one)
    return found


async def former_names(session: AsyncSession, organisation_ids: Collection[UUID]) -> dict[UUID, list[str]]:
    """Return the names organisations had."""
    found: dict[UUID, list[str]] = {one: [] for one in organisation_ids}
    for former in await _rows(session, FormerName, FormerName.organisation_id, organisation_ids):
        found[former.organisation_id].append(former.name)
    return found


async def partnerships_ever(session: AsyncSession, organisation_ids: Collection[UUID]) -> dict[UUID, list[Membership]]:
    """Return all memberships of organisations, past and to come too, the newest first."""
    found: dict[UUID, list[Membership]] = {one: [] for one in organisation_ids}
    for membership in await _rows(session, Membership, Membership.organisation_id, organisation_ids):
        found[membership.organisation_id].append(membership)
    for held in found.values():
        held.sort(key=lambda one: (-one.since.toordinal(), one.region, one.id))
    return found


async def locked(
    session: AsyncSession, table: type[Record], ids: Collection[UUID], *, shared: bool = False
) -> dict[UUID, Record]:
    """Return records as they are now, locked against changes, always in the same order; those that are gone are left out.

    `shared`: others may hold them in the same way.
    """
    found: dict[UUID, Record] = {}
    for some in _parts(sorted(set(ids))):
        query = select(table).where(col(table.id).in_(some)).order_by(col(table.id)).with_for_update(read=shared)
        rows = (await session.exec(query, execution_options={"populate_existing": True})).all()
        found |= {one.id: one for one in rows}
    return found


async def regions_held(session: AsyncSession, slugs: Collection[str]) -> set[str]:
    """Return those of `slugs` that a region has today; none of them is closed until the transaction ends."""
    query = select(Region).where(col(Region.slug).in_(slugs)).order_by(col(Region.id)).with_for_update(read=True)
    found = (await session.exec(query, execution_options={"populate_existing": True})).all() if slugs else []
    return {region.slug for region in found if region.holds()}


async def known_people(session: AsyncSession, external_ids: Collection[str], emails: Collection[str]) -> KnownPeople:
    """Return the people with these ids or addresses."""
    found = KnownPeople()
    for row in await _rows(session, Person, Person.external_id, external_ids):
        found.by_external_id[row.external_id] = row
    for row in await _rows(session, Person, Person.email, emails):
        found.by_email[row.email] = row
    for alias in await _rows(session, PersonAlias, PersonAlias.external_id, external_ids):
        found.merged[alias.external_id] = await session.get_one(Person, alias.person_id)
    grants: dict[UUID, list[PersonGrant]] = {}
    for some in _parts([one.id for one in found.all]):
        grants |= await grants_ever(session, some)
    found.grants = grants
    return found


async def _rows(session: AsyncSession, table: Any, column: Any, values: Collection[Any]) -> list[Any]:
    found: list[Any] = []
    for some in _parts(sorted(set(values))):
        found += (await session.exec(select(table).where(col(column).in_(some)))).all()
    return found


def _parts(values: Sequence[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(values), AT_ONCE):
        yield list(values[start : start + AT_ONCE])
