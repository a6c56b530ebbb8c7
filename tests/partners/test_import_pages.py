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
    for wrong in (there.replace("accounts", "people"), there.replace("accounts", "organisations")):
        for answer in (
            await staff.get(wrong),
            await staff.get(f"{wrong}/rows"),
            await staff.submit(f"{wrong}/confirm"),
        ):
            assert answer.status_code == 404
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


ORGANISATIONS = ("Eksternt id", "Org.nr.", "Virksomhet", "Sektor", "Region")
PEOPLE = ("Navn", "E-post", "Org.nr.", "Rolle")


async def sent(browser: Browser, kind: str, data: bytes, name: str) -> str:
    form = {"csrf_token": browser.csrf}
    answer = await browser.http.post(f"/partners/imports/{kind}", data=form, files={"file": (name, data)})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def test_organisations_and_then_their_people_are_sent_looked_over_and_entered(partners: ServiceApp) -> None:
    staff = partners.browser("region_staff", "agder")
    for page in ("/partners", "/partners/people"):
        assert f"/partners/imports/{'people' if 'people' in page else 'organisations'}" in (await staff.get(page)).text
    rows = [
        ("e-1", EIK, "Eik AS", "Næringsliv", "Agder"),
        ("a-1", ASK, "Ask", "Fiske", "Agder"),
        ("o-1", None, "Os", "Stat", "Oslo"),
    ]
    there = await sent(staff, "organisations", as_csv(rows, ORGANISATIONS), "virksomheter.csv")
    page = (await staff.get(there)).text
    assert "1 rad er klar til å lagres. Rader med feil lagres ikke." in page
    assert "Rad 3, kolonne D (Sektor)" in page
    assert "Oslo er ikke din region" in page
    assert 'progress value="0" max="1"' not in page
    assert (await staff.submit(f"{there}/confirm")).headers["location"] == there
    assert 'progress value="0" max="1"' in (await staff.get(there)).text
    await carry_on(partners.database)
    assert "1 nye, 0 rettet, 0 uendret" in (await staff.get(there)).text

    people = [("Kari Ny", "kari@example.org", EIK, "Partneransvarlig"), ("Ola", "ola", EIK, "Partner")]
    there = await sent(staff, "people", as_xlsx(people, PEOPLE), "personer.xlsx")
    assert "«ola» er ikke en e-postadresse" in (await staff.get(there)).text
    await staff.submit(f"{there}/confirm")
    await carry_on(partners.database)
    assert "1 nye, 0 rettet, 0 uendret" in (await staff.get(there)).text
    assert "Kari Ny" in (await staff.get("/partners/people")).text


async def test_the_rows_to_mend_are_a_file_that_is_sent_again_once_mended(partners: ServiceApp) -> None:
    staff = partners.browser("national")
    rows = [("e-1", "123 456 789", "Eik AS", "Næringsliv", "Agder"), ("o-1", None, "Os AS", "Næringsliv", "Atlantis")]
    there = await sent(staff, "organisations", as_csv(rows, ORGANISATIONS), "virksomheter.csv")
    assert "part=left-out&amp;format=csv" in (await staff.get(there)).text
    file = (await staff.get(f"{there}/rows?part=left-out&format=csv")).content.decode("utf-8-sig")
    head, first, second = file.splitlines()
    assert head.startswith("Rad;Celle;Gjelder;Hva som må rettes;Eksternt id;Org.nr.;Virksomhet;Sektor")
    assert first.startswith('2;B2;Eik AS;"Organisasjonsnummeret er ikke gyldig. Det har ni siffer')
    assert second.startswith("3;E3;Os AS;Det finnes ingen region «Atlantis».")
    mended = file.replace("123 456 789", EIK).replace(";Atlantis;", ";Agder;").encode()
    again = await sent(staff, "organisations", mended, "rettet.csv")
    assert "2 rader er klare til å lagres" in (await staff.get(again)).text


@pytest.mark.parametrize("kind", ["organisations", "people"])
@pytest.mark.parametrize("format", ["xlsx", "csv"])
async def test_each_kind_has_an_example_that_is_itself_read(partners: ServiceApp, kind: str, format: str) -> None:
    await organisation(partners, "Eksempel AS", org_number="999990002", external_id="kunde-1001")
    staff = partners.browser("national")
    page = (await staff.get(f"/partners/imports/{kind}")).text
    assert f"/partners/imports/{kind}/example?format={format}" in page
    file = (await staff.get(f"/partners/imports/{kind}/example?format={format}")).content
    page = (await staff.get(await sent(staff, kind, file, f"eksempel.{format}"))).text
    assert "2 rader er klare til å lagres" in page


@pytest.mark.parametrize("kind", ["organisations", "people"])
async def test_who_is_no_staff_imports_nothing(partners: ServiceApp, kind: str) -> None:
    for role in ("partner_admin", "auditor", "reviewer"):
        assert (await partners.browser(role).get(f"/partners/imports/{kind}")).status_code == 403
        assert (await partners.client(role).post(f"{API}/imports/{kind}", content=b"x")).status_code == 403
    assert (await partners.visitor().get(f"/partners/imports/{kind}")).status_code in (303, 401)


async def test_programs_import_organisations_and_people(partners: ServiceApp) -> None:
    region = partners.client("region_lead", "agder")
    for kind, head, rows in (
        (
            "organisations",
            ORGANISATIONS,
            [("e-1", EIK, "Eik AS", "business", "agder"), ("o", None, "Os", "ngo", "oslo")],
        ),
        (
            "people",
            PEOPLE,
            [("Kari Ny", "kari@example.org", EIK, "partner_admin"), ("Per", "per@example.org", None, "national")],
        ),
    ):
        made = (await region.post(f"{API}/imports/{kind}?name=a.csv", content=as_csv(rows, head))).json()
        assert (made["counts"]["new"], made["counts"]["foreign"], made["rows"][0]["row"]) == (1, 1, 3)
        assert (await region.post(f"{API}/imports/{kind}/{made['id']}/confirm", json={})).status_code == 200
        await carry_on(partners.database)
        now = (await region.get(f"{API}/imports/{kind}/{made['id']}")).json()
        assert (now["status"], now["counts"]["stored_new"]) == ("done", 1)
