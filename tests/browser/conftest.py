"""A browser on the running demo."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.chromium import launched
from tests.support.demo import Demo, demo

PEOPLE = {
    "national": "nasjonal.koordinator@example.org",
    "nordland": "regionleder.nordland@example.org",
    "agder": "regionleder.agder@example.org",
    "partner": "klimaansvarlig@example.org",
}


@pytest.fixture(scope="package")
def running_demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with demo(tmp_path_factory.mktemp("demo") / "data") as running:
        yield running


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with launched() as running:
        yield running


class Visitor:
    """Opens pages of the demo as a person with a certain screen, language and role."""

    def __init__(self, browser: Browser, running: Demo) -> None:
        self._browser = browser
        self._running = running
        self._contexts: list[BrowserContext] = []

    def page(
        self, who: str = "", *, width: int = 1280, dark: bool = False, script: bool = True, language: str = "nb"
    ) -> Page:
        context = self._browser.new_context(
            base_url=self._running.base_url,
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            java_script_enabled=script,
            reduced_motion="reduce",
            locale={"nb": "nb-NO", "nn": "nn-NO", "en": "en-GB"}[language],
        )
        self._contexts.append(context)
        page = context.new_page()
        if who:
            page.goto("/partners/sign-in")
            page.locator(f'button[name=person][value="{PEOPLE[who]}"]').click()
            page.wait_for_url(re.compile(r"/(partners/work)?$"))
        return page

    def close(self) -> None:
        for context in self._contexts:
            context.close()


@pytest.fixture
def visit(browser: Browser, running_demo: Demo) -> Iterator[Visitor]:
    visitor = Visitor(browser, running_demo)
    yield visitor
    visitor.close()
