"""Questions about people who may be registered twice."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import Person, PersonDistinct, PersonGrant
from services.partners.queries.dated import not_over
from services.partners.queries.people import regions_answering
from services.partners.queries.reach import belonging_to
from services.partners.queries.tasks import Item
from shared.web.i18n import marker as _

TEXT = _("%(name)s ser ut til å være registrert to ganger.")
BUTTON = _("Sammenlign dem")
SHARED_BOXES = frozenset(
    {"post", "postmottak", "info", "kontakt", "firmapost", "mail", "epost", "kundeservice", "miljo"}
)
"""What stands before the @ of addresses that many people read."""
MOST = 20
"""A name that more people than these have tells nothing."""


@dataclass(frozen=True)
class PersonPair:
    """Two people who may be one; `why` is an interface string."""

    first: Person
    second: Person
    why: str
    regions: list[str]


SAME_NAME = _("Samme navn")
SAME_BOX = _("Samme navn i e-postadressen")


async def person_doubles(session: AsyncSession, regions: Iterable[str] | None) -> list[PersonPair]:
    """Return those who may be one person where one of the two belongs to `regions`, or all.

    They have one name and an organisation or a region in common, or what stands before the @ and an organisation.
    """
    query = select(Person.id, Person.name_folded, Person.email, Person.region).where(
        Person.active, col(Person.merged_into).is_(None)
    )
    looks = {row[0]: row for row in (await session.exec(query)).all()}
    places = await _places(session)
    near = None if regions is None else await _near(session, regions)
    found = _alike(looks.values(), places)
    apart = {(one.first_id, one.second_id) for one in (await session.exec(select(PersonDistinct))).all()}
    wanted = {
        pair: why
        for pair, why in found.items()
        if pair not in apart and (near is None or pair[0] in near or pair[1] in near)
    }
    return await _shown(session, wanted)


async def people_doubled(session: AsyncSession, regions: frozenset[str] | None) -> list[Item]:
    """Return what the work list says of people registered twice."""
    return [
        Item(
            kind="duplicate",
            text=TEXT,
            values={"name": pair.first.name},
            button=BUTTON,
            href=f"/partners/people/merge?first={pair.first.id}&second={pair.second.id}",
            since=max(pair.first.created_at, pair.second.created_at),
            regions=pair.regions,
        )
        for pair in await person_doubles(session, regions)
    ]


async def _places(session: AsyncSession) -> dict[UUID, set[UUID | str]]:
    columns = select(PersonGrant.person_id, PersonGrant.organisation_id, PersonGrant.region)
    places: dict[UUID, set[UUID | str]] = defaultdict(set)
    for person_id, organisation_id, region in (await session.exec(columns.where(not_over(PersonGrant)))).all():
        places[person_id] |= {place for place in (organisation_id, region) if place}
    return places


async def _near(session: AsyncSession, regions: Iterable[str]) -> set[UUID]:
    return set((await session.exec(select(Person.id).where(belonging_to(list(regions))))).all())


def _alike(
    looks: Iterable[tuple[UUID, str, str, str | None]], places: dict[UUID, set[UUID | str]]
) -> dict[tuple[UUID, UUID], str]:
    by_name: dict[str, list[UUID]] = defaultdict(list)
    by_box: dict[str, list[UUID]] = defaultdict(list)
    at: dict[UUID, set[UUID | str]] = {}
    for person_id, name, email, region in looks:
        by_name[" ".join(name.split())].append(person_id)
        by_box[email.split("@")[0]].append(person_id)
        at[person_id] = {*places.get(person_id, set()), *([region] if region else [])}
    organisations = {one: {place for place in where if isinstance(place, UUID)} for one, where in at.items()}
    boxes = {box: ids for box, ids in by_box.items() if box not in SHARED_BOXES}
    found = dict.fromkeys(_together(boxes, organisations), SAME_BOX)
    return {**found, **dict.fromkeys(_together(by_name, at), SAME_NAME)}


def _together(groups: dict[str, list[UUID]], places: Mapping[UUID, set[Any]]) -> list[tuple[UUID, UUID]]:
    return [
        (first, second)
        for ids in groups.values()
        if 1 < len(ids) <= MOST
        for first, second in combinations(sorted(ids), 2)
        if places[first] & places[second]
    ]


async def _shown(session: AsyncSession, wanted: dict[tuple[UUID, UUID], str]) -> list[PersonPair]:
    ids = {one for pair in wanted for one in pair}
    known = {one.id: one for one in (await session.exec(select(Person).where(col(Person.id).in_(ids)))).all()}
    regions = await regions_answering(session, list(known.values()))
    pairs = [
        PersonPair(known[first], known[second], why, sorted({*regions[first], *regions[second]}))
        for (first, second), why in wanted.items()
    ]
    return sorted(pairs, key=lambda pair: (pair.first.name_order, pair.first.id))
