"""Organisations that are entered twice are found, told apart, or merged with everything that is theirs."""

import asyncio
import json
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import select

from services.partners.likeness import Looks, bare, pairs
from services.partners.models import (
    ActionPlan,
    Agreement,
    Certification,
    Claim,
    FormerName,
    LeadProject,
    Logo,
    Membership,
    Organisation,
    PartnerCase,
    Round,
    RoundException,
    StoredFile,
)
from services.partners.models.base import Base
from services.partners.queries import regions_of
from services.partners.queries.regions import memberships
from services.partners.usecases.loading import load
from services.partners.usecases.merging import CARRIED
from shared.clock import now, today_in_norway
from shared.contracts.knowledge import CasePublished
from shared.contracts.partners import AccessStated, OrganisationRecorded, PersonStated
from shared.ids import new_id
from tests.partners.support import API, HTML, actor, org_number, organisation, person, running_grants
from tests.support.apps import ServiceApp


async def kept(partners: ServiceApp, organisation_id: UUID) -> Organisation:
    async with partners.database.reading() as session:
        return await session.get_one(Organisation, organisation_id)


async def merged(partners: ServiceApp, survivor: UUID, loser: UUID, **given: Any) -> Any:
    versions = [(await kept(partners, one)).version for one in (survivor, loser)]
    body = {"survivor_version": versions[0], "loser_version": versions[1], **given}
    async with partners.client("national") as national:
        return await national.post(
            f"{API}/organisations/merge", json={"survivor_id": str(survivor), "loser_id": str(loser), **body}
        )


def looks(name: str, **given: str) -> Looks:
    return Looks(new_id(), name, **given)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (looks("Eik AS"), looks("EIK A/S"), True),
        (looks("Ålesund Havn og Kai AS"), looks("Ålesund havn & kai"), True),
        (looks("Glassverket Norge AS"), looks("Glasverket Norge"), True),
        (looks("Glassverket"), looks("Glassverket Nord"), False),
        (looks("Glassverket", municipality="Bergen"), looks("Glassverket Nord", municipality="BERGEN"), True),
        (looks("Eik", website="https://www.eik.example.org/om"), looks("Alm", website="http://eik.example.org"), True),
        (looks("Eik", website="https://facebook.com/eik"), looks("Alm", website="https://facebook.com/alm"), False),
        (looks("Eik Drift AS", org_number="1"), looks("Eik Drifta AS", org_number="2"), False),
        (looks("Eik Drift AS", org_number="1"), looks("Eik Drift", org_number="2"), True),
        (looks("Bergen kommune"), looks("Bodø kommune"), False),
    ],
)
def test_what_is_alike(one: Looks, other: Looks, alike: bool) -> None:
    noise = [looks(f"Noe helt annet {number}") for number in range(20)]
    found = [pair for pair in pairs([one, *noise, other]) if {pair.first, pair.second} == {one.id, other.id}]
    assert len(found) == alike


def test_a_name_of_nothing_but_a_form_or_signs_is_compared_too() -> None:
    assert bare("AS") == "as"
    assert pairs([looks("AS"), looks("!!!"), looks("???")])


async def test_doubles_are_listed_for_their_regions_and_told_apart_for_good(partners: ServiceApp) -> None:
    first = await organisation(partners, "Fjordglass AS", "agder")
    second = await organisation(partners, "Fjordglas", "vestland")
    staff = partners.browser("region_staff", "agder")
    page = (await staff.get("/partners/duplicates")).text
    assert "Fjordglass AS" in page
    assert "kan være samme virksomhet" in (await staff.get("/partners/work")).text
    assert "Fjordglass AS" not in (await partners.browser("region_staff", "oslo").get("/partners/duplicates")).text
    assert (
        await staff.submit("/partners/duplicates/distinct", first=str(second), second=str(first))
    ).status_code == 303
    assert "Fjordglass AS" not in (await staff.get("/partners/duplicates")).text
    assert (await partners.browser("region_staff", "oslo").submit(
        "/partners/duplicates/distinct", first=str(first), second=str(second)
    )).status_code == 403  # fmt: skip


async def test_a_merge_is_shown_before_it_is_done(partners: ServiceApp) -> None:
    first = await organisation(partners, "Fjordglass AS", "agder", org_number=org_number(4))
    second = await organisation(partners, "Fjordglas", "agder", website="https://fjordglass.example.org")
    await person(partners, organisation_id=second)
    staff = partners.browser("region_staff", "agder")
    page = (await staff.get(f"/partners/merge?first={second}&second={first}")).text
    assert "Fjordglass AS blir stående." in page
    assert "Roller for personer" in page
    swapped = (await staff.get(f"/partners/merge?first={second}&second={first}&keep={second}")).text
    assert "Fjordglas blir stående." in swapped
    answer = await staff.submit(
        "/partners/merge", survivor_id=str(first), loser_id=str(second), survivor_version="1", loser_version="1"
    )
    assert answer.headers["location"] == f"/partners/{first}"
    assert (await kept(partners, first)).website == "https://fjordglass.example.org"


async def test_everything_goes_along(partners: ServiceApp) -> None:
    survivor = await organisation(partners, "Eik AS", "agder", external_id="e-1", offers=["energy"])
    loser = await organisation(
        partners, "Eikk", "agder", "oslo", external_id="e-2", org_number=org_number(4),
        status="shadow", municipality="Arendal", offers=["nature", "energy"],
    )  # fmt: skip
    both = await person(partners, "begge@example.org", organisation_id=survivor)
    only = await person(partners, "bare@example.org", organisation_id=loser, role="partner_admin")
    asking = await person(partners, "spor@example.org")
    async with partners.client("national") as national:
        role = {"role": "partner_member", "organisation_id": str(loser)}
        assert (await national.post(f"{API}/people/{both}/roles", json=role)).status_code in (200, 201)
    browser = partners.browser_of(await actor(partners, asking))
    assert (await browser.submit(f"/partners/{loser}/claim", message="Hei")).status_code == 303
    case = new_id()
    async with partners.database.writing() as session:
        session.add(PartnerCase(case_id=case, version=1, organisation_id=loser, title="Tak", region="agder"))
    answer = await merged(partners, survivor, loser)
    assert answer.status_code == 200, answer.text
    found = await kept(partners, survivor)
    assert (found.org_number, found.municipality, found.status) == (org_number(4), "Arendal", "active")
    assert (found.offers, found.external_id) == (["energy", "nature"], "e-1")
    async with partners.database.reading() as session:
        assert (await regions_of(session, [survivor, loser])) == {survivor: ["agder", "oslo"], loser: []}
        assert (await session.get_one(PartnerCase, case)).organisation_id == survivor
        assert (await session.exec(select(Claim.organisation_id))).all() == [survivor]
    assert [grant.place for grant in await running_grants(partners, only)] == [("partner_admin", None, survivor)]
    assert [grant.place for grant in await running_grants(partners, both)] == [("partner_member", None, survivor)]
    last = {fact.person_id: fact for fact in await partners.facts(PersonStated)}
    assert (last[only].regions, last[only].organisation_ids) == (["agder", "oslo"], [survivor])
    access = {fact.person_id: fact for fact in await partners.facts(AccessStated)}
    assert [grant.organisation_id for grant in access[only].grants] == [survivor]


def test_every_table_that_names_an_organisation_is_carried_or_said_why_not() -> None:
    of_its_own = {"membership", "organisation_alias", "organisation_claim", "organisation_former_name"}
    of_others = {"partner_case", "person_grant", "organisation_logo"}
    obligations = {"stored_file", "agreement", "climate_account", "certification", "action_plan", "goal"}
    carried = of_its_own | of_others | obligations | {"lead_project", "fee", "round_exception"}
    stays = {"register_finding"}
    """What the register says of the double's own number goes no further: the survivor's is asked for anew."""
    pairs_of_two = {"organisation_distinct": ("first_id", "second_id")}
    naming = {
        table.name: tuple(sorted(column.name for column in table.c if _names_an_organisation(column)))
        for table in Base.metadata.sorted_tables
    }
    expected = dict.fromkeys(carried | stays, ("organisation_id",)) | pairs_of_two
    assert {name: columns for name, columns in naming.items() if columns} == expected
    assert len(CARRIED) == len(carried)


def _names_an_organisation(column: sa.Column[Any]) -> bool:
    return column.name == "organisation_id" or any(
        key.column.table.name == "organisation" for key in column.foreign_keys
    )


async def test_what_it_committed_to_and_what_shows_it_go_along(partners: ServiceApp) -> None:
    survivor, loser = await organisation(partners, "Eik AS"), await organisation(partners, "Alm Drift AS")
    today = today_in_norway()
    async with partners.database.writing() as session:
        file = StoredFile.of(loser, "avtale.pdf", "application/pdf", b"%PDF")
        days = {"opens_on": today, "deadline": today}
        autumn = Round(year=2025, **days)
        session.add_all([file, autumn])
        await session.flush()
        session.add_all([
            Agreement(organisation_id=loser, text_version="1", signed_on=today, file_id=file.id),
            ActionPlan(organisation_id=loser, adopted_on=today, file_id=file.id),
            Certification(organisation_id=loser, kind="emas"),
            LeadProject(organisation_id=loser, title="Tak"),
            RoundException(organisation_id=loser, round_id=autumn.id, kind="postponed", until=today, reason="Flytting"),
            Logo(organisation_id=loser, alt="En alm", small=b"1", large=b"2", digest="0" * 64),
            FormerName(organisation_id=loser, name="Alm", name_folded="alm", until=today),
        ])  # fmt: skip
    assert (await merged(partners, survivor, loser)).status_code == 200
    async with partners.database.reading() as session:
        for table in (StoredFile, Agreement, ActionPlan, Certification, LeadProject, RoundException, Logo):
            rows = (await session.exec(select(table))).all()
            assert [row.organisation_id for row in rows] == [survivor], table
        names = (await session.exec(select(FormerName).order_by(FormerName.name))).all()
    assert [(one.name, one.organisation_id) for one in names] == [("Alm", survivor), ("Alm Drift AS", survivor)]
    browser = partners.browser("region_staff", "agder")
    assert (await browser.get(f"/partners/{survivor}/logo")).content in (b"1", b"2")
    assert f"/files/{file.id}" in (await browser.get(f"/partners/{survivor}/obligations")).text


async def test_the_network_is_told_and_the_old_address_leads_on(partners: ServiceApp) -> None:
    survivor, loser = await organisation(partners, "Eik AS"), await organisation(partners, "Eikk AS")
    assert (await merged(partners, survivor, loser)).status_code == 200
    told = {fact.organisation_id: fact for fact in await partners.facts(OrganisationRecorded)}
    assert (told[loser].active, told[loser].merged_into, told[loser].regions) == (False, survivor, [])
    assert (told[survivor].active, told[survivor].merged_into) == (True, None)
    async with partners.visitor() as visitor:
        answer = await visitor.get(f"/partners/{loser}", headers=HTML)
        assert (answer.status_code, answer.headers["location"]) == (301, f"/partners/{survivor}")
        read = (await visitor.get(f"{API}/organisations/{loser}")).json()
        assert (read["active"], read["merged_into"]) == (False, str(survivor))
        listed = (await visitor.get(f"{API}/organisations?q=Eikk")).json()
        assert [hit["name"] for hit in listed["hits"]] == ["Eik AS"]
    async with partners.client("national") as national:
        edit = {"name": "Eikk", "regions": ["agder"], "version": read["version"]}
        assert (await national.put(f"{API}/organisations/{loser}", json=edit)).status_code == 404


async def test_an_import_that_names_the_double_means_the_survivor(partners: ServiceApp) -> None:
    lines = [
        json.dumps({"kind": "organisation", "external_id": "e-1", "name": "Eik AS", "regions": ["agder"]}),
        json.dumps({"kind": "organisation", "external_id": "e-2", "name": "Eikk", "regions": ["oslo"]}),
        json.dumps({"kind": "person", "external_id": "p-1", "name": "Ask", "email": "ask@example.org",
                    "organisation": "e-2"}),
    ]  # fmt: skip
    assert (await load(partners.database, lines, dry_run=False, progress=lambda _done: None)).errors == []
    async with partners.database.reading() as session:
        ids = dict((await session.exec(select(Organisation.external_id, Organisation.id))).all())
    assert (await merged(partners, ids["e-1"], ids["e-2"])).status_code == 200
    again = await load(partners.database, lines, dry_run=False, progress=lambda _done: None)
    assert (again.new, again.changed, again.errors) == (0, 0, [])
    async with partners.database.reading() as session:
        assert (await regions_of(session, [ids["e-1"]]))[ids["e-1"]] == ["agder", "oslo"]


async def test_a_case_the_library_tells_of_late_stands_with_the_survivor(partners: ServiceApp) -> None:
    from services.partners.usecases.library import note_published

    survivor, loser = await organisation(partners, "Eik AS"), await organisation(partners, "Eikk AS")
    assert (await merged(partners, survivor, loser)).status_code == 200
    fact = CasePublished(
        case_id=new_id(), version=1, organisation_id=loser, title="Tak", summary="", region="agder",
        language="nb", author_id=None, published_at=now(),
    )  # fmt: skip
    async with partners.database.writing() as session:
        await note_published(session, fact)
    async with partners.visitor() as visitor:
        assert "Tak" in (await visitor.get(f"/partners/{survivor}")).text


async def test_only_staff_of_all_its_regions_merge(partners: ServiceApp) -> None:
    survivor, loser = await organisation(partners, "Eik AS", "agder"), await organisation(partners, "Eikk AS", "oslo")
    body = {"survivor_id": str(survivor), "loser_id": str(loser), "survivor_version": 1, "loser_version": 1}
    async with partners.client("region_lead", "agder") as lead:
        assert (await lead.post(f"{API}/organisations/merge", json=body)).status_code == 403
    page = await partners.browser("region_lead", "agder").get(f"/partners/merge?first={survivor}&second={loser}")
    assert (page.status_code, "nasjonal koordinator" in page.text) == (200, True)
    other = await partners.browser("region_lead", "troms").get(f"/partners/merge?first={survivor}&second={loser}")
    assert other.status_code == 403


async def test_what_changed_since_it_was_looked_at_is_not_merged(partners: ServiceApp) -> None:
    survivor, loser = await organisation(partners, "Eik AS"), await organisation(partners, "Eikk AS")
    assert (await merged(partners, survivor, loser, loser_version=2)).json()["code"] == "stale"
    assert (await merged(partners, survivor, survivor)).json()["code"] == "same-organisation"
    assert (await merged(partners, survivor, loser)).status_code == 200
    assert (await merged(partners, survivor, loser)).json()["code"] == "same-organisation"


async def test_of_two_merges_at_once_one_is_done(partners: ServiceApp) -> None:
    first, second = await organisation(partners, "Eik AS"), await organisation(partners, "Eikk AS")
    answers = await asyncio.gather(merged(partners, first, second), merged(partners, second, first))
    assert sorted(answer.status_code for answer in answers) == [200, 422]
    rows = [await kept(partners, one) for one in (first, second)]
    assert sorted(row.active for row in rows) == [False, True]


async def test_the_earlier_day_and_the_membership_win(partners: ServiceApp) -> None:
    survivor, loser = await organisation(partners, "Eik AS"), await organisation(partners, "Eikk AS")
    async with partners.database.writing() as session:
        for row in (await session.exec(select(Membership))).all():
            row.since = row.since.replace(year=2019 if row.organisation_id == loser else 2023)
            row.kind = "member" if row.organisation_id == loser else "guest"
            session.add(row)
    assert (await merged(partners, survivor, loser)).status_code == 200
    async with partners.database.reading() as session:
        rows = await memberships(session, survivor)
    assert [(row.since.year, row.kind, row.until) for row in rows] == [(2019, "member", None)]
