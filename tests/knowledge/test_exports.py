"""Staff take out cases as files: what a search finds, and what is on its way."""

from services.knowledge.models import Case
from services.knowledge.usecases.editorial import submit
from shared.web.paging import MOST_PER_PAGE
from tests.knowledge.support import World, body, line, load, national, partner, staff_of, text_of
from tests.support.exports import in_every_format, taken_out

FORMULAS = ("=Øvre kai", "+47 ladere", "-20 grader", "@Ærlig talt")


async def test_staff_take_out_what_a_search_finds(world: World) -> None:
    await load(world.database, [line(f"x{n}", title=title, region="agder") for n, title in enumerate(FORMULAS)])
    await load(world.database, [line("y", title="Borte", region="troms", tco2e_per_year="12,5")])
    await world.draft(title="Utkast")
    async with world.client(staff_of("agder")) as client:
        page = text_of(await client.get("/cases?region=agder"))
        rows = await in_every_format(client, "/cases/export?region=agder")
        everything = await taken_out(client, "/cases/export")
        found = await taken_out(client, "/cases/export?q=ladere")
    assert "/cases/export?region=agder&format=csv" in page
    assert {row["title"] for row in rows} == set(FORMULAS)
    assert all(row["title"] in page for row in rows)
    assert {row["title"] for row in everything} == {*FORMULAS, "Borte"}
    assert [row["tco2e_per_year"] for row in everything if row["title"] == "Borte"] == [12.5]
    assert [row["title"] for row in found] == ["+47 ladere"]


async def test_the_search_engines_hits_are_taken_out_page_by_page(library: World) -> None:
    count = MOST_PER_PAGE * 2 + 7
    await load(library.database, [line(f"n{number}", title=f"Ombruk {number}") for number in range(count)])
    await library.projection.drain()
    async with library.client(national()) as client:
        rows = await taken_out(client, "/cases/export?q=ombruk")
    assert len({row["href"] for row in rows}) == len(rows) == count


async def test_the_queue_is_taken_out_as_its_page_shows_it(world: World) -> None:
    who, other = staff_of("agder"), staff_of("troms")
    own = await world.draft(who, title=FORMULAS[0])
    waiting = await world.draft(who, title=FORMULAS[3])
    await world.draft(other, title="Langt borte", region="troms")
    async with world.database.writing() as session:
        await submit(session, who, waiting.id)
    async with world.client(who) as client:
        page = text_of(await client.get("/cases/mine"))
        rows = await in_every_format(client, "/cases/mine/export")
    assert "/cases/mine/export?format=xlsx" in page
    assert {row["title"] for row in rows} == {own.title, waiting.title}
    assert all(row["title"] in page for row in rows)
    assert {row["title"]: row["status"] for row in rows} == {own.title: "Utkast", waiting.title: "Til gjennomsyn"}


async def test_visitors_and_partners_take_out_nothing(world: World) -> None:
    await load(world.database, [line("x")])
    async with world.client(partner()) as client:
        assert "/cases/export" not in (await client.get("/cases")).text
        assert [(await client.get(path)).status_code for path in ("/cases/export", "/cases/mine/export")] == [403, 403]
    async with world.client() as client:
        assert [(await client.get(path)).status_code for path in ("/cases/export", "/cases/mine/export")] == [303, 303]


async def test_more_than_the_page_shows_of_the_queue_is_taken_out(world: World) -> None:
    who = national()
    async with world.database.writing() as session:
        session.add_all(
            Case.model_validate({**body(title=f"Utkast {n}"), "author_id": who.person_id}) for n in range(203)
        )
    async with world.client(who) as client:
        assert len(await taken_out(client, "/cases/mine/export")) == 203
