"""Themes of industries. Only the two digits of a division count: codes below it, and the letters above, were renumbered in SN2025.

A code of the old standard (SN2007) and its heir in the new one so give the same theme where the division lived on.
"""

import re
from collections.abc import Iterable

from shared.web.i18n import marker as _

CODE = re.compile(r"(\d\d)(?:\.\d{1,3})?", re.ASCII)
INDUSTRY = _("Industri")
THEMES: tuple[tuple[int, int, str, str], ...] = (
    (1, 3, "primary", _("Landbruk, skogbruk og fiske")),
    (5, 9, "industry", INDUSTRY),
    (10, 33, "industry", INDUSTRY),
    (35, 35, "energy", _("Energi")),
    (36, 39, "water-waste", _("Vann, avløp og avfall")),
    (41, 43, "construction", _("Bygg og anlegg")),
    (45, 47, "trade", _("Handel")),
    (49, 53, "transport", _("Transport og lagring")),
    (55, 56, "hospitality", _("Overnatting og servering")),
    (58, 63, "media-it", _("Medier og IT")),
    (64, 66, "finance", _("Bank, finans og forsikring")),
    (68, 68, "property", _("Eiendom")),
    (69, 75, "advice-research", _("Rådgivning og forskning")),
    (84, 84, "administration", _("Offentlig forvaltning")),
    (85, 85, "education", _("Utdanning")),
    (86, 88, "health", _("Helse og omsorg")),
)
"""First division, last division, our code, what it is called."""
THEME_LABELS: dict[str, str] = {code: label for _first, _last, code, label in THEMES}


def division(code: str) -> int | None:
    """Return the division of a code such as `84.110`; None for what is no code."""
    found = CODE.fullmatch(code.strip())
    return int(found[1]) if found else None


def theme_of(code: str) -> str | None:
    """Return our code for an industry; None where its division has no theme."""
    place = division(code)
    if place is None:
        return None
    return next((theme for first, last, theme, _label in THEMES if first <= place <= last), None)


def themes_of(codes: Iterable[str]) -> list[str]:
    """Return the themes of several industries, each once, the main one first."""
    return list(dict.fromkeys(theme for theme in map(theme_of, codes) if theme))
