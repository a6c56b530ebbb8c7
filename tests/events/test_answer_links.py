"""Answering from a mail: looking is harmless, the buttons answer, nobody answers for another."""

from datetime import timedelta

import pytest

from services.events import queries
from services.events.links import answer_path, answer_url
from services.events.models import Webinar
from services.events.usecases import audiences, publishing
from shared.auth.links import link_token
from shared.clock import frozen
from shared.ids import new_id
from tests.events.support import World, national, partner, person, text_of

SECRET = "https://moterom.example.no/hemmelig"


async def state_of(world: World, made: Webinar, who: object) -> str | None:
    async with world.database.reading() as session:
        found = await queries.registration(session, made.id, who)  # type: ignore[arg-type]
    return found.state if found else None


def test_the_link_has_the_form_the_notifier_writes() -> None:
    who, webinar = new_id(), new_id()
    token = link_token(b"key", "answer", who, webinar)
    assert answer_url("https://kb.example.no/", b"key", who, webinar, "accept") == (
        f"https://kb.example.no/events/answer/{webinar}/{token}?choice=accept"
    )


@pytest.mark.parametrize("choice", ["", "?choice=accept", "?choice=decline", "?choice=%3Cscript%3E"])
async def test_opening_the_link_changes_nothing_however_often(world: World, choice: str) -> None:
    made, who = await world.announce(join_url=SECRET), new_id()
    async with world.client() as client:
        for method in ("GET", "HEAD", "GET"):
            await client.request(method, answer_path(world.link_key, who, made.id) + choice)
        shown = await client.get(answer_path(world.link_key, who, made.id) + choice)
    assert shown.status_code == 200
    assert made.title in text_of(shown)
    assert shown.text.count('name="choice"') == 2
    assert SECRET not in shown.text
    assert "<script>" not in shown.text
    assert await state_of(world, made, who) is None
    assert await world.said("registration") == []


async def test_the_buttons_answer_and_the_answer_can_be_changed(world: World) -> None:
    made, who = await world.announce(join_url=SECRET), new_id()
    path = answer_path(world.link_key, who, made.id)
    async with world.client() as client:
        for choice, state, words in (
            ("accept", "registered", "Du er påmeldt"),
            ("accept", "registered", "Du er påmeldt"),
            ("decline", "declined", "Takk for svaret"),
            ("accept", "registered", "Du er påmeldt"),
        ):
            answered = await client.post(path, data={"choice": choice})
            assert answered.status_code == 303
            receipt = await client.get(answered.headers["location"])
            assert receipt.status_code == 200
            assert words in text_of(receipt)
            assert f'href="{path}"' in receipt.text
            assert (SECRET in receipt.text) == (state == "registered")
            assert await state_of(world, made, who) == state
    assert len(await world.said("registration")) == 3


async def test_a_receipt_of_nothing_leads_back_to_the_question(world: World) -> None:
    made = await world.announce()
    path = answer_path(world.link_key, new_id(), made.id)
    async with world.client() as client:
        assert (await client.get(f"{path}/receipt")).headers["location"] == path


async def test_a_link_not_made_for_this_is_no_link(world: World) -> None:
    made, other, draft, who = await world.announce(), await world.announce(), await world.draft(), new_id()
    token = link_token(world.link_key, "answer", who, made.id)
    wrong = [
        f"/events/answer/{other.id}/{token}",
        f"/events/answer/{made.id}/{token[:-2]}AA",
        f"/events/answer/{made.id}/{'A' if token[0] != 'A' else 'B'}{token[1:]}",
        f"/events/answer/{made.id}/x",
        f"/events/answer/{made.id}/%F0%9F%98%80",
        f"/events/answer/{made.id}/{link_token(world.link_key, 'preferences', who, made.id)}",
        f"/events/answer/{made.id}/{link_token(b'another key', 'answer', who, made.id)}",
        f"/events/answer/not-an-id/{token}",
        answer_path(world.link_key, who, draft.id),
    ]
    async with world.client() as client:
        for path in wrong:
            for page in (path, f"{path}/receipt"):
                assert (await client.get(page)).status_code == 404
            assert (await client.post(path, data={"choice": "accept"})).status_code == 404
    assert await world.said("registration") == []


async def test_nonsense_full_and_late_answers_are_told_so(world: World) -> None:
    made = await world.announce(capacity=1)
    first, second = (answer_path(world.link_key, new_id(), made.id) for _ in range(2))
    async with world.client() as client:
        assert (await client.post(first, data={"choice": "kanskje"})).status_code == 422
        assert (await client.post(first, data={})).status_code == 422
        await client.post(first, data={"choice": "accept"})
        full = await client.post(second, data={"choice": "accept"})
        assert full.status_code == 409
        assert "alle plassene" in text_of(full)
        with frozen(made.starts_at + timedelta(seconds=1)):
            late = await client.get(second)
            assert "for sent" in text_of(late)
            assert 'name="choice"' not in late.text
            assert (await client.post(second, data={"choice": "decline"})).status_code == 409
        async with world.database.writing() as session:
            await publishing.cancel(session, national(), made.id, "Storm")
        assert "Storm" in text_of(await client.get(second))


async def test_an_erased_person_s_links_die(world: World) -> None:
    made, stated = await world.announce(), person()
    async with world.database.writing() as session:
        await audiences.note_person(session, person(version=2, person_id=stated.person_id, erased=True))
    async with world.client() as client:
        path = answer_path(world.link_key, stated.person_id, made.id)
        assert (await client.get(path)).status_code == 404
        assert (await client.post(path, data={"choice": "accept"})).status_code == 404


async def test_another_site_cannot_press_the_button(world: World) -> None:
    made, who = await world.announce(), new_id()
    path = answer_path(world.link_key, who, made.id)
    async with world.client() as client:
        foreign = await client.post(path, data={"choice": "accept"}, headers={"Sec-Fetch-Site": "cross-site"})
        assert foreign.status_code == 403
    signed_in = partner()
    async with world.client(signed_in) as client:
        assert (await client.post(path, data={"choice": "accept"})).status_code == 403
        own = {"choice": "accept", **world.csrf(signed_in)}
        assert (await client.post(path, data=own)).status_code == 303
    assert await state_of(world, made, who) == "registered"
