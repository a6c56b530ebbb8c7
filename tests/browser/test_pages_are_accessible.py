"""The pages of the library, the webinars and the mail are for everybody, in every language and without script."""

import pytest

from tests.browser.conftest import Visitor
from tests.browser.looking import no_violation, settle

PAGES = [
    ("", "/"),
    ("", "/cases"),
    ("", "/cases?q=buss&region=troms&sort=newest"),
    ("", "/cases?q=zzzzqqqq"),
    ("", "CASE"),
    ("", "/cases/impact"),
    ("", "/cases/impact?by=focus_area&region=troms"),
    ("", "/events"),
    ("", "WEBINAR"),
    ("", "/cases/api/docs"),
    ("", "/tilgjengelighet"),
    ("", "/informasjonskapsler"),
    ("", "/om"),
    ("", "/nothing-here"),
    ("", "/mailbox"),
    ("national", "/mail"),
    ("national", "/events/new"),
    ("nordland", "/cases/new"),
    ("national", "/cases/vocabularies"),
    ("national", "/cases/vocabularies/measure_type"),
    ("national", "/cases/vocabularies/measure_type/bygg"),
    ("nordland", "/cases/mine"),
    ("nordland", "CASE"),
    ("nordland", "/events/mine"),
    ("partner", "/mail/preferences"),
    ("partner", "WEBINAR"),
]


@pytest.mark.parametrize(("who", "path"), PAGES)
def test_a_page_has_no_violation(visit: Visitor, who: str, path: str) -> None:
    no_violation(visit.page(who), path)


@pytest.mark.parametrize("language", ["nn", "en"])
@pytest.mark.parametrize("path", ["/", "/cases", "/partners", "/events"])
def test_a_page_speaks_the_readers_language(visit: Visitor, language: str, path: str) -> None:
    page = visit.page(language=language)
    settle(page, path)
    assert page.locator("html").get_attribute("lang") == language
    said = {"nn": "Arrangement", "en": "Sign in"}[language]
    assert said in page.locator("body").inner_text()


def test_the_page_is_reached_by_keyboard_alone(visit: Visitor) -> None:
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
