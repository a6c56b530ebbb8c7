"""Charts drawn on the server as SVG, each with the same numbers as a table.

In a door:

    figure = bars("Utslipp per region", [Bar("Agder", 120), Bar("Vestland", None, href="/regions/vestland")],
                  id="utslipp", unit="tCO₂e", language=request.state.language)
    figure = stacked("Utslipp per år", ["Scope 1", "Scope 2", "Scope 3"], [Stack("2024", [10, 4, None])], id="aar", language="nb")
    figure = lines("Partnere", ["2023", "2024"], [Line("Agder", [10, 12])], id="partnere", language="nb")
    figure = share("Sektorer", [Bar("Offentlig", 40), Bar("Næringsliv", 60)], id="sektorer", language="nb")
    figure = tile_map("Partnere", [Tile("Agder", 58, row=6, column=2)], id="kart", language="nb")

On a page (`{% import "kit/charts.html" as charts with context %}`): `{{ charts.chart(figure) }}`, `{{ charts.tile_map(figure) }}`
for maps, and `{{ sparkline }}` for what :func:`sparkline` returned. In a PDF: `figure.drawing`, whose colours are in the drawing.

Titles, labels and series come in the reader's language, as does the rest. The `id` is the figure's own on its page. None is a value
that nobody knows: it is drawn as such and never counted as zero. Links stand in the table.
"""

from shared.charts.bars import Bar, Stack, bars, stacked
from shared.charts.figure import Figure, Row
from shared.charts.lines import Line, lines, sparkline
from shared.charts.shares import share
from shared.charts.tiles import Map, Tile, tile_map

__all__ = [
    "Bar",
    "Figure",
    "Line",
    "Map",
    "Row",
    "Stack",
    "Tile",
    "bars",
    "lines",
    "share",
    "sparkline",
    "stacked",
    "tile_map",
]
