"""Pictures people send, drawn anew: what is kept is ours, without whatever else their file held."""

import io
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from threading import BoundedSemaphore

from PIL import Image, ImageOps

from shared.errors import Invalid
from shared.web.i18n import marker as _

MEDIA_TYPE = "image/webp"
MEGA = 1024 * 1024
AT_ONCE = BoundedSemaphore(2)
"""A vast picture takes some hundred MB while it is drawn, so that only a few are at a time."""


class BadPicture(Invalid):
    """A file is no picture we take."""

    code = "bad-picture"
    text = _("Last opp et bilde i %(formats)s, høyst %(megabytes)s MB og %(millions)s millioner bildepunkter.")


@dataclass(frozen=True)
class Limits:
    """What is taken: Pillow's names of formats, bytes, pixels, and how many times its breadth a picture may be long."""

    formats: tuple[str, ...]
    most_bytes: int
    most_pixels: int = 40_000_000
    most_factor: int = 20

    def refusal(self, field: str) -> BadPicture:
        """Return the refusal that tells them."""
        return BadPicture(
            field=field,
            formats=", ".join("WebP" if name == "WEBP" else name for name in self.formats),
            megabytes=self.most_bytes // MEGA,
            millions=self.most_pixels // 1_000_000,
        )


@dataclass(frozen=True)
class Rendition:
    """A picture in one size, in pixels, as WebP."""

    width: int
    height: int
    content: bytes


def renditions(content: bytes, limits: Limits, sides: Sequence[int], field: str) -> list[Rendition]:
    """Return a picture in as many sizes as it is large enough for, the smallest first; raises BadPicture.

    `sides` are the most pixels along either side, rising. Of a moving picture the first frame is kept. Size and format are read
    from the head and looked at before a single pixel is unpacked.
    """
    if not 0 < len(content) <= limits.most_bytes:
        raise limits.refusal(field)
    with AT_ONCE:
        upright = _upright(content, limits, sides[-1], field)
        longest = max(upright.size)
        wanted = dict.fromkeys(min(side, longest) for side in sides)
        return [_encoded(upright, side) for side in wanted]


def _upright(content: bytes, limits: Limits, most: int, field: str) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=limits.formats) as opened:
                _fits(opened, limits, field)
                # A JPEG is unpacked no larger than it is needed.
                opened.draft(None, (most, most))
                mode = "RGBA" if opened.has_transparency_data else "RGB"
                return ImageOps.exif_transpose(opened).convert(mode)
    # Pillow's readers raise almost anything for a file that is broken on purpose.
    except (OSError, ValueError, SyntaxError, ArithmeticError, EOFError, MemoryError, Image.DecompressionBombError,
            Image.DecompressionBombWarning, KeyError, IndexError, TypeError, AttributeError) as error:  # fmt: skip
        raise limits.refusal(field) from error


def _fits(opened: Image.Image, limits: Limits, field: str) -> None:
    lesser, greater = sorted(opened.size)
    if lesser < 1 or lesser * greater > limits.most_pixels or greater > limits.most_factor * lesser:
        raise limits.refusal(field)


def _encoded(picture: Image.Image, side: int) -> Rendition:
    copy = picture.copy()
    copy.thumbnail((side, side), Image.Resampling.LANCZOS)
    # Pasted into a new one, which has no metadata to begin with.
    bare = Image.new(copy.mode, copy.size)
    bare.paste(copy)
    out = io.BytesIO()
    bare.save(out, "WEBP", quality=85, method=4)
    return Rendition(*bare.size, out.getvalue())
