"""Who may do what in the registry: a row for everybody, through the doors."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlmodel import select

from services.partners.models import Erasure, Person
from services.partners.schemas.people import RoleIn
from services.partners.usecases import roles
from shared.auth.actor import Grant
from tests.partners.support import API, HTML, NATIONAL, organisation, person, running_grants, stored
from tests.support.apps import Browser, ServiceApp, service_app

GRANTS: dict[str, Grant] = {
    "national": Grant("national"),
    "own lead": Grant("region_lead", "agder"),
    "own staff": Grant("region_staff", "agder"),
    "other lead": Grant("region_lead", "nordland"),
    "reviewer": Grant("reviewer", "agder"),
    "auditor": Grant("auditor", "agder"),
}


@dataclass
class Registry:
    """An organisation with a person in Agder, another in Nordland, and staff to protect."""

    service: ServiceApp
    eik: UUID
    alm: UUID
    ask: UUID
    role: UUID

    def grant(self, who: str) -> Grant:
        organisations = {
            "own admin": Grant("partner_admin", None, self.eik),
            "own partner": Grant("partner_member", None, self.eik),
            "other admin": Grant("partner_admin", None, self.alm),
        }
        return {**GRANTS, **organisations}[who]

    def client(self, who: str) -> httpx.AsyncClient:
        if who == "visitor":
            return self.service.visitor()
        return self.service.visitor(headers={"Authorization": f"Bearer {self.service.token(self.grant(who))}"})

    def browser(self, who: str) -> Browser:
        grant = self.grant(who)
        return self.service.browser(grant.role, grant.region, grant.organisation_id)


@pytest.fixture
async def registry(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Registry]:
    async with service_app("partners", sqlite_url, tmp_path) as service:
        eik = await organisation(service, "Eik AS", "agder")
        alm = await organisation(service, "Alm AS", "nordland")
        ask = await person(service, "ask@example.org", organisation_id=eik)
        [grant] = await running_grants(service, ask)
        yield Registry(service, eik, alm, ask, grant.id)


WHO = (
    "national",
    "own lead",
    "own staff",
    "other lead",
    "reviewer",
    "auditor",
    "own admin",
    "own partner",
    "other admin",
    "visitor",
)
MATRIX: dict[str, tuple[int, ...]] = {
    "read the directory": (200,) * 10,
    "read an organisation": (200,) * 10,
    "register an organisation": (201, 201, 201, 403, 403, 403, 403, 403, 403, 401),
    "list people": (200, 200, 200, 200, 403, 200, 403, 403, 403, 401),
    "read a person": (200, 200, 200, 404, 403, 200, 403, 403, 403, 401),
    "register a person": (201, 201, 201, 403, 403, 403, 403, 403, 403, 401),
    "edit a person": (200, 200, 200, 404, 403, 403, 403, 403, 403, 401),
    "make a person regional lead": (201, 403, 403, 404, 403, 403, 403, 403, 403, 401),
    "make a person regional staff": (201, 201, 403, 404, 403, 403, 403, 403, 403, 401),
    "make a person reviewer": (201, 201, 403, 404, 403, 403, 403, 403, 403, 401),
    "make a person auditor of the region": (201, 201, 403, 404, 403, 403, 403, 403, 403, 401),
    "make a person auditor of all": (201, 403, 403, 404, 403, 403, 403, 403, 403, 401),
    "make a person staff elsewhere": (201, 403, 403, 404, 403, 403, 403, 403, 403, 401),
    "make a person national": (201, 403, 403, 404, 403, 403, 403, 403, 403, 401),
    "make a person answer for their organisation": (201, 201, 201, 404, 403, 403, 403, 403, 403, 401),
    "let a person act for another region's organisation": (201, 403, 403, 404, 403, 403, 403, 403, 403, 401),
    "say what a person does": (200, 200, 200, 404, 403, 403, 403, 403, 403, 401),
    "end a person's role": (200, 200, 200, 404, 403, 403, 403, 403, 403, 401),
}


def request_for(deed: str, registry: Registry) -> tuple[str, str, dict[str, Any] | None]:
    ask = f"{API}/people/{registry.ask}"
    firm = {"name": "Eik AS", "regions": ["agder"]}
    who = {"name": "Ask", "email": "ask@example.org"}
    given: dict[str, dict[str, Any]] = {
        "make a person regional lead": {"role": "region_lead", "region": "agder"},
        "make a person regional staff": {"role": "region_staff", "region": "agder"},
        "make a person reviewer": {"role": "reviewer", "region": "agder"},
        "make a person auditor of the region": {"role": "auditor", "region": "agder"},
        "make a person auditor of all": {"role": "auditor"},
        "make a person staff elsewhere": {"role": "region_staff", "region": "nordland"},
        "make a person national": {"role": "national"},
        "make a person answer for their organisation": {
            "role": "partner_admin",
            "organisation_id": str(registry.eik),
        },
        "let a person act for another region's organisation": {
            "role": "partner_member",
            "organisation_id": str(registry.alm),
        },
    }
    if deed in given:
        return "POST", f"{ask}/roles", given[deed]
    return {
        "read the directory": ("GET", f"{API}/organisations", None),
        "read an organisation": ("GET", f"{API}/organisations/{registry.eik}", None),
        "register an organisation": ("POST", f"{API}/organisations", {**firm, "name": "Ny"}),
        "list people": ("GET", f"{API}/people", None),
        "read a person": ("GET", ask, None),
        "register a person": (
            "POST",
            f"{API}/people",
            {**who, "email": "ny@example.org", "organisation_id": str(registry.eik)},
        ),
        "edit a person": ("PUT", ask, {**who, "title": "Sjef", "version": 1}),
        "say what a person does": ("PUT", f"{ask}/roles/{registry.role}/functions", {"functions": ["invoice"]}),
        "end a person's role": ("POST", f"{ask}/roles/{registry.role}/end", None),
    }[deed]


@pytest.mark.parametrize("deed", MATRIX)
@pytest.mark.parametrize("who", WHO)
async def test_rights_are_as_the_table_says(registry: Registry, who: str, deed: str) -> None:
    method, path, body = request_for(deed, registry)
    async with registry.client(who) as client:
        answer = await client.request(method, path, json=body)
    assert answer.status_code == MATRIX[deed][WHO.index(who)], answer.text


@pytest.mark.parametrize("who", WHO)
async def test_a_list_holds_only_the_people_of_ones_own_regions(registry: Registry, who: str) -> None:
    foreign = await person(registry.service, "alm@example.org", organisation_id=registry.alm)
    both = await person(registry.service, "begge@example.org", organisation_id=registry.alm, region="agder")
    seen = {
        "national": {registry.ask, foreign, both},
        **{one: {registry.ask, both} for one in ("own lead", "own staff", "auditor")},
        "other lead": {foreign, both},
    }
    async with registry.client(who) as client:
        answer = await client.get(f"{API}/people")
        narrowed = await client.get(f"{API}/people?region=nordland&organisation={registry.alm}")
        pages = [(await client.get(f"/partners/people/{one}", headers=HTML)).status_code for one in (foreign, both)]
    if who not in seen:
        assert answer.status_code in (401, 403)
        return
    assert {UUID(hit["id"]) for hit in answer.json()["hits"]} == seen[who]
    assert {UUID(hit["id"]) for hit in narrowed.json()["hits"]} == seen[who] - {registry.ask}
    assert pages == [200 if one in seen[who] else 404 for one in (foreign, both)]


async def test_who_has_no_role_left_is_still_seen_where_they_were(registry: Registry) -> None:
    async with registry.client("own staff") as staff:
        await staff.post(f"{API}/people/{registry.ask}/roles/{registry.role}/end")
        assert (await staff.get(f"{API}/people/{registry.ask}")).json()["roles"] == []
    async with registry.client("other lead") as other:
        assert (await other.get(f"{API}/people/{registry.ask}")).status_code == 404


@pytest.mark.parametrize(
    ("role", "region", "may"),
    [
        ("national", None, False),
        ("national", "agder", False),
        ("auditor", None, False),
        ("region_lead", "agder", False),
        ("region_staff", "nordland", False),
        ("region_staff", "agder", True),
        ("reviewer", "agder", True),
    ],
)
async def test_nobody_takes_over_the_account_of_somebody_they_could_not_have_appointed(
    registry: Registry, role: str, region: str | None, may: bool
) -> None:
    boss = await person(registry.service, "sjef@example.org", organisation_id=registry.eik)
    held = RoleIn(role=role, region=None if role == "national" else region)
    async with registry.service.database.writing() as session:
        await roles.give(session, NATIONAL, boss, held)
    stolen = {"name": "Sjef", "email": "tyv@example.org", "version": 2}
    async with registry.client("own lead") as lead:
        answer = await lead.put(f"{API}/people/{boss}", json=stolen)
        form = await registry.browser("own lead").get(f"/partners/people/{boss}/edit")
    assert answer.status_code == (200 if may else 403), answer.text
    assert form.status_code == (200 if may else 403)
    assert (await stored(registry.service, boss)).email == ("tyv@example.org" if may else "sjef@example.org")


@pytest.mark.parametrize("how", ["now", "mail"])
@pytest.mark.parametrize(
    ("role", "region", "may"),
    [
        ("national", None, False),
        ("region_lead", "agder", False),
        ("auditor", None, False),
        ("partner_admin", None, True),
    ],
)
async def test_nobody_erases_whom_they_could_not_have_appointed(
    registry: Registry, role: str, region: str | None, may: bool, how: str
) -> None:
    held = RoleIn(role=role, region=region, organisation_id=registry.eik if may else None)
    bosses = [await person(registry.service, f"sjef{number}@example.org", region="agder") for number in range(2)]
    await person(registry.service, "igjen@example.org", organisation_id=registry.eik, role="partner_admin")
    async with registry.service.database.writing() as session:
        for boss in bosses:
            await roles.give(session, NATIONAL, boss, held)
    wish, browser = {"reason": "Ringte.", "how": how}, registry.browser("own staff")
    async with registry.client("own staff") as staff:
        answer = await staff.post(f"{API}/people/{bosses[0]}/erase", json=wish)
    shown = await browser.get(f"/partners/people/{bosses[1]}")
    form = await browser.get(f"/partners/people/{bosses[1]}/erase")
    sent = await browser.submit(f"/partners/people/{bosses[1]}/erase", **wish)
    assert answer.status_code == (200 if may else 403), answer.text
    assert (form.status_code, sent.status_code) == ((200, 303) if may else (403, 403))
    assert (f"/partners/people/{bosses[1]}/erase" in shown.text) == may
    async with registry.service.database.reading() as session:
        left = [await session.get(Person, boss) for boss in bosses]
        asked = (await session.exec(select(Erasure))).all()
    assert [one is not None for one in left] == [not may or how == "mail"] * 2
    assert len(asked) == (2 if may else 0)


async def test_nobody_takes_over_who_also_acts_for_another_regions_partner(registry: Registry) -> None:
    async with registry.service.database.writing() as session:
        await roles.give(session, NATIONAL, registry.ask, RoleIn(role="partner_admin", organisation_id=registry.alm))
    stolen = {"name": "Ask", "email": "tyv@example.org", "version": 2}
    for who in ("own lead", "other lead"):
        async with registry.client(who) as lead:
            assert (await lead.put(f"{API}/people/{registry.ask}", json=stolen)).status_code == 403


async def test_nobody_lets_a_person_of_theirs_act_in_another_region(registry: Registry) -> None:
    given = {"name": "Muldvarp", "email": "m@example.org", "region": "agder", "organisation_id": str(registry.alm)}
    async with registry.client("own staff") as staff:
        assert (await staff.post(f"{API}/people", json=given)).status_code == 403


async def test_staff_may_edit_a_person_without_touching_what_is_another_regions(registry: Registry) -> None:
    shared = await organisation(registry.service, "Felles AS", "agder", "nordland")
    ola = await person(registry.service, "ola@example.org", organisation_id=shared, region="nordland")
    given = {"name": "Ola", "email": "ola@example.org", "region": "nordland", "title": "Leder"}
    async with registry.client("own staff") as staff:
        assert (await staff.put(f"{API}/people/{ola}", json={**given, "version": 1})).status_code == 200
        moved = {**given, "region": "oslo", "version": 2}
        assert (await staff.put(f"{API}/people/{ola}", json=moved)).status_code == 403
    [grant] = await running_grants(registry.service, ola)
    assert grant.place == ("partner_member", None, shared)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/partners", (200,) * 10),
        ("/partners/people", (200, 200, 200, 200, 403, 200, 403, 403, 403, 401)),
        ("/partners/people/new", (200, 200, 200, 200, 403, 403, 403, 403, 403, 401)),
        ("/partners/people/{ask}", (200, 200, 200, 404, 403, 200, 403, 403, 403, 401)),
        ("/partners/people/{ask}/edit", (200, 200, 200, 404, 403, 403, 403, 403, 403, 401)),
        ("/partners/people/{ask}/roles/{role}", (200, 200, 200, 404, 403, 403, 403, 403, 403, 401)),
        ("/partners/{eik}/people", (200, 200, 200, 403, 403, 200, 200, 403, 403, 401)),
        ("/partners/{eik}/people/{role}", (200, 200, 200, 403, 403, 403, 200, 403, 403, 401)),
    ],
)
@pytest.mark.parametrize("who", WHO)
async def test_pages_open_to_whom_the_table_says(
    registry: Registry, who: str, path: str, expected: tuple[int, ...]
) -> None:
    async with registry.client(who) as client:
        answer = await client.get(path.format(eik=registry.eik, ask=registry.ask, role=registry.role))
    wanted = expected[WHO.index(who)]
    assert answer.status_code == wanted or (wanted == 401 and answer.status_code == 303), answer.text


@pytest.mark.parametrize("who", ["own partner", "other lead", "own staff", "visitor"])
async def test_people_are_shown_to_their_regions_staff_and_their_own_alone(registry: Registry, who: str) -> None:
    async with registry.client(who) as client:
        page = (await client.get(f"/partners/{registry.eik}")).text
    assert ("Ask Prøve" in page) == (who in ("own staff", "own partner"))


async def test_a_partners_form_keeps_the_regions_and_their_tampering_changes_nothing(registry: Registry) -> None:
    browser = registry.browser("own admin")
    form = (await browser.get(f"/partners/{registry.eik}/edit")).text
    assert '<input type="hidden" name="regions" value="agder">' in form
    assert 'name="regions" value="oslo"' not in form
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
    browser = registry.browser("own staff")
    form = (await browser.get(f"/partners/{shared}/edit")).text
    assert '<input type="hidden" name="regions" value="nordland">' in form
    typed = {"name": "Felles AS", "sector": "business", "active": "1", "version": "1"}
    saved = await browser.submit(f"/partners/{shared}/edit", regions=["nordland"], **typed)
    assert saved.status_code == 303
    async with registry.client("visitor") as visitor:
        assert (await visitor.get(f"{API}/organisations/{shared}")).json()["regions"] == ["nordland"]


async def test_a_form_without_the_sessions_token_is_refused(registry: Registry) -> None:
    browser = registry.browser("national")
    browser.csrf = "0" * 32
    answer = await browser.submit("/partners/new", name="Ny", sector="business", regions="agder")
    assert answer.status_code == 403
    foreign = await browser.http.post("/partners/new", headers={"sec-fetch-site": "cross-site"})
    assert foreign.status_code == 403
