"""The library's audit: what was done with cases, by whom, with the fields before and after."""

import csv
import io

from services.knowledge.usecases import editorial
from shared import audit
from shared.auth.actor import Actor
from tests.knowledge.support import World, given, line, load, national, staff_of, text_of


async def read(world: World, who: Actor, query: str = "") -> list[dict[str, str]]:
    """Return the audit as somebody may take it out, oldest first."""
    async with world.client(who) as client:
        answer = await client.get(f"/cases/audit/export?format=csv{query}")
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff")), delimiter=";"))


async def test_each_step_of_a_case_is_noted_with_what_changed(world: World) -> None:
    who = staff_of("nordland")
    made = await world.draft(who, title="Før", region="nordland")
    async with world.database.writing() as session:
        await editorial.edit(session, who, made.id, given(title="Etter", region="nordland"))
    for step in (editorial.submit, editorial.approve, editorial.publish):
        async with world.database.writing() as session:
            await step(session, who, made.id)
    rows = await read(world, who)
    assert [row["Hva"] for row in rows] == [
        "Begynte på eksempel",
        "Endret eksempel",
        "Sendte eksempel til gjennomgang",
        "Godkjente eksempel",
        "Publiserte eksempel",
    ]
    assert rows[1]["Endret"] == "Tittel: Før → Etter"
    assert {row["Hvem"] for row in rows} == {str(who.person_id)}
    assert {row["Gjelder"] for row in rows} == {"Etter"}
    async with world.database.reading() as session:
        assert await audit.broken(session) is None


async def test_an_edit_that_changes_nothing_is_not_noted(world: World) -> None:
    who = national()
    made = await world.draft(who, title="Som det var")
    before = len(await read(world, who))
    async with world.database.writing() as session:
        await editorial.edit(session, who, made.id, given(title="Som det var"))
    assert len(await read(world, who)) == before


async def test_a_file_of_cases_is_one_entry_with_how_many(world: World) -> None:
    await load(world.database, [line("a"), line("b")])
    [row] = await read(world, national())
    assert (row["Hva"], row["Hvem"]) == ("Lastet inn eksempler fra fil", "Systemet")
    assert row["Endret"] == "Nye: ingenting → 2, Endrede: ingenting → 0"


async def test_staff_read_of_their_own_region_alone(world: World) -> None:
    await world.draft(staff_of("nordland"), title="Nordlands egen", region="nordland")
    await world.draft(staff_of("agder"), title="Agders egen", region="agder")
    assert [row["Gjelder"] for row in await read(world, staff_of("agder"))] == ["Agders egen"]
    assert await read(world, staff_of("agder"), "&subject=nordlands") == []
    assert len(await read(world, national())) == 2
    async with world.client(staff_of("agder")) as client:
        page = text_of(await client.get("/cases/audit"))
    assert "Agders egen" in page
    assert "Nordlands egen" not in page
