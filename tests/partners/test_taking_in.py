"""An organisation known from one region is taken in by another: by its page, by programs and by import, and no prospect is told of."""

import re
from datetime import timedelta
from uuid import UUID

from services.partners.models import Organisation
from services.partners.queries.regions import memberships as memberships_of
from services.partners.schemas.regions import MembershipIn
from services.partners.usecases import memberships
from shared.contracts.partners import OrganisationRecorded
from tests.partners.importing import as_csv, entered, imported, outcomes, sent, told
from tests.partners.rearranging import today
from tests.partners.support import API, NATIONAL, organisation, person
from tests.partners.wrong_organisations import ASK, AT, EIK, HEAD, SIV, row
from tests.support.apps import ServiceApp

UNTIL = today() + timedelta(days=200)
TAKEN_IN = (
    "Eik AS er registrert fra før, og ikke partner i noen av dine regioner. "
    "Raden gjør den til det, og endrer ingen opplysninger om den."
)
IN_USE = "Nummeret eller id-en er i bruk i en annen region. Be nasjonalt kontor importere raden."


async def held(partners: ServiceApp, made: UUID) -> set[tuple[str, str]]:
    async with partners.database.reading() as session:
        return {(one.region, one.kind) for one in await memberships_of(session, made) if one.until != one.since}


async def kept(partners: ServiceApp, made: UUID) -> Organisation:
    async with partners.database.reading() as session:
        return await session.get_one(Organisation, made)


async def test_staff_follow_the_link_and_begin_a_guest_partnership(partners: ServiceApp) -> None:
    made = await organisation(partners, "Eik AS", "vestland", org_number=EIK)
    await person(partners, "ask@example.org", organisation_id=made, role="partner_admin")
    async with partners.database.writing() as session:
        await memberships.begin(session, NATIONAL, made, MembershipIn(region="troms", since=today(), until=UNTIL))
    staff = partners.browser("region_staff", "agder")
    page = (await staff.get(f"/partners/new?q={EIK}")).text
    [link] = re.findall(r'href="([^"]+)">Ta den med i din region', page)
    form = (await staff.get(link)).text
    assert "Legg til din region som partner, eller som gjest til en sluttdato." in form
    assert '<option value="agder" selected' in form
    assert 'value="vestland"' not in form
    for closed in ("<table", "/memberships/export", f"{made}/people", f"{UNTIL:%d.%m.%Y}"):
        assert closed not in form
    answer = await staff.submit(link, region="agder", kind="guest", since=str(today()), until=str(UNTIL))
    assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, link)
    assert await held(partners, made) == {("vestland", "member"), ("troms", "member"), ("agder", "guest")}
    assert (await partners.facts(OrganisationRecorded))[-1].regions == ["agder", "troms", "vestland"]
    assert "Gjest" in (await staff.get(link)).text


async def test_a_partnership_that_is_to_come_is_shown_to_its_own_region_and_ended_there(partners: ServiceApp) -> None:
    made = await organisation(partners, "Eik AS", "vestland", org_number=EIK)
    page, staff = f"/partners/{made}/memberships", partners.browser("region_staff", "agder")
    soon = today() + timedelta(days=9)
    assert (await staff.submit(page, region="agder", kind="member", since=str(soon))).status_code == 303
    shown = (await staff.get(page)).text
    [end] = re.findall(r'href="([^"]+/end)"', shown)
    assert "Kommer" in shown
    assert (await staff.get(end)).status_code == 200
    assert (await staff.submit(end, until=str(soon))).status_code == 303
    assert await held(partners, made) == {("vestland", "member")}


async def test_nobody_but_staff_of_the_region_takes_in_another_regions_partner(partners: ServiceApp) -> None:
    made = await organisation(partners, "Eik AS", "vestland")
    page, fields = f"/partners/{made}/memberships", {"kind": "member", "since": str(today())}
    for role, place in (("reviewer", "agder"), ("auditor", "agder"), ("partner_admin", None)):
        browser = partners.browser(role, place, None if place else await organisation(partners, "Ask AS"))
        assert (await browser.get(page)).status_code == 403
        assert (await browser.submit(page, region="agder", **fields)).status_code == 403
    staff = partners.browser("region_staff", "agder")
    assert (await staff.submit(page, region="oslo", **fields)).status_code == 403
    assert await held(partners, made) == {("vestland", "member")}


async def test_programs_begin_and_end_a_partnership(partners: ServiceApp) -> None:
    made = await organisation(partners, "Eik AS", "vestland")
    of, given = f"{API}/organisations/{made}/memberships", {"region": "agder", "since": str(today())}
    async with partners.client("region_staff", "agder") as staff:
        begun = await staff.post(of, json={**given, "kind": "guest", "until": str(UNTIL)})
        assert (begun.status_code, begun.json()["kind"]) == (201, "guest")
        again = await staff.post(of, json={**given, "kind": "guest", "until": str(UNTIL)})
        assert (again.status_code, again.json()["code"]) == (409, "already-member")
        assert (await staff.post(of, json={**given, "region": "oslo"})).status_code == 403
        ended = await staff.post(f"{of}/{begun.json()['id']}/end", json={"until": str(today())})
        assert (ended.status_code, ended.json()["until"]) == (200, str(today()))
    assert await held(partners, made) == {("vestland", "member")}


async def test_another_regions_prospect_is_hidden_from_whoever_would_take_it_in(partners: ServiceApp) -> None:
    made = await organisation(partners, "Kanskje AS", "vestland", org_number=EIK, status="prospect")
    staff, given = partners.browser("region_staff", "agder"), {"region": "agder", "since": str(today())}
    page = f"/partners/{made}/memberships"
    assert (await staff.get(page)).status_code == 404
    assert (await staff.submit(page, kind="member", **given)).status_code == 404
    assert "Kanskje" not in (await staff.get(f"/partners/new?q={EIK}")).text
    typed = await staff.submit("/partners/new", name="Eik AS", org_number=EIK, sector="business", regions="agder")
    assert typed.status_code == 422
    assert "er allerede i bruk i en annen region" in typed.text
    assert "Kanskje" not in typed.text
    async with partners.client("region_staff", "agder") as program:
        assert (await program.post(f"{API}/organisations/{made}/memberships", json=given)).status_code == 404
        firm = {"name": "Eik AS", "org_number": EIK, "sector": "business", "regions": ["agder"]}
        assert "Kanskje" not in (await program.post(f"{API}/organisations", json=firm)).text
    own = partners.browser("region_staff", "vestland")
    assert "Kanskje AS er allerede registrert" in (await own.get(f"/partners/new?q={EIK}")).text


async def test_a_row_with_ones_own_region_takes_in_a_partner_of_another_and_changes_nothing_else(
    partners: ServiceApp,
) -> None:
    made = await organisation(partners, "Eik AS", "vestland", org_number=EIK, employees=7)
    before = await kept(partners, made)
    rows = [row("Eik Norge AS", id="eik", number=EIK, kind="Gjest", until="01.01.2099", employees=3, status="Sluttet")]
    found = await sent(partners, as_csv(rows, HEAD), SIV, "organisations")
    assert await outcomes(partners, found) == {2: "corrected"}
    assert await told(partners, found, "warn") == {2: [(f"rad 2, {AT['E']}", TAKEN_IN)]}
    assert (await entered(partners, found, SIV)).counts["stored_corrected"] == 1
    assert await held(partners, made) == {("vestland", "member"), ("agder", "guest")}
    after = await kept(partners, made)
    assert after.model_dump(exclude={"version", "updated_at"}) == before.model_dump(exclude={"version", "updated_at"})


async def test_rows_say_nothing_of_another_regions_prospect(partners: ServiceApp) -> None:
    await organisation(partners, "Kanskje AS", "vestland", org_number=EIK, external_id="k-1", status="prospect")
    rows = [row("Eik AS", number=EIK), row("Eik AS", id="k-1"), row("Kanskje AS", number=ASK)]
    found = await imported(partners, as_csv(rows, HEAD), SIV, kind="organisations")
    assert await told(partners, found) == {2: [(f"rad 2, {AT['B']}", IN_USE)], 3: [(f"rad 3, {AT['A']}", IN_USE)]}
    assert await told(partners, found, "doubt") == {}
    assert (found.counts["foreign"], found.counts["stored_new"]) == (2, 1)
    head = ("E-post", "Navn", "Org.nr.", "Virksomhet")
    found = await sent(partners, as_csv([("a@example.org", "Ask", EIK, "Eik AS")], head), SIV, "people")
    assert await outcomes(partners, found) == {2: "unknown"}
    assert "Kanskje" not in str((await told(partners, found), await told(partners, found, "warn")))
