"""The demo's climate measures keep to the case import's form."""

import json
import re
from collections import Counter
from typing import Any

import pytest

from deploy.demo.regions import DATA, demo_regions
from deploy.demo.words import FOCUS_AREAS

KEYS = {
    "external_id", "title", "summary", "region", "language", "challenge", "solution", "results", "lessons",
    "focus_areas", "scopes", "sector", "measure_types", "year_start", "year_end", "project_status", "grant_nok",
    "tco2e_per_year", "energy_kwh_per_year", "owner_name", "source_url", "fundings",
    "municipalities",
}  # fmt: skip
ALWAYS = {"external_id", "title", "summary", "region", "language", "challenge", "solution", "source_url", "owner_name"}
NUMBERS = ("grant_nok", "tco2e_per_year", "energy_kwh_per_year")


@pytest.fixture(scope="module")
def cases() -> list[dict[str, Any]]:
    lines = (DATA / "cases.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_there_are_403_and_each_has_its_own_id(cases: list[dict[str, Any]]) -> None:
    assert len(cases) == 403
    assert len({case["external_id"] for case in cases}) == 403


def test_every_case_has_what_a_case_must_have_and_nothing_unknown(cases: list[dict[str, Any]]) -> None:
    for case in cases:
        assert case.keys() >= ALWAYS, case["external_id"]
        assert case.keys() <= KEYS, case["external_id"]


def test_unknown_values_are_left_out(cases: list[dict[str, Any]]) -> None:
    assert not [case["external_id"] for case in cases if any(value in (None, "", []) for value in case.values())]


def test_titles_and_summaries_fit_the_library(cases: list[dict[str, Any]]) -> None:
    assert max(len(case["title"]) for case in cases) <= 120
    assert max(len(case["summary"]) for case in cases) <= 300


def test_every_county_of_today_has_cases(cases: list[dict[str, Any]]) -> None:
    assert {case["region"] for case in cases} == {region.slug for region in demo_regions()}


def test_closed_lists_hold(cases: list[dict[str, Any]]) -> None:
    assert Counter(case["language"] for case in cases) == {"nb": 326, "nn": 71, "en": 6}
    assert {case["sector"] for case in cases} == {"public", "business", "academia", "ngo"}
    assert {case["project_status"] for case in cases if "project_status" in case} == {"completed", "ongoing", "stopped"}
    assert {area for case in cases for area in case.get("focus_areas", [])} == set(FOCUS_AREAS)
    assert {scope for case in cases for scope in case.get("scopes", [])} == {1, 2, 3}


def test_measure_types_are_single_trimmed_labels(cases: list[dict[str, Any]]) -> None:
    labels = [label for case in cases for label in case["measure_types"]]
    assert not [label for label in labels if label != label.strip() or "," in label]
    assert all(len(case["measure_types"]) == len(set(case["measure_types"])) for case in cases)


def test_municipalities_lie_in_the_cases_own_county_and_support_adds_up(cases: list[dict[str, Any]]) -> None:
    numbers = {region.slug: region.county_number for region in demo_regions()}
    for case in cases:
        assert all(one.startswith(numbers[case["region"]]) for one in case.get("municipalities", [])), case[
            "external_id"
        ]
        if "fundings" in case:
            assert sum(row["nok"] for row in case["fundings"]) == case["grant_nok"], case["external_id"]


def test_sources_are_addresses_on_the_web(cases: list[dict[str, Any]]) -> None:
    assert all(re.fullmatch(r"https?://[^\s]+", case["source_url"]) for case in cases)


def test_years_and_figures_make_sense(cases: list[dict[str, Any]]) -> None:
    for case in cases:
        assert case.get("year_start", 2000) <= case.get("year_end", 2100), case["external_id"]
        assert all(case.get(key, 0) >= 0 for key in NUMBERS), case["external_id"]


def test_no_case_carries_a_mail_address(cases: list[dict[str, Any]]) -> None:
    assert not [case["external_id"] for case in cases if "@" in json.dumps(case)]
