"""Regions are merged and renamed: partners follow, and old addresses lead to the new."""

from datetime import date

import pytest
from sqlmodel import select

from services.partners.errors import UnknownRegion
from services.partners.models import (
    Membership,
    PersonGrant,
)
from services.partners.queries import heirs, running
from services.partners.region_errors import (
    SlugTaken,
)
from services.partners.schemas.rearrangements import KnownRegion
from services.partners.usecases.rearranging import drafting
from services.partners.usecases.regions import known_slugs
from shared.contracts.partners import (
    PersonStated,
    RegionRecorded,
)
from tests.partners.rearranging import (
    COUNTIES,
    NATIONAL,
    carried_out,
    enter_viken,
    everything,
    executed,
    new_region,
    only,
    plan_of,
    regions_by,
)
from tests.support.apps import ServiceApp


async def test_what_was_split_is_merged_again(partners: ServiceApp) -> None:
    viken, _ = await executed(partners)
    async with partners.database.writing() as session:
        made = await drafting.start(session, NATIONAL, "merge", list(COUNTIES))
        await drafting.define(session, NATIONAL, made.id, only(new_region("nyviken", tile_row=11, tile_column=11)))
    assert not (await plan_of(partners, made.id)).undecided
    assert await carried_out(partners.database, made.id)
    went = await regions_by(partners, viken.organisations)
    assert {tuple(slugs) for slugs in went.values()} == {("nyviken",)}
    people = {fact.person_id: fact for fact in await partners.facts(PersonStated)}
    assert {tuple(people[one].regions) for one in [*viken.members, viken.lead, viken.staff]} == {("nyviken",)}
    async with partners.database.reading() as session:
        assert await heirs(session, ["viken"]) == ["nyviken"]
        roles = (
            await session.exec(
                select(PersonGrant.region).where(PersonGrant.person_id == viken.staff, running(PersonGrant))
            )
        ).all()
        assert roles == ["nyviken"]


async def test_a_region_is_merged_into_one_there_is(partners: ServiceApp) -> None:
    viken = await enter_viken(partners.database)
    async with partners.database.writing() as session:
        session.add(Membership(organisation_id=viken.organisations[0], region="agder", since=date(2022, 1, 1)))
    async with partners.database.writing() as session:
        made = await drafting.start(session, NATIONAL, "merge", ["viken"])
        await drafting.define(session, NATIONAL, made.id, only(KnownRegion(slug="agder")))
    assert await carried_out(partners.database, made.id)
    went = await regions_by(partners, viken.organisations)
    assert {tuple(slugs) for slugs in went.values()} == {("agder",)}


async def test_a_new_name_under_the_same_address_moves_nothing(partners: ServiceApp) -> None:
    viken = await enter_viken(partners.database)
    async with partners.database.writing() as session:
        made = await drafting.start(session, NATIONAL, "rename", ["viken"])
        await drafting.define(
            session, NATIONAL, made.id, only(new_region("viken", name_nb="Storviken", tile_row=9, tile_column=9))
        )
    before = await everything(partners.database)
    assert await carried_out(partners.database, made.id)
    after = await everything(partners.database)
    assert after["Membership"] == before["Membership"]
    assert after["Person"] == before["Person"]
    newest = [fact for fact in await partners.facts(RegionRecorded) if fact.slug == "viken"][-1]
    assert (newest.name_nb, newest.valid_to) == ("Storviken", None)
    assert (await regions_by(partners, viken.organisations[:1])) == {viken.organisations[0]: ["viken"]}


async def test_a_new_name_under_a_new_address_leaves_the_old_one_leading_there(partners: ServiceApp) -> None:
    viken = await enter_viken(partners.database)
    async with partners.database.writing() as session:
        made = await drafting.start(session, NATIONAL, "rename", ["viken"])
        await drafting.define(session, NATIONAL, made.id, only(new_region("storviken", tile_row=9, tile_column=9)))
    assert await carried_out(partners.database, made.id)
    went = await regions_by(partners, viken.organisations)
    assert {tuple(slugs) for slugs in went.values()} == {("storviken",)}
    async with partners.database.reading() as session:
        assert await heirs(session, ["viken"]) == ["storviken"]
    answer = await partners.visitor().get("/partners/regions/viken")
    assert (answer.status_code, answer.headers["location"]) == (301, "/partners/regions/storviken")
    assert (await partners.visitor().get("/partners/regions/storviken")).status_code == 200
    with pytest.raises(UnknownRegion):
        async with partners.database.writing() as session:
            await known_slugs(session, ["viken"])
    async with partners.database.writing() as session:
        again = await drafting.start(session, NATIONAL, "rename", ["storviken"])
    with pytest.raises(SlugTaken):
        async with partners.database.writing() as session:
            await drafting.define(session, NATIONAL, again.id, only(new_region("viken", tile_row=9, tile_column=9)))
