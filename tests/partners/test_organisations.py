"""Registering and editing organisations, through the API and the pages."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlmodel import select

from services.partners.models import Membership, Organisation
from services.partners.queries import regions_of
from shared.clock import frozen
from shared.contracts.partners import OrganisationRecorded, PersonStated
from tests.partners.support import API, HTML, organisation, person, stored
from tests.support.apps import ServiceApp


async def names_in(partners: ServiceApp) -> list[str]:
    async with partners.database.reading() as session:
        return sorted((await session.exec(select(Organisation.name))).all())


async def regions_in(partners: ServiceApp, organisation_id: UUID) -> list[str]:
    async with partners.database.reading() as session:
        return (await regions_of(session, [organisation_id]))[organisation_id]


async def test_staff_register_an_organisation_through_the_api(partners: ServiceApp) -> None:
    given = {
        "name": " Eik AS ",
        "org_number": "974 760 673",
        "sector": "public",
        "regions": ["agder"],
        "website": "https://eik.example.org",
    }
    async with partners.client("region_staff", "agder") as staff:
        answer = await staff.post(f"{API}/organisations", json=given)
        assert answer.status_code == 201, answer.text
        again = await staff.get(f"{API}/organisations/{answer.json()['id']}")
    made = again.json()
    assert (made["name"], made["org_number"], made["regions"], made["version"]) == ("Eik AS", "974760673", ["agder"], 1)
    assert made["url"] == f"{partners.settings.base_url}/partners/{made['id']}"
    [fact] = await partners.facts(OrganisationRecorded)
    assert (str(fact.organisation_id), fact.regions, fact.version) == (made["id"], ["agder"], 1)


async def test_a_post_repeated_with_its_key_registers_once(partners: ServiceApp) -> None:
    async with partners.client("national") as national:
        answers = [
            await national.post(f"{API}/organisations", json={"name": "Eik"}, headers={"Idempotency-Key": "a"})
            for _ in range(2)
        ]
    assert answers[0].json() == answers[1].json()
    assert await names_in(partners) == ["Eik"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 201),
        ("name", "Eik\nBcc: alle@example.org"),
        ("name", "Eik\x00"),
        ("org_number", "123456789"),
        ("sector", "church"),
        ("regions", ["atlantis"]),
        ("regions", ["Agder'); DROP TABLE person;--"]),
        ("regions", "agder"),
        ("website", "javascript:alert(1)"),
        ("website", "https://"),
        ("website", "https://[eik"),
        ("website", "https://eik.example.org/ x"),
        ("municipality", "x" * 121),
        ("description", "x" * 5_001),
        ("external_id", "x" * 121),
        ("status", "asleep"),
        ("legal_form", "aksjeselskap"),
        ("nace_code", "84,1"),
        ("employees", -1),
        ("municipality_number", "42"),
        ("language", "se"),
        ("offers", ["wishes"]),
        ("needs", ["'; DROP TABLE topic"]),
        ("visibility", {"website": "everybody"}),
        ("visibility", {"secret": "public"}),
    ],
)
async def test_wrong_input_is_refused_at_its_field_and_nothing_is_entered(
    partners: ServiceApp, field: str, value: object
) -> None:
    async with partners.client("national") as national:
        answer = await national.post(f"{API}/organisations", json={"name": "Eik", field: value})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    if value != "Eik\x00":
        assert any(error["field"].split(".")[0] == field for error in answer.json()["errors"])
    assert await names_in(partners) == []


async def test_the_form_is_shown_again_with_what_was_typed(partners: ServiceApp) -> None:
    browser = partners.browser("region_staff", "agder")
    answer = await browser.submit(
        "/partners/new",
        name="Eik <b>AS</b>",
        org_number="123456789",
        sector="public",
        regions="agder",
        description="Tekst",
    )
    assert answer.status_code == 422
    assert 'value="Eik &lt;b&gt;AS&lt;/b&gt;"' in answer.text
    assert 'value="123456789"' in answer.text
    assert "Tekst</textarea>" in answer.text
    assert 'id="felt-org_number-feil"' in answer.text
    assert await names_in(partners) == []


async def test_the_form_registers_and_leads_to_the_organisation(partners: ServiceApp) -> None:
    browser = partners.browser("region_staff", "agder")
    answer = await browser.submit("/partners/new", name="Eik AS", sector="business", regions="agder", active="1")
    assert answer.status_code == 303
    page = await browser.get(answer.headers["location"])
    assert "Virksomheten er registrert." in page.text
    assert await names_in(partners) == ["Eik AS"]


async def test_staff_who_choose_no_region_are_told_at_the_field(partners: ServiceApp) -> None:
    answer = await partners.browser("region_staff", "agder").submit("/partners/new", name="Eik AS", sector="business")
    assert answer.status_code == 422
    assert "Velg minst én region." in answer.text


async def test_nothing_is_chosen_for_whoever_leaves_a_choice_open(partners: ServiceApp) -> None:
    browser = partners.browser("national")
    organisation_form = await browser.submit("/partners/new", name="Eik AS", regions="agder", active="1")
    person_form = await browser.submit("/partners/people/new", name="Ask", email="ask@example.org", region="agder")
    assert (organisation_form.status_code, 'id="felt-sector-feil"' in organisation_form.text) == (422, True)
    assert (person_form.status_code, 'id="felt-role-feil"' in person_form.text) == (422, True)
    assert await names_in(partners) == []


async def test_the_form_offers_staff_their_own_regions_only(partners: ServiceApp) -> None:
    form = (await partners.browser("region_staff", "agder").get("/partners/new?by=hand")).text
    assert 'value="agder" checked' in form
    assert 'value="nordland"' not in form


async def test_a_taken_number_is_refused_by_the_name_of_its_holder(partners: ServiceApp) -> None:
    await organisation(partners, "Eik AS", org_number="974760673")
    given = {"name": "Ask AS", "org_number": "974760673", "regions": ["agder"]}
    async with partners.client("national") as national:
        answer = await national.post(f"{API}/organisations", json=given)
    assert answer.status_code == 409
    assert answer.json()["code"] == "org-number-taken"
    assert answer.json()["errors"][0]["field"] == "org_number"
    page = await partners.browser("national").submit("/partners/new", **given, sector="business", active="1")
    assert page.status_code == 422
    assert "allerede registrert på Eik AS" in page.text
    assert await names_in(partners) == ["Eik AS"]


async def test_a_taken_external_id_is_refused(partners: ServiceApp) -> None:
    first = await organisation(partners, "Eik AS", external_id="e-1")
    second = await organisation(partners, "Ask AS")
    async with partners.client("national") as national:
        made = await national.post(f"{API}/organisations", json={"name": "Alm", "external_id": "e-1"})
        given = {"name": "Ask AS", "regions": ["agder"], "external_id": "e-1", "version": 1}
        edited = await national.put(f"{API}/organisations/{second}", json=given)
        own = await national.put(f"{API}/organisations/{first}", json={**given, "name": "Eik AS"})
    assert [made.json()["code"], edited.json()["code"]] == ["external-id-taken"] * 2
    assert own.status_code == 200


async def test_editing_counts_the_version_up_and_an_old_version_is_refused(partners: ServiceApp) -> None:
    made = await organisation(partners, "Eik AS")
    given = {"name": "Eik og Ask AS", "regions": ["agder"], "version": 1}
    async with partners.client("national") as national:
        first = await national.put(f"{API}/organisations/{made}", json=given)
        second = await national.put(f"{API}/organisations/{made}", json={**given, "name": "Alm AS"})
    assert (first.status_code, first.json()["version"]) == (200, 2)
    assert (second.status_code, second.json()["code"]) == (409, "stale")
    assert await names_in(partners) == ["Eik og Ask AS"]
    assert [fact.version for fact in await partners.facts(OrganisationRecorded)] == [1, 2]


@pytest.mark.parametrize("version", [None, 0, 2**31, "to"])
async def test_a_change_says_which_version_it_was_made_from(partners: ServiceApp, version: object) -> None:
    made = await organisation(partners, "Eik AS")
    given = {"name": "Ask AS", "regions": ["agder"], **({} if version is None else {"version": version})}
    async with partners.client("national") as national:
        answer = await national.put(f"{API}/organisations/{made}", json=given)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "version")
    assert await names_in(partners) == ["Eik AS"]


async def test_a_stale_form_can_be_looked_over_and_saved(partners: ServiceApp) -> None:
    made = await organisation(partners, "Eik AS")
    browser = partners.browser("national")
    typed = {"sector": "business", "regions": "agder", "active": "1"}
    await browser.submit(f"/partners/{made}/edit", name="Min", version="1", **typed)
    late = await browser.submit(f"/partners/{made}/edit", name="Din", version="1", **typed)
    assert late.status_code == 422
    assert "Noen andre har endret dette" in late.text
    assert 'name="version" value="2"' in late.text
    assert 'value="Din"' in late.text
    saved = await browser.submit(f"/partners/{made}/edit", name="Din", version="2", **typed)
    assert saved.status_code == 303
    assert await names_in(partners) == ["Din"]


async def test_memberships_are_dated_and_people_stated_anew_when_regions_change(partners: ServiceApp) -> None:
    with frozen(datetime(2026, 1, 10, 12, tzinfo=UTC)):
        made = await organisation(partners, "Eik AS", "agder", "vestland")
        acting = await person(partners, organisation_id=made)
    with frozen(datetime(2026, 3, 1, 12, tzinfo=UTC)):
        async with partners.client("national") as national:
            answer = await national.put(
                f"{API}/organisations/{made}", json={"name": "Eik AS", "regions": ["agder", "rogaland"], "version": 1}
            )
        assert answer.json()["regions"] == ["agder", "rogaland"]
    async with partners.database.reading() as session:
        rows = (await session.exec(select(Membership).order_by(Membership.region))).all()
    dates = [(row.region, str(row.since), row.until and str(row.until)) for row in rows]
    assert dates == [
        ("agder", "2026-01-10", None),
        ("rogaland", "2026-03-01", None),
        ("vestland", "2026-01-10", "2026-03-01"),
    ]
    before, after = await partners.facts(PersonStated)
    assert (before.regions, before.version) == (["agder", "vestland"], 1)
    assert (after.regions, after.version) == (["agder", "rogaland"], 2)
    assert (await stored(partners, acting)).version == 2


async def test_an_organisation_may_leave_a_region_and_come_back_the_same_day(partners: ServiceApp) -> None:
    made = await organisation(partners, "Eik AS", "agder")
    async with partners.client("national") as national:
        for version, regions in enumerate(([], ["agder"], ["agder", "oslo"], ["oslo"], ["agder"]), 1):
            given = {"name": "Eik AS", "regions": regions, "version": version}
            answer = await national.put(f"{API}/organisations/{made}", json=given)
            assert answer.json()["regions"] == regions
    assert await regions_in(partners, made) == ["agder"]


async def test_an_organisation_that_ends_leaves_the_directory_and_may_return(partners: ServiceApp) -> None:
    made = await organisation(partners, "Eik AS")
    browser = partners.browser("region_staff", "agder")
    typed = {"name": "Eik AS", "sector": "business", "regions": "agder"}
    assert (await browser.submit(f"/partners/{made}/edit", version="1", status="left", **typed)).status_code == 303
    assert "Eik AS" not in (await browser.get("/partners")).text
    assert "Ikke lenger partner" in (await browser.get(f"/partners/{made}")).text
    assert (await partners.facts(OrganisationRecorded))[-1].active is False
    assert (await browser.submit(f"/partners/{made}/edit", version="2", status="active", **typed)).status_code == 303
    assert "Eik AS" in (await browser.get("/partners")).text


async def test_an_organisation_that_is_not_there_is_not_found(partners: ServiceApp) -> None:
    unknown = "01890000-0000-7000-8000-000000000000"
    async with partners.client("national") as national:
        assert (await national.get(f"{API}/organisations/{unknown}")).status_code == 404
        given = {"name": "Eik", "version": 1}
        assert (await national.put(f"{API}/organisations/{unknown}", json=given)).status_code == 404
        assert (await national.get(f"{API}/organisations/eik")).status_code == 422
    async with partners.visitor() as visitor:
        assert (await visitor.get(f"/partners/{unknown}", headers=HTML)).status_code == 404
        assert (await visitor.get("/partners/eik", headers=HTML)).status_code == 404
