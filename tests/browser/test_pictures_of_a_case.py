"""Pictures and files are added to a case in a browser without script, and their pages are for everybody."""

import re

from playwright.sync_api import FilePayload, Page

from tests.browser.conftest import Visitor
from tests.browser.looking import no_violation
from tests.shared.uploads.making import PDF, located, picture


def drafted(page: Page) -> str:
    """Draft a case in the form and return its path."""
    page.goto("/cases/new")
    page.locator("#felt-title").fill("Solceller på taket")
    page.locator("#felt-summary").fill("Skolen fikk solceller.")
    page.locator("#felt-region").select_option("nordland")
    page.locator("#felt-language").select_option("nb")
    page.get_by_role("button", name="Lagre").last.click()
    page.wait_for_url(re.compile(r"/cases/[0-9a-f-]{36}$"))
    return re.sub(r"^https?://[^/]+", "", page.url)


def add_picture(page: Page, content: bytes, alt: str) -> None:
    page.get_by_label("Bildefil").set_input_files(FilePayload(name="a.jpg", mimeType="image/jpeg", buffer=content))
    page.get_by_label("Hva bildet viser").fill(alt)
    page.get_by_label("Fotograf eller kilde").fill("Kari Foto")
    page.get_by_role("button", name="Legg til bildet").click()


def test_pictures_and_files_are_added_put_in_order_and_taken_away_without_script(visit: Visitor) -> None:
    page = visit.page("nordland", script=False)
    path = drafted(page)
    page.get_by_role("link", name="Bilder og filer").click()
    add_picture(page, b"<svg/>", "Et tak")
    assert "Last opp et bilde i JPEG" in page.locator("#felt-picture-feil").inner_text()
    assert page.get_by_label("Hva bildet viser").input_value() == "Et tak"
    add_picture(page, located((1200, 900)), "Et tak")
    add_picture(page, picture(size=(1200, 900), colour="orange"), "En sol")
    page.get_by_role("button", name="Sett først").last.click()
    page.locator("#felt-file").set_input_files(FilePayload(name="a.pdf", mimeType="application/pdf", buffer=PDF))
    page.locator("#felt-title").fill("Rapport")
    page.get_by_role("button", name="Legg til fila").click()
    assert page.locator("ol img").first.get_attribute("alt") == "En sol"

    seen = visit.page("nordland")
    no_violation(seen, f"{path}/media")
    edit = seen.locator("a", has_text="Endre tekst")
    no_violation(seen, str(edit.first.get_attribute("href")))
    seen.goto(f"{path}/media")
    no_violation(seen, str(edit.last.get_attribute("href")))
    no_violation(seen, path)
    seen.set_viewport_size({"width": 1280, "height": 900})
    seen.goto(f"{path}/media")
    seen.goto(path)
    lead = seen.locator("main figure img").first
    assert lead.evaluate("image => image.complete && image.naturalWidth > 0")

    page.goto(f"{path}/media")
    page.get_by_role("button", name="Ta bort").first.click()
    assert page.locator("ol img").first.get_attribute("alt") == "Et tak"
