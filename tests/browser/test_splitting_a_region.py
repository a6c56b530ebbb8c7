"""A region is split from page to page: each passes axe on a wide screen and at 320 px, and giving it up changes nothing."""

import pytest

from tests.browser.conftest import Visitor
from tests.browser.looking import address, good
from tests.browser.splitting import abandon, assign, begin, choose_regions, press


@pytest.mark.parametrize("path", ["", "/troms", "/troms/edit", "/new", "/rearrangements?region=troms"])
def test_a_page_of_the_regions_is_for_everybody(visit: Visitor, path: str) -> None:
    page = visit.page("national")
    page.goto(f"/partners/regions{path}")
    good(page)


def test_preparing_a_split_and_giving_it_up_is_for_everybody(visit: Visitor) -> None:
    page = visit.page("national")
    base = begin(page)
    good(page)
    page.goto(f"{base}/targets")
    good(page)
    page.emulate_media(color_scheme="light")
    page.goto(page.url)
    press(page, "Legg til")
    assert page.locator(".ds-error-summary").count() == 1
    good(page, posted=True)
    abandon(page, base)
    good(page)


def test_saying_what_comes_to_which_new_region_is_for_everybody(visit: Visitor) -> None:
    page = visit.page("national")
    base = begin(page)
    choose_regions(page, base)
    good(page)
    for kind in ("organisation", "person", "case", "webinar"):
        page.goto(f"{base}/assign/{kind}")
        good(page)
    page.goto(base)
    good(page)
    assign(page, base)
    page.goto(base)
    assert page.get_by_role("button", name="Gjennomfør nå").count() == 1
    good(page)
    abandon(page, base)


def test_an_organisations_partnerships_are_for_everybody(visit: Visitor) -> None:
    page = visit.page("national")
    where = address(page, "PARTNER")
    page.goto(f"{where}/memberships")
    good(page)
    page.locator("main a", has_text="Avslutt").first.click()
    good(page)
