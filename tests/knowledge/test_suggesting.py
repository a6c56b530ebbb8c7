"""What is suggested while somebody types."""

from typing import Any

import pytest

from services.knowledge.search.suggesting import Completions, Suggestion, Text, Wanted, merged
from tests.knowledge.support import World, line, load, text_of


@pytest.fixture
async def filled(library: World) -> World:
    report = await load(
        library.database,
        [
            line("a", title="Varmepumpe i svømmehallen", region="troms"),
            line("b", title="Sjøvarmepumpe på brygga", region="troms"),
            line("c", title="Solceller på <b>taket</b>", region="agder", measure_types=["Elsykkel"]),
        ],
    )
    assert not report.errors
    await library.projection.drain()
    return library


async def suggested(world: World, typed: str, **params: Any) -> list[dict[str, str]]:
    async with world.client() as client:
        answer = await client.get("/cases/api/v1/suggest", params={"q": typed, **params})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, str]] = answer.json()["suggestions"]
    return found


def completions() -> Completions:
    return Completions(
        [
            Text("sykkel", "xxsykkel", 9),
            Text("tråsykkel", "xxsykkel", 9),
            Text("el-sykkel", "xxelsykkel", 4),
            Text("parkering for sykkel", "parkering", 5),
            Text("Miljøfyrtårn", "fyrtaarn", 1),
        ]
    )


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("syk", ["sykkel", "parkering for sykkel", "el-sykkel"]),
        ("tråsy", ["tråsykkel"]),
        ("for sy", ["parkering for sykkel"]),
        ("miljofyrtarn", ["Miljøfyrtårn"]),
        ("s", []),
        ("xyz", []),
    ],
)
def test_a_text_is_completed_from_any_of_its_words_each_meaning_once(typed: str, found: list[str]) -> None:
    assert completions().of(typed) == found


def test_neither_words_nor_titles_crowd_the_others_out() -> None:
    words = [Suggestion("words", f"ord {number}", Wanted()) for number in range(9)]
    titles = [Suggestion("case", f"tittel {number}", Wanted()) for number in range(9)]
    assert [each.kind for each in merged(words, titles)] == ["words"] * 4 + ["case"] * 4
    assert [each.kind for each in merged(words[:1], titles)] == ["words"] + ["case"] * 7
    assert len(merged(words, [])) == 8


async def test_what_is_suggested_leads_to_cases(filled: World) -> None:
    found = await suggested(filled, "varme")
    assert {"varme", "varmepumpe"} <= {each["text"] for each in found if each["kind"] == "words"}
    assert {"kind": "case", "text": "Varmepumpe i svømmehallen"}.items() <= found[-1].items()
    assert all("solcelle" not in each["text"].lower() for each in found)
    for each in found:
        async with filled.client() as client:
            answer = await client.get(each["url"])
        assert answer.status_code == 200
        assert "eksempler passet" not in text_of(answer), each


async def test_regions_and_kinds_of_measures_are_suggested_as_filters(filled: World) -> None:
    [troms, *_rest] = await suggested(filled, "troms")
    assert (troms["kind"], troms["text"]) == ("region", "Troms")
    assert troms["url"].endswith("/cases?region=troms")
    kinds = [each for each in await suggested(filled, "elsyk") if each["kind"] == "measure_type"]
    assert [each["text"] for each in kinds] == ["Elsykkel"]


async def test_a_draft_is_never_suggested(filled: World) -> None:
    await filled.draft(title="Varmepumpe som ingen skal vite om")
    await filled.projection.drain()
    assert "ingen skal vite" not in str(await suggested(filled, "varmepumpe"))


async def test_the_box_gets_choices_in_which_nothing_runs(filled: World) -> None:
    async with filled.client() as client:
        answer = await client.get("/cases/fragments/suggestions", params={"q": "sol"})
    assert '<u-option value="Solceller på &lt;b&gt;taket&lt;/b&gt;" data-href="/cases/' in answer.text
    assert "<b>" not in answer.text


@pytest.mark.parametrize("typed", ["", "x", "''", "a" * 100, '"', "\u202e", "%"])
async def test_whatever_is_typed_has_an_answer(filled: World, typed: str) -> None:
    assert isinstance(await suggested(filled, typed), list)


async def test_what_is_too_long_to_be_meant_is_refused_by_name(filled: World) -> None:
    async with filled.client() as client:
        answer = await client.get("/cases/api/v1/suggest", params={"q": "a" * 101})
        shown = await client.get("/cases/fragments/suggestions", params={"q": "a" * 10_000})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "q"
    assert shown.status_code == 200


async def test_nothing_is_suggested_while_the_engine_is_away(world: World) -> None:
    assert await suggested(world, "nordl") == []
