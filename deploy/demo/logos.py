"""Invented logos: a mark of simple shapes in one of a few colours, the same each time."""

import io
from hashlib import sha256
from typing import Final

from PIL import Image, ImageDraw

from deploy.demo.dice import Dice
from services.partners.models import Logo, Organisation
from services.partners.pictures import LARGE, SMALL

COLOURS: Final = ("#1b5e4b", "#264b7a", "#7a3b26", "#5b3a78", "#8a6a12", "#2b6f7d")
PAPER: Final = "#f6f3ec"


def logo(dice: Dice, who: str, firm: Organisation) -> Logo:
    """Return the logo of the organisation with the external id `who`."""
    colour, shape = dice.pick(COLOURS, "colour", who), dice.pick((_hills, _waves, _leaf), "shape", who)
    picture = Image.new("RGB", (LARGE, LARGE), PAPER)
    shape(ImageDraw.Draw(picture), colour)
    small, large = _encoded(picture.resize((SMALL, SMALL))), _encoded(picture)
    name = firm.name.removesuffix(" (demo)")
    return Logo(
        organisation_id=firm.id,
        alt=f"Logoen til {name}",
        small=small,
        large=large,
        digest=sha256(small + large).hexdigest(),
    )


def _hills(draw: ImageDraw.ImageDraw, colour: str) -> None:
    draw.polygon([(40, 400), (190, 130), (340, 400)], fill=colour)
    draw.polygon([(220, 400), (330, 220), (440, 400)], fill=colour)
    draw.ellipse((330, 70, 410, 150), fill=colour)


def _waves(draw: ImageDraw.ImageDraw, colour: str) -> None:
    for top in (90, 210, 330):
        draw.arc((40, top, 240, top + 140), 0, 180, fill=colour, width=34)
        draw.arc((206, top, 446, top + 140), 180, 360, fill=colour, width=34)


def _leaf(draw: ImageDraw.ImageDraw, colour: str) -> None:
    draw.pieslice((60, 60, 620, 620), 180, 270, fill=colour)
    draw.pieslice((-140, -140, 420, 420), 0, 90, fill=colour)
    draw.line((70, 410, 330, 150), fill=PAPER, width=16)


def _encoded(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=85, method=2)
    return out.getvalue()
