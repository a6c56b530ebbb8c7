"""Searching, on a real Meilisearch."""

import json
from pathlib import Path
from typing import Any

import pytest

from services.knowledge.search.filters import FACETS, Range, Wanted, expression
from services.knowledge.search.finding import find_plainly
from tests.knowledge.support import World, line, load, text_of

CASES = Path("deploy/demo/data/cases.jsonl")


@pytest.fixture
async def demo(library: World) -> World:
    """The demo's cases, indexed."""
    report = await load(library.database, CASES.read_text("utf-8").splitlines())
    assert not report.errors
    while await library.projection.drain():
        pass
    return library


async def with_lines(library: World, *lines: str) -> World:
    report = await load(library.database, list(lines))
    assert not report.errors, report.errors
    await library.projection.drain()
    return library


async def test_a_published_case_is_found_and_its_time_is_known(library: World) -> None:
    made = await library.publish(title="Varmepumper i alle skoler")
    assert await library.projection.drain() == 1
    found = await library.search(q="varmepumper")
    assert [hit["id"] for hit in found["hits"]] == [str(made.id)]
    assert found["hits"][0]["url"] == f"http://knowledge.test/cases/{made.id}"
    after = (await library.case(made.id)).searchable_after
    assert after is not None
    assert 0 <= after.total_seconds() < 10


async def test_drafts_and_archived_cases_are_never_in_the_index(library: World) -> None:
    await library.draft(title="Hemmelig utkast")
    assert await library.projection.drain() == 0
    report = await load(library.database, [line("a", title="Åpent eksempel")])
    assert report.new == 1
    await library.projection.drain()
    assert await library.engine.count("cases") == 1
    assert (await library.search(q="hemmelig"))["total"] == 0


async def test_facets_are_disjunctive(demo: World) -> None:
    everything = await demo.search()
    assert everything["total"] == 403
    chosen = await demo.search(region=["nordland", "agder"], sector="public")
    regions, sectors = chosen["facets"]["region"], chosen["facets"]["sector"]
    assert chosen["total"] == regions["nordland"] + regions["agder"] == sectors["public"]
    assert len(regions) > 2, "the other regions stay there to choose"
    only_public = await demo.search(sector="public")
    assert regions == only_public["facets"]["region"]
    assert set(chosen["facets"]) == set(FACETS)


@pytest.mark.parametrize(
    ("facet", "field"),
    [
        ("region", "region"),
        ("focus_area", "focus_areas"),
        ("scope", "scopes"),
        ("sector", "sector"),
        ("measure_type", "measure_types"),
        ("language", "language"),
    ],
)
async def test_every_choice_of_a_facet_gives_the_count_it_promises(demo: World, facet: str, field: str) -> None:
    counts = (await demo.search())["facets"][facet]
    for choice, count in list(counts.items())[:4]:
        found = await demo.search(**{facet: choice}, per_page=100)
        assert found["total"] == count, choice
        for hit in found["hits"]:
            held = hit[field] if isinstance(hit[field], list) else [hit[field]]
            assert choice in map(str, held)


async def test_a_year_finds_every_measure_that_ran_in_it(demo: World) -> None:
    found = await demo.search(year=2020, per_page=100)
    assert found["hits"]
    for hit in found["hits"]:
        known = [year for year in (hit["year_start"], hit["year_end"]) if year]
        assert min(known) <= 2020 <= max(known)


async def test_sorting_holds_across_pages(demo: World) -> None:
    tonnes = [hit["tco2e_per_year"] for hit in (await demo.search(sort="tonnes", per_page=100))["hits"]]
    stated = [value for value in tonnes if value is not None]
    assert stated == sorted(stated, reverse=True)
    assert len(stated) > 3
    first = await demo.titles(sort="title", per_page=10)
    second = await demo.titles(sort="title", per_page=10, page=2)
    assert not set(first) & set(second)


async def test_titles_sort_as_norwegian_does(library: World) -> None:
    names = ["Ærfugl", "Ørret", "Ål", "Zebra", "ananas", "Banan"]
    await with_lines(library, *(line(name, title=name) for name in names))
    assert await library.titles(sort="title") == ["ananas", "Banan", "Zebra", "Ærfugl", "Ørret", "Ål"]


@pytest.mark.parametrize("typed", ["økonomi", "okonomi", "oekonomi", "Økonomi", "økonmi"])
async def test_words_are_found_however_they_are_spelt(library: World, typed: str) -> None:
    await with_lines(library, line("a", title="Sirkulær økonomi i praksis"), line("b", title="Landstrøm i havna"))
    assert await library.titles(q=typed) == ["Sirkulær økonomi i praksis"]


async def test_the_exact_letter_ranks_before_the_folded_one(library: World) -> None:
    await with_lines(library, line("a", title="Bor i hus"), line("b", title="Bør i hus"))
    assert (await library.titles(q="bør"))[0] == "Bør i hus"


async def test_a_region_is_found_by_its_sami_name(library: World) -> None:
    await with_lines(library, line("a", region="troms"), line("b", region="agder"))
    assert [hit["external_id"] for hit in (await library.search(q="Romsa"))["hits"]] == ["a"]


NASTY = [
    '" OR region = "agder',
    "\\",
    '\\"',
    "a] OR id EXISTS",
    "' OR 1=1 --",
    '"] OR language IN ["nb',
    '\\\\" OR 1',
    "{{7*7}}",
]


@pytest.mark.parametrize("value", NASTY)
async def test_a_filter_cannot_be_broken_out_of(library: World, value: str) -> None:
    await with_lines(library, line("a"), line("b", region="troms"))
    for facet in ("region", "measure_type"):
        found = await library.search(**{facet: value})
        assert (found["total"], found["degraded"]) == (0, False)


@pytest.mark.parametrize("value", ['Bio "gass"', "Sol & vind", "Én [to]", "it's"])
async def test_a_label_with_signs_is_still_filtered_by(library: World, value: str) -> None:
    await with_lines(library, line("a", measure_types=[value]), line("b", measure_types=["Annet"]))
    found = await library.search(measure_type=value)
    assert [hit["external_id"] for hit in found["hits"]] == ["a"]
    assert found["facets"]["measure_type"] == {value: 1, "Annet": 1}


async def test_highlights_are_marked_and_everything_else_is_escaped(library: World) -> None:
    title = '<script>alert(1)</script> elbuss & "båt" <mark>'
    await with_lines(library, line("a", title=title))
    highlight = (await library.search(q="elbuss script"))["hits"][0]["highlight"]
    assert "<mark>elbuss</mark>" in highlight["title"]
    assert "<script>" not in highlight["title"]
    assert highlight["title"].count("<mark>") == highlight["title"].count("</mark>") == 3
    assert "&lt;mark&gt;" in highlight["title"]


async def test_more_than_a_thousand_hits_are_counted_and_said_to_be_out_of_reach(library: World) -> None:
    await with_lines(library, *(line(f"c{number}", title=f"Eksempel {number}") for number in range(1_005)))
    await library.projection.drain()
    found = await library.search(q="eksempel", per_page=100, page=10)
    assert (found["total"], found["reachable"], len(found["hits"])) == (1_005, 1_000, 100)
    assert not (await library.search(q="eksempel", per_page=100, page=11))["hits"]


@pytest.mark.parametrize(
    "params", [{"sort": "best"}, {"page": 0}, {"per_page": 101}, {"scope": 4}, {"sector": "x"}, {"language": "de"}]
)
async def test_a_search_that_makes_no_sense_is_named(library: World, params: dict[str, Any]) -> None:
    async with library.client() as client:
        answer = await client.get("/cases/api/v1/search", params=params)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["errors"][0]["field"].split(".")[0] == next(iter(params))


HOSTILE = ["", " ", "-", '"', '"uavsluttet', "*", "a" * 400, "\u202eøæå", "💚", "%00x", "<b>", "../..", "ord " * 60]


@pytest.mark.parametrize("q", HOSTILE)
async def test_whatever_is_typed_gets_an_answer(library: World, q: str) -> None:
    await with_lines(library, line("a"))
    found = await library.search(q=q)
    assert not found["degraded"]
    json.dumps(found)


def test_a_filter_is_built_from_choices_alone() -> None:
    wanted = Wanted(region=("agder",), scope=(1, 3))
    assert expression(wanted) == ['region IN ["agder"]', 'scopes IN ["1", "3"]']
    assert expression(wanted, leaving_out="region") == ['scopes IN ["1", "3"]']


LANGUAGES = [
    ("buss", "Elbusser i sentrum"),
    ("kollektivtransport", "Elbusser i sentrum"),
    ("electric bus", "Elbusser i sentrum"),
    ("varmepumpe", "Sjøvarmepumper på kaia"),
    ("heat pump", "Sjøvarmepumper på kaia"),
    ("berekraftige innkjøp", "Bærekraftige anskaffelser"),
    ("klimarekneskap", "Klimaregnskap for næringslivet"),
    ("karbonregnskap", "Klimaregnskap for næringslivet"),
    ("carbon accounting", "Klimaregnskap for næringslivet"),
    ("byggeplass utan utslepp", "Utslippsfrie byggeplasser"),
    ("food waste", "Mindre matsvinn på sykehjem"),
    ("skuvla", "Solceller på skolene"),
    ("straum frå land", "Landstrøm i havna"),
]


@pytest.fixture
async def spoken(library: World) -> World:
    titles = dict.fromkeys(title for _q, title in LANGUAGES)
    return await with_lines(library, *(line(f"s{at}", title=title, summary="Kort.") for at, title in enumerate(titles)))


@pytest.mark.parametrize(("typed", "title"), LANGUAGES)
async def test_the_search_speaks_bokmaal_nynorsk_and_english(spoken: World, typed: str, title: str) -> None:
    assert (await spoken.titles(q=typed))[0] == title


async def test_hits_by_meaning_are_marked_too(spoken: World) -> None:
    hit = (await spoken.search(q="heat pump"))["hits"][0]
    assert hit["highlight"]["title"] == "<mark>Sjøvarmepumper</mark> på kaia"


async def test_filters_in_words_are_told_and_can_be_taken_back(library: World) -> None:
    await with_lines(
        library,
        line("a", title="Teater i nord", region="nordland", project_status="stopped"),
        line("b", title="Teater i sør", region="agder"),
        line("c", title="Nordland teater", region="agder"),
    )
    found = await library.search(q="teater i Nordland")
    assert [hit["external_id"] for hit in found["hits"]] == ["a"]
    assert found["understood"]["filters"] == [{"facet": "region", "values": ["nordland"], "text": "Nordland"}]
    assert {hit["external_id"] for hit in (await library.search(q='teater "Nordland"'))["hits"]} == {"a", "b", "c"}
    assert [hit["external_id"] for hit in (await library.search(q="teater avlyst"))["hits"]] == ["a"]
    async with library.client() as client:
        page = text_of(await client.get("/cases", params={"q": "teater i Nordland"}))
    assert "Fra søkeordene" in page
    assert "q=teater+i+%22Nordland%22" in page


async def test_a_filter_in_words_that_leaves_nothing_is_not_applied(library: World) -> None:
    await with_lines(library, line("a", title="Fyret i Nordland", region="agder"))
    found = await library.search(q="fyret i Nordland")
    assert [hit["external_id"] for hit in found["hits"]] == ["a"]
    assert found["understood"]["filters"] == []


async def test_a_misspelt_word_is_put_right_and_told(library: World) -> None:
    await with_lines(library, line("a", title="Klimabudsjett for alle"), line("b", title="Annet"))
    found = await library.search(q="klimabudjsett")
    assert [hit["external_id"] for hit in found["hits"]] == ["a"]
    assert found["understood"]["corrections"] == [{"typed": "klimabudjsett", "taken": "klimabudsjett"}]
    async with library.client() as client:
        page = text_of(await client.get("/cases", params={"q": "klimabudjsett"}))
    assert "Viser treff for «klimabudsjett»." in page


async def test_a_status_is_a_facet(library: World) -> None:
    await with_lines(library, line("a", project_status="stopped"), line("b", project_status="ongoing"), line("c"))
    found = await library.search(status="stopped")
    assert [hit["external_id"] for hit in found["hits"]] == ["a"]
    assert found["facets"]["status"] == {"stopped": 1, "ongoing": 1}


RANGED = [
    ({"tonnes_from": 50}, {"b", "c"}),
    ({"tonnes_from": 50, "tonnes_to": 100}, {"b"}),
    ({"tonnes_to": 49}, {"a"}),
    ({"support_to": 1_000_000}, {"a"}),
    ({"year_from": 2021}, {"b", "c"}),
    ({"year_from": 2016, "year_to": 2018}, {"a", "c"}),
    ({"year_to": 2014}, {"c"}),
]


@pytest.fixture
async def measured(library: World) -> World:
    return await with_lines(
        library,
        line("a", tco2e_per_year=10, grant_nok=500_000, year_start=2017),
        line("b", tco2e_per_year=80, grant_nok=2_000_000, year_start=2022),
        line("c", tco2e_per_year=2_000, year_start=2010, year_end=2030),
        line("d"),
    )


@pytest.mark.parametrize(("asked", "found"), RANGED)
async def test_a_search_is_narrowed_by_figures(measured: World, asked: dict[str, int], found: set[str]) -> None:
    hits = (await measured.search(**asked))["hits"]
    assert {hit["external_id"] for hit in hits} == found


@pytest.mark.parametrize(("asked", "found"), RANGED)
async def test_figures_narrow_the_same_when_the_engine_is_away(
    measured: World, asked: dict[str, int], found: set[str]
) -> None:
    wanted = Wanted(ranges=(ranges_of(asked),))
    shown = await find_plainly(measured.database, wanted)
    assert {row["external_id"] for row in shown.documents} == found


def ranges_of(asked: dict[str, int]) -> Range:
    name = next(iter(asked)).partition("_")[0]
    return Range(name, asked.get(f"{name}_from"), asked.get(f"{name}_to"))


async def test_a_range_is_shown_and_can_be_taken_away(measured: World) -> None:
    async with measured.client() as client:
        page = text_of(await client.get("/cases", params={"tonnes_from": "50", "support_to": "tull"}))
        wrong = await client.get("/cases/api/v1/search", params={"tonnes_from": "mye"})
    assert 'name="tonnes_from" inputmode="numeric" value="50"' in page
    assert "50– t CO2e" in page
    assert wrong.status_code == 422
