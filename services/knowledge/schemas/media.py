"""Pictures and files of a case: what people say of them, and what is shown."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from services.knowledge.models import Attachment, Picture
from services.knowledge.schemas.fields import Word
from shared.contracts.vocabulary import LANGUAGES, Language
from shared.uploads.files import KINDS
from shared.web.inputs import Input, Line

AltText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
Translated = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)]


class PictureIn(Input):
    """What goes with a picture. `alt` is in the language of the case; without a `licence` it has that of the case."""

    alt: AltText = Field(description="What it shows, for those who do not see it.")
    credit: Line = Field(description="Who made it, and may be named with it.")
    licence: Word | None = None
    alt_nb: Translated = ""
    alt_nn: Translated = ""
    alt_en: Translated = ""

    def alts(self, original: Language) -> dict[str, str]:
        """Return what it shows in other languages than that of its case."""
        told = {code: getattr(self, f"alt_{code}") for code in LANGUAGES if code != original}
        return {code: text for code, text in told.items() if text}


class FileIn(Input):
    """What goes with a file."""

    title: Line


class RenditionOut(BaseModel):
    """A picture in one size, in pixels."""

    width: int
    height: int
    url: str


class PictureOut(BaseModel):
    """A picture of a case; the first one leads. `alts` says in other languages what it shows."""

    id: UUID
    alt: str
    alts: dict[str, str]
    credit: str
    licence: str
    renditions: list[RenditionOut]

    @classmethod
    def of(cls, picture: Picture, base: str) -> "PictureOut":
        """Return a picture under the address `base`."""
        sizes = [
            RenditionOut(width=width, height=height, url=base + picture.address(width))
            for width, height in picture.sizes
        ]
        told = picture.model_dump(include={"id", "alt", "alts", "credit", "licence"})
        return cls(**told, renditions=sizes)


class FileOut(BaseModel):
    """A file of a case; `size` is in bytes."""

    id: UUID
    title: str
    media_type: str
    size: int
    url: str

    @classmethod
    def of(cls, file: Attachment, base: str) -> "FileOut":
        """Return a file under the address `base`."""
        return cls(
            id=file.id,
            title=file.title,
            media_type=KINDS[file.ending].media_type,
            size=file.size,
            url=base + file.address,
        )
