"""What is done in the registry from page to page: each page on the way is for everybody, also the one that says what is wrong."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitor
from tests.browser.looking import address, good, within_its_policy
from tests.browser.mailbox import link_to
from tests.browser.splitting import press
from tests.support.demo import Demo

NAME, EMAIL = "Åse Ålgård (prøve)", "aase.aalgaard@example.org"
ROWS = """\
Eksternt id;Virksomhet;Sektor;Region;Partner siden
myrull;Myrull SA (prøve);Næringsliv;Atlantis;
;Rypelyng AS (prøve);Romfart;Nordland;31.02.2026
"""


@pytest.fixture
def page(visit: Visitor) -> Iterator[Page]:
    opened = visit.page("national")
    with within_its_policy(opened):
        yield opened


def wrong(page: Page, button: str) -> None:
    """Press a button on a form that is not right; the page that says so is for everybody, too."""
    page.emulate_media(color_scheme="light")
    press(page, button)
    expect(page.locator(".ds-error-summary")).to_be_visible()
    good(page, posted=True)


def open_claim(page: Page) -> None:
    page.goto("/partners/work?kind=claim")
    page.goto(str(page.locator("main a[href^='/partners/claims/0']").first.get_attribute("href")))


def test_answering_who_claims_an_organisation_is_for_everybody(page: Page) -> None:
    open_claim(page)
    good(page)
    wrong(page, "Avslå og send begrunnelsen")


def test_claiming_an_organisation_is_for_everybody(page: Page, visit: Visitor) -> None:
    open_claim(page)
    claimed = str(page.locator(".kb-crumbs a[href^='/partners/0']").first.get_attribute("href"))
    for who in ("", "partner"):
        asking = visit.page(who)
        with within_its_policy(asking):
            asking.goto(f"{claimed}/claim")
            expect(asking.get_by_role("button", name="Send forespørsel")).to_be_visible()
            good(asking)
            if not who:
                wrong(asking, "Send forespørsel")


@pytest.mark.parametrize("pairs", ["/partners/duplicates", "/partners/people/doubles"])
def test_what_a_merge_would_do_is_for_everybody(page: Page, pairs: str) -> None:
    page.goto(pairs)
    page.locator("main a", has_text="Sammenlign").first.click()
    page.wait_for_url(re.compile(r"/merge\?"))
    good(page)


def test_a_file_with_wrong_rows_is_for_everybody(page: Page) -> None:
    page.goto("/partners/imports/organisations")
    wrong(page, "Last opp og kontroller")
    file = {"name": "rows.csv", "mimeType": "text/csv", "buffer": ROWS.encode()}
    page.locator("[name=file]").set_input_files([file])  # type: ignore[list-item]
    press(page, "Last opp og kontroller")
    expect(page.locator("main")).to_contain_text("Atlantis")
    expect(page.locator("main")).to_contain_text("Romfart")
    good(page)


def test_giving_a_role_and_ending_it_is_for_everybody(page: Page) -> None:
    page.goto(address(page, "PERSON"))
    wrong(page, "Gi rollen")
    page.goto(address(page, "PERSON"))
    page.goto(str(page.locator("main a[href*='/roles/']").first.get_attribute("href")))
    good(page)


def test_a_segment_that_is_looked_at_before_it_is_kept_is_for_everybody(page: Page) -> None:
    page.goto("/partners/segments/new")
    wrong(page, "Lagre målgruppa")
    press(page, "Vis hvem")
    good(page, posted=True)


def test_erasing_somebody_from_the_wish_to_the_certificate_is_for_everybody(
    page: Page, visit: Visitor, running_demo: Demo
) -> None:
    page.goto("/partners/people/new")
    wrong(page, "Lagre")
    page.locator("[name=name]").fill(NAME)
    page.locator("[name=email]").fill(EMAIL)
    page.locator("input[name=role][value=auditor]").check()
    press(page, "Lagre")
    page.goto(f"/partners/people?q={EMAIL}")
    page.get_by_role("link", name=NAME).first.click()
    page.goto(f"{re.match(r'.*/people/[0-9a-f-]{36}', page.url)[0]}/erase")  # type: ignore[index]
    good(page)
    wrong(page, "Slett personen")
    page.locator("[name=reason]").fill("Bad om det på telefonen.")
    press(page, "Slett personen")
    theirs = visit.page()
    with within_its_policy(theirs):
        theirs.goto(link_to(running_demo, EMAIL, "/partners/erase/"))
        good(theirs)
        press(theirs, "Slett alt om meg")
        expect(theirs).to_have_url(re.compile(r"/partners/erased/"))
        good(theirs)
