"""Every main page passes axe (WCAG 2.2 AA and best practice): in light and dark, on a wide screen and at 320 px."""

import re
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import Visitor
from tests.support.demo import Demo

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
SCREENS: tuple[tuple[int, Literal["light", "dark"]], ...] = (
    (1280, "light"),
    (1280, "dark"),
    (320, "light"),
    (320, "dark"),
)
PAGES = [
    ("", "/"),
    ("", "/cases"),
    ("", "/cases?q=buss&region=troms&sort=newest"),
    ("", "/cases?q=zzzzqqqq"),
    ("", "CASE"),
    ("", "/partners"),
    ("", "PARTNER"),
    ("", "/events"),
    ("", "WEBINAR"),
    ("", "/partners/sign-in"),
    ("", "/cases/api/docs"),
    ("", "/tilgjengelighet"),
    ("", "/informasjonskapsler"),
    ("", "/om"),
    ("", "/nothing-here"),
    ("", "/mailbox"),
    ("national", "/mail"),
    ("national", "/events/new"),
    ("national", "/partners/people"),
    ("national", "/partners/people/new"),
    ("national", "/partners/people/doubles"),
    ("national", "/partners/new"),
    ("national", "/partners/new?by=hand"),
    ("national", "/partners/duplicates"),
    ("national", "/partners/segments"),
    ("national", "/partners/obligations"),
    ("national", "/partners/rounds"),
    ("national", "/partners/rounds/new"),
    ("national", "/partners/segments/new"),
    ("nordland", "/cases/new"),
    ("nordland", "/cases/mine"),
    ("nordland", "CASE"),
    ("nordland", "/events/mine"),
    ("partner", "/mail/preferences"),
    ("partner", "/partners/me"),
    ("partner", "/partners/me/sessions"),
    ("partner", "/partners/me/tokens"),
    ("partner", "WEBINAR"),
]


def address(page: Page, path: str) -> str:
    """Return where a page stands; the names in capitals are the first of their kind in the demo."""
    lists = {name: (f"/{name}", rf"^/{name}/[0-9a-f-]{{36}}$") for name in ("cases", "partners", "events")}
    lists = {"CASE": lists["cases"], "PARTNER": lists["partners"], "WEBINAR": lists["events"]}
    if path not in lists:
        return path
    where, pattern = lists[path]
    page.goto(where)
    links = [str(link.get_attribute("href")) for link in page.locator("main a[href]").all()]
    return next(link for link in links if re.search(pattern, link))


def settle(page: Page, path: str) -> None:
    page.goto(path)
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize(("who", "path"), PAGES)
def test_a_page_has_no_violation(visit: Visitor, who: str, path: str) -> None:
    page = visit.page(who)
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    where = address(page, path)
    for width, scheme in SCREENS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        settle(page, where)
        found = Axe().run(page, options=RULES)
        assert found.violations_count == 0, f"{path} at {width} px, {scheme}:\n{found.generate_report()}"
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow <= 0, f"{path} is {overflow} px wider than a screen of {width} px"
    assert not [text for text in refused if "Content Security Policy" in text]


@pytest.mark.parametrize("language", ["nn", "en"])
@pytest.mark.parametrize("path", ["/", "/cases", "/partners", "/events"])
def test_a_page_speaks_the_readers_language(visit: Visitor, language: str, path: str) -> None:
    page = visit.page(language=language)
    settle(page, path)
    assert page.locator("html").get_attribute("lang") == language
    said = {"nn": "Arrangement", "en": "Sign in"}[language]
    assert said in page.locator("body").inner_text()


def test_the_page_is_reached_by_keyboard_alone(visit: Visitor, running_demo: Demo) -> None:
    page = visit.page()
    settle(page, "/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#innhold"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_searching_works_without_script(visit: Visitor) -> None:
    page = visit.page(script=False)
    page.goto("/cases")
    page.locator("input[type=search]").first.fill("elbuss")
    page.locator("form:has(input[type=search]) button[type=submit]").first.click()
    page.wait_for_url("**q=elbuss**")
    assert page.locator("mark").count() > 0
