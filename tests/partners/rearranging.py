"""A region of 55 partners that is to be split, with its people, cases and webinars; all invented."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import SQLModel, select

from services.partners.models import (
    Membership,
    Organisation,
    PartnerCase,
    PartnerWebinar,
    Person,
    PersonGrant,
    Rearrangement,
    Region,
)
from services.partners.queries import regions_of
from services.partners.queries.rearrangements import rearrangement
from services.partners.schemas.rearrangements import Definition, KnownRegion, NewRegion
from services.partners.usecases import library, webinars
from services.partners.usecases.rearranging import drafting, executing
from services.partners.usecases.rearranging.planning import Plan, planned
from services.partners.usecases.statements import state_organisations, state_people, state_regions
from shared.auth.actor import Actor, Grant
from shared.clock import now, today_in_norway
from shared.contracts.events import Audience, WebinarPublished
from shared.contracts.knowledge import CasePublished
from shared.db.session import Database
from shared.ids import new_id
from tests.support.apps import ServiceApp

NATIONAL = Actor(new_id(), new_id(), "Nasjonal", (Grant("national"),))
COUNTIES = {"ostvik": "31", "akervik": "32", "buskvik": "33"}
SHARES = {"ostvik": 25, "akervik": 15, "buskvik": 15}
NAMELESS = 2
"""How many partners nobody knows the municipality of."""


@dataclass
class Viken:
    """What lies in the region: ids by what they are."""

    organisations: list[UUID] = field(default_factory=list)
    nameless: list[UUID] = field(default_factory=list)
    members: list[UUID] = field(default_factory=list)
    lead: UUID = field(default_factory=new_id)
    staff: UUID = field(default_factory=new_id)
    cases: dict[UUID, UUID | None] = field(default_factory=dict)
    webinar: UUID = field(default_factory=new_id)
    past_webinar: UUID = field(default_factory=new_id)


def today() -> date:
    return today_in_norway()


def new_region(slug: str, **changes: Any) -> NewRegion:
    """Return a region that comes to be, in a place of its own on the map."""
    number = COUNTIES.get(slug, "")
    row, column = divmod(sum(map(ord, slug)), 9)
    values = {
        "slug": slug,
        "name_nb": slug.capitalize(),
        "name_nn": slug.capitalize(),
        "name_en": slug.capitalize(),
        "counties": [number] if number else [],
        "tile_row": row % 4 + 9,
        "tile_column": column % 9 + 4,
    }
    return NewRegion.model_validate({**values, **changes})


def split(**changes: Any) -> Definition:
    """Return the three regions that take over."""
    tiles = {slug: {"tile_row": 10, "tile_column": 1 + place} for place, slug in enumerate(COUNTIES)}
    return Definition(targets=[new_region(slug, **tiles[slug], **changes) for slug in COUNTIES])


def only(*targets: NewRegion | KnownRegion) -> Definition:
    """Return a definition of these regions."""
    return Definition(targets=list(targets))


async def enter_viken(database: Database) -> Viken:
    """Enter the region with all that is in it, and tell the network."""
    made = Viken()
    async with database.writing() as session:
        region = Region(
            slug="viken",
            county_number="30",
            name_nb="Viken",
            name_nn="Viken",
            name_en="Viken",
            tile_row=9,
            tile_column=9,
        )
        session.add(region)
        await session.flush()
        firms = [_firm(number, place) for number, place in enumerate(_places())]
        session.add_all(firms)
        await session.flush()
        session.add_all(Membership(organisation_id=firm.id, region="viken", since=date(2020, 1, 1)) for firm in firms)
        people = [_someone(number) for number in range(len(firms))]
        lead = _someone(100, id=made.lead, region="viken")
        staff = _someone(101, id=made.staff)
        session.add_all([*people, lead, staff])
        await session.flush()
        since = date(2021, 1, 1)
        session.add_all(
            PersonGrant(person_id=person.id, role="partner_member", organisation_id=firm.id, since=since)
            for person, firm in zip(people, firms, strict=True)
        )
        session.add(PersonGrant(person_id=made.lead, role="region_lead", region="viken", since=since))
        session.add(PersonGrant(person_id=made.staff, role="region_staff", region="viken", since=since))
        await session.flush()
        await state_regions(session, [region])
        await state_organisations(session, firms)
        await state_people(session, [*people, lead, staff])
        made.organisations = [firm.id for firm in firms]
        made.nameless = [firm.id for firm in firms if firm.municipality_number is None]
        made.members = [person.id for person in people]
        made.cases = {new_id(): firms[0].id, new_id(): firms[30].id, new_id(): None}
        for case_id, owner in made.cases.items():
            await library.note_published(session, published_case(case_id, owner))
        await webinars.note_published(session, published_webinar(made.webinar))
        await webinars.note_published(session, published_webinar(made.past_webinar, starts_in=timedelta(days=-9)))
    return made


def _places() -> list[str | None]:
    numbers: list[str | None] = [f"{COUNTIES[slug]}0{n % 9}" for slug, share in SHARES.items() for n in range(share)]
    return numbers[:-NAMELESS] + [None] * NAMELESS


def _firm(number: int, municipality: str | None) -> Organisation:
    return Organisation(name=f"Prøvebruk {number:02}", sector="business", municipality_number=municipality)


def _someone(number: int, **given: Any) -> Person:
    varied: dict[str, Any] = {"language": "nn", "focus_areas": ["energy", "nature"]} if number % 3 == 0 else {}
    return Person(name=f"Åse Prøve {number:02}", email=f"viken{number}@example.org", **varied, **given)


def published_case(case_id: UUID, owner: UUID | None, region: str = "viken") -> CasePublished:
    return CasePublished(
        case_id=case_id, version=5, title=f"Eksempel {case_id}", region=region, language="nb", organisation_id=owner,
        summary="Kort.", published_at=now(),
    )  # fmt: skip


def published_webinar(
    webinar_id: UUID, regions: Sequence[str] = ("viken",), starts_in: timedelta = timedelta(days=30)
) -> WebinarPublished:
    start = now() + starts_in
    return WebinarPublished(
        webinar_id=webinar_id, version=2, sequence=0, uid=f"{webinar_id}@example.org", title="Møte for regionen",
        summary="Kort.", language="nb", audience=Audience(scope="regions", regions=list(regions)), starts_at=start,
        ends_at=start + timedelta(hours=1), local_start=start.replace(tzinfo=None),
        local_end=start.replace(tzinfo=None) + timedelta(hours=1), time_zone="Europe/Oslo",
    )  # fmt: skip


async def drafted(database: Database, viken: Viken, *, cases: bool = True) -> UUID:
    """Prepare the split, with all decided that rules cannot; without `cases`, all of those have an owner."""
    async with database.writing() as session:
        made = await drafting.start(session, NATIONAL, "split", ["viken"])
        await drafting.define(session, NATIONAL, made.id, split())
        firms = {key: ["buskvik"] for key in viken.nameless}
        await drafting.assign(session, NATIONAL, made.id, "organisation", firms)
        people = {viken.lead: ["ostvik"], viken.staff: ["akervik", "buskvik"]}
        await drafting.assign(session, NATIONAL, made.id, "person", people)
        orphans = [case_id for case_id, owner in viken.cases.items() if owner is None and cases]
        await drafting.assign(session, NATIONAL, made.id, "case", {orphan: ["akervik"] for orphan in orphans})
    return made.id


async def scheduled(database: Database, rearrangement_id: UUID, day: date | None = None) -> None:
    async with database.writing() as session:
        await drafting.schedule(session, NATIONAL, rearrangement_id, day or today())


async def carried_out(database: Database, rearrangement_id: UUID) -> bool:
    """Execute at once."""
    await scheduled(database, rearrangement_id)
    async with database.writing() as session:
        return await executing.execute(session, NATIONAL, rearrangement_id)


KEPT: tuple[type[SQLModel], ...] = (
    Region, Organisation, Membership, Person, PersonGrant, PartnerCase, PartnerWebinar, Rearrangement,
)  # fmt: skip


async def everything(database: Database) -> dict[str, list[dict[str, Any]]]:
    """Return all that an operation on regions could change, and how many messages wait."""
    found: dict[str, list[dict[str, Any]]] = {}
    async with database.reading() as session:
        for table in KEPT:
            rows = [row.model_dump(mode="json") for row in (await session.exec(select(table))).all()]
            found[table.__name__] = sorted(rows, key=str)
        outbox = (await (await session.connection()).execute(database.tables.outbox.select())).all()
    return {**found, "outbox": [{"messages": len(outbox)}]}


async def plan_of(partners: ServiceApp, rearrangement_id: UUID) -> Plan:
    """Return what the operation would do now."""
    async with partners.database.reading() as session:
        return await planned(session, await rearrangement(session, rearrangement_id))


async def executed(partners: ServiceApp) -> tuple[Viken, UUID]:
    """Enter the region, split it, and return both."""
    viken = await enter_viken(partners.database)
    made = await drafted(partners.database, viken)
    assert await carried_out(partners.database, made)
    return viken, made


async def regions_by(partners: ServiceApp, ids: list[UUID]) -> dict[UUID, list[str]]:
    """Return the regions each organisation is in now."""
    async with partners.database.reading() as session:
        return await regions_of(session, ids)
