"""Published cases as open data: whole files that can be loaded again, linked data, and a map of the site."""

import csv
import json
import re
from io import StringIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from services.knowledge.opendata import dump, sitemap
from services.knowledge.queries import by_external_ids
from shared.db.session import Database
from tests.knowledge.support import BASE, World, line, load, national
from tests.support.exports import FORMULAS

CASES = Path("deploy/demo/data/cases.jsonl")
WHOLE: dict[str, Any] = {
    "title": "=Elbusser & </script><script>alert(1)</script>",
    "focus_areas": ["energy", "nature"],
    "scopes": [1, 3],
    "measure_types": ["Elbuss", "Et helt nytt slags tiltak"],
    "municipalities": ["4204"],
    "latitude": "58.14671",
    "longitude": "-7.9956",
    "keywords": ["buss", "@sentrum"],
    "lessons": "+ Begynn tidlig.\n\nTo avsnitt.",
    "capex_nok": 12_000_000,
    "owner_name": "Agder fylkeskommune",
    "impacts": [
        {"metric": "ghg_reduction", "value": "12.5", "unit": "tco2e", "method": "measured", "shared_with": "Skyss"},
        {"metric": "energy_saved", "value": "1000.125", "unit": "kwh", "per": "total"},
    ],
    "fundings": [{"source": "Klimasats", "nok": 500}],
    "contributors": [{"name": "Skyss"}],
    "relations": [{"url": "https://example.org/rapport", "title": "Rapport"}],
    "links": [{"url": "https://example.org", "title": "Mer"}],
    "translations": [
        {"language": "en", "title": "Buses", "summary": "Electric.", "texts": {"lessons": "Start early."}}
    ],
}


async def taken(world: World, path: str) -> str:
    async with world.client() as client:
        answer = await client.get(path)
        assert f'href="{path}"' in (await client.get("/cases/impact")).text
    assert answer.status_code == 200, path
    assert answer.headers["link"] == '<https://creativecommons.org/licenses/by/4.0/>; rel="license"'
    return answer.content.decode("utf-8-sig")


async def test_the_dump_is_loaded_again_without_changes(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dump, "BATCH", 7)
    await load(world.database, [*CASES.read_text("utf-8").splitlines()[:30], line("x", **WHOLE)])
    await world.publish(**WHOLE)
    lines = (await taken(world, "/cases/dump.jsonl")).splitlines()
    report = await load(world.database, lines)
    assert report.errors == []
    assert (report.new, report.changed, report.unchanged) == (0, 0, 32)


async def test_the_dump_of_one_library_fills_another(world: World, sqlite_database: Database) -> None:
    made = await world.publish(**WHOLE)
    lines = (await taken(world, "/cases/dump.jsonl")).splitlines()
    async with sqlite_database.reading() as session:
        known = await by_external_ids(session, [str(made.id)])
    report = await load(sqlite_database, lines)
    again = await load(sqlite_database, lines)
    assert report.errors == []
    assert (len(known) + report.new, again.unchanged) == (1, 1)


async def test_only_what_is_published_and_may_be_handed_on_is_in_the_dump(world: World) -> None:
    shown = await world.publish(title="Åpen", owner_name="Agder fylkeskommune")
    await world.publish(title="Forbeholdt", licence="all-rights-reserved")
    await world.publish(title="På like vilkår", licence="cc-by-sa-4.0")
    await world.draft(title="Utkast")
    told = [json.loads(one) for one in (await taken(world, "/cases/dump.jsonl")).splitlines()]
    assert [one["title"] for one in told] == ["Åpen"]
    assert told[0]["licence"] == "cc-by-4.0"
    assert told[0]["attribution"] == f"Agder fylkeskommune, {BASE}/cases/{shown.id}"


async def test_the_csv_says_the_same_and_holds_no_formula(world: World) -> None:
    await world.publish(**WHOLE)
    rows = list(csv.DictReader(StringIO(await taken(world, "/cases/dump.csv"), newline="")))
    assert len(rows) == 1
    assert rows[0]["title"] == f"'{WHOLE['title']}"
    assert rows[0]["focus_areas"] == "energy; nature"
    assert rows[0]["tco2e_per_year"] == "12.5"
    assert json.loads(rows[0]["impacts"])[0]["shared_with"] == "Skyss"
    numbers = re.compile(r"-?\d+(\.\d+)?")
    assert [text for text in rows[0].values() if text.startswith(FORMULAS) and not numbers.fullmatch(text)] == []


async def test_an_empty_library_has_empty_files(world: World) -> None:
    assert await taken(world, "/cases/dump.jsonl") == ""
    assert (await taken(world, "/cases/dump.csv")).startswith("external_id,url,attribution,")


async def test_a_case_is_told_as_linked_data_on_its_page_and_by_itself(world: World) -> None:
    made = await world.publish(**WHOLE)
    async with world.client() as client:
        page = (await client.get(f"/cases/{made.id}")).text
        answer = await client.get(f"/cases/{made.id}.jsonld")
        english = (await client.get(f"/cases/{made.id}?text=en")).text
    told = answer.json()
    assert answer.headers["content-type"] == "application/ld+json"
    assert f'<link rel="alternate" type="application/ld+json" href="/cases/{made.id}.jsonld">' in page
    assert in_page(page) == told
    assert "<script>alert" not in page
    assert (in_page(english)["headline"], in_page(english)["inLanguage"]) == ("Buses", "en")
    assert (told["@type"], told["headline"], told["inLanguage"]) == ("Article", WHOLE["title"], "nb")
    assert told["author"] == {"@type": "Organization", "name": "Agder fylkeskommune"}
    assert told["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert {one["name"] for one in told["spatialCoverage"] if "name" in one} == {"Agder", "Kristiansand"}
    assert "Elbuss" in {one["name"] for one in told["about"]}


async def test_what_is_not_published_is_no_linked_data(world: World) -> None:
    who = national()
    made = await world.draft(who)
    async with world.client(who) as client:
        assert (await client.get(f"/cases/{made.id}.jsonld")).status_code == 404
        assert "application/ld+json" not in (await client.get(f"/cases/{made.id}")).text


async def test_the_sitemap_has_what_is_published_and_robots_are_told_of_it(world: World) -> None:
    shown = await world.publish()
    hidden = await world.draft()
    async with world.client() as client:
        found = located((await client.get("/sitemap.xml")).text)
        robots = (await client.get("/robots.txt")).text
    assert f"{BASE}/cases/{shown.id}" in found
    assert f"{BASE}/cases/{hidden.id}" not in found
    assert f"{BASE}/cases/impact" in found
    assert f"Sitemap: {BASE}/sitemap.xml" in robots


async def test_a_large_library_has_several_sitemaps(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemap, "MOST", len(sitemap.PAGES) + 2)
    cases = {f"{BASE}/cases/{(await world.publish(title=f'Nr. {n}')).id}" for n in range(5)}
    async with world.client() as client:
        parts = located((await client.get("/sitemap.xml")).text)
        found = [located((await client.get(part)).text) for part in parts]
        beyond = [(await client.get(f"/sitemap-{part}.xml")).status_code for part in (0, 4)]
    assert parts == [f"{BASE}/sitemap-{part}.xml" for part in (1, 2, 3)]
    assert cases < {address for part in found for address in part}
    assert sum(map(len, found)) == len(cases) + len(sitemap.PAGES)
    assert beyond == [404, 404]


def located(xml: str) -> list[str]:
    return [entry.text or "" for entry in ElementTree.fromstring(xml).findall(".//{*}loc")]


def in_page(page: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(page.split('<script type="application/ld+json">')[1].split("</script>")[0])
    return found
