"""The registry's main jobs with a keyboard alone: nothing asks for a mouse, and where one is can always be seen."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PEOPLE, Visitor
from tests.browser.keys import focused, follow, press, reach, seen, walk, write
from tests.browser.looking import address
from tests.browser.mailbox import link_to
from tests.support.demo import Demo

ROWS = """\
Eksternt id;Virksomhet;Sektor;Region;Partner siden
tastelyng;Tastelyng Gard (prøve);Næringsliv;Nordland;01.01.2026
myrull;Myrull SA (prøve);Næringsliv;Atlantis;
"""


def test_the_first_stop_leads_past_the_menu(visit: Visitor) -> None:
    page = visit.page("national")
    page.goto("/partners/work")
    page.keyboard.press("Tab")
    assert focused(page, page.get_by_role("link", name="Hopp til hovedinnhold"))
    seen(page)
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")
    seen(page)


def test_one_signs_in_by_a_link_and_out_by_the_menu(visit: Visitor, running_demo: Demo) -> None:
    page = visit.page()
    page.goto("/partners/sign-in")
    write(page, "email", PEOPLE["agder"])
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Se i innboksen din")).to_be_visible()
    page.goto(link_to(running_demo, PEOPLE["agder"], "/partners/sign-in/"))
    press(page, "Logg inn")
    page.wait_for_url("**/partners/work")
    menu = page.locator(".kb-account summary")
    reach(page, menu)
    page.keyboard.press("Space")
    expect(page.locator(".kb-account[open]")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(page.locator(".kb-account[open]")).to_have_count(0)
    assert focused(page, menu)
    page.keyboard.press("Enter")
    press(page, "Logg ut")
    page.wait_for_url("**/")
    expect(page.locator(".kb-account")).to_have_count(0)


def test_a_claim_on_the_work_list_is_answered(visit: Visitor) -> None:
    page = visit.page("national")
    page.goto("/partners/work")
    reach(page, page.locator("main input[name=kind][value=claim]"))
    page.keyboard.press("Space")
    page.wait_for_url("**kind=claim*")
    follow(page, page.locator("main a[href^='/partners/claims/0']"))
    press(page, "Godta")
    dialog = page.locator("dialog[open]")
    expect(dialog).to_be_visible()
    for _ in range(6):
        assert page.evaluate("document.body === document.activeElement || !!document.activeElement.closest('dialog')")
        page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    assert focused(page, page.get_by_role("button", name="Godta", exact=True))
    press(page, "Avslå og send begrunnelsen")
    expect(page.locator(".ds-error-summary")).to_be_focused()
    write(page, "reason", "Adressen hører ikke til virksomheten.")
    press(page, "Avslå og send begrunnelsen")
    page.wait_for_url("**/partners/work")
    expect(page.locator("#meldinger")).to_contain_text("avslått")


def test_what_is_wrong_with_an_organisation_is_told_where_the_focus_is(visit: Visitor) -> None:
    page = visit.page("national")
    page.goto(f"{address(page, 'PARTNER')}/edit")
    kept = page.locator("main [name=name]").input_value()
    write(page, "name", "")
    page.keyboard.press("Enter")
    expect(page.locator(".ds-error-summary")).to_be_focused()
    seen(page)
    reach(page, page.locator(".ds-error-summary a"))
    page.keyboard.press("Enter")
    expect(page.locator("main [name=name]")).to_be_focused()
    write(page, "name", kept)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/partners/[0-9a-f-]{36}$"))


def test_a_file_is_tried_and_its_good_rows_are_taken(visit: Visitor) -> None:
    page = visit.page("nordland")
    page.goto("/partners/imports/organisations")
    reach(page, page.locator("main [name=file]"))
    with page.expect_file_chooser() as asked:
        page.keyboard.press("Space")
    asked.value.set_files([{"name": "rows.csv", "mimeType": "text/csv", "buffer": ROWS.encode()}])
    press(page, "Last opp og kontroller")
    page.wait_for_url(re.compile(r"/imports/organisations/[0-9a-f-]{36}"))
    expect(page.locator("main")).to_contain_text("Atlantis")
    press(page, "Bekreft")
    expect(page.locator("main")).to_contain_text("Importen er ferdig", timeout=60_000)


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("", "/partners"),
        ("", "/partners/sign-in"),
        ("nordland", "/partners/work"),
        ("national", "PARTNER/edit"),
        ("national", "/partners/segments/new"),
        ("national", "/partners/regions/rearrangements"),
        ("national", "/partners/imports/accounts"),
        ("partner", "/partners/me"),
    ],
)
@pytest.mark.parametrize("width", [1280, 320])
def test_a_page_is_gone_through_and_left(visit: Visitor, who: str, path: str, width: int) -> None:
    page = visit.page(who, width=width)
    page.goto(address(page, path))
    page.wait_for_load_state("networkidle")
    stops = walk(page)
    assert len(stops) > 5
    assert page.evaluate("[...document.querySelectorAll('footer a')].length") <= len(stops)
