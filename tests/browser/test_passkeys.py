"""Passkeys in a real browser with a virtual authenticator, and the pages about signing in as their users see them."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.looking import RULES
from tests.browser.registry import Registry, ask_for_link, page_with_authenticator, running_registry, sign_out
from tests.partners.support import person


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    with running_registry(tmp_path) as running:
        yield running


@pytest.fixture
def page(browser: Browser, registry: Registry) -> Iterator[Page]:
    with page_with_authenticator(browser, registry) as opened:
        yield opened


def test_a_national_makes_a_passkey_and_signs_in_with_it(page: Page, registry: Registry) -> None:
    registry.do(lambda service: person(service, "ask@example.org", role="national"))
    ask_for_link(page, registry)
    expect(page.get_by_role("heading", name="Lag en passnøkkel")).to_be_visible()
    page.locator("[name=name]").fill("Prøvemaskinen")
    page.get_by_role("button", name="Lag passnøkkel").click()
    page.wait_for_url("**/partners/people")
    page.goto("/partners/me/passkeys")
    expect(page.get_by_role("rowheader", name="Prøvemaskinen")).to_be_visible()
    page.get_by_role("button", name="Legg til passnøkkel").click()
    expect(page.get_by_text("Denne enheten har allerede en passnøkkel")).to_be_visible()
    sign_out(page)
    page.goto("/partners/sign-in?next=/partners/me/sessions")
    page.get_by_role("button", name="Logg inn med passnøkkel").click()
    page.wait_for_url("**/partners/me/sessions")
    expect(page.get_by_text("passnøkkel", exact=True)).to_be_visible()


def test_a_link_is_followed_by_the_passkey(page: Page, registry: Registry) -> None:
    registry.do(lambda service: person(service, "ask@example.org", role="national"))
    ask_for_link(page, registry)
    page.get_by_role("button", name="Lag passnøkkel").click()
    page.wait_for_url("**/partners/people")
    sign_out(page)
    ask_for_link(page, registry)
    expect(page.get_by_role("heading", name="Vis passnøkkelen din")).to_be_visible()
    page.get_by_role("button", name="Vis passnøkkel").click()
    page.wait_for_url("**/partners/people")


def test_somebody_who_stops_is_told_how_to_go_on(page: Page) -> None:
    page.goto("/partners/sign-in")
    page.get_by_role("button", name="Logg inn med passnøkkel").click()
    expect(page.get_by_text("Det ble avbrutt, eller enheten fant ingen passnøkkel")).to_be_visible(timeout=70_000)


def faults(page: Page) -> list[str]:
    """Return what axe finds wrong with the page, and whether it can be scrolled sideways."""
    found = Axe().run(page, options=RULES).response["violations"]
    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found] + (["too wide"] if wide else [])


def test_every_page_about_signing_in_is_for_everybody_at_320_pixels(page: Page, registry: Registry) -> None:
    registry.do(lambda service: person(service, "ask@example.org", role="national"))
    wrong: dict[str, list[str]] = {}

    def look(name: str) -> None:
        if found := faults(page):
            wrong[name] = found

    page.goto("/partners/sign-in")
    look("sign-in")
    page.goto("/partners/sign-in-with/work")
    look("issuer away")
    page.goto("/partners/sign-in-unknown")
    look("unknown")
    page.goto("/partners/sign-in/made-up")
    look("made-up link")
    ask_for_link(page, registry)
    look("first passkey")
    page.get_by_role("button", name="Lag passnøkkel").click()
    page.wait_for_url("**/partners/people")
    for path in ("sessions", "passkeys", "identities", "tokens"):
        page.goto(f"/partners/me/{path}")
        look(path)
    page.get_by_role("button", name="Lag token").click()
    expect(page.get_by_text(re.compile("Rett opp"))).to_be_visible()
    look("wrong token")
    page.locator("[name=name]").fill("Intranettet")
    page.get_by_role("button", name="Lag token").click()
    expect(page.get_by_role("heading", name="Tokenet er laget")).to_be_visible()
    look("token made")
    assert wrong == {}
