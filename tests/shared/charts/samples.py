"""Figures of every kind, with long names, negative values and numbers that nobody knows."""

from decimal import Decimal
from typing import Any

from shared.charts import Bar, Line, Stack, Tile, bars, lines, share, sparkline, stacked, tile_map
from shared.contracts.vocabulary import Language

COUNTIES = [
    ("Troms", 19, 1, 4),
    ("Finnmark", None, 1, 5),
    ("Nordland", 27, 2, 3),
    ("Møre og Romsdal", 8, 3, 2),
    ("Trøndelag", 39, 3, 3),
    ("Vestland", 71, 4, 1),
    ("Buskerud", 15, 4, 2),
    ("Innlandet", 22, 4, 3),
    ("Agder", 58, 6, 2),
    ("Vestfold", 0, 6, 3),
]


def drawn(language: Language = "nb") -> dict[str, Any]:
    """Return a figure of each kind, as the style guide shows them."""
    return {
        "bars": bars(
            "Endring i utslipp per virksomhet",
            [
                Bar("Nordlys Verft AS", 310, href="#verft"),
                Bar("Interkommunalt selskap for renovasjon og gjenvinning i Ytre Namdal og omegn", Decimal("-120.5")),
                Bar("Ålesund <kommune> & havn", None),
            ],
            id="endring",
            unit="tCO₂e",
            language=language,
        ),
        "stacked": stacked(
            "Utslipp per år",
            ["Scope 1: direkte", "Scope 2: innkjøpt energi", "Scope 3: verdikjeden"],
            [Stack("2023", [120, 40, 900]), Stack("2024", [100, 35, None]), Stack("2025", [None, None, None])],
            id="utslipp",
            unit="tCO₂e",
            language=language,
        ),
        "share": share(
            "Partnere etter sektor",
            [Bar("Offentlig sektor", 1), Bar("Næringsliv", 1), Bar("Akademia", 1), Bar("Ideell organisasjon", None)],
            id="sektorer",
            language=language,
        ),
        "lines": lines(
            "Levert klimaregnskap",
            [str(year) for year in range(2019, 2027)],
            [
                Line("Agder", [10, 12, 15, None, 22, 30, 31, 40]),
                Line("Møre og Romsdal", [5, 4, 4, 6, 8, 8, 12, None]),
            ],
            id="levert",
            unit="virksomheter",
            language=language,
        ),
        "map": tile_map(
            "Partnere per fylke",
            [
                Tile(name, value, row, column, href=f"#{name.lower()}" if value else None, current=name == "Agder")
                for name, value, row, column in COUNTIES
            ],
            id="partnerkart",
            language=language,
        ),
        "sparkline": sparkline([3, 5, None, 8, 9, 12], "Søk per uke, fra 3 til 12"),
    }
