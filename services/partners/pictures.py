"""A logo in the two sizes in which it is shown."""

from dataclasses import dataclass
from hashlib import sha256

from shared.uploads.pictures import MEDIA_TYPE, MEGA, Limits, renditions

MOST_BYTES = 5 * MEGA
SMALL, LARGE = 96, 480
"""Most pixels along either side."""
LIMITS = Limits(("PNG", "JPEG"), MOST_BYTES)

__all__ = ["LARGE", "MEDIA_TYPE", "MOST_BYTES", "SMALL", "Drawn", "drawn"]


@dataclass(frozen=True)
class Drawn:
    """A picture in two sizes, as WebP. `digest` is the SHA-256 of both."""

    small: bytes
    large: bytes
    digest: str


def drawn(content: bytes) -> Drawn:
    """Return a logo drawn anew, upright, without its metadata; raises BadPicture for what is no picture, or too large."""
    found = renditions(content, LIMITS, (SMALL, LARGE), "logo")
    small, large = found[0].content, found[-1].content
    return Drawn(small, large, sha256(small + large).hexdigest())
