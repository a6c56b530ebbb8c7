"""The guided finder."""

import re

import pytest

from tests.knowledge.support import World, line, load, text_of

ANSWER = re.compile(r'<a class="kb-finder__answer" href="([^"]+)"><span>([^<]+)</span>')


@pytest.fixture
async def filled(library: World) -> World:
    lines = [
        line("a", sector="public", region="troms", focus_areas=["energy"], tco2e_per_year=12),
        line("b", sector="public", region="agder", focus_areas=["nature"]),
        line("c", sector="business", region="troms", focus_areas=["energy"]),
    ]
    report = await load(library.database, lines)
    assert not report.errors, report.errors
    await library.projection.drain()
    return library


async def answers(world: World, path: str) -> dict[str, str]:
    async with world.client() as client:
        answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    return {text: href for href, text in ANSWER.findall(text_of(answer))}


async def test_four_answers_lead_to_the_cases_they_leave(filled: World) -> None:
    sectors = await answers(filled, "/cases/finder")
    assert list(sectors) == ["Offentlig sektor", "Næringsliv"], "only what leaves something"
    themes = await answers(filled, sectors["Offentlig sektor"])
    assert list(themes) == ["Energi", "Natur"]
    places = await answers(filled, themes["Energi"])
    assert list(places) == ["Troms"]
    needs = await answers(filled, places["Troms"])
    assert list(needs) == ["Hvor mye utslippene går ned"]
    found = needs["Hvor mye utslippene går ned"]
    assert found == "/cases?region=troms&focus_area=energy&sector=public&tonnes_from=1"
    async with filled.client() as client:
        assert "<strong>1</strong> eksempel" in text_of(await client.get(found))


async def test_a_question_can_be_passed_over_and_gone_back_to(filled: World) -> None:
    async with filled.client() as client:
        page = text_of(await client.get("/cases/finder?step=3&sector=public"))
    assert 'href="/cases/finder?step=4&sector=public"' in page
    assert 'href="/cases/finder?step=1&sector=public"' in page
    assert "Hvem dere er: Offentlig sektor" in page
    assert "Vis 2 eksempler" in page


@pytest.mark.parametrize("step", ["0", "99", "x", "-1", "٣"])
async def test_a_step_there_is_not_is_the_nearest_one(filled: World, step: str) -> None:
    async with filled.client() as client:
        answer = await client.get("/cases/finder", params={"step": step})
    assert answer.status_code == 200


async def test_without_the_engine_the_search_takes_over(world: World) -> None:
    async with world.client() as client:
        answer = await client.get("/cases/finder?sector=public", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/cases?sector=public")
