"""The import of organisations, as a spreadsheet has them: one row for each, or for each region with dates of its own."""

import asyncio

from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.names import folded
from services.partners.queries import every_region
from services.partners.queries.importing import known_organisations
from services.partners.queries.topics import topics_open
from services.partners.usecases.importing.cells import Words
from services.partners.usecases.importing.kinds import Checked, Kind, keys_by
from services.partners.usecases.importing.organisation_checks import Registry, judged
from services.partners.usecases.importing.organisation_rows import (
    EXAMPLE_COLUMNS,
    EXAMPLE_ROWS,
    FIELDS,
    NEEDED,
    file_problems,
    rows_of,
)
from services.partners.usecases.importing.organisation_store import store
from services.partners.usecases.importing.places import RegionNames
from shared.auth.actor import Actor
from shared.sheets import Sheet


async def check(session: AsyncSession, actor: Actor, sheet: Sheet) -> list[Checked]:
    """Return what each row of a file of organisations would do for `actor`."""
    rows = await asyncio.to_thread(rows_of, sheet)
    known = await known_organisations(
        session,
        {row.given["external_id"] for row in rows if "external_id" in row.given},
        {row.given["org_number"] for row in rows if "org_number" in row.given},
        {folded(row.given["name"]) for row in rows if "name" in row.given},
    )
    topics = await topics_open(session)
    words = {topic.code: (topic.name_nn, topic.name_en) for topic in topics}
    registry = Registry(
        known,
        RegionNames(await every_region(session)),
        Words({topic.code: topic.name_nb for topic in topics}, words),
    )
    return await asyncio.to_thread(judged, rows, registry, actor)


ORGANISATIONS = Kind(
    name="organisations",
    action="registry.import",
    fields=FIELDS,
    needed=NEEDED,
    file_problems=file_problems,
    check=check,
    store=store,
    keys=keys_by("external_id", "org_number"),
    example_columns=EXAMPLE_COLUMNS,
    example_rows=EXAMPLE_ROWS,
)
