"""Several roles a person, each with its days; partners who look after their own."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from services.partners.schemas.people import RoleIn
from services.partners.usecases import roles
from shared.clock import frozen, now, today_in_norway
from shared.contracts.partners import AccessStated, LetterAsked, PersonStated, SessionEnded
from tests.partners.support import API, NATIONAL, actor, audited, organisation, person, running_grants, stored
from tests.support.apps import Browser, ServiceApp


async def admin_of(
    partners: ServiceApp, organisation_id: UUID, email: str = "sjef@example.org"
) -> tuple[UUID, Browser]:
    made = await person(partners, email, organisation_id=organisation_id, role="partner_admin")
    return made, partners.browser_of(await actor(partners, made))


async def give(partners: ServiceApp, person_id: UUID, **given: object) -> UUID:
    async with partners.database.writing() as session:
        return (await roles.give(session, NATIONAL, person_id, RoleIn.model_validate(given))).id


async def test_one_person_holds_several_roles_and_all_are_told(partners: ServiceApp) -> None:
    eik, alm = await organisation(partners, "Eik AS", "agder"), await organisation(partners, "Alm AS", "oslo")
    ask = await person(partners, "ask@example.org", organisation_id=eik, functions=["invoice"])
    await give(partners, ask, role="partner_admin", organisation_id=str(alm), functions=["top_leader"])
    await give(partners, ask, role="reviewer", region="vestland")
    last = (await partners.facts(PersonStated))[-1]
    assert (last.roles, last.functions) == (["partner_admin", "partner_member", "reviewer"], ["invoice", "top_leader"])
    assert (last.regions, set(last.organisation_ids)) == (["agder", "oslo", "vestland"], {eik, alm})
    assert len((await partners.facts(AccessStated))[-1].grants) == 3
    page = (await partners.browser("national").get(f"/partners/people/{ask}")).text
    for shown in ("Partneransvarlig", "Fagfelle", "Toppleder", "Alm AS", "Vestland"):
        assert shown in page


async def test_a_role_given_or_ended_is_told_by_field_and_ends_no_session(partners: ServiceApp) -> None:
    ask = await person(partners, "ask@example.org")
    browser = partners.browser_of(await actor(partners, ask))
    made = await give(partners, ask, role="region_staff", region="agder")
    assert (await browser.get("/partners/people")).status_code == 200, "rights hold from the next request"
    lead = partners.browser("region_lead", "agder")
    assert (await lead.submit(f"/partners/people/{ask}/roles/{made}/end")).status_code == 303
    assert (await browser.get("/partners/people")).status_code == 403, "and are gone with the next"
    assert await partners.facts(SessionEnded) == []
    given, ended = (await audited(partners, ask))[-2:]
    assert (given.action, given.changes["role"]) == ("role.given", [None, "region_staff"])
    assert (ended.action, list(ended.changes)) == ("role.ended", ["until"])
    assert ended.regions == "|agder|"


async def test_a_past_role_stands_on_the_page(partners: ServiceApp) -> None:
    ask = await person(partners, "ask@example.org")
    made = await give(partners, ask, role="reviewer", region="agder")
    lead = partners.browser("region_lead", "agder")
    await lead.submit(f"/partners/people/{ask}/roles/{made}/end")
    assert "avsluttet" in (await lead.get(f"/partners/people/{ask}")).text
    again = await lead.submit(f"/partners/people/{ask}/roles/{made}/end")
    assert (again.status_code, "avsluttet" in again.text) == (422, True)


async def test_a_role_holds_on_its_days_alone(partners: ServiceApp) -> None:
    ask = await person(partners, "ask@example.org")
    today = today_in_norway()
    since, until = today + timedelta(days=2), today + timedelta(days=4)
    await give(partners, ask, role="reviewer", region="oslo", since=str(since), until=str(until))
    held = []
    for day in range(6):
        with frozen(now() + timedelta(days=day)):
            held.append(any(grant.role == "reviewer" for grant in await running_grants(partners, ask)))
    assert held == [False, False, True, True, False, False]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"role": "reviewer"}, "region"),
        ({"role": "partner_admin"}, "organisation_id"),
        ({"role": "national", "region": "agder"}, "region"),
        ({"role": "reviewer", "region": "atlantis"}, "region"),
        ({"role": "partner_admin", "organisation_id": "01890000-0000-7000-8000-000000000000"}, "organisation_id"),
        ({"role": "group_lead"}, "role"),
        ({"role": "reviewer", "region": "agder", "since": "2026-02-01", "until": "2026-02-01"}, "until"),
        ({"role": "king"}, "role"),
    ],
)
async def test_a_role_that_cannot_be_is_refused_at_its_field(
    partners: ServiceApp, given: dict[str, str], field: str
) -> None:
    ask = await person(partners, "ask@example.org")
    async with partners.client("national") as national:
        answer = await national.post(f"{API}/people/{ask}/roles", json=given)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["field"] == field
    form = await partners.browser("national").submit(f"/partners/people/{ask}/roles", **given)
    assert (form.status_code, f'id="felt-{field}-feil"' in form.text) == (422, True)
    assert len(await running_grants(partners, ask)) == 1


async def test_the_same_role_is_not_held_twice_at_once(partners: ServiceApp) -> None:
    ask = await person(partners, "ask@example.org")
    async with partners.client("national") as national:
        given = {"role": "reviewer", "region": "agder"}
        first = await national.post(f"{API}/people/{ask}/roles", json=given)
        again = await national.post(f"{API}/people/{ask}/roles", json=given)
    assert (first.status_code, again.status_code, again.json()["code"]) == (201, 409, "role-held")


async def test_the_last_national_coordinator_stays(partners: ServiceApp) -> None:
    chief = await person(partners, "sjef@example.org", role="national")
    [grant] = await running_grants(partners, chief)
    async with partners.client("national") as national:
        refused = await national.post(f"{API}/people/{chief}/roles/{grant.id}/end")
        await person(partners, "to@example.org", role="national")
        done = await national.post(f"{API}/people/{chief}/roles/{grant.id}/end")
    assert (refused.json()["code"], done.status_code) == ("last-national", 200)


async def test_a_partner_adds_a_colleague_who_is_written_to(partners: ServiceApp) -> None:
    eik = await organisation(partners, "Eik AS", "vestland")
    _, browser = await admin_of(partners, eik)
    typed = {"name": "Ny Kollega", "email": "ny@example.org", "role": "partner_member", "functions": "climate_lead"}
    assert (await browser.submit(f"/partners/{eik}/people", **typed)).status_code == 303
    page = (await browser.get(f"/partners/{eik}/people")).text
    assert "ny@example.org" in page
    assert "Klimaansvarlig" in page
    [letter] = await partners.facts(LetterAsked)
    assert (letter.letter, letter.language, letter.content.organisation) == ("invited_to_registry", "nn", "Eik AS")
    again = await browser.submit(f"/partners/{eik}/people", **typed)
    assert (again.status_code, "har allerede denne rollen" in again.text) == (422, True)


async def test_a_colleague_who_is_known_gets_the_role_under_the_name_they_have(partners: ServiceApp) -> None:
    eik, alm = await organisation(partners, "Eik AS"), await organisation(partners, "Alm AS", "oslo")
    ask = await person(partners, "ask@example.org", organisation_id=alm)
    _, browser = await admin_of(partners, eik)
    typed = {"name": "Et Annet Navn", "email": "ASK@example.org", "role": "partner_admin"}
    assert (await browser.submit(f"/partners/{eik}/people", **typed)).status_code == 303
    assert {grant.organisation_id for grant in await running_grants(partners, ask)} == {eik, alm}
    assert (await stored(partners, ask)).name == "Ask Prøve"
    assert await partners.facts(LetterAsked) == []


async def test_a_partner_ends_a_colleagues_role_but_not_the_last_that_answers(partners: ServiceApp) -> None:
    eik = await organisation(partners, "Eik AS")
    chief, browser = await admin_of(partners, eik)
    ask = await person(partners, "ask@example.org", organisation_id=eik)
    [own], [theirs] = await running_grants(partners, chief), await running_grants(partners, ask)
    assert (await browser.submit(f"/partners/{eik}/people/{theirs.id}/end")).status_code == 303
    assert await running_grants(partners, ask) == []
    refused = await browser.submit(f"/partners/{eik}/people/{own.id}/end")
    assert (refused.status_code, "minst én partneransvarlig" in refused.text) == (422, True)
    await admin_of(partners, eik, "ny.sjef@example.org")
    assert (await browser.submit(f"/partners/{eik}/people/{own.id}/end")).status_code == 303
    assert (await browser.get(f"/partners/{eik}/people")).status_code == 403


async def test_a_partner_reaches_no_role_but_those_in_their_own_organisation(partners: ServiceApp) -> None:
    eik, alm = await organisation(partners, "Eik AS"), await organisation(partners, "Alm AS")
    _, browser = await admin_of(partners, eik)
    other = await person(partners, "alm@example.org", organisation_id=alm)
    both = await person(partners, "begge@example.org", organisation_id=eik)
    staff = await give(partners, both, role="region_staff", region="agder")
    [theirs] = await running_grants(partners, other)
    for role in (theirs.id, staff):
        assert (await browser.submit(f"/partners/{eik}/people/{role}/end")).status_code == 404
    assert (await browser.submit(f"/partners/{alm}/people/{theirs.id}/end")).status_code == 403
    typed = {"name": "Muldvarp", "email": "m@example.org", "role": "national"}
    assert (await browser.submit(f"/partners/{eik}/people", **typed)).status_code == 422
    assert (await browser.submit(f"/partners/{alm}/people", **{**typed, "role": "partner_admin"})).status_code == 403
    assert (await browser.get(f"/partners/people/{both}/edit")).status_code == 403


async def test_what_a_colleague_does_is_said_and_told(partners: ServiceApp) -> None:
    eik = await organisation(partners, "Eik AS")
    chief, browser = await admin_of(partners, eik)
    [own] = await running_grants(partners, chief)
    answer = await browser.submit(f"/partners/{eik}/people/{own.id}/functions", functions=["top_leader", "invoice"])
    assert answer.status_code == 303
    assert (await partners.facts(PersonStated))[-1].functions == ["invoice", "top_leader"]
    async with partners.client("national") as national:
        leaders = (await national.get(f"{API}/people?function=top_leader&region=agder")).json()
        nobody = (await national.get(f"{API}/people?function=climate_lead&region=agder")).json()
        elsewhere = (await national.get(f"{API}/people?function=top_leader&region=oslo")).json()
    assert [hit["id"] for hit in leaders["hits"]] == [str(chief)]
    assert nobody["total"] == elsewhere["total"] == 0


async def test_an_end_before_its_beginning_or_in_the_past_is_refused(partners: ServiceApp) -> None:
    ask = await person(partners, "ask@example.org")
    [grant] = await running_grants(partners, ask)
    async with partners.client("national") as national:
        past = str(date(2020, 1, 1))
        answer = await national.post(f"{API}/people/{ask}/roles/{grant.id}/end", json={"until": past})
        later = str(today_in_norway() + timedelta(days=3))
        ended = await national.post(f"{API}/people/{ask}/roles/{grant.id}/end", json={"until": later})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "until")
    assert ended.json()["roles"] == ["partner_member"], "it still holds until then"
