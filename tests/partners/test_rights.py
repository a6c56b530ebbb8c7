"""Who may do what in the registry: a row for everybody, through the doors."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from shared.auth.actor import Grant
from tests.partners.support import API, HTML, organisation, person, running_grants, stored
from tests.support.apps import ServiceApp, service_app


@dataclass
class Registry:
    """An organisation with a person in Agder, another in Nordland, and staff to protect."""

    service: ServiceApp
    eik: UUID
    alm: UUID
    ask: UUID

    def client(self, who: str) -> httpx.AsyncClient:
        if who == "visitor":
            return self.service.visitor()
        grants = {
            "national": Grant("national"),
            "own staff": Grant("region_staff", "agder"),
            "other staff": Grant("region_staff", "nordland"),
            "own partner": Grant("partner_member", None, self.eik),
            "other partner": Grant("partner_member", None, self.alm),
        }
        return self.service.visitor(headers={"Authorization": f"Bearer {self.service.token(grants[who])}"})


@pytest.fixture
async def registry(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Registry]:
    async with service_app("partners", sqlite_url, tmp_path) as service:
        eik = await organisation(service, "Eik AS", "agder")
        alm = await organisation(service, "Alm AS", "nordland")
        ask = await person(service, "ask@example.org", organisation_id=eik)
        yield Registry(service, eik, alm, ask)


WHO = ("national", "own staff", "other staff", "own partner", "other partner", "visitor")
MATRIX: dict[str, tuple[int, ...]] = {
    "read the directory": (200, 200, 200, 200, 200, 200),
    "read an organisation": (200, 200, 200, 200, 200, 200),
    "register an organisation": (201, 201, 403, 403, 403, 401),
    "edit an organisation": (200, 200, 403, 200, 403, 401),
    "move an organisation": (200, 403, 403, 403, 403, 401),
    "take an organisation out of the region": (200, 200, 403, 403, 403, 401),
    "put an organisation out of use": (200, 200, 403, 403, 403, 401),
    "read a person": (200, 200, 200, 403, 403, 401),
    "register a person": (201, 201, 403, 403, 403, 401),
    "edit a person": (200, 200, 403, 403, 403, 401),
    "make a person regional staff": (200, 200, 403, 403, 403, 401),
    "make a person staff elsewhere": (200, 403, 403, 403, 403, 401),
    "make a person national": (200, 403, 403, 403, 403, 401),
    "let a person act for another region's organisation": (200, 403, 403, 403, 403, 401),
}


def request_for(deed: str, registry: Registry) -> tuple[str, str, dict[str, Any] | None]:
    eik, ask = f"{API}/organisations/{registry.eik}", f"{API}/people/{registry.ask}"
    firm = {"name": "Eik AS", "regions": ["agder"]}
    who = {"name": "Ask", "email": "ask@example.org", "organisation_id": str(registry.eik)}
    return {
        "read the directory": ("GET", f"{API}/organisations", None),
        "read an organisation": ("GET", eik, None),
        "register an organisation": ("POST", f"{API}/organisations", {**firm, "name": "Ny"}),
        "edit an organisation": ("PUT", eik, {**firm, "description": "Ny tekst"}),
        "move an organisation": ("PUT", eik, {**firm, "regions": ["agder", "nordland"]}),
        "take an organisation out of the region": ("PUT", eik, {**firm, "regions": []}),
        "put an organisation out of use": ("PUT", eik, {**firm, "active": False}),
        "read a person": ("GET", ask, None),
        "register a person": ("POST", f"{API}/people", {**who, "email": "ny@example.org"}),
        "edit a person": ("PUT", ask, {**who, "title": "Sjef"}),
        "make a person regional staff": ("PUT", ask, {**who, "role": "region_staff", "region": "agder"}),
        "make a person staff elsewhere": ("PUT", ask, {**who, "role": "region_staff", "region": "nordland"}),
        "make a person national": ("PUT", ask, {**who, "role": "national"}),
        "let a person act for another region's organisation": (
            "PUT",
            ask,
            {**who, "organisation_id": str(registry.alm)},
        ),
    }[deed]


@pytest.mark.parametrize("deed", MATRIX)
@pytest.mark.parametrize("who", WHO)
async def test_rights_are_as_the_table_says(registry: Registry, who: str, deed: str) -> None:
    method, path, body = request_for(deed, registry)
    async with registry.client(who) as client:
        answer = await client.request(method, path, json=body)
    assert answer.status_code == MATRIX[deed][WHO.index(who)], answer.text


@pytest.mark.parametrize(
    ("role", "region"),
    [("national", None), ("national", "agder"), ("region_staff", "nordland"), ("region_staff", "agder")],
)
async def test_nobody_takes_over_the_account_of_somebody_they_could_not_have_appointed(
    registry: Registry, role: str, region: str | None
) -> None:
    organisation_id = registry.eik if region != "agder" else None
    boss = await person(registry.service, "sjef@example.org", role=role, region=region, organisation_id=organisation_id)
    stolen = {"name": "Sjef", "email": "tyv@example.org", "role": role, "region": region, "version": 1}
    async with registry.client("own staff") as staff:
        answer = await staff.put(f"{API}/people/{boss}", json=stolen)
        form = await registry.service.browser("region_staff", "agder").get(f"/partners/people/{boss}/edit")
    may = (role, region) == ("region_staff", "agder")
    assert answer.status_code == (200 if may else 403)
    assert form.status_code == (200 if may else 403)
    assert (await stored(registry.service, boss)).email == ("tyv@example.org" if may else "sjef@example.org")


async def test_nobody_lets_a_person_of_theirs_act_in_another_region(registry: Registry) -> None:
    given = {"name": "Muldvarp", "email": "m@example.org", "region": "agder", "organisation_id": str(registry.alm)}
    async with registry.client("own staff") as staff:
        assert (await staff.post(f"{API}/people", json=given)).status_code == 403


async def test_staff_may_edit_a_person_without_touching_what_is_another_regions(registry: Registry) -> None:
    shared = await organisation(registry.service, "Felles AS", "agder", "nordland")
    ola = await person(registry.service, "ola@example.org", organisation_id=shared, region="nordland")
    given = {"name": "Ola", "email": "ola@example.org", "organisation_id": str(shared), "region": "nordland"}
    async with registry.client("own staff") as staff:
        assert (await staff.put(f"{API}/people/{ola}", json={**given, "title": "Leder"})).status_code == 200
        assert (await staff.put(f"{API}/people/{ola}", json={**given, "region": "oslo"})).status_code == 403
    [grant] = await running_grants(registry.service, ola)
    assert grant.place == ("partner_member", None, shared)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/partners", (200, 200, 200, 200, 200, 200)),
        ("/partners/new", (200, 200, 200, 403, 403, 401)),
        ("/partners/people", (200, 200, 200, 403, 403, 401)),
        ("/partners/people/new", (200, 200, 200, 403, 403, 401)),
        ("/partners/{eik}", (200, 200, 200, 200, 200, 200)),
        ("/partners/{eik}/edit", (200, 200, 403, 200, 403, 401)),
        ("/partners/people/{ask}/edit", (200, 200, 403, 403, 403, 401)),
    ],
)
@pytest.mark.parametrize("who", WHO)
async def test_pages_open_to_whom_the_table_says(
    registry: Registry, who: str, path: str, expected: tuple[int, ...]
) -> None:
    async with registry.client(who) as client:
        answer = await client.get(path.format(eik=registry.eik, ask=registry.ask))
    wanted = expected[WHO.index(who)]
    assert answer.status_code == wanted or (wanted == 401 and answer.status_code == 303), answer.text


@pytest.mark.parametrize("who", ["own partner", "other staff", "visitor"])
async def test_people_are_shown_to_staff_alone(registry: Registry, who: str) -> None:
    async with registry.client(who) as client:
        page = (await client.get(f"/partners/{registry.eik}")).text
    assert ("Ask Prøve" in page) == (who == "other staff")
    assert f"/partners/people/{registry.ask}/edit" not in page


async def test_a_partners_form_keeps_the_regions_and_their_tampering_changes_nothing(registry: Registry) -> None:
    browser = registry.service.browser("partner_member", None, registry.eik)
    form = (await browser.get(f"/partners/{registry.eik}/edit")).text
    assert '<input type="hidden" name="regions" value="agder">' in form
    assert 'type="checkbox"' not in form
    typed = {"name": "Eik og Ask AS", "sector": "business", "active": "1", "version": "1"}
    forbidden = await browser.submit(f"/partners/{registry.eik}/edit", regions=["agder", "oslo"], **typed)
    assert forbidden.status_code == 403
    saved = await browser.submit(f"/partners/{registry.eik}/edit", regions=["agder"], **typed)
    assert saved.status_code == 303
    page = (await browser.get(f"/partners/{registry.eik}", headers=HTML)).text
    assert "Eik og Ask AS" in page
    assert "Oslo" not in page


async def test_staff_keep_the_regions_that_are_not_theirs(registry: Registry) -> None:
    shared = await organisation(registry.service, "Felles AS", "agder", "nordland")
    browser = registry.service.browser("region_staff", "agder")
    form = (await browser.get(f"/partners/{shared}/edit")).text
    assert '<input type="hidden" name="regions" value="nordland">' in form
    typed = {"name": "Felles AS", "sector": "business", "active": "1", "version": "1"}
    saved = await browser.submit(f"/partners/{shared}/edit", regions=["nordland"], **typed)
    assert saved.status_code == 303
    async with registry.client("visitor") as visitor:
        assert (await visitor.get(f"{API}/organisations/{shared}")).json()["regions"] == ["nordland"]


async def test_a_form_without_the_sessions_token_is_refused(registry: Registry) -> None:
    browser = registry.service.browser("national")
    browser.csrf = "0" * 32
    answer = await browser.submit("/partners/new", name="Ny", sector="business", regions="agder")
    assert answer.status_code == 403
    foreign = await browser.http.post("/partners/new", headers={"sec-fetch-site": "cross-site"})
    assert foreign.status_code == 403
