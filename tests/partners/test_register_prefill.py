"""Registering an organisation with what the register of organisations tells, or without it."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import UUID

import pytest

from services.partners.models import Organisation
from shared.clock import today_in_norway
from tests.partners.support import API, organisation
from tests.support.apps import ServiceApp, service_app
from tests.support.register import FakeRegister, register_server

GLASS = "999990002"
UNIT = {
    "organisasjonsnummer": GLASS,
    "navn": "FJORDGLASS NORGE AS",
    "organisasjonsform": {"kode": "AS", "beskrivelse": "Aksjeselskap"},
    "hjemmeside": "www.fjordglass.example.org",
    "forretningsadresse": {"kommune": "KRISTIANSAND", "kommunenummer": "4204", "landkode": "NO"},
    "naeringskode1": {"kode": "43.342", "beskrivelse": "Glassarbeid"},
    "institusjonellSektorkode": {"kode": "2100", "beskrivelse": "Private aksjeselskaper mv."},
    "antallAnsatte": 37,
    "maalform": "Nynorsk",
}


@pytest.fixture
def register() -> Iterator[FakeRegister]:
    with register_server([UNIT]) as found:
        yield found


@pytest.fixture
async def partners(database_url: str, tmp_path: Path, register: FakeRegister) -> AsyncIterator[ServiceApp]:
    async with service_app("partners", database_url, tmp_path, register_url=register.url) as service:
        yield service


async def kept(partners: ServiceApp, location: str) -> Organisation:
    async with partners.database.reading() as session:
        return await session.get_one(Organisation, UUID(location.rpartition("/")[2]))


async def test_a_number_fills_in_the_form(partners: ServiceApp) -> None:
    page = (await partners.browser("region_staff", "agder").get("/partners/new?q=999 990 002")).text
    for value in ("Fjordglass Norge AS", GLASS, "Kristiansand", "4204", "43.342", "Glassarbeid", "37", "AS"):
        assert f'value="{value}"' in page, value
    assert 'value="https://www.fjordglass.example.org"' in page
    assert 'value="nn" checked' in page
    assert 'value="business" checked' in page
    assert "Sektorkoden 2100 er næringsliv." in page


async def test_a_name_leads_to_the_number(partners: ServiceApp) -> None:
    browser = partners.browser("region_staff", "agder")
    page = (await browser.get("/partners/new?q=fjordglass")).text
    assert f'href="/partners/new?org_number={GLASS}"' in page
    assert "999\u00a0990\u00a0002" in page
    assert "ingen virksomhet med dette navnet" in (await browser.get("/partners/new?q=finnes+ikke")).text


async def test_what_is_registered_is_vouched_for_and_staff_may_change_all(partners: ServiceApp) -> None:
    browser = partners.browser("region_staff", "agder")
    typed = {"name": "Fjordglass", "org_number": GLASS, "sector": "business", "regions": "agder", "language": "nb"}
    answer = await browser.submit("/partners/new", **typed, nace_code="43.342", employees="40")
    assert answer.status_code == 303
    made = await kept(partners, answer.headers["location"])
    assert (made.name, made.language, made.employees, made.nace_theme) == ("Fjordglass", "nb", 40, "construction")
    assert (made.verified_on, made.sector_source) == (today_in_norway(), "register")
    assert made.sector_reason % {"value": made.sector_value} == "Sektorkoden 2100 er næringsliv."
    page = (await browser.get(answer.headers["location"])).text
    assert "Bekreftet mot Enhetsregisteret" in page
    assert "999\u00a0990\u00a0002" in page


async def test_a_sector_staff_chose_is_theirs(partners: ServiceApp) -> None:
    typed = {"name": "Fjordglass", "org_number": GLASS, "sector": "ngo", "regions": "agder"}
    answer = await partners.browser("region_staff", "agder").submit("/partners/new", **typed)
    made = await kept(partners, answer.headers["location"])
    assert (made.sector, made.sector_source, made.sector_reason) == ("ngo", "staff", "")


async def test_with_the_register_away_all_is_typed_by_hand_and_flagged(
    partners: ServiceApp, register: FakeRegister
) -> None:
    register.down()
    browser = partners.browser("region_staff", "agder")
    first = (await browser.get(f"/partners/new?q={GLASS}")).text
    assert "Enhetsregisteret svarer ikke" in first
    assert f"/partners/new?by=hand&amp;org_number={GLASS}" in first
    form = (await browser.get(f"/partners/new?by=hand&org_number={GLASS}")).text
    assert f'value="{GLASS}"' in form
    typed = {"name": "Fjordglass AS", "org_number": GLASS, "sector": "business", "regions": "agder"}
    answer = await browser.submit("/partners/new", **typed)
    assert answer.status_code == 303
    page = (await browser.get(answer.headers["location"])).text
    assert "ikke bekreftet mot Enhetsregisteret ennå" in page
    assert "Ikke bekreftet mot Enhetsregisteret" in page
    assert (await kept(partners, answer.headers["location"])).verified_on is None
    async with partners.visitor() as visitor:
        assert "Ikke bekreftet" not in (await visitor.get(answer.headers["location"])).text


async def test_a_number_known_in_another_region_is_not_registered_again(partners: ServiceApp) -> None:
    made = await organisation(partners, "Fjordglass AS", "vestland", org_number=GLASS)
    page = (await partners.browser("region_staff", "agder").get(f"/partners/new?q={GLASS}")).text
    assert "Fjordglass AS er allerede registrert" in page
    assert f'href="/partners/{made}/memberships"' in page
    own = (await partners.browser("region_staff", "vestland").get(f"/partners/new?q={GLASS}")).text
    assert f'href="/partners/{made}"' in own
    assert f'href="/partners/{made}/memberships"' not in own
    by_name = (await partners.browser("region_staff", "agder").get("/partners/new?q=fjordglass")).text
    assert "Fjordglass AS er allerede registrert" in by_name
    assert f"org_number={GLASS}" not in by_name


async def test_a_number_nobody_has_and_one_that_is_gone_are_told_apart(
    partners: ServiceApp, register: FakeRegister
) -> None:
    browser = partners.browser("national")
    assert "kjenner ikke" in (await browser.get("/partners/new?q=999990010")).text
    register.put({**UNIT, "slettedato": "2026-01-02"})
    assert "er slettet i Enhetsregisteret" in (await browser.get(f"/partners/new?q={GLASS}")).text
    register.remove(GLASS)
    assert "er slettet i Enhetsregisteret" in (await browser.get(f"/partners/new?q={GLASS}")).text


async def test_programs_ask_for_what_the_register_tells(partners: ServiceApp, register: FakeRegister) -> None:
    made = await organisation(partners, "Fjordglass AS", org_number=GLASS)
    async with partners.client("region_staff", "agder") as staff:
        answer = (await staff.get(f"{API}/register/{GLASS}")).json()
        wrong = await staff.get(f"{API}/register/123456789")
        unknown = await staff.get(f"{API}/register/999990010")
        register.down()
        away = await staff.get(f"{API}/register/{GLASS}")
    assert (answer["name"], answer["employees"], answer["language"]) == ("Fjordglass Norge AS", 37, "nn")
    assert (answer["sector_reason"], answer["known_as"]) == ("Sektorkoden 2100 er næringsliv.", str(made))
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "org_number")
    assert (unknown.status_code, away.status_code, away.json()["code"]) == (404, 503, "register-away")
    async with partners.client("partner_admin", organisation_id=made) as partner:
        assert (await partner.get(f"{API}/register/{GLASS}")).status_code == 403


@pytest.mark.parametrize("q", ["<script>", b"%00".decode(), "x" * 200, "¹²³", "' OR 1=1"])
async def test_whatever_is_looked_up_is_answered(partners: ServiceApp, q: str) -> None:
    answer = await partners.browser("national").get("/partners/new", params={"q": q})
    assert answer.status_code in (200, 400)
    assert "<script>" not in answer.text.replace("<script ", "").split("<main", 1)[-1]
