"""Terms of vocabularies, as they are sent and as they are shown."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationInfo, field_validator

from services.knowledge.models import Kind
from services.knowledge.schemas.fields import Lines, Word
from services.knowledge.schemas.rows import BACKWARDS
from shared.web.i18n import marker as _
from shared.web.inputs import Input, Line

CODE = _("En kode har små bokstaver a–z, tall, punktum og bindestrek, og høyst 60 tegn.")


class TermIn(Input):
    """A term as it is added or changed; its code is only told when it is added."""

    code: Annotated[str, StringConstraints(strip_whitespace=True, max_length=60)] = ""
    label_nb: Line
    label_nn: Line
    label_en: Line
    also: Lines = Field(default=[], description="Other names that files may use.")
    valid_from: date | None = None
    valid_to: date | None = None
    replaced_by: Word | None = None
    version: int | None = Field(None, ge=1, le=2**31 - 1, description="When changing: the version that was read.")

    @field_validator("code")
    @classmethod
    def _plain(cls, value: str) -> str:
        if value and not (value[0].isalnum() and value.isascii() and set(value) <= SIGNS):
            raise ValueError(CODE)
        return value

    @field_validator("valid_to")
    @classmethod
    def _forwards(cls, value: date | None, info: ValidationInfo) -> date | None:
        begun = info.data.get("valid_from")
        if value is not None and begun is not None and value < begun:
            raise ValueError(BACKWARDS)
        return value


SIGNS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789.-_")


class TermOut(BaseModel):
    """A term. `holds` tells whether it may be chosen today."""

    model_config = ConfigDict(from_attributes=True)

    code: str
    label_nb: str
    label_nn: str
    label_en: str
    also: list[str]
    units: list[str]
    proposed: bool
    holds: bool
    valid_from: date | None
    valid_to: date | None
    replaced_by: str | None
    version: int


class VocabularyOut(BaseModel):
    """A vocabulary with its terms in their order."""

    code: str
    kind: Kind
    label_nb: str
    label_nn: str
    label_en: str
    version: int
    terms: list[TermOut]
