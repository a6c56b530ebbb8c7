"""What is known of the people whom rows of an import are about, read and locked for all of the rows at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import ImportRow, Organisation, Person, PersonGrant
from services.partners.queries import every_region, grants_ever, regions_answering, regions_of
from services.partners.queries.holding import keep_regions
from services.partners.queries.importing import KnownPeople, known_people, locked, regions_held
from services.partners.queries.privacy import erased_external_ids
from services.partners.usecases import people
from services.partners.usecases.importing.places import RegionNames
from shared.auth.actor import Actor
from shared.contracts.vocabulary import Language
from shared.errors import NotFound


@dataclass(frozen=True)
class Known:
    """What is known of whom rows are about and of what they name. `open` are the regions of today, `editable` and `erased` ids.

    `answering` are the regions whose staff look after each person, `regions_of` those in which each organisation is a partner.
    """

    regions: RegionNames
    open: set[str]
    erased: set[str]
    organisations: dict[UUID, Organisation]
    regions_of: dict[UUID, list[str]]
    named: KnownPeople
    people: dict[UUID, Person]
    editable: set[UUID]
    held: dict[UUID, list[PersonGrant]]
    answering: dict[UUID, list[str]]

    def organisation_stands(self, given: dict[str, Any]) -> None:
        """Raise NotFound where the organisation a row names was merged since."""
        if "organisation_id" in given:
            found = self.organisations.get(UUID(given["organisation_id"]))
            if found is None or found.merged_into is not None:
                raise NotFound

    def whom(self, row: ImportRow) -> Person | None:
        """Return whom a row is about, None for somebody new; raises NotFound where they are gone or were merged since."""
        person_id = row.subject_id
        if person_id is None:
            external_id, email = row.given.get("external_id", ""), row.given.get("email", "")
            one = self.named.by_external_id.get(external_id) or self.named.by_email.get(email)
            if external_id in self.named.merged:
                raise NotFound
            if one is None:
                return None
            person_id = one.id
        if person_id not in self.people:
            raise NotFound
        return self.people[person_id]

    def language_of(self, made: Person, first: PersonGrant) -> Language:
        """Return what somebody new with this first role is written to in."""
        organisation = self.organisations.get(first.organisation_id) if first.organisation_id else None
        own = first.region or made.region
        places = [own] if own else self.regions_of[organisation.id] if organisation else []
        regions = (self.regions.by_slug[slug] for slug in places if slug in self.regions.by_slug)
        return people.language_by(organisation, next(regions, None))


async def known_of(session: AsyncSession, actor: Actor, rows: Sequence[ImportRow]) -> Known:
    """Read what rows are about, and lock it: regions, then organisations, then people."""
    await keep_regions(session)
    given = [row.given for row in rows]
    unknown = [row.given for row in rows if row.subject_id is None]
    held = await regions_held(session, {slug for one in given for slug in one.get("region", [])})
    acted_for = {UUID(one["organisation_id"]) for one in given if "organisation_id" in one}
    organisations = await locked(session, Organisation, acted_for, shared=True)
    named = await known_people(session, _said(unknown, "external_id"), _said(unknown, "email"))
    known = [row.subject_id for row in rows if row.subject_id is not None]
    persons = await locked(session, Person, [*known, *(one.id for one in named.all)])
    everybody = list(persons.values())
    return Known(
        regions=RegionNames(await every_region(session)),
        open=held,
        erased=await erased_external_ids(session, _said(given, "external_id")),
        organisations=organisations,
        regions_of=await regions_of(session, list(organisations)),
        named=named,
        people=persons,
        editable=await people.editable(session, actor, everybody),
        held=await grants_ever(session, list(persons)),
        answering=await regions_answering(session, everybody),
    )


def _said(given: Sequence[dict[str, Any]], name: str) -> set[str]:
    return {one[name] for one in given if name in one}
