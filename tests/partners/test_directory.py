"""The public directory: found in Norwegian, in Norwegian order, in few questions to the database."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from services.partners.names import sort_key
from tests.partners.support import API, org_number, organisation, person
from tests.support.apps import ServiceApp


async def names(partners: ServiceApp, query: str) -> list[str]:
    async with partners.visitor() as visitor:
        answer = await visitor.get(f"{API}/organisations?per_page=100&{query}")
    assert answer.status_code == 200, answer.text
    return [hit["name"] for hit in answer.json()["hits"]]


@contextmanager
def statements(partners: ServiceApp) -> Iterator[list[str]]:
    said: list[str] = []
    engine = partners.database._reader.sync_engine

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        said.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


async def test_names_stand_in_norwegian_order(partners: ServiceApp) -> None:
    given = ["Ål AS", "Zebra AS", "Østby AS", "eik AS", "Ære AS", "Alm AS", "Aas AS", "Dal AS", "123 AS"]
    for name in given:
        await organisation(partners, name)
    assert await names(partners, "") == [
        "123 AS", "Alm AS", "Dal AS", "eik AS", "Zebra AS", "Ære AS", "Østby AS", "Ål AS", "Aas AS",
    ]  # fmt: skip


def test_sort_keys_hold_any_name() -> None:
    for name in ("", "x" * 200, "😀" * 60, "İ" * 60, "aa" * 60, "\u202eabc"):
        assert len(sort_key(name)) <= 240
        assert set(sort_key(name)) <= set("0123456789abcdef")


@pytest.mark.parametrize(
    "q", ["ålesund", "ÅLESUND", "Ålesund ha", "  ålesund ", "havn & k", "974 760 673", "974760673"]
)
async def test_a_name_is_found_in_whatever_case(partners: ServiceApp, q: str) -> None:
    await organisation(partners, "Ålesund Havn & Kai AS", org_number="974760673")
    await organisation(partners, "Eik AS")
    async with partners.visitor() as visitor:
        hits = (await visitor.get(f"{API}/organisations", params={"q": q})).json()["hits"]
        page = (await visitor.get("/partners", params={"q": q})).text
    assert [hit["name"] for hit in hits] == ["Ålesund Havn &amp; Kai AS".replace("&amp;", "&")]
    assert "Ålesund Havn &amp; Kai AS" in page
    assert "Eik AS" not in page


@pytest.mark.parametrize(("q", "found"), [("%", ["100% Eik"]), ("_", ["A_B"]), ("\\", ["C\\D"]), ("'", []), ("*", [])])
async def test_signs_of_the_query_language_are_plain_text(partners: ServiceApp, q: str, found: list[str]) -> None:
    for name in ("100% Eik", "A_B", "C\\D"):
        await organisation(partners, name)
    async with partners.visitor() as visitor:
        answer = await visitor.get(f"{API}/organisations", params={"q": q})
    assert [hit["name"] for hit in answer.json()["hits"]] == found


async def test_people_are_found_in_whatever_case(partners: ServiceApp) -> None:
    await person(partners, "ask@example.org")
    browser = partners.browser("national")
    for q in ("prøve", "PRØVE", "ASK@EXAMPLE"):
        assert "ask@example.org" in (await browser.get("/partners/people", params={"q": q})).text
    assert "Ingen passer med søket." in (await browser.get("/partners/people?q=%25")).text


async def test_filters_narrow_and_add_up(partners: ServiceApp) -> None:
    await organisation(partners, "Eik AS", "agder", "oslo", sector="business")
    await organisation(partners, "Ask kommune", "agder", sector="public")
    await organisation(partners, "Alm AS", "oslo", sector="business")
    assert await names(partners, "region=agder") == ["Ask kommune", "Eik AS"]
    assert await names(partners, "sector=business") == ["Alm AS", "Eik AS"]
    assert await names(partners, "region=agder&sector=business&q=eik") == ["Eik AS"]
    assert await names(partners, "region=agder&region=oslo&sector=public&sector=business") == [
        "Alm AS",
        "Ask kommune",
        "Eik AS",
    ]
    assert await names(partners, "region=atlantis") == []
    async with partners.visitor() as visitor:
        page = (await visitor.get("/partners?region=agder&region=oslo&sector=public")).text
        assert 'value="agder" checked' in page
        assert 'href="/partners?sector=public&amp;region=oslo"' in page
        assert 'value="academia"' in page
        assert "Alm AS" not in page
        assert "Ingen partnere passer med dette" in (await visitor.get("/partners?region=troms")).text
        assert "Alm AS" in (await visitor.get("/partners?region=atlantis&sector=church")).text
        assert (await visitor.get(f"{API}/organisations?sector=church")).status_code == 422


async def test_pages_beyond_the_last_lead_to_the_last(partners: ServiceApp) -> None:
    for number in range(21):
        await organisation(partners, f"Eik {number:02}", org_number=org_number(number * 2))
    async with partners.visitor() as visitor:
        answer = await visitor.get("/partners?q=eik&page=9", follow_redirects=True)
        assert str(answer.url).endswith("/partners?q=eik&page=2")
        assert "Eik 20" in answer.text
        api = (await visitor.get(f"{API}/organisations?page=9")).json()
    assert (api["total"], api["hits"]) == (21, [])


@pytest.mark.parametrize("path", ["/partners", f"{API}/organisations?per_page=100"])
async def test_a_list_asks_the_database_the_same_few_times_however_long_it_is(partners: ServiceApp, path: str) -> None:
    asked = []
    for size in (1, 15):
        for number in range(size):
            await organisation(partners, f"Eik {size} {number}", "agder", "oslo")
        with statements(partners) as said:
            async with partners.visitor() as visitor:
                assert (await visitor.get(path)).status_code == 200
        asked.append(len([one for one in said if one.lstrip().startswith("SELECT")]))
    assert asked[0] == asked[1] <= 8


async def test_the_list_of_people_asks_the_same_few_times_however_long_it_is(partners: ServiceApp) -> None:
    browser = partners.browser("national")
    asked = []
    for size in (1, 15):
        for number in range(size):
            made = await organisation(partners, f"Eik {size} {number}", "agder", "oslo")
            await person(partners, f"{size}-{number}@example.org", organisation_id=made)
        with statements(partners) as said:
            assert (await browser.get("/partners/people")).status_code == 200
        asked.append(len([one for one in said if one.lstrip().startswith("SELECT")]))
    assert asked[0] == asked[1]


async def counted(partners: ServiceApp, query: str, who: str = "visitor") -> dict[str, dict[str, int]]:
    http = partners.visitor() if who == "visitor" else partners.browser("partner_member").http
    answer = await http.get(f"{API}/organisations?{query}")
    assert answer.status_code == 200, answer.text
    facets: dict[str, dict[str, int]] = answer.json()["facets"]
    return facets


async def test_counts_stay_selectable_inside_their_own_group(partners: ServiceApp) -> None:
    await organisation(partners, "Eik AS", "agder", "oslo", nace_code="35.110", offers=["energy"])
    await organisation(partners, "Ask", "agder", sector="public", nace_code="84.110", offers=["energy", "nature"])
    await organisation(partners, "Alm AS", "oslo", nace_code="42.110", needs=["energy"])
    facets = await counted(partners, "region=agder&theme=energy")
    assert facets["region"] == {"agder": 1, "oslo": 1}
    assert facets["theme"] == {"energy": 1, "administration": 1}
    assert facets["sector"] == {"business": 1}
    assert await names(partners, "theme=energy&theme=construction") == ["Alm AS", "Eik AS"]
    assert await names(partners, "offers=nature") == ["Ask"]
    assert await names(partners, "needs=energy&sector=business") == ["Alm AS"]
    assert (await counted(partners, "offers=nature"))["offers"] == {"energy": 2, "nature": 1}
    async with partners.visitor() as visitor:
        page = (await visitor.get("/partners?theme=energy&offers=energy&sort=newest")).text
    for box in ('name="theme" value="energy" checked', 'name="offers" value="energy" checked'):
        assert box in page
    assert 'name="theme" value="administration"' in page
    assert '<option value="newest" selected' in page


async def test_the_newest_come_first_where_that_is_asked_for(partners: ServiceApp) -> None:
    for name in ("Alm AS", "Eik AS", "Ask AS"):
        await organisation(partners, name)
    assert await names(partners, "sort=newest") == ["Ask AS", "Eik AS", "Alm AS"]


async def test_topics_that_one_may_not_see_are_neither_found_nor_counted(partners: ServiceApp) -> None:
    for level in ("public", "network", "region"):
        visibility = {"offers": level}
        await organisation(partners, f"Eik {level}", offers=["maritime"], visibility=visibility)
    assert await names(partners, "offers=maritime") == ["Eik public"]
    assert (await counted(partners, ""))["offers"] == {"maritime": 1}
    assert (await counted(partners, "", "member"))["offers"] == {"maritime": 2}


async def test_the_map_stands_beside_a_table_of_the_same(partners: ServiceApp) -> None:
    await organisation(partners, "Eik AS", "agder")
    async with partners.visitor() as visitor:
        page = (await visitor.get("/partners")).text
    table = page.split("Partnere etter region</caption>", 1)[1].split("</table>", 1)[0]
    assert table.count("<tr>") == 16
    assert 'href="/partners?region=agder">Agder</a></th><td data-align="end">1</td>' in table


@pytest.mark.parametrize("kind", ["csv", "xlsx", "json"])
async def test_the_list_is_handed_out_to_staff_without_what_they_may_not_see(partners: ServiceApp, kind: str) -> None:
    hidden = {"visibility": {"website": "region"}, "website": "https://hemmelig.example.org"}
    await organisation(partners, "=Eik AS", "agder", **hidden)
    await organisation(partners, "Ask AS", "oslo", **hidden)
    staff = partners.browser("region_staff", "agder")
    answer = await staff.get(f"/partners/export?format={kind}&sort=name")
    assert answer.status_code == 200
    if kind == "json":
        told = {row["name"]: row["website"] for row in answer.json()}
        assert told == {"=Eik AS": "https://hemmelig.example.org", "Ask AS": None}
    if kind == "csv":
        assert answer.text.count("hemmelig") == 1
        assert "'=Eik AS" in answer.text
    async with partners.client("partner_admin") as admin:
        assert (await admin.get("/partners/export")).status_code == 403
