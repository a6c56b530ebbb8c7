"""Pictures and files of a case. Their bytes stand apart, so that a page reads them only to hand them out."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from services.knowledge.models.base import Base
from shared.clock import now
from shared.contracts.vocabulary import LANGUAGES, Language
from shared.db.base import Json
from shared.ids import new_id

WHOLE = 0
"""The `width` of bytes that are a file as it was sent."""


class Blob(Base, table=True):
    """The bytes of a file, or of a picture in one `width` in pixels. `digest` is that of the row they belong to."""

    __tablename__ = "case_blob"

    case_id: UUID = Field(foreign_key="case.id", primary_key=True)
    digest: str = Field(max_length=32, primary_key=True)
    width: int = Field(default=WHOLE, primary_key=True)
    content: bytes = Field(sa_type=sa.LargeBinary)


@dataclass(frozen=True)
class Alt:
    """What a picture shows, and in which language that is said."""

    text: str
    language: Language


class Picture(Base, table=True):
    """A picture of a case; the first one leads. `sizes` are width and height of each rendition in pixels, the smallest first.

    `alt` is in the language of the case, `alts` in others. `digest` begins the SHA-256 of what was drawn. `licence` is a code;
    the uploader goes by their id, and is forgotten when they are erased.
    """

    __tablename__ = "case_picture"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="case.id", index=True)
    position: int = 0
    digest: str = Field(max_length=32)
    sizes: list[list[int]] = Field(default_factory=list, sa_type=Json)
    alt: str = Field(max_length=300)
    alts: dict[str, str] = Field(default_factory=dict, sa_type=Json)
    credit: str = Field(max_length=200)
    licence: str = Field(max_length=60)
    uploader_id: UUID | None = Field(default=None, index=True)
    uploaded_at: datetime = Field(default_factory=now)

    def told(self, wanted: str, original: Language) -> Alt:
        """Return what it shows in the language that is wanted, or in that of its case."""
        other = next((code for code in LANGUAGES if code == wanted and self.alts.get(code)), None)
        return Alt(self.alts[other], other) if other and other != original else Alt(self.alt, original)

    def address(self, width: int) -> str:
        """Return the path of the picture in one of its widths; it is good for ever."""
        return f"/cases/{self.case_id}/pictures/{self.digest}-{width}.webp"

    def near(self, width: int) -> tuple[int, int]:
        """Return width and height of the smallest rendition at least so wide, or of the widest."""
        found = next((size for size in self.sizes if size[0] >= width), self.sizes[-1])
        return found[0], found[1]

    @property
    def sources(self) -> str:
        """All renditions, as the attribute `srcset` has them."""
        return ", ".join(f"{self.address(width)} {width}w" for width, _height in self.sizes)


class Attachment(Base, table=True):
    """A file that goes with a case. `ending` says its kind, `size` is in bytes, `digest` begins the SHA-256 of its bytes."""

    __tablename__ = "case_file"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    case_id: UUID = Field(foreign_key="case.id", index=True)
    position: int = 0
    digest: str = Field(max_length=32)
    title: str = Field(max_length=200)
    ending: str = Field(max_length=10)
    size: int
    uploader_id: UUID | None = Field(default=None, index=True)
    uploaded_at: datetime = Field(default_factory=now)

    @property
    def address(self) -> str:
        """The path it is saved from."""
        return f"/cases/{self.case_id}/files/{self.id}"
