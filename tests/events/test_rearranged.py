"""Webinars ahead are for what came after the regions they were for; past ones stay, and so do those of other regions."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from services.events import queries
from services.events.errors import UnknownRegion
from services.events.models import Webinar
from services.events.usecases import audiences, drafting, publishing, rearranged
from shared.clock import frozen, now, today_in_norway
from shared.contracts.partners import Moved, RegionsRearranged
from shared.db.session import Database
from shared.ids import new_id
from tests.events.support import given, national, region, with_regions


def split(closed: str, *opened: str, webinars: dict[UUID, list[str]] | None = None) -> RegionsRearranged:
    return RegionsRearranged(
        version=1, operation_id=new_id(), kind="split", effective=date(2024, 1, 1), closed=[closed], opened=list(opened),
        moved=[Moved(kind="webinar", id=one, regions=slugs) for one, slugs in (webinars or {}).items()],
    )  # fmt: skip


async def announced(database: Database, *regions: str) -> UUID:
    async with database.writing() as session:
        made = await drafting.draft(session, national(), given(scope="regions", regions=list(regions)))
        await publishing.publish(session, national(), made.id)
        return made.id


async def regions_of(database: Database, webinar_id: UUID) -> list[str]:
    async with database.reading() as session:
        found = await session.get(Webinar, webinar_id)
    assert found is not None
    return found.regions


async def test_what_is_ahead_goes_along_and_what_is_past_stays(database: Database) -> None:
    async with database.writing() as session:
        await with_regions(session)
    named, shared, other = (
        await announced(database, "agder"),
        await announced(database, "agder", "vestland"),
        await announced(database, "nordland"),
    )
    async with database.writing() as session:
        draft = (await drafting.draft(session, national(), given(scope="regions", regions=["agder"]))).id
    fact = split("agder", "ost", "vest", webinars={named: ["vest"]})
    for _twice in range(2):
        async with database.writing() as session:
            await rearranged.note_rearranged(session, fact)
    assert await regions_of(database, named) == ["vest"]
    assert await regions_of(database, shared) == ["ost", "vest", "vestland"]
    assert await regions_of(database, other) == ["nordland"]
    assert await regions_of(database, draft) == ["ost", "vest"]
    with frozen(now() + timedelta(days=40)):
        async with database.writing() as session:
            await rearranged.note_rearranged(session, split("nordland", "nytt"))
    assert await regions_of(database, other) == ["nordland"]


async def test_an_old_address_finds_what_was_and_what_is_and_the_form_refuses_it(database: Database) -> None:
    async with database.writing() as session:
        await with_regions(session)
    past, ahead = await announced(database, "agder"), await announced(database, "vestland")
    async with database.writing() as session:
        known = region("agder", 5)
        for old in await queries.all_regions(session):
            if old.slug == "agder":
                known = known.model_copy(update={"region_id": old.region_id})
        ended = {"valid_to": today_in_norway(), "successors": ["vestland"]}
        await audiences.note_region(session, known.model_copy(update=ended))
    async with database.reading() as session:
        heirs = await queries.heirs(session, "agder")
        wanted = queries.Filter(region="agder", heirs=tuple(heirs))
        found = [one.id for one in (await queries.calendar(session, wanted, 1, 20))[1]]
        offered = [one.slug for one in await queries.regions_today(session)]
    assert heirs == ["vestland"]
    assert set(found) == {past, ahead}
    assert "agder" not in offered
    with pytest.raises(UnknownRegion):
        async with database.writing() as session:
            await drafting.draft(session, national(), given(scope="regions", regions=["agder"]))
