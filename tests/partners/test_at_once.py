"""Two who change the registry at once, on PostgreSQL: the second is refused by name, and nothing is lost."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from services.partners.models import SignInRequest
from services.partners.queries import regions_of
from shared.contracts.partners import PersonStated, SessionEnded, SignInRequested
from tests.partners.signing import asking, link
from tests.partners.support import API, actor, organisation, person, stored
from tests.support.apps import ServiceApp, service_app

TIMES = 8


@pytest.fixture
async def partners(postgres_url: str, tmp_path: Path) -> AsyncIterator[ServiceApp]:
    async with service_app("partners", postgres_url, tmp_path) as service:
        yield service


async def at_once(*requests: Awaitable[httpx.Response]) -> list[int]:
    return sorted(answer.status_code for answer in await asyncio.gather(*requests))


@pytest.mark.parametrize("field", ["org_number", "external_id"])
async def test_of_two_organisations_with_one_number_one_is_entered(partners: ServiceApp, field: str) -> None:
    value = {"org_number": "974760673", "external_id": "e-1"}[field]
    async with partners.client("national") as national:
        requests = [
            national.post(f"{API}/organisations", json={"name": f"Eik {number}", field: value})
            for number in range(TIMES)
        ]
        assert await at_once(*requests) == [201] + [409] * (TIMES - 1)


@pytest.mark.parametrize("field", ["email", "external_id"])
async def test_of_two_people_with_one_address_one_is_entered(partners: ServiceApp, field: str) -> None:
    def given(number: int) -> dict[str, Any]:
        taken = {"email": "ASK@example.org" if number % 2 else "ask@example.org", "external_id": "p-1"}[field]
        return {"name": "Ask", "email": f"{number}@example.org", "region": "agder", field: taken}

    async with partners.client("national") as national:
        requests = [national.post(f"{API}/people", json=given(number)) for number in range(TIMES)]
        assert await at_once(*requests) == [201] + [409] * (TIMES - 1)


async def test_two_edited_to_one_address_are_told_apart_in_the_form_too(partners: ServiceApp) -> None:
    people = [await person(partners, f"{number}@example.org") for number in range(4)]
    browser = partners.browser("national")
    typed = {"name": "Ask", "email": "ny@example.org", "role": "partner_member", "region": "agder", "active": "1"}
    requests = [browser.submit(f"/partners/people/{one}/edit", version="1", language="nb", **typed) for one in people]
    assert await at_once(*requests) == [303, 422, 422, 422]


async def test_of_two_edits_from_one_version_one_is_stale(partners: ServiceApp) -> None:
    made = await organisation(partners, "Eik AS")
    ask = await person(partners, "ask@example.org")
    firm = {"name": "Eik AS", "regions": ["agder", "oslo"], "version": 1}
    who = {"name": "Ask", "email": "ask@example.org", "region": "agder", "version": 1}
    async with partners.client("national") as national:
        put = [national.put(f"{API}/organisations/{made}", json=firm) for _ in range(TIMES)]
        assert await at_once(*put) == [200] + [409] * (TIMES - 1)
        put = [national.put(f"{API}/people/{ask}", json=who) for _ in range(TIMES)]
        assert await at_once(*put) == [200] + [409] * (TIMES - 1)


async def test_a_region_begun_twice_at_once_is_one_membership(partners: ServiceApp) -> None:
    made = await organisation(partners, "Eik AS")
    given = {"name": "Eik AS", "regions": ["agder", "oslo"], "version": 1}
    async with partners.client("national") as national:
        put = [national.put(f"{API}/organisations/{made}", json=given) for _ in range(TIMES)]
        assert await at_once(*put) == [200] + [409] * (TIMES - 1)
    async with partners.database.reading() as session:
        assert (await regions_of(session, [made]))[made] == ["agder", "oslo"]


async def test_people_who_join_while_an_organisation_moves_are_stated_where_it_is(partners: ServiceApp) -> None:
    made = await organisation(partners, "Eik AS", "agder")
    old = [await person(partners, f"old{number}@example.org", organisation_id=made) for number in range(3)]
    async with partners.client("national") as national:
        moving = [
            national.put(f"{API}/organisations/{made}", json={"name": "Eik AS", "regions": regions, "version": 1})
            for regions in (["oslo"], ["vestland"], ["rogaland"])
        ]
        joining = [
            national.post(
                f"{API}/people", json={"name": "Ny", "email": f"new{number}@example.org", "organisation_id": str(made)}
            )
            for number in range(TIMES)
        ]
        editing = [
            national.put(
                f"{API}/people/{one}",
                json={"name": "Gammel", "email": f"old{number}@example.org", "version": 1},
            )
            for number, one in enumerate(old)
        ]
        assert set(await at_once(*moving, *joining, *editing)) == {200, 201, 409}
    async with partners.database.reading() as session:
        where = (await regions_of(session, [made]))[made]
    last = {fact.person_id: fact for fact in await partners.facts(PersonStated)}
    assert len(last) == 3 + TIMES
    for fact in last.values():
        assert fact.regions == where
        assert fact.version == (await stored(partners, fact.person_id)).version


async def test_a_link_spent_twice_at_once_signs_in_once(partners: ServiceApp) -> None:
    await person(partners, "ask@example.org")
    one = await asking(partners)
    path = await link(partners)
    assert await at_once(*(one.post(path) for _ in range(TIMES))) == [303] + [410] * (TIMES - 1)


async def test_links_asked_for_at_once_are_one(partners: ServiceApp) -> None:
    await person(partners, "ask@example.org")
    async with partners.visitor() as visitor:
        await visitor.get("/partners/sign-in")
        requests = [visitor.post("/partners/sign-in", data={"email": "ask@example.org"}) for _ in range(TIMES)]
        assert set(await at_once(*requests)) == {200}
    assert len(await partners.facts(SignInRequested)) == 1
    async with partners.database.reading() as session:
        assert (await session.exec(sa.select(sa.func.count()).select_from(SignInRequest))).scalar_one() == 1


async def test_a_session_ended_twice_at_once_is_told_of_once(partners: ServiceApp) -> None:
    ask = await person(partners, "ask@example.org")
    browser = partners.browser_of(await actor(partners, ask))
    requests = [browser.submit("/partners/sign-out") for _ in range(TIMES)]
    assert set(await at_once(*requests)) <= {303, 403}
    assert len(await partners.facts(SessionEnded)) == 1


async def test_a_post_repeated_at_once_with_its_key_registers_once(partners: ServiceApp) -> None:
    async with partners.client("national") as national:
        requests = [
            national.post(f"{API}/organisations", json={"name": "Eik"}, headers={"Idempotency-Key": "a"})
            for _ in range(TIMES)
        ]
        assert await at_once(*requests) == [201] * TIMES
        assert (await national.get(f"{API}/organisations")).json()["total"] == 1
