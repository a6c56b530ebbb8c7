"""Registering and editing people, and what the network is told of them."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import func, select

from services.partners.models import Person
from shared.clock import frozen, now
from shared.contracts.partners import OrganisationRecorded, PersonStated, RegionRecorded, SessionEnded
from tests.partners.support import API, actor, audited, organisation, person, running_grants, stored
from tests.support.apps import ServiceApp

ASK = {"name": "Ask Prøve", "email": "Ask.Prove@Example.org", "region": "agder"}


async def count(partners: ServiceApp) -> int:
    async with partners.database.reading() as session:
        return (await session.exec(select(func.count()).select_from(Person))).one()


async def test_staff_register_a_person_through_the_api(partners: ServiceApp) -> None:
    made = await organisation(partners, "Eik AS", "agder", "vestland")
    given = {**ASK, "region": None, "organisation_id": str(made), "language": "nn", "focus_areas": ["energy"]}
    async with partners.client("region_staff", "agder") as staff:
        answer = await staff.post(f"{API}/people", json=given)
        assert answer.status_code == 201, answer.text
        shown = (await staff.get(f"{API}/people/{answer.json()['id']}")).json()
    assert shown["email"] == "ask.prove@example.org"
    assert (shown["regions"], shown["roles"]) == (["agder", "vestland"], ["partner_member"])
    assert [(grant["role"], grant["organisation_id"], grant["until"]) for grant in shown["grants"]] == [
        ("partner_member", str(made), None)
    ]
    [fact] = await partners.facts(PersonStated)
    assert fact.address() == f"partners.person.{shown['id']}"
    assert (fact.name, fact.email, fact.language, fact.version) == ("Ask Prøve", "ask.prove@example.org", "nn", 1)
    assert (fact.regions, fact.roles) == (["agder", "vestland"], ["partner_member"])
    assert (fact.organisation_ids, fact.focus_areas, fact.active) == ([made], ["energy"], True)


async def test_no_fact_but_a_persons_own_carries_what_they_are_called(partners: ServiceApp) -> None:
    made = await organisation(partners, "Eik AS")
    await person(partners, "ask@example.org", organisation_id=made)
    async with partners.visitor() as visitor:
        await visitor.post("/partners/sign-in", data={"email": "ask@example.org"})
    outbox = partners.database.tables.outbox
    async with partners.database.reading() as session:
        rows = (await (await session.connection()).execute(outbox.select())).all()
    telling = {row.subject for row in rows if b"ask@example.org" in row.payload or "Ask Prøve".encode() in row.payload}
    assert [subject.rsplit(".", 1)[0] for subject in telling] == ["partners.person"]
    assert len(rows) >= 18


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 121),
        ("name", "Ask\r\nBcc: alle@example.org"),
        ("email", "ask"),
        ("email", "a" * 250 + "@example.org"),
        ("email", "ask@example.org\nBcc: alle@example.org"),
        ("language", "se"),
        ("role", "king"),
        ("region", "atlantis"),
        ("organisation_id", "eik"),
        ("organisation_id", "01890000-0000-7000-8000-000000000000"),
        ("focus_areas", ["war"]),
        ("title", "x" * 121),
        ("phone", "ring meg"),
        ("phone", "1" * 41),
        ("functions", ["king"]),
    ],
)
async def test_wrong_input_is_refused_at_its_field_and_nothing_is_entered(
    partners: ServiceApp, field: str, value: object
) -> None:
    async with partners.client("national") as national:
        answer = await national.post(f"{API}/people", json={**ASK, field: value})
    assert answer.status_code == 422, answer.text
    assert any(error["field"].split(".")[0] == field for error in answer.json()["errors"])
    assert await count(partners) == 0


@pytest.mark.parametrize(
    ("role", "field"),
    [
        ("region_staff", "region"),
        ("region_lead", "region"),
        ("reviewer", "region"),
        ("partner_member", "organisation_id"),
        ("partner_admin", "organisation_id"),
    ],
)
async def test_a_role_needs_what_it_is_held_over(partners: ServiceApp, role: str, field: str) -> None:
    async with partners.client("national") as national:
        answer = await national.post(f"{API}/people", json={**ASK, "region": None, "role": role})
    assert (answer.status_code, answer.json()["code"]) == (422, "role-needs-place")
    assert answer.json()["errors"][0]["field"] == field


async def test_the_form_is_shown_again_with_what_was_typed(partners: ServiceApp) -> None:
    browser = partners.browser("region_staff", "agder")
    answer = await browser.submit(
        "/partners/people/new", name="Ask", email="ask", role="partner_member", region="agder"
    )
    assert answer.status_code == 422
    assert 'value="Ask"' in answer.text
    assert 'id="felt-email-feil"' in answer.text
    assert '<option value="agder" selected>' in answer.text
    assert await count(partners) == 0


async def test_the_form_registers_a_person(partners: ServiceApp) -> None:
    browser = partners.browser("region_staff", "agder")
    answer = await browser.submit(
        "/partners/people/new",
        **ASK,
        role="partner_member",
        language="en",
        focus_areas=["energy", "scope3"],
        active="1",
    )
    assert answer.status_code == 303
    page = await browser.get("/partners/people?q=ASK")
    assert "ask.prove@example.org" in page.text
    [fact] = await partners.facts(PersonStated)
    assert (fact.language, fact.focus_areas) == ("en", ["energy", "scope3"])


@pytest.mark.parametrize("written", ["ask@example.org", "ASK@example.org", " Ask@EXAMPLE.org "])
async def test_an_address_in_whatever_case_is_one_person(partners: ServiceApp, written: str) -> None:
    await person(partners, "ask@example.org")
    async with partners.client("national") as national:
        answer = await national.post(f"{API}/people", json={**ASK, "email": written})
    assert (answer.status_code, answer.json()["code"]) == (409, "email-taken")
    page = await partners.browser("national").submit(
        "/partners/people/new", **{**ASK, "email": written}, role="partner_member", language="nb"
    )
    assert page.status_code == 422
    assert "allerede registrert med denne e-postadressen" in page.text
    assert await count(partners) == 1


async def test_editing_a_person_leaves_their_roles_and_counts_the_version_up(partners: ServiceApp) -> None:
    made = await organisation(partners, "Eik AS", "rogaland")
    ask = await person(partners, "ask@example.org", organisation_id=made)
    given = {"name": "Ask", "email": "ask@example.org", "phone": "+47 22 22 22 22", "version": 1}
    async with partners.client("national") as national:
        answer = await national.put(f"{API}/people/{ask}", json=given)
        late = await national.put(f"{API}/people/{ask}", json=given)
        unread = await national.put(f"{API}/people/{ask}", json={**given, "version": None})
    assert (answer.json()["version"], answer.json()["regions"]) == (2, ["rogaland"])
    assert answer.json()["phone"] == "+47 22 22 22 22"
    assert late.json()["code"] == "stale"
    assert (unread.status_code, unread.json()["errors"][0]["field"]) == (422, "version")
    [grant] = await running_grants(partners, ask)
    assert grant.place == ("partner_member", None, made)


async def test_what_was_changed_is_told_by_field_to_staff_of_their_region(partners: ServiceApp) -> None:
    ask = await person(partners, "ask@example.org")
    async with partners.client("region_staff", "agder") as staff:
        await staff.put(f"{API}/people/{ask}", json={**ASK, "email": "ny@example.org", "version": 1})
    [made, edited] = await audited(partners, ask)
    assert (made.action, made.changes["role"][1]["role"]) == ("person.registered", "partner_member")
    assert (edited.action, edited.regions) == ("person.edited", "|agder|")
    assert edited.changes["email"] == ["ask@example.org", "ny@example.org"]
    assert "name" not in edited.changes


@pytest.mark.parametrize(
    ("region", "organisation_language", "expected"),
    [("vestland", None, "nn"), ("vestland", "nb", "nb"), ("agder", "nn", "nn"), ("vestland", "en", "en")],
)
async def test_somebody_is_written_to_as_their_organisation_is_until_they_choose(
    partners: ServiceApp, region: str, organisation_language: str | None, expected: str
) -> None:
    made = await organisation(partners, "Eik AS", region, language=organisation_language)
    async with partners.client("national") as national:
        given = {"name": "Ask", "email": "ask@example.org", "organisation_id": str(made)}
        answer = await national.post(f"{API}/people", json=given)
    assert answer.json()["language"] == expected


async def test_a_stale_form_can_be_looked_over_and_saved(partners: ServiceApp) -> None:
    ask = await person(partners, "ask@example.org")
    browser = partners.browser("national")
    typed = {"email": "ask@example.org", "region": "agder", "language": "nb", "active": "1"}
    await browser.submit(f"/partners/people/{ask}/edit", name="Min", version="1", **typed)
    late = await browser.submit(f"/partners/people/{ask}/edit", name="Din", version="1", **typed)
    assert (late.status_code, 'name="version" value="2"' in late.text) == (422, True)
    assert (await browser.submit(f"/partners/people/{ask}/edit", name="Din", version="2", **typed)).status_code == 303
    assert (await stored(partners, ask)).name == "Din"


@pytest.mark.parametrize("change", [{"active": False}, {"email": "ny@example.org"}])
async def test_who_is_put_out_of_use_or_has_another_address_loses_their_sessions_everywhere(
    partners: ServiceApp, change: dict[str, Any]
) -> None:
    ask = await person(partners, "ask@example.org")
    browser = partners.browser_of(await actor(partners, ask))
    assert "Ask Prøve" in (await browser.get("/partners")).text
    async with partners.client("national") as national:
        await national.put(f"{API}/people/{ask}", json={**ASK, "email": "ask@example.org", "version": 1, **change})
    assert "Ask Prøve" not in (await browser.get("/partners")).text
    assert len(await partners.facts(SessionEnded)) == 1
    assert (await partners.facts(PersonStated))[-1].active is change.get("active", True)


async def test_a_change_of_name_ends_no_session(partners: ServiceApp) -> None:
    ask = await person(partners, "ask@example.org")
    await actor(partners, ask)
    async with partners.client("national") as national:
        answer = await national.put(f"{API}/people/{ask}", json={**ASK, "email": "ask@example.org", "version": 1})
    assert answer.status_code == 200
    assert await partners.facts(SessionEnded) == []


async def test_a_grant_holds_from_its_day_to_its_day(partners: ServiceApp) -> None:
    ask = await person(partners, "ask@example.org")
    with frozen(now() - timedelta(days=2)):
        assert await running_grants(partners, ask) == []
    assert len(await running_grants(partners, ask)) == 1


async def test_the_regions_were_told_to_the_network_with_their_parallel_names(partners: ServiceApp) -> None:
    told = {
        fact.slug: [(name.language, name.name) for name in fact.parallel_names]
        for fact in await partners.facts(RegionRecorded)
    }
    assert len(told) == 15
    assert told["troms"] == [("se", "Romsa"), ("fkv", "Tromssa")]
    assert told["nordland"] == [("smj", "Nordlánnda")]
    assert told["trondelag"] == [("sma", "Trööndelage")]
    assert told["agder"] == []
    async with partners.visitor() as visitor:
        listed = (await visitor.get(f"{API}/regions")).json()
    assert {region["slug"]: len(region["parallel_names"]) for region in listed}["finnmark"] == 2
    assert listed[0]["slug"] == "agder"
    assert listed[-1]["slug"] == "ostfold"
    assert await partners.facts(OrganisationRecorded) == []
