"""Places where a test may end the sender the hard way, as a power cut would; in operation nothing happens there."""

import os
from collections.abc import Callable
from typing import Literal

Point = Literal["claimed", "handing-over", "after-250", "recorded"]
FailPoint = Callable[[Point], None]


def nothing(_point: Point) -> None:
    """Go on."""


def ending(named: str) -> FailPoint:
    """Return what ends the process, with no goodbye, at `<point>:<times>`; an empty name never does."""
    if not named:
        return nothing
    wanted, _, times = named.partition(":")
    left = int(times or 1)

    def end(point: Point) -> None:
        nonlocal left
        left -= point == wanted
        if left <= 0 and point == wanted:
            os._exit(137)

    return end
