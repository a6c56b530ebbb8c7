"""What is wrong with an import file before anything of it is entered."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import Alias, Organisation, Person, PersonAlias
from services.partners.queries import all_regions
from services.partners.queries.privacy import erased_external_ids
from services.partners.usecases.load_lines import OrganisationLine, PersonLine, misplaced
from shared.loading import LineError

MOST_ASKED = 5_000
ERASED = (
    "this person was erased; take the line out, or give them a new external id where they have come back themselves"
)
Numbered = Sequence[tuple[int, OrganisationLine]]
NumberedPeople = Sequence[tuple[int, PersonLine]]


async def errors_in(session: AsyncSession, organisations: Numbered, people: NumberedPeople) -> list[LineError]:
    """Return what no line can see by itself: doubles, what others hold already, and what is not there; by line."""
    numbers = await _held(
        session, Organisation.org_number, Organisation.external_id, _values(organisations, "org_number")
    )
    addresses = await _held(session, Person.email, Person.external_id, _values(people, "email"))
    found = [
        *_doubles(organisations, "external_id"),
        *_doubles(organisations, "org_number"),
        *_doubles(people, "external_id"),
        *_doubles(people, "email"),
        *_taken(organisations, "org_number", numbers, await _survivors(session, Alias, Organisation)),
        *_taken(people, "email", addresses, await _survivors(session, PersonAlias, Person)),
        *await _erased(session, people),
        *_placeless(people),
        *await _unknown(session, organisations, people),
    ]
    return sorted(found, key=lambda error: (error.line, error.field))


def _values(lines: Iterable[tuple[int, Any]], field: str) -> list[str]:
    return sorted({value for _, line in lines if (value := getattr(line, field))})


async def _held(session: AsyncSession, column: Any, holder: Any, values: Sequence[str]) -> dict[str, str | None]:
    held: dict[str, str | None] = {}
    for start in range(0, len(values), MOST_ASKED):
        asked = values[start : start + MOST_ASKED]
        held |= dict((await session.exec(select(column, holder).where(col(column).in_(asked)))).all())
    return held


def _doubles(lines: Iterable[tuple[int, Any]], field: str) -> Iterable[LineError]:
    first: dict[str, int] = {}
    for number, line in lines:
        value = getattr(line, field)
        if value and first.setdefault(value, number) != number:
            yield LineError(number, field, f"line {first[value]} has the same")


def _taken(
    lines: Iterable[tuple[int, Any]], field: str, held: dict[str, str | None], survivors: dict[str, str | None]
) -> Iterable[LineError]:
    for number, line in lines:
        value = getattr(line, field)
        if value in held and held[value] not in (line.external_id, survivors.get(line.external_id, line.external_id)):
            holder = f"the record {held[value]}" if held[value] else "a record without external id"
            yield LineError(number, field, f"{holder} has it already")


async def _erased(session: AsyncSession, people: NumberedPeople) -> list[LineError]:
    gone = await erased_external_ids(session, _values(people, "external_id"))
    return [LineError(number, "external_id", ERASED) for number, line in people if line.external_id in gone]


async def _survivors(session: AsyncSession, aliases: Any, records: Any) -> dict[str, str | None]:
    """Return the external id of the record each merged double's now stands for."""
    owner = aliases.organisation_id if aliases is Alias else aliases.person_id
    query = select(aliases.external_id, records.external_id).join(records, col(records.id) == owner)
    return dict((await session.exec(query)).all())


def _placeless(people: NumberedPeople) -> Iterable[LineError]:
    for number, person in people:
        if missing := person.place_missing():
            yield LineError(number, missing, f"the role {person.role} needs it")
            continue
        for place, role in enumerate(person.held()):
            if problem := misplaced(role):
                field, text = problem
                yield LineError(number, field if place == 0 else f"roles.{place - 1}.{field}", text)


async def _unknown(session: AsyncSession, organisations: Numbered, people: NumberedPeople) -> list[LineError]:
    slugs = {region.slug for region in await all_regions(session)}
    known = {line.external_id for _, line in organisations}
    known |= {name for name in (await session.exec(select(Organisation.external_id))).all() if name}
    known |= set((await session.exec(select(Alias.external_id))).all())
    found = [
        LineError(number, "regions", f"no region is called {slug}")
        for number, organisation in organisations
        for slug in sorted(set(organisation.regions) - slugs)
    ]
    for number, person in people:
        if person.region is not None and person.region not in slugs:
            found.append(LineError(number, "region", f"no region is called {person.region}"))
        for place, role in enumerate(person.held()):
            before = f"roles.{place - 1}." if place else ""
            if role.organisation is not None and role.organisation not in known:
                text = f"no organisation has external id {role.organisation}"
                found.append(LineError(number, f"{before}organisation", text))
            if place and role.region is not None and role.region not in slugs:
                found.append(LineError(number, f"{before}region", f"no region is called {role.region}"))
    return found
