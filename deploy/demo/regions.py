"""The regions of the demo: the 15 counties of today, as the registry has them from the start."""

import json
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Literal

DATA = Path(__file__).parent / "data"

ContentLanguage = Literal["nb", "nn"]


@dataclass(frozen=True)
class Tile:
    """A place in the map of squares, counted from 1, north at the top."""

    row: int
    column: int


@dataclass(frozen=True)
class ParallelName:
    """A Sami or Kven name of the same standing; language by its code (se, smj, sma, fkv)."""

    language: str
    name: str


@dataclass(frozen=True)
class DemoRegion:
    slug: str
    county_number: str
    names: dict[str, str]
    parallel_names: tuple[ParallelName, ...]
    default_language: ContentLanguage
    tile: Tile


def demo_regions() -> tuple[DemoRegion, ...]:
    rows = json.loads((files("services.partners") / "reference" / "regions.json").read_text("utf-8"))
    return tuple(
        DemoRegion(
            slug=row["slug"],
            county_number=row["county_number"],
            names={language: row[f"name_{language}"] for language in ("nb", "nn", "en")},
            parallel_names=tuple(ParallelName(**name) for name in row["parallel_names"]),
            default_language=row["language"],
            tile=Tile(row["tile_row"], row["tile_column"]),
        )
        for row in rows
    )
