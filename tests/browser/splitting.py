"""Splitting a region by its pages, up to where it could be done."""

from itertools import cycle

from playwright.sync_api import Page

LIST = "/partners/regions/rearrangements"
NEW = (("nord-troms", "Nord-Troms", "11", "55"), ("sor-troms", "Sør-Troms", "12", "56"))
"""The regions that could take over from Troms: the address, the name, the row on the map, and the county of each."""


def press(page: Page, name: str) -> None:
    """Press a button and wait until what it leads to has loaded."""
    page.get_by_role("button", name=name, exact=True).click()
    page.wait_for_load_state("networkidle")


def begin(page: Page) -> str:
    """Begin to split Troms, and return where that is prepared."""
    page.goto(f"{LIST}?region=troms")
    page.locator('input[name=kind][value="split"]').check()
    press(page, "Start forberedelsene")
    return page.url


def choose_regions(page: Page, base: str) -> None:
    """Say which regions take over."""
    page.goto(f"{base}/targets")
    for slug, name, row, county in NEW:
        page.fill("#felt-slug", slug)
        for field in ("name_nb", "name_nn", "name_en"):
            page.fill(f"#felt-{field}", name)
        page.locator('input[name=language][value="nb"]').check()
        page.locator(f'input[name=counties][value="{county}"]').check()
        page.fill("#felt-tile_row", row)
        page.fill("#felt-tile_column", "9")
        press(page, "Legg til")


def assign(page: Page, base: str) -> None:
    """Say where everything comes that has no new region yet, half of what the page shows to each in turn."""
    for kind in ("organisation", "person", "case", "webinar"):
        for slug, *_ in cycle(NEW):
            page.goto(f"{base}/assign/{kind}?to=?")
            lines = page.locator("input[name=ids]").all()
            if not lines:
                break
            for line in lines[: len(lines) // 2 + 1]:
                line.check()
            page.locator(f'input[name=targets][value="{slug}"]').check()
            press(page, "Flytt de valgte dit")


def abandon(page: Page, base: str) -> None:
    """Give the split up: nothing has changed."""
    page.goto(base)
    press(page, "Avbryt omorganiseringen")
    if page.get_by_role("button", name="Avbryt den").count():
        press(page, "Avbryt den")
    assert page.locator("main").inner_text().count("Ingenting er endret")
