"""Every list of the registry is taken out as CSV, XLSX and JSON: the rows of its page, all of them, for whoever may see it."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from math import ceil
from typing import Any
from uuid import UUID

import pytest
from openpyxl import load_workbook

from shared.clock import frozen
from shared.web.paging import PER_PAGE
from tests.partners.exporting import Entered, Page, entered
from tests.partners.obligation_support import MARCH
from tests.partners.support import audited_exports
from tests.support.apps import Browser, ServiceApp
from tests.support.exports import in_every_format, taken_out


@dataclass(frozen=True)
class Listing:
    """A page with a list, the file it leads to, the tables that hold the rows, and the columns that name a row on the page."""

    page: str
    export: str
    tables: tuple[str, ...]
    tells: tuple[str, ...]
    paged: bool = False
    listless: tuple[str, ...] = ()
    """Who may open the page and not take its list out."""


PEOPLE = "/partners/people"
ROUND = "/partners/rounds/{round}"
MOVED = tuple(
    f"Dette flyttes: {kind}" for kind in ("Virksomheter", "Personer", "Eksempler", "Webinarer", "Arbeidsgrupper")
)
LISTINGS = [
    Listing(PEOPLE, f"{PEOPLE}/export", ("Personer",), ("name", "email"), paged=True),
    Listing(f"{PEOPLE}?q=%C3%A6rlig", f"{PEOPLE}/export?q=%C3%A6rlig", ("Personer",), ("name", "email")),
    Listing(
        f"{PEOPLE}?region=vestland&role=partner_member",
        f"{PEOPLE}/export?region=vestland&role=partner_member",
        ("Personer",),
        ("name", "email"),
    ),
    Listing(f"{PEOPLE}/doubles", f"{PEOPLE}/doubles/export", ("Mulige dubletter",), ("first_email", "second_email")),
    Listing(
        "/partners/{organisation}/people",
        "/partners/{organisation}/people/export",
        ("Folk",),
        ("name", "email", "role"),
    ),
    Listing(
        "/partners/duplicates", "/partners/duplicates/export", ("Mulige dubletter",), ("first_name", "second_name")
    ),
    Listing("/partners/work", "/partners/work/export", ("Oppgaver",), ("task",)),
    Listing("/partners/work?region=agder", "/partners/work/export?region=agder", ("Oppgaver",), ("task",)),
    Listing(
        "/partners/work?kind=duplicate&kind=claim",
        "/partners/work/export?kind=duplicate&kind=claim",
        ("Oppgaver",),
        ("task",),
    ),
    Listing(
        "/partners/work?kind=claim", "/partners/claims/export?kind=claim", ("Oppgaver",), ("person", "organisation")
    ),
    Listing("/partners/work?kind=register", "/partners/findings/export?kind=register", ("Oppgaver",), ("finding",)),
    Listing(
        "/partners/work?kind=register&region=agder",
        "/partners/findings/export?kind=register&region=agder",
        ("Oppgaver",),
        ("finding",),
    ),
    Listing("/partners/segments", "/partners/segments/export", ("Målgrupper",), ("name",)),
    Listing("/partners/segments/{segment}", "/partners/segments/{segment}/export", ("Noen av dem",), ("name",)),
    Listing(
        "/partners/{organisation}/memberships",
        "/partners/{organisation}/memberships/export",
        ("Regioner for =Eik & Ås AS",),
        ("region", "kind", "state"),
        listless=("staff elsewhere",),
    ),
    Listing(
        "/partners/regions",
        "/partners/regions/export",
        ("Regioner i dag", "Regioner som er avsluttet"),
        ("name",),
        listless=("admin",),
    ),
    Listing(
        "/partners/regions/rearrangements",
        "/partners/regions/rearrangements/export",
        ("Omorganiseringer",),
        ("kind", "state"),
    ),
    Listing(
        "/partners/regions/rearrangements/{operation}",
        "/partners/regions/rearrangements/{operation}/export",
        MOVED,
        ("name", "why"),
    ),
    Listing("/partners/rounds", "/partners/rounds/export", ("Runder",), ("year", "status")),
    Listing(
        ROUND,
        f"{ROUND}/export?state=missing&state=postponed",
        ("Virksomheter som mangler klimaregnskap",),
        ("name",),
    ),
    Listing(
        "/partners/obligations?year=2025",
        "/partners/obligations/export?year=2025&obligation=&light=",
        ("Virksomheter",),
        ("name", "account_why"),
        paged=True,
    ),
    Listing(
        "/partners/obligations?year=2025&obligation=account&light=amber",
        "/partners/obligations/export?year=2025&obligation=account&light=amber",
        ("Virksomheter",),
        ("name", "account_why"),
        paged=True,
    ),
    Listing(
        "/partners/{organisation}/obligations",
        "/partners/{organisation}/obligations/accounts/export",
        ("Klimaregnskap per år", "Tidligere versjoner av klimaregnskap"),
        ("year",),
    ),
    Listing("/partners/audit", "/partners/audit/export", ("Endringer",), ("action",), paged=True),
]
FILES_ALONE = (
    "/partners/export",
    "/partners/obligations/fees?year=2026",
    f"{ROUND}/export",
    "/partners/regions/agder/memberships/export",
)
"""Files of what no page holds as a table."""
PERSONAL = {
    f"{PEOPLE}/export": "people",
    f"{PEOPLE}/doubles/export": "people_doubles",
    "/partners/{organisation}/people/export": "colleagues",
    "/partners/work/export": "work",
    "/partners/claims/export": "claims",
    "/partners/segments/{segment}/export": "segment",
    "/partners/regions/rearrangements/{operation}/export": "rearrangement",
}
"""Files that name people, with what the audit calls them."""


def browsers(partners: ServiceApp, made: Entered) -> dict[str, Browser]:
    return {
        "national": partners.browser("national"),
        "staff": partners.browser("region_staff", "agder"),
        "staff elsewhere": partners.browser("region_staff", "nordland"),
        "admin": partners.browser("partner_admin", None, made.organisation),
        "auditor": partners.browser("auditor", "agder"),
    }


ROLES = ("national", "staff", "staff elsewhere", "admin", "auditor")


async def shown(browser: Browser, one: Listing, path: str, rows: int) -> list[str]:
    """Return the rows of a list as its page shows them, all pages of it."""
    found: list[str] = []
    for page in range(1, max(ceil(rows / PER_PAGE), 1) + 1 if one.paged else 2):
        address = path if page == 1 else f"{path}{'&' if '?' in path else '?'}page={page}"
        found += Page((await browser.get(address)).text).rows(one.tables)
    return found


def unlike(rows: list[dict[str, Any]], lines: list[str], tells: tuple[str, ...]) -> list[object]:
    """Return the rows that no line tells of, and the lines that are left over."""
    left, missing = list(lines), []
    for row in sorted(rows, key=lambda row: -len(str([row[name] for name in tells]))):
        words = [" ".join(str(row[name]).split()) for name in tells]
        line = next((line for line in left if all(word in line for word in words)), None)
        if line is None:
            missing.append(words)
        else:
            left.remove(line)
    return [*missing, *left]


@pytest.mark.parametrize("role", ROLES)
async def test_a_file_holds_the_rows_of_its_page_for_whoever_may_see_it(partners: ServiceApp, role: str) -> None:
    with frozen(MARCH):
        made = await entered(partners)
        browser = browsers(partners, made)[role]
        wrong: dict[str, object] = {}
        for one in LISTINGS:
            path, export = made.path(one.page), made.path(one.export)
            page = await browser.get(path)
            if page.status_code != 200 or role in one.listless:
                answer = await browser.get(export)
                if answer.status_code != (403 if role in one.listless else page.status_code):
                    wrong[one.page] = (page.status_code, answer.status_code)
                continue
            rows = await taken_out(browser, export)
            lines = await shown(browser, one, path, len(rows))
            if found := unlike(rows, lines, one.tells):
                wrong[one.page] = (len(rows), len(lines), found[:3])
        assert wrong == {}


async def test_a_page_leads_to_its_file_in_every_format_and_each_format_has_the_rows(partners: ServiceApp) -> None:
    with frozen(MARCH):
        made = await entered(partners)
        browser = partners.browser("national")
        for one in LISTINGS:
            links = Page((await browser.get(made.path(one.page))).text).downloads
            export = made.path(one.export)
            joined = f"{export}{'&' if '?' in export else '?'}format="
            assert {f"{joined}{name}" for name in ("xlsx", "csv", "json")} <= set(links), one.page
        for path in [*(one.export for one in LISTINGS), *FILES_ALONE]:
            await in_every_format(browser, made.path(path))


async def test_what_looks_like_a_formula_stays_as_it_was_written(partners: ServiceApp) -> None:
    with frozen(MARCH):
        made = await entered(partners)
        staff = partners.browser("region_staff", "agder")
        named = {row["name"] for row in await taken_out(staff, "/partners/people/export")}
        claim = (await taken_out(staff, "/partners/claims/export"))[0]
        answer = await staff.get("/partners/claims/export?format=csv")
        book = load_workbook(BytesIO((await staff.get("/partners/claims/export?format=xlsx")).content)).worksheets[0]
        accounts = await taken_out(staff, made.path("/partners/{organisation}/obligations/accounts/export"))
    assert "@Ærlig Åse" in named
    assert (claim["message"], claim["person"]) == ("=HYPERLINK(1)", "@Ærlig Åse")
    assert "'=HYPERLINK(1)" in answer.content.decode("utf-8-sig")
    assert "=HYPERLINK(1)" in [cell.value for cell in book[2]]
    assert [row["note"] for row in accounts] == ["", "+rettet", "=først"]


async def test_an_empty_list_is_a_file_of_headings(partners: ServiceApp) -> None:
    browser = partners.browser("national")
    exports = {one.export.partition("?")[0] for one in LISTINGS if "{" not in one.export}
    for path in sorted(exports - {"/partners/regions/export", "/partners/audit/export"}):
        assert await taken_out(browser, path) == [], path
        lines = (await browser.get(f"{path}?format=csv")).content.decode("utf-8-sig").splitlines()
        sheet = load_workbook(BytesIO((await browser.get(f"{path}?format=xlsx")).content)).worksheets[0]
        assert (len(lines), sheet.max_row) == (1, 1), path


async def test_headings_and_words_are_in_the_readers_language_and_keys_are_not(partners: ServiceApp) -> None:
    with frozen(MARCH):
        await entered(partners)
        browser = partners.browser("region_staff", "agder")
        browser.http.cookies.set("lang", "en")
        path = "/partners/work/export"
        bokmal = (await partners.browser("region_staff", "agder").get(f"{path}?format=json&lang=nb")).json()
        english = (await browser.get(f"{path}?format=json&lang=en")).json()
    assert [*bokmal[0]] == [*english[0]] == ["urgent", "kind", "task", "regions", "since", "href"]
    assert [row["href"] for row in bokmal] == [row["href"] for row in english]


async def test_more_people_than_are_read_at_a_time_are_all_taken_out(
    partners: ServiceApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    from services.partners.pages.downloads import people

    monkeypatch.setattr(people, "PIECE", 7)
    with frozen(MARCH):
        await entered(partners)
        rows = await taken_out(partners.browser("national"), "/partners/people/export")
    emails = [row["email"] for row in rows]
    assert len(emails) == len(set(emails)) > 50


async def test_taking_out_people_is_noted_once_with_how_many_and_what_they_were_narrowed_to(
    partners: ServiceApp,
) -> None:
    with frozen(MARCH):
        made = await entered(partners)
        browser = partners.browser("national")
        for path, name in PERSONAL.items():
            before = len(await audited_exports(partners))
            rows = await taken_out(browser, made.path(path))
            noted = await audited_exports(partners)
            assert len(noted) == before + 1, path
            told = {key: value for key, (_before, value) in noted[-1].changes.items()}
            people = sum(row["kind"] == "Personer" for row in rows) if name == "rearrangement" else len(rows)
            assert (told["list"], told["count"]) == (name, people), path
        await taken_out(browser, "/partners/people/export?q=%C3%A6rlig&region=agder&role=partner_admin")
        last = (await audited_exports(partners))[-1]
        page = (await partners.browser("region_staff", "agder").get("/partners/audit")).text
    assert {key: value for key, (_before, value) in last.changes.items()} == {
        "list": "people", "count": 1, "searched": True, "region": "agder", "role": "partner_admin",
    }  # fmt: skip
    assert last.regions == "|agder|"
    assert "Tok ut liste over personer" in page


async def test_what_somebody_looks_at_is_not_noted(partners: ServiceApp) -> None:
    with frozen(MARCH):
        await entered(partners)
        browser = partners.browser("national")
        await browser.get("/partners/people")
        await browser.get("/partners/duplicates/export?format=csv")
        refused = await partners.browser("partner_admin", None, UUID(int=1)).get("/partners/people/export?format=csv")
        assert refused.status_code == 403
        assert await audited_exports(partners) == []


async def test_visitors_take_out_nothing(partners: ServiceApp) -> None:
    with frozen(MARCH):
        made = await entered(partners)
        async with partners.visitor() as visitor:
            for path in _exports():
                answer = await visitor.get(made.path(path), headers={"accept": "application/json"})
                assert answer.status_code in (303, 401), (path, answer.status_code)


def _exports() -> Iterator[str]:
    yield from (one.export for one in LISTINGS)
    yield from FILES_ALONE
