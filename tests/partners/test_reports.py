"""The annual report: the same figures for the same day, in a workbook and as a PDF that screen readers can read."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO

import httpx
import pytest
from openpyxl import load_workbook

from services.partners.models import ClimateAccount, Membership, Organisation
from shared.clock import frozen
from tests.partners.importing import as_csv, imported
from tests.partners.support import org_number, organisation
from tests.shared.pdf.reading import Pdf
from tests.support.apps import ServiceApp

MARCH, JUNE = datetime(2026, 3, 2, 12, tzinfo=UTC), datetime(2026, 6, 1, 12, tzinfo=UTC)
EIK, ASK, ALM = (org_number(serial) for serial in (0, 10, 20))
HEAD = ("Org.nr.", "År", "Scope 1", "Scope 2 lokasjonsbasert", "Scope 2 markedsbasert", "Scope 3")
FILE = "/partners/reports/file"


@pytest.fixture(autouse=True)
def in_march() -> Iterator[None]:
    with frozen(MARCH):
        yield


async def enter(partners: ServiceApp) -> None:
    for name, number in (("Eik & <Sønner> AS", EIK), ("Ask AS", ASK), ("Alm AS", ALM)):
        await organisation(partners, name, "agder", org_number=number)
    rows = [(EIK, 2024, 1500, 5, 6, 7), (EIK, 2025, "1234,5", 4, 5, 6), (ASK, 2025, 8, 1, None, None)]
    await imported(partners, as_csv(rows, HEAD))


def sheets(answer: httpx.Response) -> dict[str, list[tuple[object, ...]]]:
    assert answer.status_code == 200
    book = load_workbook(BytesIO(answer.content))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}


async def test_the_workbook_has_summary_organisations_what_was_left_out_and_the_method(partners: ServiceApp) -> None:
    await enter(partners)
    found = sheets(await partners.browser("national").get(f"{FILE}?format=xlsx&year=2025&region=agder"))
    assert list(found) == ["Sammendrag", "Virksomhetene", "Utelatt", "Metode 2025"]
    assert found["Sammendrag"][1][:6] == ("Scope 1", 1242.5, 1500, 1234.5, -17.7, 1)
    assert "Summen gjelder 2 av 3. 1 har ikke levert." in found["Sammendrag"][1]
    names = [row[1] for row in found["Virksomhetene"][1:]]
    assert names == ["Alm AS", "Ask AS", "Eik & <Sønner> AS"]
    left_out = {row[1]: row[3] for row in found["Utelatt"][1:]}
    assert left_out == {
        "Alm AS": "Har ikke levert klimaregnskap for 2025.",
        "Ask AS": "Har levert uten Scope 2, markedsbasert, Scope 3.",
    }
    assert ("Slik det stod 2. mars 2026",) in found["Metode 2025"]


@pytest.mark.parametrize(
    ("language", "title", "left_out", "reason", "sum_"),
    [
        ("nb", "Klimaregnskap 2025: Agder", "Hvem og hva som er utelatt", "Har ikke levert klimaregnskap", "1 242"),
        (
            "nn",
            "Klimarekneskap 2025: Agder",
            "Kven og kva som er utelate",
            "Har ikkje levert klimarekneskap",
            "1 242",
        ),
        ("en", "Climate accounts 2025: Agder", "Who and what has been left out", "Has not", "1,242"),
    ],
)
async def test_the_pdf_is_tagged_and_titled_in_the_readers_language(
    partners: ServiceApp, language: str, title: str, left_out: str, reason: str, sum_: str
) -> None:
    await enter(partners)
    browser = partners.browser("region_staff", "agder")
    answer = await browser.get(f"{FILE}?format=pdf&region=agder&lang={language}", headers={"accept-language": language})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    report = Pdf(answer.content)
    text = " ".join(report.text.split())
    assert report.title == title
    assert f"/Lang({language}" in report.data.decode("latin-1")
    assert {"H1", "Table", "TH", "TD", "Figure"} <= set(report.tags())
    assert text.index(left_out) < text.index(reason)
    for said in (sum_, "Eik & <Sønner> AS", "Alm AS"):
        assert said in text, text


async def test_a_report_as_of_a_day_is_the_same_after_a_correction(partners: ServiceApp) -> None:
    await enter(partners)
    national = partners.browser("national")
    query = f"{FILE}?format=xlsx&year=2025&as_of=2026-03-02"
    before = sheets(await national.get(query))
    with frozen(JUNE):
        await imported(partners, as_csv([(EIK, 2025, 1000, 4, 5, 6), (ALM, 2025, 3, 3, 3, 3)], HEAD))
        assert sheets(await partners.browser("national").get(query)) == before
        now = sheets(await partners.browser("national").get(f"{FILE}?format=xlsx&year=2025"))
    assert now["Sammendrag"][1][1] == 1011


async def test_only_staff_and_auditors_of_the_region_have_it(partners: ServiceApp) -> None:
    await enter(partners)
    for address in ("/partners/reports?region=agder", f"{FILE}?region=agder"):
        assert (await partners.browser("region_staff", "vestland").get(address)).status_code == 403
        assert (await partners.browser("partner_admin").get(address)).status_code == 403
        assert (await partners.browser("auditor", "agder").get(address)).status_code == 200
        assert (await partners.visitor().get(address)).status_code in (303, 401)
    assert (await partners.browser("region_lead", "agder").get("/partners/reports")).status_code == 200


async def test_of_the_whole_network_staff_get_the_sums_of_all_and_the_rows_of_their_own(partners: ServiceApp) -> None:
    await enter(partners)
    await organisation(partners, "Bjørk AS", "nordland")
    for browser, names, told in (
        (partners.browser("region_staff", "nordland"), ["Bjørk AS"], True),
        (partners.browser("auditor"), ["Alm AS", "Ask AS", "Bjørk AS", "Eik & <Sønner> AS"], False),
    ):
        found = sheets(await browser.get(f"{FILE}?format=xlsx&year=2025"))
        assert found["Sammendrag"][1][1] == 1242.5
        assert [row[1] for row in found["Virksomhetene"][1:]] == names
        assert {row[1] for row in found["Utelatt"][1:]} <= set(names)
        assert any("dine egne regioner" in str(row[0]) for row in found["Metode 2025"]) == told


async def test_four_hundred_organisations_take_seconds(partners: ServiceApp) -> None:
    async with partners.database.writing() as session:
        firms = [Organisation(name=f"Virksomhet {n} AS", org_number=None, sector="business") for n in range(400)]
        session.add_all(firms)
        await session.flush()
        session.add_all(Membership(organisation_id=one.id, region="agder", since=MARCH.date()) for one in firms)
        session.add_all(
            ClimateAccount(
                organisation_id=one.id,
                year=year,
                scope1=Decimal(n),
                scope2_location=Decimal(2 * n),
                scope3=None if n % 4 else Decimal(n),
            )
            for n, one in enumerate(firms, 1)
            for year in (2023, 2024, 2025)
        )
    started = time.perf_counter()
    answer = await partners.browser("national").get(f"{FILE}?format=pdf&year=2025")
    took = time.perf_counter() - started
    print(f"PDF of 400 organisations: {took:.1f} s, {len(answer.content)} bytes")
    assert answer.status_code == 200
    assert took < 20, "a few seconds on a machine of its own"
