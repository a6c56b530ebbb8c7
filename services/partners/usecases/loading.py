"""Loading organisations and people from a file of JSON lines, again and again without doubles."""

from collections.abc import Iterable, Sequence
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, RootModel
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import Membership, Organisation, Person, PersonGrant
from services.partners.queries import all_regions, grants_of, regions_of
from services.partners.schemas import OrganisationIn, PersonIn
from services.partners.usecases.statements import state_organisations, state_people
from shared.db.session import Database
from shared.loading import LineError, LoadReport, Progress, parsed

BATCH = 500
ORGANISATION_FIELDS = ("name", "org_number", "sector", "municipality", "website", "description")
PERSON_FIELDS = ("name", "title", "language", "region", "focus_areas", "active")


class OrganisationLine(OrganisationIn):
    """A line that tells of an organisation."""

    kind: Literal["organisation"]
    external_id: Annotated[str, Field(min_length=1, max_length=120)]


class PersonLine(PersonIn):
    """A line that tells of a person; `organisation` is the external id of the one they act for."""

    kind: Literal["person"]
    external_id: Annotated[str, Field(min_length=1, max_length=120)]
    organisation: str | None = None


class Line(RootModel[Annotated[OrganisationLine | PersonLine, Field(discriminator="kind")]]):
    """A line of the file."""


async def load(database: Database, lines: Iterable[str], *, dry_run: bool, progress: Progress) -> LoadReport:
    """Enter what `lines` tell: organisations first, then people. With any wrong line, or in a dry run, nothing is entered."""
    report = LoadReport()
    found = list(parsed(lines, Line, report))
    organisations = [(number, line.root) for number, line in found if isinstance(line.root, OrganisationLine)]
    people = [(number, line.root) for number, line in found if isinstance(line.root, PersonLine)]
    async with database.reading() as session:
        await _check(session, organisations, people, report)
    trial = dry_run or bool(report.errors)
    for start in range(0, len(organisations), BATCH):
        batch = [line for _, line in organisations[start : start + BATCH]]
        async with database.reading() if trial else database.writing() as session:
            await _organisations(session, batch, report, trial=trial)
        progress(len(batch))
    for start in range(0, len(people), BATCH):
        members = [line for _, line in people[start : start + BATCH]]
        async with database.reading() if trial else database.writing() as session:
            await _people(session, members, report, trial=trial)
        progress(len(members))
    return report


async def _check(
    session: AsyncSession,
    organisations: Sequence[tuple[int, OrganisationLine]],
    people: Sequence[tuple[int, PersonLine]],
    report: LoadReport,
) -> None:
    slugs = {region.slug for region in await all_regions(session)}
    known = {line.external_id for _, line in organisations}
    known |= {name for name in (await session.exec(select(Organisation.external_id))).all() if name}
    for number, organisation in organisations:
        for slug in set(organisation.regions) - slugs:
            report.errors.append(LineError(number, "regions", f"no region is called {slug}"))
    for number, person in people:
        if person.organisation is not None and person.organisation not in known:
            report.errors.append(
                LineError(number, "organisation", f"no organisation has external id {person.organisation}")
            )
        if person.region is not None and person.region not in slugs:
            report.errors.append(LineError(number, "region", f"no region is called {person.region}"))


async def _organisations(
    session: AsyncSession, batch: Sequence[OrganisationLine], report: LoadReport, *, trial: bool
) -> None:
    names = [line.external_id for line in batch]
    rows = (await session.exec(select(Organisation).where(col(Organisation.external_id).in_(names)))).all()
    known = {row.external_id: row for row in rows}
    regions = await regions_of(session, [row.id for row in rows])
    stated: list[Organisation] = []
    for line in batch:
        row = known.get(line.external_id)
        if row is not None and _same(row, line, ORGANISATION_FIELDS) and regions[row.id] == sorted(line.regions):
            report.unchanged += 1
            continue
        report.new += row is None
        report.changed += row is not None
        if not trial:
            stated.append(await _enter(session, row, line, regions.get(row.id, []) if row else []))
    if stated:
        await session.flush()
        await state_organisations(session, stated)


async def _enter(
    session: AsyncSession, row: Organisation | None, line: OrganisationLine, before: list[str]
) -> Organisation:
    if row is None:
        row = Organisation(**line.model_dump(include={*ORGANISATION_FIELDS, "external_id"}))
    else:
        for name in ORGANISATION_FIELDS:
            setattr(row, name, getattr(line, name))
        row.changed()
    session.add(row)
    await session.flush()
    session.add_all(Membership(organisation_id=row.id, region=slug) for slug in sorted(set(line.regions) - set(before)))
    return row


async def _people(session: AsyncSession, batch: Sequence[PersonLine], report: LoadReport, *, trial: bool) -> None:
    names = [line.external_id for line in batch]
    rows = (await session.exec(select(Person).where(col(Person.external_id).in_(names)))).all()
    known = {row.external_id: row for row in rows}
    organisations = await _organisation_ids(session, batch)
    held = await grants_of(session, [row.id for row in rows])
    stated: list[Person] = []
    for line in batch:
        row = known.get(line.external_id)
        wanted = (
            line.role,
            line.region if line.role == "region_staff" else None,
            organisations.get(line.organisation or ""),
        )
        granted = row is not None and wanted in [
            (grant.role, grant.region, grant.organisation_id) for grant in held[row.id]
        ]
        if row is not None and granted and row.email == line.email.lower() and _same(row, line, PERSON_FIELDS):
            report.unchanged += 1
            continue
        report.new += row is None
        report.changed += row is not None
        if not trial:
            stated.append(_person(session, row, line))
            if not granted:
                role, region, organisation_id = wanted
                grant = PersonGrant(person_id=stated[-1].id, role=role, region=region, organisation_id=organisation_id)
                session.add(grant)
    if stated:
        await session.flush()
        await state_people(session, stated)


def _person(session: AsyncSession, row: Person | None, line: PersonLine) -> Person:
    if row is None:
        row = Person(**line.model_dump(include={*PERSON_FIELDS, "external_id"}), email=line.email.lower())
    else:
        for name in PERSON_FIELDS:
            setattr(row, name, getattr(line, name))
        row.email = line.email.lower()
        row.changed()
    session.add(row)
    return row


async def _organisation_ids(session: AsyncSession, batch: Sequence[PersonLine]) -> dict[str, UUID]:
    names = {line.organisation for line in batch if line.organisation}
    query = select(Organisation.external_id, Organisation.id).where(col(Organisation.external_id).in_(names))
    return {name: organisation_id for name, organisation_id in (await session.exec(query)).all() if name}


def _same(row: Organisation | Person, line: OrganisationLine | PersonLine, fields: Sequence[str]) -> bool:
    return all(getattr(row, name) == getattr(line, name) for name in fields)
