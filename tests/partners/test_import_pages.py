"""The pages and the JSON door of imports, from the file to the receipt."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from services.partners.import_runner import carry_on
from shared.auth.actor import Actor, Grant
from shared.clock import frozen
from shared.ids import new_id
from tests.partners.importing import as_csv, as_xlsx, versions
from tests.partners.support import API, org_number, organisation
from tests.support.apps import Browser, ServiceApp

PAGE = "/partners/imports/accounts"
EIK, ASK = org_number(0), org_number(10)


@pytest.fixture(autouse=True)
def in_march() -> Iterator[None]:
    with frozen(datetime(2026, 3, 2, 12, tzinfo=UTC)):
        yield


async def upload(browser: Browser, data: bytes, name: str = "regnskap.csv") -> str:
    answer = await browser.http.post(PAGE, data={"csrf_token": browser.csrf}, files={"file": (name, data)})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def test_a_file_is_sent_looked_over_confirmed_and_entered(partners: ServiceApp) -> None:
    eik = await organisation(partners, "Eik AS", org_number=EIK)
    ask = await organisation(partners, "Ask AS", org_number=ASK)
    staff = partners.browser("region_staff", "agder")
    rows = [
        (EIK, "Eik AS", 2024, 5),
        (EIK, "Eik AS", 2025, 500),
        (ASK, "Ask AS", 2025, "x"),
        (org_number(99), "", 2025, 1),
    ]
    there = await upload(staff, as_csv(rows))
    page = (await staff.get(there)).text
    assert "Rad 3, kolonne D (Scope 1 (tCO2e))" in page
    assert "«x» er ikke et tall" in page
    assert "Rad 3: Eik AS, 2025 er riktig" in page

    refused = await staff.submit(f"{there}/confirm", chosen="3")
    assert (refused.status_code, "Skriv hvorfor det er riktig" in refused.text) == (422, True)
    assert re.search(r'value="3" checked', refused.text)

    confirmed = await staff.submit(f"{there}/confirm", **{"chosen": "3", "note-3": "Kjøpte et skip"})
    assert (confirmed.status_code, confirmed.headers["location"]) == (303, there)
    running = (await staff.get(there)).text
    assert 'progress value="0" max="2"' in running
    assert "Oppdater" in running
    await carry_on(partners.database)
    done = (await staff.get(there)).text
    assert "2 nye, 0 rettet, 0 uendret" in done
    assert [one.note for one in await versions(partners, eik)] == ["Kjøpte et skip", ""]
    assert await versions(partners, ask) == []
    unknown = (await staff.get(f"{there}/rows?part=unknown")).content.decode("utf-8-sig")
    assert org_number(99) in unknown
    assert (await staff.submit(f"{there}/confirm")).status_code == 409


async def test_progress_comes_as_a_fragment_to_those_with_scripts(partners: ServiceApp) -> None:
    await organisation(partners, "Eik AS", org_number=EIK)
    staff = partners.browser("national")
    there = await upload(staff, as_csv([(EIK, "Eik AS", 2025, 5)]))
    await staff.submit(f"{there}/confirm")
    part = (await staff.get(there, headers={"hx-request": "true"})).text
    assert part.lstrip().startswith('<div id="framdrift" hx-get')
    await carry_on(partners.database)
    part = (await staff.get(there, headers={"hx-request": "true"})).text
    assert "hx-get" not in part
    assert "Importen er ferdig" in part


@pytest.mark.parametrize("format", ["xlsx", "csv"])
async def test_the_example_is_itself_a_file_that_is_read(partners: ServiceApp, format: str) -> None:
    await organisation(partners, "Eksempel AS", org_number="999990002")
    await organisation(partners, "Prøve kommune", org_number="999990010")
    staff = partners.browser("national")
    file = (await staff.get(f"{PAGE}/example?format={format}")).content
    page = (await staff.get(await upload(staff, file, f"eksempel.{format}"))).text
    assert "2 rader er klare til å lagres" in page


@pytest.mark.parametrize("data", [b"", b"\x00\x01\x02", b"%PDF-1.7", b"PK\x03\x04junk"])
async def test_what_is_no_spreadsheet_is_refused_at_the_field(partners: ServiceApp, data: bytes) -> None:
    staff = partners.browser("national")
    answer = await staff.http.post(PAGE, data={"csrf_token": staff.csrf}, files={"file": ("x.xlsx", data)})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    nothing = await staff.http.post(PAGE, data={"csrf_token": staff.csrf}, files={"file": ("", b"")})
    assert (nothing.status_code, "Velg en fil" in nothing.text) == (422, True)


async def test_a_file_may_be_given_up_and_is_others_business_never(partners: ServiceApp) -> None:
    await organisation(partners, "Eik AS", org_number=EIK)
    siv, per = [Actor(new_id(), new_id(), name, (Grant("region_staff", "agder"),)) for name in ("Siv", "Per")]
    staff = partners.browser_of(siv)
    there = await upload(staff, as_csv([(EIK, "Eik AS", 2025, 5)]))
    for other in (partners.browser_of(per), partners.browser("region_lead", "vestland")):
        assert (await other.get(there)).status_code == 404
        assert (await other.submit(f"{there}/delete")).status_code == 404
    assert (await partners.browser("partner_admin").get(PAGE)).status_code == 403
    assert (await staff.submit(f"{there}/delete")).status_code == 303
    assert (await staff.get(there)).status_code == 404


async def test_programs_send_look_over_and_confirm_too(partners: ServiceApp) -> None:
    eik = await organisation(partners, "Eik AS", org_number=EIK)
    national = partners.client("national")
    body = as_xlsx([(EIK, "Eik AS", 2025, 5), (EIK, "Eik AS", 2024, "mye")])
    made = await national.post(f"{API}/imports/accounts?name=a.xlsx", content=body)
    assert made.status_code == 201, made.text
    told = made.json()
    assert (told["status"], told["counts"]["new"], told["counts"]["wrong"]) == ("checked", 1, 1)
    assert told["rows"][0]["problems"][0] | {"text": ""} == {
        "level": "wrong",
        "row": 3,
        "column": "D",
        "heading": "Scope 1 (tCO2e)",
        "text": "",
    }
    confirmed = await national.post(f"{API}/imports/accounts/{told['id']}/confirm", json={})
    assert (confirmed.status_code, confirmed.json()["status"]) == (200, "running")
    await carry_on(partners.database)
    now = (await national.get(f"{API}/imports/accounts/{told['id']}")).json()
    assert (now["status"], now["done"], now["total"]) == ("done", 1, 1)
    assert len(await versions(partners, eik)) == 1
    bad = await national.post(f"{API}/imports/accounts", content=b"%PDF")
    assert bad.status_code == 422
