"""The style guide, with every chart on it, in a browser: axe finds nothing, nothing is wider than the screen, nothing breaks the policy."""

from collections.abc import Iterator
from datetime import date
from mimetypes import guess_type
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route
from starlette.requests import Request

from shared.contracts.vocabulary import LANGUAGES, Language
from shared.web.envelope import HEADERS
from shared.web.forms import ShownForm
from shared.web.render import STATIC, Renderer
from tests.browser.chromium import launched
from tests.browser.looking import RULES, SCREENS
from tests.shared.charts.samples import drawn


def style_guide(language: Language = "nb") -> str:
    scope = {"type": "http", "method": "GET", "path": "/stilguide", "query_string": b"", "headers": [], "state": {}}
    request = Request(scope)
    request.state.language, request.state.actor = language, None
    errors = {"name": "Skriv et navn.", "themes": "Velg minst ett tema."}
    context = {"today": date(2026, 11, 24), "wrong": ShownForm({}, {}, errors), "drawn": drawn(language)}
    renderer = Renderer((), (), link_key=b"x" * 32, base_url="http://kit.test", demo=False)
    return bytes(renderer.page(request, "kit/styleguide.html", context).body).decode()


def answered(route: Route) -> None:
    path = urlsplit(route.request.url).path
    if path.startswith("/static/"):
        file = STATIC / path.removeprefix("/static/")
        route.fulfill(body=file.read_bytes(), content_type=guess_type(file.name)[0] or "font/woff2")
    elif path == "/stilguide":
        route.fulfill(body=style_guide(), content_type="text/html; charset=utf-8", headers=HEADERS)
    else:
        route.fulfill(status=404)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as running:
        yield running


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(base_url="http://kit.test", reduced_motion="reduce")
    context.route("**/*", answered)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize(("width", "scheme"), SCREENS)
def test_the_style_guide_has_no_violation(page: Page, width: int, scheme: str) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto("/stilguide")
    for summary in page.locator(".kb-numbers summary").all():
        summary.click()
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, found.generate_report()
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0
    assert not [text for text in said if "Content Security Policy" in text]


def test_texts_in_a_chart_keep_their_size_and_stay_inside_at_320_px(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 900})
    page.goto("/stilguide")
    boxes = page.evaluate(
        """[...document.querySelectorAll('svg.kb-chart text')].map(text => {
            const one = text.getBoundingClientRect(), frame = text.ownerSVGElement.closest('figure').getBoundingClientRect()
            return [parseFloat(getComputedStyle(text).fontSize), one.left - frame.left, frame.right - one.right, text.textContent]
        })"""
    )
    assert len(boxes) > 30
    assert {size for size, *_rest in boxes} == {15}
    assert [said for _size, left, right, said in boxes if left < 0 or right < 0] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_style_guide_is_made_in_every_language(language: Language) -> None:
    assert f'lang="{language}"' in style_guide(language)
