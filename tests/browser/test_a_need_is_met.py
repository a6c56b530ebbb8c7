"""A partner posts a need and is introduced to those who did it; with and without a script, on a phone's screen too."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from shared.clock import now
from tests.browser.conftest import Visitor
from tests.browser.looking import fits, no_violation
from tests.browser.test_the_main_job import confirm, press


def choose(page: Page) -> None:
    """Choose the first organisation and region where more than one is offered."""
    for name in ("organisation_id", "region"):
        field = page.locator(f"select[name={name}]")
        if not field.input_value():
            field.select_option(index=1)


def post(page: Page, title: str, **more: str) -> str:
    page.goto("/cases/needs/new")
    page.locator("[name=title]").fill(title)
    page.locator("[name=text]").fill(more.get("text", ""))
    choose(page)
    page.locator("[name=wanted_by]").fill((now() + timedelta(days=40)).date().isoformat())
    page.get_by_label("Scope 1").check()
    press(page, "^Legg ut$")
    page.wait_for_url(re.compile(r"/cases/needs/[0-9a-f-]{36}"))
    return page.url


def test_a_need_finds_cases_within_seconds_and_the_owner_says_yes(visit: Visitor) -> None:
    partner, staff = visit.page("partner"), visit.page("national")
    address = post(partner, "Elektriske lastebiler", text="Vi vil bytte ut dieselbilene.")
    match = partner.locator(".kb-match").first
    expect(match).to_be_visible(timeout=15_000)
    expect(match.get_by_text(re.compile("Begge handler om"))).to_be_visible()
    no_violation(partner, address)
    fits(partner, "a need with matches")
    press(match.page, "Koble oss")
    confirm(partner)
    expect(partner.get_by_text("Vi har spurt dem.")).to_be_visible()
    asked = partner.locator(".kb-match", has_text="Spurt").first
    match_id = (asked.get_attribute("id") or "").removeprefix("kobling-")
    page = f"/cases/introductions/{match_id}"
    no_violation(staff, page)
    staff.goto(page)
    press(staff, "Ja, koble oss")
    expect(staff.get_by_text("Dere er koblet").first).to_be_visible()
    outcome = f"{address}/matches/{match_id}/outcome?helped=yes"
    no_violation(partner, outcome)
    partner.goto(outcome)
    press(partner, "Send svaret")
    expect(partner.get_by_text("Dekket").first).to_be_visible()


def test_what_nobody_has_done_stands_on_the_board_until_it_is_withdrawn(visit: Visitor) -> None:
    title = f"Kvantedatamaskin {uuid4().hex[:6]}"
    partner = visit.page("partner", width=320)
    post(partner, title)
    expect(partner.get_by_text("Ingen eksempler ligner nok ennå")).to_be_visible(timeout=15_000)
    fits(partner, "a need without matches")
    visitor = visit.page()
    visitor.goto("/cases/needs?sort=newest")
    expect(visitor.get_by_role("link", name=title)).to_be_visible()
    press(partner, "Trekk tilbake")
    confirm(partner)
    expect(partner.get_by_text("leter ikke lenger")).to_be_visible()
    visitor.reload()
    expect(visitor.get_by_role("link", name=title)).to_have_count(0)


def test_no_is_said_without_a_script_and_told_to_those_who_asked(visit: Visitor) -> None:
    partner, staff = visit.page("partner", script=False), visit.page("national", script=False)
    address = post(partner, "Ombruk av kontormøbler")

    def found() -> bool:
        partner.goto(address)
        return partner.locator(".kb-match").count() > 0

    for _again in range(100):
        if found():
            break
        partner.wait_for_timeout(200)
    match = partner.locator(".kb-match").first
    match_id = (match.get_attribute("id") or "").removeprefix("kobling-")
    match.get_by_role("button", name="Koble oss").first.click()
    staff.goto(f"/cases/introductions/{match_id}")
    staff.locator("[name=reason]").fill("Vi har ikke tid nå.")
    press(staff, "Nei, ikke nå")
    expect(staff.get_by_text("Dere sa nei")).to_be_visible()
    partner.goto(address)
    expect(partner.get_by_text("Vi har ikke tid nå.")).to_be_visible()


@pytest.mark.parametrize("width", [320, 1280])
def test_a_search_that_finds_nothing_becomes_a_need(visit: Visitor, width: int) -> None:
    page = visit.page("partner", width=width)
    page.goto("/cases?q=kvantedatamaskinkjøling&scope=1")
    page.get_by_role("link", name="Legg det ut som et behov").click()
    expect(page.locator("[name=title]")).to_have_value("kvantedatamaskinkjøling")
    expect(page.get_by_label("Scope 1")).to_be_checked()
    choose(page)
    page.locator("[name=wanted_by]").fill("2001-01-01")
    press(page, "^Legg ut$")
    expect(page.locator("[name=wanted_by]")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("[name=title]")).to_have_value("kvantedatamaskinkjøling")


def test_what_others_did_is_tried_with_own_figures_and_both_pages_show_it(visit: Visitor) -> None:
    partner, visitor = visit.page("partner"), visit.page(width=320)
    partner.goto("/cases?q=elbuss")
    partner.locator("main .kb-card a").first.click()
    partner.get_by_role("link", name="Prøv dette hos oss").click()
    form = partner.url
    no_violation(partner, form)
    choose(partner)
    partner.get_by_label("I gang").check()
    press(partner, "Legg til et tall")
    partner.locator("[name=impacts-0-value]").fill("12,5")
    press(partner, "^Lagre$")
    expect(partner.locator("[aria-invalid=true]").first).to_be_visible()
    partner.locator("[name=impacts-0-metric]").select_option("ghg_reduction")
    partner.locator("[name=impacts-0-unit]").select_option("tco2e")
    press(partner, "^Lagre$")
    expect(partner.get_by_text("Brukt av 1 annen")).to_be_visible()
    visitor.goto(form.removesuffix("/try"))
    expect(visitor.locator("#brukt-av")).to_be_visible()
    expect(visitor.get_by_text("12,5").first).to_be_visible()
    fits(visitor, "a case that others use")
    partner.get_by_role("link", name="Oppdater").click()
    partner.get_by_label("Gjennomført").check()
    press(partner, "^Lagre$")
    expect(partner.get_by_text("Endringene er lagret.")).to_be_visible()


def test_those_who_did_it_are_asked_without_an_address(visit: Visitor) -> None:
    partner = visit.page("partner", script=False)
    partner.goto("/cases?q=elbuss")
    partner.locator("main .kb-card a").first.click()
    partner.get_by_role("link", name="Spør dem som gjorde det").click()
    no_violation(visit.page("partner"), partner.url)
    press(partner, "Send spørsmålet")
    expect(partner.locator("[name=text]")).to_have_attribute("aria-invalid", "true")
    partner.locator("[name=text]").fill("Hva kostet ladingen?")
    press(partner, "Send spørsmålet")
    expect(partner.get_by_text("Spørsmålet er sendt.")).to_be_visible()
