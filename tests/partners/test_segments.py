"""Segments: a rule says who belongs, staff say it for their own regions, and the network is told whenever it changes."""

import asyncio
import re
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col, select

from services.partners.models import Certification, ClimateAccount, Person, PersonGrant
from services.partners.models.segments import Rule
from services.partners.queries import region as region_of
from services.partners.queries.segments import person_ids
from services.partners.segment_watch import restate_changed
from shared.clock import frozen, now, today_in_norway
from shared.contracts.partners import SegmentStated
from tests.partners.support import API, organisation, person
from tests.support.apps import ServiceApp

LEADERS = {"regions": ["vestland"], "functions": ["top_leader"], "account": "missing", "account_year": 2025}


async def holding(partners: ServiceApp, email: str, organisation_id: UUID, *functions: str, **given: Any) -> UUID:
    """Enter somebody who does these things for an organisation, and return their id."""
    made = await person(partners, email, organisation_id=organisation_id, **given)
    async with partners.database.writing() as session:
        for grant in (await session.exec(select(PersonGrant).where(PersonGrant.person_id == made))).all():
            grant.functions = list(functions)  # type: ignore[arg-type]
            session.add(grant)
    return made


async def account(partners: ServiceApp, organisation_id: UUID, year: int = 2025) -> None:
    async with partners.database.writing() as session:
        session.add(ClimateAccount(organisation_id=organisation_id, year=year, scope1=Decimal(1)))


async def named(partners: ServiceApp, **rule: Any) -> set[UUID]:
    async with partners.database.reading() as session:
        return set(await person_ids(session, Rule(**rule)))


async def saved(partners: ServiceApp, **given: Any) -> dict[str, Any]:
    async with partners.client("national") as national:
        answer = await national.post(f"{API}/segments", json={"name": "Toppledere", **LEADERS, **given})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def test_top_leaders_in_vestland_without_an_account_for_2025(partners: ServiceApp) -> None:
    lacking = await organisation(partners, "Mangler AS", "vestland")
    done = await organisation(partners, "Ferdig AS", "vestland")
    away = await organisation(partners, "Borte AS", "agder")
    await account(partners, done)
    await account(partners, lacking, 2024)
    leader = await holding(partners, "leder@example.org", lacking, "top_leader", "climate_lead")
    await holding(partners, "faktura@example.org", lacking, "invoice")
    await holding(partners, "ferdig@example.org", done, "top_leader")
    await holding(partners, "borte@example.org", away, "top_leader")
    made = await saved(partners)
    assert (made["members"], made["rule"]["account"]) == (1, "missing")
    [fact] = await partners.facts(SegmentStated)
    assert fact.address() == f"partners.segment.{made['id']}"
    assert (fact.name, fact.regions, fact.person_ids, fact.active) == ("Toppledere", ["vestland"], [leader], True)


async def test_what_is_said_of_a_role_must_be_of_one_and_the_same(partners: ServiceApp) -> None:
    west, south = await organisation(partners, "Vest AS", "vestland"), await organisation(partners, "Sør AS", "agder")
    await account(partners, west)
    both = await holding(partners, "begge@example.org", west, "invoice")
    async with partners.database.writing() as session:
        grant = PersonGrant(person_id=both, role="partner_member", organisation_id=south, functions=["top_leader"])
        session.add(grant)
    assert await named(partners, **LEADERS) == set()
    assert await named(partners, **{**LEADERS, "regions": ["agder"]}) == {both}
    assert (
        await named(partners, regions=["vestland"], functions=["invoice"], account="missing", account_year=2025)
        == set()
    )


async def test_each_part_of_a_rule_narrows(partners: ServiceApp) -> None:
    school = await organisation(partners, "Skolen", "agder", sector="academia")
    firm = await organisation(partners, "Firma AS", "agder", sector="business")
    kari = await holding(partners, "kari@example.org", school, "climate_lead", language="nn", focus_areas=["energy"])
    per = await holding(partners, "per@example.org", firm, role="partner_admin", focus_areas=["energy", "nature"])
    staff = await person(partners, "stab@example.org", role="region_staff", region="agder")
    assert await named(partners) == {kari, per, staff}
    assert await named(partners, regions=["agder"]) == {kari, per, staff}
    assert await named(partners, regions=["vestland"]) == set()
    assert await named(partners, sectors=["academia"]) == {kari}
    assert await named(partners, roles=["partner_admin", "region_staff"]) == {per, staff}
    assert await named(partners, roles=["region_staff"], regions=["agder"]) == {staff}
    assert await named(partners, focus_areas=["nature"]) == {per}
    assert await named(partners, focus_areas=["nature", "energy"]) == {kari, per}
    assert await named(partners, languages=["nn"]) == {kari}
    assert await named(partners, functions=["climate_lead", "top_leader"]) == {kari}


async def test_a_certificate_counts_while_it_is_valid(partners: ServiceApp) -> None:
    firm = await organisation(partners, "Firma AS")
    kari = await holding(partners, "kari@example.org", firm)
    today = today_in_norway()
    held = Certification(organisation_id=firm, kind="iso14001", valid_from=today - timedelta(days=1), valid_to=today)
    planned = Certification(organisation_id=firm, kind="emas", planned_on=today + timedelta(days=9))
    async with partners.database.writing() as session:
        session.add_all([held, planned])
    assert await named(partners, certificate="held") == {kari}
    assert await named(partners, certificate="none") == set()
    with frozen(now() + timedelta(days=2)):
        assert await named(partners, certificate="held") == set()
        assert await named(partners, certificate="none") == {kari}


async def test_people_and_roles_that_are_over_belong_nowhere(partners: ServiceApp) -> None:
    firm = await organisation(partners, "Firma AS")
    kari = await holding(partners, "kari@example.org", firm, "top_leader")
    async with partners.database.writing() as session:
        found = await session.get(Person, kari)
        assert found
        found.active = False
    assert await named(partners) == set()
    per = await holding(partners, "per@example.org", firm, "top_leader")
    async with partners.database.writing() as session:
        for grant in (await session.exec(select(PersonGrant).where(col(PersonGrant.person_id) == per))).all():
            grant.end(today_in_norway())
    assert await named(partners, functions=["top_leader"]) == set()


async def test_the_network_is_told_when_somebody_comes_or_goes_and_not_otherwise(partners: ServiceApp) -> None:
    firm = await organisation(partners, "Firma AS", "vestland")
    made = await saved(partners)
    assert await restate_changed(partners.database) == 0
    leader = await holding(partners, "leder@example.org", firm, "top_leader")
    assert await restate_changed(partners.database) == 1
    assert await restate_changed(partners.database) == 0
    await account(partners, firm)
    assert await restate_changed(partners.database) == 1
    told = await partners.facts(SegmentStated)
    assert [(fact.version, fact.person_ids) for fact in told] == [(1, []), (2, [leader]), (3, [])]
    async with partners.client("national") as national:
        assert (await national.get(f"{API}/segments/{made['id']}")).json()["members"] == 0


async def test_replicas_that_look_at_once_tell_once(partners: ServiceApp) -> None:
    firm = await organisation(partners, "Firma AS", "vestland")
    await saved(partners)
    await holding(partners, "leder@example.org", firm, "top_leader")
    await asyncio.gather(*(restate_changed(partners.database) for _ in range(3)))
    assert [fact.version for fact in await partners.facts(SegmentStated)] == [1, 2]


async def test_a_new_name_or_rule_is_told_at_once_and_the_last_word_is_that_it_is_gone(partners: ServiceApp) -> None:
    made = await saved(partners)
    async with partners.client("national") as national:
        address = f"{API}/segments/{made['id']}"
        renamed = await national.put(address, json={"name": "Ledere", **LEADERS, "version": 1})
        late = await national.put(address, json={"name": "Sjefer", **LEADERS, "version": 1})
        gone = await national.delete(address)
        again = await national.get(address)
    assert (renamed.json()["version"], late.json()["code"]) == (2, "stale")
    assert (gone.status_code, again.status_code) == (204, 404)
    told = await partners.facts(SegmentStated)
    assert [(fact.version, fact.name, fact.active) for fact in told] == [
        (1, "Toppledere", True),
        (2, "Ledere", True),
        (3, "", False),
    ]
    assert await restate_changed(partners.database) == 0


async def test_region_staff_make_and_see_segments_of_their_own_regions_only(partners: ServiceApp) -> None:
    vestland = await saved(partners)
    everywhere = await saved(partners, name="Alle", regions=[])
    async with partners.client("region_staff", "agder") as agder:
        for regions in (["vestland"], ["agder", "vestland"], []):
            answer = await agder.post(f"{API}/segments", json={"name": "X", **LEADERS, "regions": regions})
            assert answer.status_code == 403
        assert (await agder.post(f"{API}/segments", json={"name": "X", "regions": ["agder"]})).status_code == 201
        assert [one["name"] for one in (await agder.get(f"{API}/segments")).json()["hits"]] == ["X"]
        for one in (vestland, everywhere):
            assert (await agder.get(f"{API}/segments/{one['id']}")).status_code == 403
            assert (await agder.delete(f"{API}/segments/{one['id']}")).status_code == 403
            moved = {"name": "Y", "regions": ["agder"]}
            assert (await agder.put(f"{API}/segments/{one['id']}", json=moved)).status_code == 403
    async with partners.client("partner_admin") as partner:
        assert (await partner.get(f"{API}/segments")).status_code == 403
    async with partners.visitor() as visitor:
        assert (await visitor.get(f"{API}/segments")).status_code == 401


async def test_a_segment_of_a_region_that_ended_is_of_those_that_came_after_it(partners: ServiceApp) -> None:
    firm = await organisation(partners, "Firma AS", "rogaland")
    leader = await holding(partners, "leder@example.org", firm, "top_leader")
    made = await saved(partners)
    async with partners.database.writing() as session:
        ended = await region_of(session, "vestland", to_change=True)
        ended.close(today_in_norway(), ["rogaland"])
    assert await restate_changed(partners.database) == 1
    last = (await partners.facts(SegmentStated))[-1]
    assert (last.regions, last.person_ids) == (["rogaland"], [leader])
    browser = partners.browser("region_staff", "rogaland")
    form = await browser.get(f"/partners/segments/{made['id']}/edit")
    assert re.search(r'value="rogaland"[^>]* checked', form.text)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("regions", ["atlantis"]),
        ("sectors", ["war"]),
        ("account_year", None),
        ("account_year", 1900),
        ("functions", ["king"]),
        ("languages", ["de"]),
    ],
)
async def test_a_wrong_rule_is_refused_at_its_field(partners: ServiceApp, field: str, value: object) -> None:
    async with partners.client("national") as national:
        answer = await national.post(f"{API}/segments", json={"name": "X", **LEADERS, field: value})
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["field"].split(".")[0] == field
    assert await partners.facts(SegmentStated) == []


async def test_a_segment_is_made_looked_at_and_deleted_on_the_pages(partners: ServiceApp) -> None:
    firm = await organisation(partners, "Firma AS", "vestland")
    await holding(partners, "leder@example.org", firm, "top_leader")
    browser = partners.browser("region_staff", "vestland")
    assert "Vis hvem" in (await browser.get("/partners/segments/new")).text
    shown = await browser.submit("/partners/segments/preview", name="Toppledere", **LEADERS)
    assert shown.status_code == 200
    assert "1 person er i målgruppa." in shown.text
    assert 'value="Toppledere"' in shown.text
    assert "Ask Prøve" in shown.text
    assert await partners.facts(SegmentStated) == []
    made = await browser.submit("/partners/segments/new", name="Toppledere", **LEADERS)
    assert made.status_code == 303
    page = await browser.get(made.headers["location"])
    assert "Har ikke levert klimaregnskap for 2025" in page.text
    assert "Vestland" in page.text
    assert "Toppledere" in (await browser.get("/partners/segments")).text
    form = await browser.get(f"{made.headers['location']}/edit")
    assert 'value="2025"' in form.text
    changed = await browser.submit(f"{made.headers['location']}/edit", name="Ledere", version="1", **LEADERS)
    assert changed.status_code == 303
    late = await browser.submit(f"{made.headers['location']}/edit", name="Sjefer", version="1", **LEADERS)
    assert (late.status_code, 'name="version" value="2"' in late.text) == (422, True)
    gone = await browser.submit(f"{made.headers['location']}/delete")
    assert (gone.status_code, gone.headers["location"]) == (303, "/partners/segments")
    assert "Ledere" not in (await browser.get("/partners/segments")).text


async def test_the_form_says_what_is_wrong_and_keeps_what_was_typed(partners: ServiceApp) -> None:
    browser = partners.browser("region_staff", "agder")
    foreign = await browser.submit("/partners/segments/new", name="Mine", regions=["vestland"])
    assert foreign.status_code == 422
    assert 'value="Mine"' in foreign.text
    assert 'id="felt-regions-feil"' in foreign.text
    unsaid = await browser.submit(
        "/partners/segments/preview", name="Mine", regions=["agder"], account="missing", account_year=""
    )
    assert unsaid.status_code == 422
    assert 'id="felt-account_year-feil"' in unsaid.text
    assert 'value="Mine"' in unsaid.text


async def test_who_a_rule_names_comes_as_a_fragment(partners: ServiceApp) -> None:
    await person(partners, "ask@example.org")
    browser = partners.browser("national")
    browser.http.headers["hx-request"] = "true"
    shown = await browser.submit("/partners/segments/preview", regions=["agder"])
    assert "1 person er i målgruppa." in shown.text
    assert "<html" not in shown.text
    wrong = await browser.submit("/partners/segments/preview", regions=["agder"], account="missing")
    assert (wrong.status_code, "Oppgi året" in wrong.text, "<form" in wrong.text) == (422, True, False)


async def test_members_are_named_only_to_those_who_may_see_them(partners: ServiceApp) -> None:
    firm = await organisation(partners, "Firma AS", "agder")
    await holding(partners, "leder@example.org", firm, "top_leader")
    made = await saved(partners, regions=["agder"])
    national = await partners.browser("national").get(f"/partners/segments/{made['id']}")
    assert "Ask Prøve" in national.text
    for role in ("partner_admin", "auditor"):
        other = await partners.browser(role, "agder").get(f"/partners/segments/{made['id']}")
        assert other.status_code == 403
        assert "Ask Prøve" not in other.text
