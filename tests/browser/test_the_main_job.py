"""The main job, clicked through as its people do it."""

import re
from datetime import datetime, timedelta
from uuid import uuid4

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitor
from tests.support.demo import Demo
from tests.support.webinars import settled


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=re.compile(name)).first.click()


def confirm(page: Page) -> None:
    """Say yes where the page asks first."""
    page.locator("dialog[open] button").first.click()
    page.wait_for_load_state("networkidle")


def test_a_regional_leader_publishes_a_case_and_anybody_finds_it(visit: Visitor) -> None:
    title = f"Elektrisk lastebil i Bodø {uuid4().hex[:6]}"
    staff = visit.page("nordland")
    staff.goto("/cases/new")
    staff.locator("[name=title]").fill(title)
    staff.locator("[name=summary]").fill("Kommunen byttet én lastebil og sparte 40 tonn i året.")
    staff.locator("select[name=region]").select_option("nordland")
    press(staff, "^Lagre$")
    staff.wait_for_url(re.compile(r"/cases/[0-9a-f-]{36}"))
    press(staff, "Send til gjennomsyn")
    confirm(staff)
    staff.get_by_role("link", name="Se gjennom").first.click()
    press(staff, "Godkjenn")
    press(staff, "Publiser")
    confirm(staff)
    expect(staff.get_by_text(re.compile("søkbar"))).to_be_visible(timeout=15_000)
    visitor = visit.page()
    visitor.goto("/")
    visitor.locator("input[type=search]").first.fill(title)
    visitor.keyboard.press("Enter")
    expect(visitor.locator("main").get_by_role("link", name=title).first).to_be_visible()


def test_a_wrong_form_keeps_what_was_typed_and_says_what_is_wrong(visit: Visitor) -> None:
    page = visit.page("nordland")
    page.goto("/partners/new")
    page.get_by_role("link", name="Skriv inn opplysningene for hånd").click()
    page.locator("[name=name]").fill("Prøvebruk")
    page.locator("[name=org_number]").fill("123456789")
    page.locator("form:has([name=org_number]) button[type=submit]").first.click()
    expect(page.locator("[name=org_number]")).to_have_value("123456789")
    expect(page.locator("[name=org_number]")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_text("Organisasjonsnummeret er ikke gyldig").first).to_be_visible()


def test_the_national_coordinator_sees_the_invitations_go_out(visit: Visitor, running_demo: Demo) -> None:
    page = visit.page("national")
    start = datetime.now() + timedelta(days=20)  # noqa: DTZ005 local wall time
    page.goto("/events/new")
    page.locator("[name=title]").fill(f"Regionenes time {uuid4().hex[:6]}")
    page.locator("[name=summary]").fill("Vi møtes på tvers av regionene.")
    page.locator("input[name=scope][value=national]").check()
    page.locator("[name=starts_at]").fill(start.strftime("%Y-%m-%dT09:00"))
    page.locator("[name=ends_at]").fill(start.strftime("%Y-%m-%dT10:00"))
    page.locator("form:has([name=title]) button[type=submit]").first.click()
    page.wait_for_url(re.compile(r"/events/[0-9a-f-]{36}"))
    page.goto(page.url.split("?")[0].rstrip("/") + "/publish")
    button = page.get_by_role("button", name=re.compile(r"Publiser og inviter \d+ personer"))
    people = int("".join(re.findall(r"\d", button.inner_text())))
    assert people > 900
    button.click()
    expect(page.locator("main")).to_contain_text("Utsendingen er ferdig", timeout=120_000)
    expect(page.get_by_text("Summen går opp")).to_be_visible()
    webinar = page.url.rstrip("/").split("/")[-1].split("?")[0]
    with running_demo.client() as client:
        running_demo.sign_in(client, "nasjonal.koordinator@example.org")
        found = settled(client, webinar, people)
    assert people == found["audience"] == found["sent"] + found["failed"] + found["suppressed"] + found["unknown"]
    page.goto(f"/mail/sends/{webinar}")
    expect(page.locator("main")).to_contain_text(str(people))
