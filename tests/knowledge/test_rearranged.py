"""Cases whose region was split or merged go along, whatever is heard first, and keep where they were published."""

from datetime import date
from itertools import permutations
from uuid import UUID

import pytest

from services.knowledge.errors import UnknownRegion
from services.knowledge.models import Case
from services.knowledge.queries import heirs, regions
from services.knowledge.usecases import editorial, rearranged, registry
from shared.contracts.partners import Followed, Moved, RegionRecorded, RegionsRearranged
from shared.db.session import Database
from shared.ids import new_id
from tests.knowledge.support import given, national, published

FIRM = new_id()
OLD = "agder"


def region(slug: str, version: int = 1, **changes: object) -> RegionRecorded:
    names = dict.fromkeys(("name_nb", "name_nn", "name_en"), slug.capitalize())
    return RegionRecorded.model_validate(
        {"region_id": new_id(), "slug": slug, "version": version, **names, "tile_row": 1, "tile_column": 1, **changes}
    )


def closed(slug: str, *successors: str) -> RegionRecorded:
    return region(slug, 9, valid_to=date(2024, 1, 1), successors=list(successors))


def rearranged_(closed: str, *opened: str, cases: dict[UUID, str] | None = None) -> RegionsRearranged:
    moved = [Moved(kind="case", id=case_id, regions=[slug]) for case_id, slug in (cases or {}).items()]
    return RegionsRearranged(
        version=1, operation_id=new_id(), kind="split", effective=date(2024, 1, 1), closed=[closed], opened=list(opened),
        moved=moved, followed=[Followed(organisation_id=FIRM, region=opened[-1])],
    )  # fmt: skip


async def test_named_cases_go_where_they_are_sent_and_the_rest_follows_its_owner(database: Database) -> None:
    async with database.writing() as session:
        named, owned = await published(session), await editorial.draft(session, national(), given(organisation_id=FIRM))
        nobodys = await editorial.draft(session, national(), given())
        other = await published(session, region="oslo")
    fact = rearranged_(OLD, "nord", "sor", cases={named.id: "nord"})
    async with database.writing() as session:
        await rearranged.note_rearranged(session, fact)
    async with database.reading() as session:
        found = {one.id: await session.get(Case, one.id) for one in (named, owned, nobodys, other)}
    went = {case_id: (case.region, case.historic_region) for case_id, case in found.items() if case}
    assert went == {
        named.id: ("nord", OLD),
        owned.id: ("sor", None),
        nobodys.id: ("nord", None),
        other.id: ("oslo", None),
    }
    moved = found[named.id]
    assert moved is not None
    assert moved.version == named.version + 1
    assert moved.indexed_version < moved.version, "the index is to hear of it"


@pytest.mark.parametrize("order", list(permutations(range(3))))
async def test_the_order_in_which_it_is_heard_does_not_matter(database: Database, order: tuple[int, ...]) -> None:
    async with database.writing() as session:
        case = await published(session, organisation_id=FIRM)
    first, second = rearranged_(OLD, "nord", "sor"), rearranged_("sor", "vest")
    heard = (
        (rearranged.note_rearranged, first),
        (rearranged.note_rearranged, second),
        (registry.note_region, region("vest")),
    )
    for number in (*order, *order):
        verb, fact = heard[number]
        async with database.writing() as session:
            await verb(session, fact)  # type: ignore[arg-type]
    async with database.reading() as session:
        found = await session.get(Case, case.id)
        assert found is not None
        assert (found.region, found.historic_region) == ("vest", OLD)


async def test_nothing_new_is_put_into_a_region_that_ended_and_its_address_leads_on(database: Database) -> None:
    async with database.writing() as session:
        await registry.note_region(session, closed(OLD, "nord", "sor"))
        await registry.note_region(session, closed("sor", "vest"))
    async with database.reading() as session:
        assert heirs(await regions(session), [OLD, "oslo"]) == ("nord", "vest", "oslo")
    with pytest.raises(UnknownRegion):
        async with database.writing() as session:
            await editorial.draft(session, national(), given())
