"""Needs as people and programs get them, without JavaScript."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import select

from services.knowledge.matchmaker import Matchmaker
from services.knowledge.models import Need, Organisation
from shared.clock import today_in_norway
from tests.knowledge.support import FIRM, World, actor, line, load, national, text_of, wanted
from tests.knowledge.test_matching import TIPPER
from tests.knowledge.test_needs import MEMBER, STRANGER, enter_firms

API = "/cases/api/v1/needs"


@pytest.fixture
async def world(world: World) -> World:
    await enter_firms(world.database)
    return world


@pytest.fixture
async def library(library: World) -> World:
    await enter_firms(library.database)
    return library


def typed(**changes: str) -> dict[str, str]:
    given = wanted().model_dump(mode="json", include={"title", "region", "wanted_by", "organisation_id"})
    return {**given, "visibility": "public", "language": "nb", **changes}


async def post(world: World, **changes: str) -> str:
    async with world.client(MEMBER) as client:
        answer = await client.post("/cases/needs/new", data={**typed(**changes), **world.csrf(MEMBER)})
        assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def test_a_need_is_posted_by_a_form_and_stands_on_the_board_for_everybody(world: World) -> None:
    address = await post(world, text="Hva *kostet* de?")
    async with world.client() as visitor:
        shown = text_of(await visitor.get(address))
        board = text_of(await visitor.get("/cases/needs"))
    assert "Hva <em>kostet</em> de?" in shown
    assert "Maskin AS" in shown
    assert "Eksempler som kan svare" not in shown, "what may answer it is for its own people"
    assert f'href="{address}"' in board


async def test_the_form_comes_again_with_what_was_typed_and_what_is_wrong(world: World) -> None:
    async with world.client(MEMBER) as client:
        answer = await client.post(
            "/cases/needs/new", data={**typed(title="", wanted_by="2001-01-01", text="Beholdes"), **world.csrf(MEMBER)}
        )
        late = await client.post("/cases/needs/new", data={**typed(wanted_by="2001-01-01"), **world.csrf(MEMBER)})
    assert (answer.status_code, late.status_code) == (422, 422)
    assert "Beholdes" in answer.text
    assert 'id="felt-title-feil"' in answer.text
    assert "Velg en dag som ikke er over" in late.text
    async with world.database.reading() as session:
        assert (await session.exec(select(Need))).all() == []


async def test_a_search_that_found_nothing_leads_to_the_form_filled_in(library: World) -> None:
    await load(library.database, [line("a", measure_types=["Transport"])])
    await library.projection.drain()
    async with library.client(MEMBER) as client:
        found = text_of(await client.get("/cases?q=kvantedatamaskin&scope=1&focus_area=energy"))
        link = re.search(r'href="(/cases/needs/new\?[^"]+)"', found)
        assert link is not None
        form = (await client.get(link[1].replace("&amp;", "&"))).text
    assert 'value="kvantedatamaskin"' in form
    assert re.search(r'name="scopes" value="1" checked', form)
    assert re.search(r'name="focus_areas" value="energy" checked', form)


async def test_the_poster_sees_what_answers_it_with_reasons_and_others_do_not(library: World) -> None:
    await load(library.database, [line("a", **TIPPER), line("b"), line("c", title="Solceller på taket")])
    await library.projection.drain()
    address = await post(library, scopes="1")
    async with library.client(MEMBER) as client:
        waiting = text_of(await client.get(address))
        assert f'hx-get="{address}/matches"' in waiting
        await Matchmaker(library.database, library.searcher).drain()
        shown = text_of(await client.get(address))
        fragment = text_of(await client.get(f"{address}/matches"))
    assert "hx-get" not in fragment, "nothing is asked for once all is found"
    for text in (shown, fragment):
        assert TIPPER["title"] in text
        assert "Begge handler om «elektriske lastebiler»" in text
        assert "Samme scope:" in text
    async with library.client(STRANGER) as client:
        assert (await client.get(f"{address}/matches")).status_code == 403
        assert TIPPER["title"] not in (await client.get(address)).text


async def test_the_board_is_narrowed_by_its_address_and_each_choice_can_be_taken_away(world: World) -> None:
    await post(world, title="Med scope", scopes="3")
    await post(world, title="Uten scope")
    async with world.client() as visitor:
        shown = text_of(await visitor.get("/cases/needs?scope=3&region=agder&region=finnes-ikke&sort=newest"))
    assert "Med scope" in shown
    assert "Uten scope" not in shown
    assert 'href="/cases/needs?region=agder"' in shown
    assert 'href="/cases/needs?scope=3"' in shown


async def test_editing_and_withdrawing_are_for_its_own_people(world: World) -> None:
    address = await post(world)
    async with world.client(STRANGER) as client:
        assert (await client.get(f"{address}/edit")).status_code == 403
        assert (await client.post(f"{address}/withdraw", data=world.csrf(STRANGER))).status_code == 403
    async with world.client(MEMBER) as client:
        given = {**typed(title="Nytt navn"), **world.csrf(MEMBER)}
        assert (await client.post(f"{address}/edit", data=given)).status_code == 303
        assert "Nytt navn" in (await client.get(address)).text
        stale = await client.post(f"{address}/edit", data={**given, "version": "1", "title": "For sent"})
        assert stale.status_code == 422
        assert (await client.post(f"{address}/withdraw", data=world.csrf(MEMBER))).status_code == 303
        assert "Trukket tilbake" in (await client.get(address)).text
        again = await client.post(f"{address}/edit", data=given)
        assert "kan ikke endres" in again.text
    async with world.client() as visitor:
        assert "Nytt navn" not in (await visitor.get("/cases/needs")).text


async def test_a_visitor_is_sent_to_sign_in_and_whoever_is_of_no_organisation_may_not_post(world: World) -> None:
    async with world.client() as visitor:
        assert (await visitor.get("/cases/needs/new")).headers["location"].startswith("/partners/sign-in?")
    async with world.client(actor()) as client:
        assert (await client.get("/cases/needs/new")).status_code == 403


async def test_staff_choose_for_whom_and_what_is_not_theirs_is_refused_at_the_field(world: World) -> None:
    async with world.database.writing() as session:
        session.add(Organisation(id=UUID(int=7), name="Tredje AS", regions=["agder"]))
    who = national()
    async with world.client(who) as client:
        form = text_of(await client.get("/cases/needs/new"))
        assert "Maskin AS" in form
        assert "Tredje AS" in form
        answer = await client.post(
            "/cases/needs/new", data={**typed(organisation_id=str(UUID(int=9))), **world.csrf(who)}
        )
    assert answer.status_code == 422
    assert 'id="felt-organisation_id-feil"' in answer.text


async def test_programs_post_list_change_and_withdraw(world: World) -> None:
    given = wanted(scopes=[1]).model_dump(mode="json", exclude={"version"})
    async with world.client(MEMBER) as client:
        headers = {"X-CSRF-Token": next(iter(world.csrf(MEMBER).values()))}
        made = (await client.post(API, json=given, headers=headers)).json()
        assert [one["id"] for one in (await client.get(f"{API}?scope=1")).json()] == [made["id"]]
        assert (await client.get(f"{API}?scope=2")).json() == []
        assert (await client.get(f"{API}?region=Nord%20land")).status_code == 422, "no region is called so"
        later = str(today_in_norway() + timedelta(days=60))
        changed = await client.put(f"{API}/{made['id']}", json={**given, "wanted_by": later}, headers=headers)
        assert changed.json()["wanted_by"] == later
        assert (await client.get(f"{API}/{made['id']}/matches")).json() == {"waits": True, "matches": []}
        ended = await client.post(f"{API}/{made['id']}/withdraw", headers=headers)
        assert ended.json()["status"] == "withdrawn"
        wrong = await client.post(API, json={**given, "wanted_by": "2001-01-01"}, headers=headers)
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "wanted_by")
    assert "poster_id" not in made
    assert made["organisation_id"] == str(FIRM)
