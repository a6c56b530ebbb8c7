"""What is remembered of the index: which building is in use, what was sent, what was refused."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field

from services.knowledge.models.base import Base
from shared.clock import now
from shared.db.base import Json
from shared.ids import new_id


class IndexState(Base, table=True):
    """One row: which building of the index is in use. A rebuild raises `generation`, so that what was sent before it does not count.

    `form` is how its documents were made; where that is not how they are made today, it is built anew.
    """

    __tablename__ = "index_state"

    id: int = Field(default=1, primary_key=True)
    generation: int = 0
    form: str = Field(default="", max_length=16, sa_column_kwargs={"server_default": ""})
    rebuilt_at: datetime | None = None


class IndexRun(Base, table=True):
    """One batch sent to the engine and what its tasks came to."""

    __tablename__ = "index_run"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    at: datetime = Field(default_factory=now, index=True)
    added: int = 0
    removed: int = 0
    refused: int = 0
    took_ms: int = 0
    tasks: list[int] = Field(default_factory=list, sa_type=Json)
    error: str = Field(default="", max_length=1_000)


class IndexRefusal(Base, table=True):
    """A case the engine would not take, at the version it refused."""

    __tablename__ = "index_refusal"

    case_id: UUID = Field(primary_key=True)
    version: int
    error: str = Field(max_length=1_000)
    at: datetime = Field(default_factory=now)
