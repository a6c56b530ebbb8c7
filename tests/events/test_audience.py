"""The audience counted in SQL is the audience of the plain words: national, the regions' people, those who follow."""

import asyncio
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as hypothesis_given
from hypothesis import strategies as st

from services.events import queries
from services.events.models import HOUSE
from services.events.usecases import audiences
from shared.contracts.events import Audience
from shared.contracts.partners import PersonStated
from shared.contracts.vocabulary import FOCUS_AREAS
from shared.db.session import Database
from shared.ids import new_id
from tests.events.support import REGIONS, person

SOME_REGIONS = st.lists(st.sampled_from(REGIONS), max_size=3)
SOME_AREAS = st.lists(st.sampled_from(FOCUS_AREAS), max_size=3)
PEOPLE = [new_id() for _ in range(5)]
STATEMENTS = st.lists(
    st.builds(
        person,
        person_id=st.sampled_from(PEOPLE),
        version=st.integers(1, 6),
        regions=SOME_REGIONS,
        focus_areas=SOME_AREAS,
        active=st.booleans(),
        erased=st.sampled_from([False, False, False, True]),
    ),
    max_size=12,
)
AUDIENCES = st.builds(
    Audience,
    scope=st.sampled_from(["national", "regions"]),
    regions=SOME_REGIONS,
    focus_area=st.none() | st.sampled_from(FOCUS_AREAS),
)


def newest(statements: list[PersonStated]) -> list[PersonStated]:
    known: dict[Any, PersonStated] = {}
    for stated in statements:
        if stated.person_id not in known or known[stated.person_id].version < stated.version:
            known[stated.person_id] = stated
    erased = {stated.person_id for stated in statements if stated.erased}
    return [stated for person_id, stated in known.items() if person_id not in erased]


def concerns(audience: Audience, stated: PersonStated) -> bool:
    if not stated.active:
        return False
    if audience.scope == "regions" and not set(audience.regions) & set(stated.regions):
        return False
    return audience.focus_area is None or audience.focus_area in stated.focus_areas


class Undone(Exception):
    """Ends a transaction without keeping anything."""


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@hypothesis_given(STATEMENTS, st.lists(AUDIENCES, min_size=1, max_size=4))
def test_the_count_is_that_of_the_plain_words_whatever_was_stated_in_whatever_order(
    database_url: str, statements: list[PersonStated], wanted: list[Audience]
) -> None:
    async def check() -> None:
        database = Database(database_url, HOUSE)
        try:
            async with database.writing() as session:
                for stated in statements:
                    await audiences.note_person(session, stated)
                people = newest(statements)
                for audience in wanted:
                    expected = [stated for stated in people if concerns(audience, stated)]
                    regions = {region for stated in expected for region in stated.regions}
                    if audience.scope == "regions":
                        regions &= set(audience.regions)
                    assert await queries.audience_count(session, audience) == len(expected)
                    assert await queries.audience_regions(session, audience) == len(regions)
                raise Undone
        except Undone:
            pass
        finally:
            await database.close()

    asyncio.run(check())


async def test_neither_name_nor_address_is_kept(database: Database) -> None:
    stated = person(name="Hemmelig Navn", email="hemmelig@example.no", regions=["agder"], focus_areas=["energy"])
    async with database.writing() as session:
        await audiences.note_person(session, stated)
    async with database.reading() as session:
        for table in ("concerned_person", "person_region", "person_focus_area"):
            connection = await session.connection()
            rows = (await connection.exec_driver_sql(f"SELECT * FROM {table}")).all()
            assert rows
            assert "hemmelig" not in str(rows).lower()


@pytest.mark.parametrize("times", [1, 2])
async def test_a_statement_heard_again_changes_nothing(database: Database, times: int) -> None:
    stated = person(regions=["agder", "agder"], focus_areas=["energy"])
    async with database.writing() as session:
        for _ in range(times):
            await audiences.note_person(session, stated)
        assert await queries.audience_count(session, Audience(scope="regions", regions=["agder"])) == 1
