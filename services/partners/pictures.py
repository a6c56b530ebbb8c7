"""Pictures people send, drawn anew: what is kept is ours, without whatever else their file held."""

import io
import warnings
from dataclasses import dataclass
from hashlib import sha256

from PIL import Image, ImageOps

from services.partners.errors import BadPicture

MOST_BYTES = 5 * 1024 * 1024
MOST_PIXELS = 40_000_000
MOST_FACTOR = 20
"""A picture longer than so many times its breadth is no logo."""
SMALL, LARGE = 96, 480
"""Most pixels along either side."""
TAKEN = ("PNG", "JPEG")
MEDIA_TYPE = "image/webp"


@dataclass(frozen=True)
class Drawn:
    """A picture in two sizes, as WebP. `digest` is the SHA-256 of both."""

    small: bytes
    large: bytes
    digest: str


def drawn(content: bytes) -> Drawn:
    """Return a picture drawn anew, upright, without its metadata; raises BadPicture for what is none, or too large.

    Its size is read from its head and looked at before a single pixel is unpacked.
    """
    if not 0 < len(content) <= MOST_BYTES:
        raise BadPicture(field="logo")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=TAKEN) as opened:
                _fits(opened)
                upright = ImageOps.exif_transpose(opened).convert("RGBA")
        small, large = _encoded(upright, SMALL), _encoded(upright, LARGE)
    # Pillow's readers raise almost anything for a file that is broken on purpose.
    except (OSError, ValueError, SyntaxError, ArithmeticError, EOFError, MemoryError, Image.DecompressionBombError,
            Image.DecompressionBombWarning, KeyError, IndexError, TypeError, AttributeError) as error:  # fmt: skip
        raise BadPicture(field="logo") from error
    return Drawn(small, large, sha256(small + large).hexdigest())


def _fits(opened: Image.Image) -> None:
    width, height = opened.size
    lesser, greater = sorted((width, height))
    if lesser < 1 or width * height > MOST_PIXELS or greater > MOST_FACTOR * lesser:
        raise BadPicture(field="logo")


def _encoded(picture: Image.Image, most: int) -> bytes:
    copy = picture.copy()
    copy.thumbnail((most, most), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    bare = Image.new("RGBA", copy.size)
    bare.paste(copy)
    bare.save(out, "WEBP", quality=85, method=4)
    return out.getvalue()
