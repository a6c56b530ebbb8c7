"""What measures come to: only what can be compared is added up, each figure once, and nothing is left out without a word."""

import re
from collections import Counter
from decimal import Decimal
from typing import Any, get_args

import hypothesis.strategies as st
from hypothesis import given as given_any

from services.knowledge.impactboard import BY, REASONS, Alike, Chosen, board
from services.knowledge.models.impact import Per
from services.knowledge.queries.impact import alike, alike_anywhere
from services.knowledge.usecases import editorial
from shared.contracts.vocabulary import FOCUS_AREAS, SCOPES
from tests.knowledge.support import World, national, text_of
from tests.support.exports import in_every_format

METHODS = ("measured", "calculated", "estimated", "unknown")
FIGURES = st.lists(
    st.builds(
        Alike,
        region=st.sampled_from(["agder", "troms", "vestland"]),
        focus_areas=st.lists(st.sampled_from(FOCUS_AREAS), unique=True, max_size=3).map(tuple),
        scopes=st.lists(st.sampled_from(SCOPES), unique=True, max_size=2).map(tuple),
        year=st.none() | st.integers(2016, 2020),
        stopped=st.booleans(),
        metric=st.none() | st.sampled_from(["ghg_reduction", "energy_saved"]),
        unit=st.sampled_from(["tco2e", "kwh"]),
        per=st.sampled_from(get_args(Per)),
        scope=st.none() | st.sampled_from(SCOPES),
        method=st.sampled_from(METHODS),
        verified_by=st.sampled_from(["none", "partner", "reviewer", "third_party"]),
        shared=st.booleans(),
        value=st.decimals(0, 10_000, places=3),
        number=st.integers(1, 5),
    ),
    max_size=30,
)


@given_any(FIGURES)
def test_what_is_counted_and_what_is_left_out_is_all_there_is(figures: list[Alike]) -> None:
    found = board(figures)
    assert found.considered == sum(one.number for one in figures)
    assert set(found.left_out) <= set(REASONS)
    assert found.counted + sum(found.left_out.values()) == found.considered


@given_any(FIGURES)
def test_a_sum_is_that_of_its_own_method_and_never_more_than_its_parts(figures: list[Alike]) -> None:
    found = board(figures)
    for method, whole in found.sums.items():
        assert whole.tonnes == sum(one.value for one in figures if one.method == method and one.reason is None)
        assert 0 <= whole.verified_tonnes <= whole.tonnes
        assert whole.verified_figures <= whole.figures
        for by in BY:
            parts = [sums[method].tonnes for sums in found.parts[by].values() if method in sums]
            assert max(parts) <= whole.tonnes <= sum(parts)
            assert by == "focus_area" or sum(parts) == whole.tonnes


@given_any(FIGURES, st.sampled_from(BY), st.data())
def test_narrowing_to_a_part_gives_that_part(figures: list[Alike], by: Any, data: st.DataObject) -> None:
    found = board(figures)
    for key in [key for key in found.parts[by] if key]:
        narrowed = board(figures, Chosen((key,)) if by == "region" else Chosen(**{by: key}))
        assert narrowed.sums == found.parts[by][key]


def test_each_figure_that_is_left_out_has_its_reason() -> None:
    counted = {"region": "agder", "metric": "ghg_reduction", "value": Decimal(5)}
    left = [
        Alike("agder"),
        Alike(**counted, stopped=True),
        Alike(**{**counted, "metric": "energy_saved", "unit": "kwh"}),
        Alike(**counted, per="total"),
        Alike(**counted, per="unit"),
        Alike(**counted, shared=True),
    ]
    found = board([Alike(**counted), *left])
    assert found.left_out == dict.fromkeys(REASONS, 1)
    assert found.sums["unknown"].tonnes == 5


def tonnes(value: str, **changes: Any) -> dict[str, Any]:
    return {"metric": "ghg_reduction", "value": value, "unit": "tco2e", **changes}


async def a_library(world: World) -> None:
    measured = tonnes("10,5", method="measured", verified_by="third_party", scope=1)
    await world.publish(region="agder", focus_areas=["energy", "nature"], year_start=2020, impacts=[measured])
    await world.publish(region="agder", focus_areas=["energy"], scopes=[2], impacts=[tonnes("2", method="estimated")])
    await world.publish(
        region="troms",
        scopes=[1, 3],
        year_end=2021,
        impacts=[tonnes("4", method="measured"), tonnes("7", per="total"), tonnes("3", shared_with="Skyss")],
    )
    await world.publish(region="troms", project_status="stopped", impacts=[tonnes("100")])
    await world.publish(region="troms", impacts=[{"metric": "energy_saved", "value": "9", "unit": "kwh"}])
    await world.publish(region="oslo")
    await world.draft(region="oslo", impacts=[tonnes("1000")])
    gone = await world.publish(region="oslo", impacts=[tonnes("1000")])
    async with world.database.writing() as session:
        await editorial.archive(session, national(), gone.id)


async def asked(world: World, **params: Any) -> dict[str, Any]:
    async with world.client() as client:
        answer = await client.get("/cases/api/v1/impact", params=params)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_the_sums_are_those_of_published_cases_by_method(world: World) -> None:
    await a_library(world)
    found = await asked(world)
    assert {one["method"]: one["tonnes"] for one in found["sums"]} == {"measured": 14.5, "estimated": 2}
    assert {one["method"]: one["verified_tonnes"] for one in found["sums"]} == {"measured": 10.5, "estimated": 0}
    assert found["left_out"] == {"none": 1, "stopped": 1, "other": 1, "total": 1, "shared": 1}
    assert (found["counted"], found["considered"]) == (3, 8)
    parts = {by: {part["key"]: sum(one["tonnes"] for one in part["sums"]) for part in found["parts"][by]} for by in BY}
    assert parts == {
        "region": {"agder": 12.5, "troms": 4},
        "focus_area": {"energy": 12.5, "nature": 10.5, "": 4},
        "scope": {"1": 10.5, "2": 2, "": 4},
        "year": {"2020": 10.5, "2021": 4, "": 2},
    }


async def test_the_sums_are_narrowed_by_region_focus_area_scope_and_year(world: World) -> None:
    await a_library(world)
    narrowed = [
        await asked(world, **params)
        for params in ({"region": "troms"}, {"focus_area": "nature"}, {"scope": 2}, {"year": 2021}, {"region": "oslo"})
    ]
    assert [found["counted"] for found in narrowed] == [1, 1, 1, 1, 0]
    assert narrowed[0]["left_out"] == {"stopped": 1, "other": 1, "total": 1, "shared": 1}
    assert narrowed[4]["left_out"] == {"none": 1}


async def test_the_page_draws_the_sums_and_says_what_was_left_out(world: World) -> None:
    await a_library(world)
    async with world.client() as client:
        page = text_of(await client.get("/cases/impact?by=scope"))
        rows = await in_every_format(client, "/cases/impact/export")
        narrow = text_of(await client.get("/cases/impact?region=oslo"))
        for way_in in ("/", "/cases"):
            assert 'href="/cases/impact"' in (await client.get(way_in)).text
    assert page.count("<svg") >= 3
    for said in ("14,5", "Målt", "Anslått", "Flere scope, eller ikke oppgitt", "Tall som andre også teller", "Scope 2"):
        assert said in page, said
    assert "16,5" not in page, "what was measured and what was estimated is never one sum"
    assert "Ingen tall å legge sammen" in narrow
    left = [row["figures"] for row in rows if row["group"] == "Utelatt"]
    groups = Counter(row["group"] for row in rows)
    assert left == [1, 1, 1, 1, 1]
    assert groups == {"Alle": 2, "Region": 3, "Satsingsområde": 4, "Scope": 3, "År": 3, "Utelatt": 5}
    assert [row["tonnes"] for row in rows[:2]] == [14.5, 2]


async def test_an_address_that_asks_for_nothing_there_is_still_answers(world: World) -> None:
    async with world.client() as client:
        asked = "region=atlantis&focus_area=x&scope=9&year=xx&by=y"
        assert (await client.get(f"/cases/impact?{asked}")).status_code == 200
        assert (await client.get("/cases/api/v1/impact?scope=9")).status_code == 422
        assert (await client.get("/cases/api/v1/impact?year=2016'--")).status_code == 422


async def test_the_front_page_shows_a_sum_of_the_board_and_counts_what_is_not_in_it(world: World) -> None:
    await a_library(world)
    found = await asked(world)
    async with world.client() as client:
        said = {lang: text_of(await client.get("/", headers={"Accept-Language": lang})) for lang in ("nb", "nn", "en")}
    measured = next(one for one in found["sums"] if one["method"] == "measured")
    left = found["considered"] - measured["figures"]
    shown = {lang: re.findall(r'kb-stat__value">([\d.,]+) <span>', page) for lang, page in said.items()}
    assert shown == {"nb": ["14,5"], "nn": ["14,5"], "en": ["14.5"]}, "never 16.5: a measured and an estimated figure"
    assert f"Summen av 2 tall. Slik er de funnet: Målt. Holdt utenfor: {left} tall og eksempler uten tall" in said["nb"]
    assert f"Slik er dei funne: Målt. Halde utanfor: {left} tal og døme utan tal" in said["nn"]
    assert f"How they were found: Measured. Left out: {left} figures and examples without a figure" in said["en"]


async def test_figures_put_together_over_all_places_come_to_the_same_whole(world: World) -> None:
    await a_library(world)
    for region in ("agder", "oslo"):
        await world.publish(region=region, impacts=[tonnes("1", method="modelled")])
    async with world.database.reading() as session:
        apart, together = await alike(session), await alike_anywhere(session)
    assert len(together) < len(apart)
    assert board(together).sums == board(apart).sums
    assert board(together).left_out == board(apart).left_out
