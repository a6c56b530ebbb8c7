"""Invented climate accounts for the invented organisations: the last three years, the same every time.

`python -m deploy.demo.accounts > accounts.csv` writes them as the import reads them.
"""

import csv
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import StringIO
from typing import Any

from deploy.demo.dice import Dice
from deploy.demo.regions import DATA
from shared.clock import now

SEED = 2031
YEARS = 3
DELIVERS, WITH_SCOPE3, WITH_MARKET, CORRECTED = 0.86, 0.78, 0.7, 0.03
HEAD = (
    "Org.nr.",
    "Virksomhet",
    "År",
    "Scope 1 (tCO2e)",
    "Scope 2 lokasjonsbasert (tCO2e)",
    "Scope 2 markedsbasert (tCO2e)",
    "Scope 3 (tCO2e)",
    "Verktøy",
    "Publisert",
    "Merknad",
)
WHY = "Rettet utslippsfaktor"
SHOWN = "demo-org-023"
"""The external id of the partner whose people a visitor signs in as: it has delivered all there is."""


@dataclass(frozen=True)
class DemoAccount:
    """One organisation's figures of a year in tCO2e; None is not reported. `first` is what scope 1 was before it was corrected."""

    number: str
    name: str
    year: int
    scope1: float
    location: float
    market: float | None
    scope3: float | None
    klimakost: bool
    published: bool
    first: float | None


def demo_accounts(last_year: int, seed: int = SEED) -> tuple[DemoAccount, ...]:
    """About a thousand accounts, of the three years up to `last_year`, for the organisations of `data/partners.jsonl`."""
    dice = Dice(seed)
    return tuple(
        account
        for firm in _firms()
        for place in range(YEARS)
        if (account := _account(dice, firm, last_year - YEARS + 1 + place, place)) is not None
    )


def accounts_csv(accounts: Iterable[DemoAccount], *, first: bool = False) -> bytes:
    """Return accounts as a CSV file; `first` gives those that were corrected later, as they were at first."""
    buffer = StringIO()
    writer = csv.writer(buffer, delimiter=";")
    writer.writerow(HEAD)
    for one in accounts:
        if not first or one.first is not None:
            writer.writerow(_cells(one, first=first))
    return buffer.getvalue().encode()


def _firms() -> Iterator[dict[str, Any]]:
    with (DATA / "partners.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            fields = json.loads(line)
            if fields["kind"] == "organisation" and fields.get("org_number"):
                yield fields


def _account(dice: Dice, firm: dict[str, Any], year: int, place: int) -> DemoAccount | None:
    who = firm["external_id"]
    shown = who == SHOWN
    if not shown and not dice.chance(DELIVERS, "delivers", who, place):
        return None
    size = 10 ** (0.7 + 2.3 * dice.roll("size", who))
    shrinks = 1.0
    for step in range(1, place + 1):
        shrinks *= 0.84 + 0.2 * dice.roll("change", who, step)
    scope1 = round(size * shrinks, 1)
    bought = size * shrinks * (0.2 + dice.roll("bought", who))
    corrected = dice.chance(CORRECTED, "corrected", who, place)
    return DemoAccount(
        number=firm["org_number"],
        name=firm["name"],
        year=year,
        scope1=scope1,
        location=round(bought, 1),
        market=round(bought * 6, 1) if shown or dice.chance(WITH_MARKET, "market", who) else None,
        scope3=round(size * shrinks * (3 + 12 * dice.roll("chain", who)), 0)
        if shown or dice.chance(WITH_SCOPE3, "scope3", who)
        else None,
        klimakost=dice.chance(0.75, "tool", who),
        published=shown or dice.chance(0.5, "published", who),
        first=round(scope1 * 1.3, 1) if corrected else None,
    )


def _cells(one: DemoAccount, *, first: bool) -> list[str]:
    figures = (one.first if first else one.scope1, one.location, one.market, one.scope3)
    return [
        one.number,
        one.name,
        str(one.year),
        *("" if figure is None else f"{figure:.1f}".replace(".", ",") for figure in figures),
        "Klimakost" if one.klimakost else "Annet",
        "ja" if one.published else "nei",
        WHY if one.first is not None and not first else "",
    ]


if __name__ == "__main__":
    sys.stdout.buffer.write(accounts_csv(demo_accounts(now().year - 1)))
