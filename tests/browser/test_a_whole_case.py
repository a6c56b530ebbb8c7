"""A case with all that belongs to it: written in a form whose rows come and go, read with the figures first, told in English."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitor
from tests.browser.looking import fits, no_violation


def more(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def choose(page: Page, name: str, value: str) -> None:
    page.locator(f"select[name={name}]").select_option(value)


def fill(page: Page, **typed: str) -> None:
    for name, text in typed.items():
        page.locator(f"[name={name.replace('__', '-')}]").last.fill(text)


@pytest.mark.parametrize("script", [True, False], ids=["with a script", "without"])
def test_a_whole_case_is_written_read_and_translated(visit: Visitor, script: bool) -> None:
    page = visit.page("nordland", script=script)
    page.goto("/cases/new")
    fill(
        page, title=f"Elbusser i Bodø {uuid4().hex[:6]}", summary="Kommunen byttet tolv busser.", capex_nok="5 000 000"
    )
    choose(page, "region", "nordland")
    more(page, "Legg til en virkning")
    expect(page.locator("[name=impacts-0-value]")).to_be_visible()
    fill(page, impacts__0__value="40,5", impacts__0__uncertainty_percent="10", impacts__0__baseline_text="Dieselbusser")
    choose(page, "impacts-0-metric", "ghg_reduction")
    choose(page, "impacts-0-unit", "tco2e")
    choose(page, "impacts-0-method", "measured")
    more(page, "Legg til en virkning")
    expect(page.locator("[name=impacts-1-value]")).to_be_visible()
    expect(page.locator("[name=impacts-0-value]")).to_have_value("40,5")
    fill(page, impacts__1__value="7")
    more(page, "Fjern Virkning 2")
    expect(page.locator("[name=impacts-1-value]")).to_have_count(0)
    more(page, "Legg til støtte")
    fill(page, fundings__0__source="Enova", fundings__0__nok="1 000 000", saving_nok_per_year="500 000")
    fill(page, did_not_work="Den første laderen tålte ikke kulda.", municipalities="Bodø")
    if script:
        fits(page, "the form with rows")
    page.locator("[name=title]").press("Enter")
    page.wait_for_url(re.compile(r"/cases/[0-9a-f-]{36}$"))
    address = page.url
    main = page.locator("main")
    for told in (
        "40,5",
        "Målt",
        "± 10 %",
        "10 år, uten å trekke fra støtte",
        "Enova: 1 000 000 kr",
        "tålte ikke kulda",
    ):
        expect(main).to_contain_text(told)
    page.goto(f"{address}/translations/en")
    fill(page, title="Electric buses in Bodø", summary="Twelve buses.", did_not_work="The first charger.")
    page.get_by_role("button", name="Lagre").click()
    expect(page.locator("h1")).to_have_text("Electric buses in Bodø")
    expect(page.locator("h1")).to_have_attribute("lang", "en")
    if script:
        for part in ("", "/edit", "/translations", "/translations/en", "/history/1", "/history/2"):
            no_violation(page, re.sub(r"^https?://[^/]+", "", address) + part)
