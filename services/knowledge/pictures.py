"""A picture of a case in the sizes in which it is shown."""

from dataclasses import dataclass
from hashlib import sha256

from shared.uploads.pictures import MEGA, Limits, Rendition, renditions

MOST_BYTES = 10 * MEGA
SIDES = (480, 960, 1600)
"""Most pixels along either side: a card, half a page, a whole page."""
LIMITS = Limits(("JPEG", "PNG", "WEBP", "GIF"), MOST_BYTES, most_factor=10)


@dataclass(frozen=True)
class Drawing:
    """A picture in its sizes, the smallest first; `digest` begins the SHA-256 of them all."""

    digest: str
    renditions: tuple[Rendition, ...]


def drawing(content: bytes) -> Drawing:
    """Return a picture drawn anew, upright, without its metadata; raises BadPicture."""
    found = renditions(content, LIMITS, SIDES, "picture")
    return Drawing(digest(b"".join(one.content for one in found)), tuple(found))


def digest(content: bytes) -> str:
    """Return the first 32 hexadecimal digits of the SHA-256 of `content`."""
    return sha256(content).hexdigest()[:32]
