"""Organisations that others entered are claimed by their own people, and the region answers."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from services.partners.models import Claim, Organisation, Person
from services.partners.usecases.claims import forget_unconfirmed
from shared.auth.links import secret
from shared.clock import frozen
from shared.contracts.partners import LetterAsked, OrganisationRecorded, PersonStated
from tests.partners.support import API, actor, organisation, person, running_grants, stored
from tests.support.apps import Browser, ServiceApp

ASKED = {"name": "Ylva Ny", "email": "ylva@example.org", "message": "Jeg er klimaansvarlig."}


async def shadow(partners: ServiceApp, name: str = "Eik AS", *regions: str, **given: Any) -> UUID:
    return await organisation(partners, name, *regions, status="shadow", **given)


async def browser_of(partners: ServiceApp, person_id: UUID) -> Browser:
    return partners.browser_of(await actor(partners, person_id))


async def claims(partners: ServiceApp) -> list[Claim]:
    async with partners.database.reading() as session:
        return list((await session.exec(select(Claim).order_by(Claim.asked_at))).all())


async def letters(partners: ServiceApp, kind: str) -> list[LetterAsked]:
    return [fact for fact in await partners.facts(LetterAsked) if fact.letter == kind]


async def confirm_path(partners: ServiceApp) -> str:
    letter = (await letters(partners, "claim_requested"))[-1]
    return f"/partners/claim/{secret(partners.app.state.resources.keys.link, 'claim', letter.letter_id)}"


async def claimed(partners: ServiceApp, made: UUID, asking: UUID) -> UUID:
    browser = await browser_of(partners, asking)
    assert (await browser.submit(f"/partners/{made}/claim", message="Hei")).status_code == 303
    return (await claims(partners))[-1].id


async def test_somebody_signed_in_claims_and_the_region_accepts(partners: ServiceApp) -> None:
    made, asking = await shadow(partners), await person(partners)
    visitor = partners.visitor()
    assert "Ta over profilen" in (await visitor.get(f"/partners/{made}")).text
    claim = await claimed(partners, made, asking)
    staff = partners.browser("region_staff", "agder")
    work = (await staff.get("/partners/work")).text
    assert "Ask Prøve vil ta over profilen til Eik AS." in work
    assert f'href="/partners/claims/{claim}"' in work
    assert "ask@example.org" in (await staff.get(f"/partners/claims/{claim}")).text
    assert (await staff.submit(f"/partners/claims/{claim}/accept")).status_code == 303
    held = [grant.place for grant in await running_grants(partners, asking)]
    assert ("partner_admin", None, made) in held
    assert (await partners.facts(OrganisationRecorded))[-1].active is True
    async with partners.database.reading() as session:
        assert (await session.get_one(Organisation, made)).status == "active"
    (letter,) = await letters(partners, "claim_accepted")
    assert (letter.person_id, letter.content.organisation) == (asking, "Eik AS")
    assert "vil ta over" not in (await staff.get("/partners/work")).text
    edit = await browser_of(partners, asking)
    assert (await edit.get(f"/partners/{made}/edit")).status_code == 200


async def test_the_wrong_person_is_refused_with_a_reason(partners: ServiceApp) -> None:
    made, asking = await shadow(partners), await person(partners)
    claim = await claimed(partners, made, asking)
    staff = partners.browser("region_lead", "agder")
    unsaid = await staff.submit(f"/partners/claims/{claim}/reject", reason="  ")
    assert unsaid.status_code == 422
    assert 'id="felt-reason-feil"' in unsaid.text
    assert await letters(partners, "claim_rejected") == []
    answer = await staff.submit(f"/partners/claims/{claim}/reject", reason="Du jobber ikke der.")
    assert answer.status_code == 303
    (letter,) = await letters(partners, "claim_rejected")
    assert (letter.person_id, letter.content.reason) == (asking, "Du jobber ikke der.")
    assert all(grant.organisation_id is None for grant in await running_grants(partners, asking))
    async with partners.database.reading() as session:
        assert (await session.get_one(Organisation, made)).status == "shadow"
    late = await staff.submit(f"/partners/claims/{claim}/accept")
    assert late.status_code == 409
    assert await claimed(partners, made, asking) != claim


async def test_a_claim_is_one_at_a_time_and_may_be_taken_back(partners: ServiceApp) -> None:
    made, asking = await shadow(partners), await person(partners)
    claim = await claimed(partners, made, asking)
    browser = await browser_of(partners, asking)
    again = await browser.submit(f"/partners/{made}/claim", message="Igjen")
    assert (again.status_code, "allerede spurt" in again.text) == (422, True)
    other = await browser_of(partners, await person(partners, "annen@example.org"))
    assert (await other.submit(f"/partners/claims/{claim}/withdraw")).status_code == 403
    assert (await browser.submit(f"/partners/claims/{claim}/withdraw")).status_code == 303
    assert [one.state for one in await claims(partners)] == ["withdrawn"]
    assert await claimed(partners, made, asking) != claim


async def test_only_staff_of_its_regions_answer(partners: ServiceApp) -> None:
    made, asking = await shadow(partners), await person(partners)
    claim = await claimed(partners, made, asking)
    for browser in (
        partners.browser("region_lead", "vestland"),
        partners.browser("partner_admin", organisation_id=made),
        await browser_of(partners, asking),
    ):
        assert (await browser.get(f"/partners/claims/{claim}")).status_code == 403
        assert (await browser.submit(f"/partners/claims/{claim}/accept")).status_code == 403
        assert (await browser.submit(f"/partners/claims/{claim}/reject", reason="Nei")).status_code == 403
    assert "vil ta over" not in (await partners.browser("region_lead", "vestland").get("/partners/work")).text
    assert [one.state for one in await claims(partners)] == ["open"]


async def test_an_organisation_that_is_no_shadow_is_not_claimed(partners: ServiceApp) -> None:
    made = await organisation(partners, "Eik AS")
    browser = await browser_of(partners, await person(partners))
    answer = await browser.submit(f"/partners/{made}/claim", message="Hei")
    assert (answer.status_code, "kan ikke overtas" in answer.text) == (422, True)
    async with partners.visitor() as visitor:
        assert (await visitor.post(f"/partners/{made}/claim", data=ASKED)).status_code == 422
        assert "Ta over profilen" not in (await visitor.get(f"/partners/{made}")).text
    assert await claims(partners) == []


async def test_a_stranger_confirms_by_mail_and_is_known_once_accepted(partners: ServiceApp) -> None:
    made = await shadow(partners)
    async with partners.visitor() as visitor:
        assert (await visitor.post(f"/partners/{made}/claim", data=ASKED)).status_code == 200
        (claim,) = await claims(partners)
        assert claim.state == "unconfirmed"
        staff = partners.browser("region_staff", "agder")
        assert "Ylva" not in (await staff.get("/partners/work")).text
        assert (await staff.get(f"/partners/claims/{claim.id}")).status_code == 404
        path = await confirm_path(partners)
        assert "Bekreft" in (await visitor.get(path)).text
        assert [one.state for one in await claims(partners)] == ["unconfirmed"]
        assert (await visitor.post(path)).status_code == 303
        assert (await visitor.post(path)).status_code == 303
    assert "Ylva Ny vil ta over" in (await staff.get("/partners/work")).text
    assert (await stored(partners, claim.person_id)).active is False
    assert (await staff.submit(f"/partners/claims/{claim.id}/accept")).status_code == 303
    ylva = await stored(partners, claim.person_id)
    assert (ylva.active, ylva.verified_at is not None, ylva.email) == (True, True, "ylva@example.org")
    said = (await partners.facts(PersonStated))[-1]
    assert (said.active, said.roles, said.organisation_ids) == (True, ["partner_admin"], [made])


async def test_known_and_unknown_addresses_are_answered_alike(partners: ServiceApp) -> None:
    made = await shadow(partners)
    known = await person(partners, "kjent@example.org")
    answers = []
    async with partners.visitor() as visitor:
        for email in ("ukjent@example.org", "KJENT@example.org", "kjent@example.org"):
            answer = await visitor.post(f"/partners/{made}/claim", data={**ASKED, "email": email})
            answers.append((answer.status_code, answer.text.lower().replace(email.lower(), "")))
    assert len(set(answers)) == 1
    assert sorted(fact.person_id == known for fact in await letters(partners, "claim_requested")) == [False, True]
    assert len(await claims(partners)) == 2


async def test_an_address_that_is_asked_for_too_often_is_answered_alike_and_written_to_no_more(
    partners: ServiceApp,
) -> None:
    numbers = [await shadow(partners, f"Eik {number}") for number in range(6)]
    async with partners.visitor() as visitor:
        answers = {(await visitor.post(f"/partners/{made}/claim", data=ASKED)).status_code for made in numbers}
    assert answers == {200}
    assert len(await letters(partners, "claim_requested")) == 3


@pytest.mark.parametrize(("field", "value"), [("email", "ylva"), ("email", ""), ("name", ""), ("message", "x" * 601)])
async def test_a_wrong_request_is_shown_again(partners: ServiceApp, field: str, value: str) -> None:
    made = await shadow(partners)
    async with partners.visitor() as visitor:
        answer = await visitor.post(f"/partners/{made}/claim", data={**ASKED, field: value})
    assert (answer.status_code, f'id="felt-{field}-feil"' in answer.text) == (422, True)
    assert await claims(partners) == []


@pytest.mark.parametrize("token", ["x", "0" * 43, "%F0%9F%98%80"])
async def test_a_guessed_link_confirms_nothing(partners: ServiceApp, token: str) -> None:
    async with partners.visitor() as visitor:
        assert (await visitor.post(f"/partners/claim/{token}")).status_code == 410


async def test_what_nobody_confirms_is_forgotten_with_the_person(partners: ServiceApp) -> None:
    begun = datetime(2026, 3, 1, 12, tzinfo=UTC)
    with frozen(begun):
        made, known = await shadow(partners), await person(partners, "kjent@example.org")
        async with partners.visitor() as visitor:
            await visitor.post(f"/partners/{made}/claim", data=ASKED)
            await visitor.post(f"/partners/{made}/claim", data={**ASKED, "email": "kjent@example.org"})
            path = await confirm_path(partners)
    with frozen(begun + timedelta(days=8)):
        async with partners.visitor() as visitor:
            assert (await visitor.post(path)).status_code == 410
        async with partners.database.writing() as session:
            assert await forget_unconfirmed(session) == 2
            assert await forget_unconfirmed(session) == 0
    assert await claims(partners) == []
    async with partners.database.reading() as session:
        assert list((await session.exec(select(Person.id))).all()) == [known]
    last = (await partners.facts(PersonStated))[-1]
    assert (last.erased, last.email, last.name) == (True, "", "")


async def test_the_region_invites_somebody_of_a_shadow_organisation(partners: ServiceApp) -> None:
    made = await shadow(partners)
    ask = await person(partners, organisation_id=made)
    stranger = await person(partners, "annen@example.org")
    staff = partners.browser("region_staff", "agder")
    assert "Ask Prøve" in (await staff.get(f"/partners/{made}/invite")).text
    assert (await staff.submit(f"/partners/{made}/invite")).status_code == 422
    for _ in range(2):
        assert (await staff.submit(f"/partners/{made}/invite", person_id=str(ask))).status_code == 303
    assert (await staff.submit(f"/partners/{made}/invite", person_id=str(stranger))).status_code == 403
    (letter,) = await letters(partners, "invited_to_registry")
    assert (letter.person_id, letter.content.region, letter.content.organisation) == (ask, "agder", "Eik AS")
    other = partners.browser("region_staff", "vestland")
    assert (await other.submit(f"/partners/{made}/invite", person_id=str(ask))).status_code == 403


async def test_programs_claim_and_answer(partners: ServiceApp) -> None:
    made, asking = await shadow(partners), await person(partners)
    claim = await claimed(partners, made, asking)
    async with partners.client("region_staff", "agder") as staff:
        waiting = (await staff.get(f"{API}/claims")).json()
        assert [(one["id"], one["state"]) for one in waiting] == [(str(claim), "open")]
        unsaid = await staff.post(f"{API}/claims/{claim}/reject", json={})
        assert (unsaid.status_code, unsaid.json()["errors"][0]["field"]) == (422, "reason")
        assert (await staff.post(f"{API}/claims/{claim}/accept")).json()["state"] == "accepted"
        assert (await staff.post(f"{API}/claims/{claim}/accept")).json()["code"] == "claim-decided"
    async with partners.client("region_staff", "vestland") as other:
        assert (await other.get(f"{API}/claims")).json() == []
