"""The pages of the library, the webinars and the mail are for everybody, in every language and without script."""

import pytest

from tests.browser.conftest import Visitor
from tests.browser.looking import fits, no_violation, settle

PAGES = [
    ("", "/"),
    ("", "/cases"),
    ("", "/cases?q=buss&region=troms&sort=newest"),
    ("", "/cases?q=zzzzqqqq"),
    ("", "CASE"),
    ("", "/cases/finder"),
    ("", "/cases/finder?step=3&sector=public"),
    ("", "/cases/needs"),
    ("partner", "/cases/needs/new?q=zzzzqqqq&scope=1"),
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
    ("national", "/cases/audit"),
    ("national", "/events/audit"),
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


@pytest.mark.parametrize(("where", "width"), [("/", 1280), ("/cases", 320)])
def test_what_is_suggested_is_chosen_by_keyboard(visit: Visitor, where: str, width: int) -> None:
    page = visit.page(width=width)
    settle(page, where)
    box = page.locator("#sok-q")
    box.press_sequentially("elsyk")
    page.wait_for_selector("u-option:visible")
    fits(page, f"suggestions on {where}")
    leads_to = page.locator("u-option").first.get_attribute("data-href") or ""
    box.press("ArrowDown")
    box.press("Enter")
    page.wait_for_url(f"**{leads_to}")
    assert page.locator("main .kb-card").count() > 0


def test_one_of_many_choices_is_found_by_its_name(visit: Visitor) -> None:
    page = visit.page()
    settle(page, "/cases")
    group = page.locator("fieldset", has=page.locator("[data-find-choice]")).first
    find = group.locator("[data-find-choice]")
    find.fill("vestl")
    assert group.locator("li:visible").all_inner_texts()[0].startswith("Vestland")
    assert group.locator("li:visible").count() == 1
    find.press("Enter")
    assert "/cases" in page.url, "finding a choice does not send the form"
    group.get_by_label("Vestland").check()
    page.wait_for_url("**region=vestland**")


def test_hits_are_chosen_and_compared_without_script(visit: Visitor) -> None:
    page = visit.page(script=False)
    page.goto("/cases?q=buss")
    boxes = page.get_by_role("checkbox", name="Sammenlign")
    boxes.nth(0).check()
    boxes.nth(1).check()
    page.get_by_role("button", name="Sammenlign de valgte").click()
    page.wait_for_url("**/cases/compare?id=*")
    assert page.locator("thead th").count() == 3
    no_violation(visit.page(), page.url.partition("/cases")[1] + page.url.partition("/cases")[2])
