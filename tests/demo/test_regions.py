"""The 15 counties of today as regions."""

import re

from deploy.demo.regions import demo_regions
from deploy.demo.words import NEIGHBOURS, REGION_WEIGHTS

REGIONS = demo_regions()


def test_the_fifteen_counties_are_there_by_number() -> None:
    numbers = ["03", "11", "15", "18", "31", "32", "33", "34", "39", "40", "42", "46", "50", "55", "56"]
    assert [region.county_number for region in REGIONS] == numbers


def test_slugs_are_plain_and_unique() -> None:
    slugs = [region.slug for region in REGIONS]
    assert len(set(slugs)) == 15
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", slug) for slug in slugs)
    assert {"more-og-romsdal", "trondelag", "ostfold", "nordland"} <= set(slugs)


def test_nynorsk_regions_write_nynorsk() -> None:
    assert {region.slug for region in REGIONS if region.default_language == "nn"} == {"vestland", "more-og-romsdal"}


def test_every_region_has_a_name_in_each_language() -> None:
    assert all({"nb", "nn", "en"} <= region.names.keys() for region in REGIONS)


def test_sami_and_kven_names_stand_with_their_language() -> None:
    parallel = {region.slug: [(n.language, n.name) for n in region.parallel_names] for region in REGIONS}
    assert {slug: names for slug, names in parallel.items() if names} == {
        "nordland": [("smj", "Nordlánnda")],
        "trondelag": [("sma", "Trööndelage")],
        "troms": [("se", "Romsa"), ("fkv", "Tromssa")],
        "finnmark": [("se", "Finnmárku"), ("fkv", "Finmarkku")],
    }


def test_no_two_tiles_overlap_and_north_is_up() -> None:
    tiles = {(region.tile.row, region.tile.column) for region in REGIONS}
    assert len(tiles) == 15
    assert [r.slug for r in sorted(REGIONS, key=lambda r: r.tile.row)][:4] == [
        "finnmark", "troms", "nordland", "trondelag",
    ]  # fmt: skip
    assert max(REGIONS, key=lambda r: r.tile.row).slug == "agder"


def test_weights_and_neighbours_know_every_region() -> None:
    slugs = {region.slug for region in REGIONS}
    assert set(REGION_WEIGHTS) == set(NEIGHBOURS) == slugs
    assert {neighbour for near in NEIGHBOURS.values() for neighbour in near} <= slugs
