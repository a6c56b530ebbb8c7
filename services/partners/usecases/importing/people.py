"""The import of people, as a spreadsheet has them: one row for each, or for each role with dates of its own.

Nobody is signed in by it: an address from a spreadsheet is one nobody has confirmed, until a link sent to it was used.
"""

import asyncio
from dataclasses import replace

from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.queries import every_region
from services.partners.queries.importing import known_organisations, known_people
from services.partners.queries.privacy import erased_external_ids
from services.partners.usecases import people
from services.partners.usecases.importing.kinds import Checked, Kind, keys_by
from services.partners.usecases.importing.person_checks import Registry, judged
from services.partners.usecases.importing.person_rows import (
    EXAMPLE_COLUMNS,
    EXAMPLE_ROWS,
    FIELDS,
    NEEDED,
    file_problems,
    rows_of,
)
from services.partners.usecases.importing.person_store import store
from services.partners.usecases.importing.places import RegionNames
from shared.auth.actor import Actor, Grant
from shared.sheets import Sheet


async def check(session: AsyncSession, actor: Actor, sheet: Sheet) -> list[Checked]:
    """Return what each row of a file of people would do for `actor`."""
    rows = await asyncio.to_thread(rows_of, sheet)

    def named(field: str) -> set[str]:
        return {row.given[field] for row in rows if field in row.given}

    within = reach(actor)
    known = await known_people(session, named("external_id"), named("email"))
    registry = Registry(
        people=known,
        organisations=await known_organisations(session, named("organisation"), named("organisation_number")),
        regions=RegionNames(await every_region(session)),
        editable=await people.editable(session, within, known.all),
        erased=await erased_external_ids(session, named("external_id")),
    )
    return await asyncio.to_thread(judged, rows, registry, within)


def reach(actor: Actor) -> Actor:
    """Return an actor with no more than an import reaches: the whole network, or the partners of the regions they are staff of."""
    if actor.is_national:
        return replace(actor, grants=(Grant("national"),))
    return replace(actor, grants=tuple(Grant("region_staff", region) for region in sorted(actor.regions)))


PEOPLE = Kind(
    name="people",
    action="registry.import",
    fields=FIELDS,
    needed=NEEDED,
    file_problems=file_problems,
    check=check,
    store=store,
    keys=keys_by("external_id", "email"),
    example_columns=EXAMPLE_COLUMNS,
    example_rows=EXAMPLE_ROWS,
    personal=True,
)
