"""A case told in another language than the one it was written in."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from services.knowledge.models.base import Base
from shared.clock import now
from shared.contracts.vocabulary import Language
from shared.db.base import Json


class Translation(Base, table=True):
    """Title, summary and sections in one language. `texts` holds sections by name; one that is missing is shown in the original.

    `of_version` is the case's version it was made from, so that one can see where the original has moved on.
    """

    case_id: UUID = Field(foreign_key="case.id", primary_key=True)
    language: Language = Field(sa_type=sa.String(2), primary_key=True)
    title: str = Field(max_length=200)
    summary: str = Field(max_length=600)
    texts: dict[str, str] = Field(default_factory=dict, sa_type=Json)
    of_version: int = 1
    updated_at: datetime = Field(default_factory=now)
