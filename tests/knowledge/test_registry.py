"""What the library remembers of the registry."""

from services.knowledge.models import Case, Organisation, Region
from services.knowledge.usecases import registry
from shared.contracts.partners import OrganisationRecorded, RegionRecorded
from shared.db.session import Database
from shared.ids import new_id
from tests.knowledge.support import published


def region(version: int, **changes: object) -> RegionRecorded:
    values = {
        "slug": "agder",
        "name_nb": "Agder",
        "name_nn": "Agder",
        "name_en": "Agder",
        "tile_row": 8,
        "tile_column": 2,
    }
    return RegionRecorded(**{"region_id": new_id(), "version": version, **values, **changes})  # type: ignore[arg-type]


async def test_the_counties_are_known_before_the_registry_has_spoken(database: Database) -> None:
    async with database.reading() as session:
        found = await session.get(Region, "troms")
        assert found is not None
        assert (found.name("nb"), found.version) == ("Troms", 0)


async def test_a_renamed_region_has_its_cases_indexed_anew_and_older_news_is_ignored(database: Database) -> None:
    async with database.writing() as session:
        made = await published(session)
        made.indexed_version = made.version
        session.add(made)
    async with database.writing() as session:
        await registry.note_region(session, region(1))
        await registry.note_region(session, region(3, name_nb="Sørlandet"))
        await registry.note_region(session, region(2, name_nb="Gammelt"))
    async with database.reading() as session:
        known, case = await session.get(Region, "agder"), await session.get(Case, made.id)
        assert known is not None
        assert case is not None
        assert (known.name_nb, known.version, case.indexed_version) == ("Sørlandet", 3, 0)


async def test_an_organisation_is_remembered_as_it_last_was(database: Database) -> None:
    one = new_id()

    def fact(version: int, name: str) -> OrganisationRecorded:
        return OrganisationRecorded(
            organisation_id=one, version=version, name=name, sector="business", regions=["agder"]
        )

    async with database.writing() as session:
        for version, name in ((2, "Ny"), (1, "Gammel"), (2, "Igjen")):
            await registry.note_organisation(session, fact(version, name))
    async with database.reading() as session:
        known = await session.get(Organisation, one)
        assert known is not None
        assert known.name == "Ny"


async def test_the_cases_of_a_double_are_those_of_what_took_its_place(database: Database) -> None:
    survivor, double = new_id(), new_id()

    def fact(version: int, merged: bool) -> OrganisationRecorded:
        return OrganisationRecorded(
            organisation_id=double,
            version=version,
            name="Eikk",
            sector="business",
            active=not merged,
            merged_into=survivor if merged else None,
        )

    async with database.writing() as session:
        await registry.note_organisation(session, fact(1, merged=False))
        made = await published(session, organisation_id=double)
        before = made.version
    for version, merged in ((3, True), (3, True), (2, False)):
        async with database.writing() as session:
            await registry.note_organisation(session, fact(version, merged))
    async with database.reading() as session:
        case, known = await session.get_one(Case, made.id), await session.get_one(Organisation, double)
    assert (case.organisation_id, case.version, known.active) == (survivor, before + 1, False)
    assert case.indexed_version < case.version
