"""The pictures in docs/pictures, taken anew from a running demo: `python -m tests.browser.pictures`."""

import tempfile
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.chromium import launched
from tests.browser.conftest import Visitor
from tests.browser.looking import address
from tests.support.demo import demo
from tests.support.webinars import announce, publish, settled

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "pictures"


def take(page: Page, path: str, name: str) -> None:
    """Open a page and keep what the screen shows of it."""
    page.goto(path)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=FOLDER / f"{name}.png")


def registry(visitor: Visitor) -> None:
    """Take the pictures of docs/registry.md: the registry as a region's staff and the national office see it."""
    region = visitor.page("nordland")
    take(region, "/partners/work", "work")
    partner = visitor.page("partner")
    partner.locator(".kb-account summary").click()
    own = str(partner.get_by_role("link", name="Virksomheten min").get_attribute("href"))
    national = visitor.page("national")
    take(national, own, "partner")
    take(national, f"{own}/obligations", "obligations")
    take(national, "/partners/dashboard", "dashboard")


def main() -> None:
    """Start a demo, send a webinar's invitations, and take every picture."""
    with tempfile.TemporaryDirectory() as folder, demo(Path(folder) / "data") as running, launched() as browser:
        visitor = Visitor(browser, running)
        page = visitor.page()
        take(page, "/", "front")
        take(page, "/cases?q=elbuss", "search")
        take(page, address(page, "CASE"), "case")
        take(page, "/partners", "partners")
        take(page, "/events", "events")
        registry(visitor)
        take(visitor.page(dark=True), "/", "front-dark")
        take(visitor.page(width=390), "/cases?q=ombruk", "search-phone")
        with running.client() as client:
            running.sign_in(client, "nasjonal.koordinator@example.org")
            client.headers["Authorization"] = f"Bearer {running.token('national')}"
            webinar = announce(client)
            publish(client, webinar)
            settled(client, webinar, 1_000)
        staff = visitor.page("national")
        take(staff, f"/mail/sends/{webinar}", "send")
        staff.goto("/mailbox")
        letter = staff.locator("main a[href^='/mailbox/2']").first.get_attribute("href")
        take(staff, str(letter), "invitation")
        visitor.close()


if __name__ == "__main__":
    main()
