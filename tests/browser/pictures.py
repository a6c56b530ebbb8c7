"""The pictures in docs/pictures, taken anew from a running demo: `python -m tests.browser.pictures`."""

import io
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

from tests.browser.chromium import launched
from tests.browser.conftest import Visitor
from tests.browser.looking import address
from tests.browser.splitting import abandon, assign, begin, choose_regions
from tests.support.demo import Demo, demo
from tests.support.webinars import announce, publish, settled

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "pictures"
COLOURS = 256
"""So many are enough for pages, and keep a picture small."""
FIRMS = """\
Eksternt id;Virksomhet;Sektor;Region;Partner siden
lynghei;Lynghei Gard (prøve);Næringsliv;Nordland;01.01.2026
myrull;Myrull SA (prøve);Næringsliv;Atlantis;
"""


def take(page: Page, path: str, name: str) -> None:
    """Open a page and keep what the screen shows of it."""
    page.goto(path)
    keep(page, name)


def keep(page: Page, name: str, part: str = "body") -> None:
    """Keep what the screen shows of the page that is open, from where `part` of it begins."""
    page.wait_for_load_state("networkidle")
    page.locator(part).first.evaluate("part => part === document.body || part.scrollIntoView()")
    with Image.open(io.BytesIO(page.screenshot())) as shot:
        small = shot.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    small.save(FOLDER / f"{name}.png", optimize=True)


def library(visitor: Visitor) -> None:
    """Take what everybody sees."""
    page = visitor.page()
    take(page, "/", "front")
    take(page, "/cases?q=elbuss", "search")
    take(page, address(page, "CASE"), "case")
    take(page, "/partners", "partners")
    take(page, "/events", "events")
    page.goto("/partners/sign-in")
    keep(page, "sign-in", "section:has(#lenke)")
    take(visitor.page(dark=True), "/", "front-dark")
    take(visitor.page(width=390), "/cases?q=ombruk", "search-phone")


def registry(visitor: Visitor) -> None:
    """Take the registry as a region's staff and the national office see it."""
    region = visitor.page("nordland")
    take(region, "/partners/work", "work")
    region.goto("/partners/imports/organisations")
    file = {"name": "firms.csv", "mimeType": "text/csv", "buffer": FIRMS.encode()}
    region.locator("[name=file]").set_input_files([file])  # type: ignore[list-item]
    region.get_by_role("button", name="Last opp og kontroller").click()
    keep(region, "import")
    partner = visitor.page("partner")
    partner.locator(".kb-account summary").click()
    own = str(partner.get_by_role("link", name="Virksomheten min").get_attribute("href"))
    national = visitor.page("national")
    take(national, own, "partner")
    take(national, f"{own}/obligations", "obligations")
    national.goto("/partners/dashboard")
    keep(national, "dashboard", "main section")
    base = begin(national)
    choose_regions(national, base)
    assign(national, base)
    national.goto(base)
    keep(national, "split", "section:has(#flyttes)")
    abandon(national, base)


def mailing(visitor: Visitor, running: Demo) -> None:
    """Take a webinar that is about to be published, its send, and a letter."""
    staff = visitor.page("national")
    with running.client() as client:
        running.sign_in(client, "nasjonal.koordinator@example.org")
        client.headers["Authorization"] = f"Bearer {running.token('national')}"
        webinar = announce(client)
        take(staff, f"/events/{webinar}/publish", "publish")
        publish(client, webinar)
        settled(client, webinar, 900)
    take(staff, f"/mail/sends/{webinar}", "send")
    staff.goto("/mailbox")
    letter = staff.locator("main a[href^='/mailbox/2']").first.get_attribute("href")
    take(staff, str(letter), "invitation")


def main() -> None:
    """Start a demo and take every picture."""
    with tempfile.TemporaryDirectory() as folder, demo(Path(folder) / "data") as running, launched() as browser:
        visitor = Visitor(browser, running)
        library(visitor)
        registry(visitor)
        mailing(visitor, running)
        visitor.close()


if __name__ == "__main__":
    main()
