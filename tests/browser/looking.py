"""What every page must pass: axe (WCAG 2.2 AA and best practice) in light and dark, on a wide screen and at 320 px."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],  # What passes is not told of, which takes half the time.
}
SCREENS: tuple[tuple[int, Literal["light", "dark"]], ...] = (
    (1280, "light"),
    (1280, "dark"),
    (320, "light"),
    (320, "dark"),
)
LISTS = {
    "CASE": "/cases",
    "PARTNER": "/partners",
    "WEBINAR": "/events",
    "PERSON": "/partners/people",
    "ROUND": "/partners/rounds",
    "SEGMENT": "/partners/segments",
}


def address(page: Page, path: str) -> str:
    """Return where a page stands; a name in capitals is the first of its kind in the demo."""
    name, rest = re.fullmatch(r"([A-Z]*)(.*)", path, re.DOTALL).groups()  # type: ignore[union-attr]
    if not name:
        return path
    where = LISTS[name]
    page.goto(where)
    links = [str(link.get_attribute("href")) for link in page.locator("main a[href]").all()]
    return next(found[0] for link in links if (found := re.match(rf"{where}/[0-9a-f-]{{36}}", link))) + rest


def settle(page: Page, path: str) -> None:
    """Open a page and wait until it has loaded what it loads."""
    page.goto(path)
    page.wait_for_load_state("networkidle")


def no_violation(page: Page, path: str) -> None:
    """The page passes on every screen, fits it, and asks for nothing its content policy forbids."""
    where = address(page, path)
    with within_its_policy(page):
        for width, scheme in SCREENS:
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)
            settle(page, where)
            fits(page, f"{path} at {width} px, {scheme}")


def fits(page: Page, what: str) -> None:
    """The page as it stands has no violation, and is no wider than the screen."""
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, f"{what}:\n{found.generate_report()}"
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0, f"{what}: {overflow} px wider than the screen"


@contextmanager
def within_its_policy(page: Page) -> Iterator[None]:
    """Nothing the page asks for in the block is what its content policy forbids."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    yield
    assert not [text for text in said if "Content Security Policy" in text]


def good(page: Page, *, posted: bool = False) -> None:
    """The page that is open has no violation and fits the screen. One that answers a form is not asked for anew in the dark."""
    for width, scheme in SCREENS:
        if posted and scheme == "dark":
            continue
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        if not posted:
            page.goto(page.url)
        fits(page, f"{page.url} at {width} px, {scheme}")
