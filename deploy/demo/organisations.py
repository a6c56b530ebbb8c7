"""Invented organisations over all regions: names, numbers, sectors and a sentence about each."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

from deploy.demo.dice import Dice
from deploy.demo.kinds import Kind, kinds_for
from deploy.demo.orgnumbers import invented_numbers
from deploy.demo.profiles import SHOWN_OFF, STORY, TRADES, Profile, profile
from deploy.demo.regions import demo_regions
from deploy.demo.slugs import slugged
from deploy.demo.words import NEIGHBOURS, PLACE_FIRST, PLACE_LAST, REGION_WEIGHTS, SECTOR_WEIGHTS, joined

IN_TWO_REGIONS = 0.12
WITH_WEBSITE = 0.8
SHOWCASE = "rogaland"


@dataclass(frozen=True)
class DemoOrganisation:
    external_id: str
    name: str
    org_number: str
    sector: str
    regions: tuple[str, ...]
    website: str | None
    description: str
    profile: Profile


def demo_organisations(dice: Dice) -> tuple[DemoOrganisation, ...]:
    """About 400, the regions in the order of the registry; each invented word is used by one organisation.

    The first business in `SHOWCASE` has a page worth looking at.
    """
    numbers = invented_numbers()
    words = iter(dice.shuffled(invented_words(), "word"))
    homes = list(_homes())
    made = [
        _organisation(dice, index, place, home, next(words), next(numbers))
        for index, (place, home) in enumerate(homes, start=1)
    ]
    shown = next(number for number, one in enumerate(made) if one.regions[0] == SHOWCASE and one.sector == "business")
    industry = made[shown].profile
    rich = replace(SHOWN_OFF, nace_code=industry.nace_code, nace_text=industry.nace_text)
    made[shown] = replace(made[shown], description=STORY, profile=rich)
    return tuple(made)


def invented_words() -> list[str]:
    """Place-like words such as Fjordlys; none is a municipality of today."""
    return [joined(first, last) for first, last in product(PLACE_FIRST, PLACE_LAST)]


def _homes() -> Iterator[tuple[int, tuple[str, str]]]:
    for region in demo_regions():
        for place in range(1, REGION_WEIGHTS[region.slug] + 1):
            yield place, (region.slug, region.default_language)


def _organisation(
    dice: Dice, index: int, place: int, home: tuple[str, str], word: str, number: str
) -> DemoOrganisation:
    region, language = home
    sector = dice.weighted(SECTOR_WEIGHTS, "sector", index)
    kind = dice.pick(kinds_for(sector, region), "kind", index)
    name = kind.named(word, language)
    return DemoOrganisation(
        external_id=f"demo-org-{index:03d}",
        name=f"{name} (demo)",
        org_number=number,
        sector=sector,
        regions=_regions(dice, index, region, kind),
        website=f"https://{slugged(name)}.example.org/" if dice.chance(WITH_WEBSITE, "website", index) else None,
        description=kind.described(language),
        profile=profile(dice, index, place, home, next(one for one in TRADES if one in kind.nb[0])),
    )


def _regions(dice: Dice, index: int, home: str, kind: Kind) -> tuple[str, ...]:
    if kind.stays_home or not dice.chance(IN_TWO_REGIONS, "two regions", index):
        return (home,)
    return (home, dice.pick(NEIGHBOURS[home], "neighbour", index))
