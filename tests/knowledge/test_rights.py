"""Who may do what with a case: every step, role and region of the table."""

import itertools
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.auth.actor import Actor, Grant
from tests.knowledge.support import World, actor, body, national, partner, staff_of

API = "/cases/api/v1"
STATUS_FOR = {
    "submit": "draft",
    "approve": "in_review",
    "request-changes": "in_review",
    "publish": "approved",
    "archive": "published",
}
ROLES: dict[str, Actor | None] = {
    "visitor": None,
    "partner": partner(),
    "staff there": staff_of("agder"),
    "staff elsewhere": staff_of("troms"),
    "national": national(),
}
MAY = {"staff there", "national"}
SEE = {*MAY, "staff elsewhere"}


async def given_status(world: World, status: str, **changes: Any) -> str:
    made = await world.draft(**changes)
    async with world.database.writing() as session:
        found = await session.get(type(made), made.id)
        assert found is not None
        found.status = status  # type: ignore[assignment]
        session.add(found)
    return str(made.id)


@pytest.mark.parametrize(("step", "role"), list(itertools.product(STATUS_FOR, ROLES)))
async def test_only_staff_of_the_cases_own_region_and_national_staff_take_steps(
    world: World, step: str, role: str
) -> None:
    case_id = await given_status(world, STATUS_FOR[step])
    async with world.client(ROLES[role]) as client:
        answer = await client.post(f"{API}/cases/{case_id}/{step}", json={"reason": "Oppgi år."})
    known = role in SEE or STATUS_FOR[step] == "published"
    expected = 200 if role in MAY else 401 if role == "visitor" else 403 if known else 404
    assert answer.status_code == expected, answer.text
    changed = (await world.case(UUID(case_id))).version
    assert changed == (2 if expected == 200 else 1)


@pytest.mark.parametrize("role", ROLES)
async def test_only_staff_draft_and_only_in_their_own_region(world: World, role: str) -> None:
    async with world.client(ROLES[role]) as client:
        answer = await client.post(f"{API}/cases", json=body())
    assert answer.status_code == (201 if role in MAY else 401 if role == "visitor" else 403)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("status", ["draft", "in_review", "changes_requested", "approved", "archived"])
async def test_what_is_not_public_is_not_found_by_others(world: World, status: str, role: str) -> None:
    case_id = await given_status(world, status)
    async with world.client(ROLES[role]) as client:
        answer = await client.get(f"{API}/cases/{case_id}")
        missing = await client.get(f"{API}/cases/{uuid4()}")
    assert answer.status_code == (200 if role in SEE else 404)
    if role not in SEE:
        assert answer.json() == missing.json(), "an invisible case answers as one that is not there"


async def test_an_author_follows_their_case_also_when_it_lies_in_another_region(world: World) -> None:
    author = staff_of("agder", "troms")
    made = await world.draft(author, region="troms")
    moved = Actor(author.person_id, author.session_id, author.name, (Grant("region_staff", "agder"),))
    async with world.client(moved) as client:
        assert (await client.get(f"{API}/cases/{made.id}")).status_code == 200
        assert (await client.post(f"{API}/cases/{made.id}/submit")).status_code == 200
        assert (await client.post(f"{API}/cases/{made.id}/approve")).status_code == 403


async def test_a_case_cannot_be_moved_into_a_region_one_is_not_staff_of(world: World) -> None:
    who = staff_of("agder")
    made = await world.draft(who)
    async with world.client(who) as client:
        answer = await client.put(f"{API}/cases/{made.id}", json=body(region="troms", version=1))
    assert answer.status_code == 403


async def test_a_program_with_a_token_has_its_roles_rights_and_needs_no_cookie(world: World) -> None:
    program = actor(Grant("region_staff", "agder"), by_token=True)
    async with world.client(program) as client:
        assert (await client.post(f"{API}/cases", json=body())).status_code == 201
        assert (await client.post(f"{API}/cases", json=body(region="troms"))).status_code == 403


async def test_the_reason_of_a_review_is_not_told_to_the_public(world: World) -> None:
    made = await world.publish()
    async with world.database.writing() as session:
        found = await session.get(type(made), made.id)
        assert found is not None
        found.review_reason = "internt"
        session.add(found)
    for who, reason in ((None, ""), (staff_of("agder"), "internt")):
        async with world.client(who) as client:
            assert (await client.get(f"{API}/cases/{made.id}")).json()["review_reason"] == reason
