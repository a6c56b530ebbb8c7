"""What is sent about imports."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from services.partners.import_errors import ReasonForUnlikely
from services.partners.models.imports import ImportStatus
from shared.web.inputs import Input, Note


class UploadIn(Input):
    """The form a file comes with."""


class ConfirmIn(Input):
    """A confirmation: the doubtful rows that are right, and why; or that all are."""

    chosen: list[int] = Field([], max_length=1_000, description="Numbers of doubtful rows that are right.")
    everything: bool = Field(False, description="Whether all doubtful rows are right.")
    note: Note = Field("", description="Why they are; needed where any is chosen.")

    def needs_reason(self) -> None:
        """Raise ReasonForUnlikely where all are right, and nobody says why."""
        if self.everything and not self.note:
            raise ReasonForUnlikely(field="note")


def chosen_rows(given: ConfirmIn, fields: Mapping[str, str]) -> dict[int, str]:
    """Return the chosen rows, each with its own note (`note-7`) or the one for all."""
    return {number: fields.get(f"note-{number}", "").strip()[:600] or given.note for number in given.chosen}


class RowOut(BaseModel):
    """A row with something to say about it."""

    row: int
    outcome: str
    title: str
    doubtful: bool
    problems: list[dict[str, Any]] = Field(
        description="Each with level (wrong, doubt, warn), row, column, heading and the text with the remedy."
    )


class ImportOut(BaseModel):
    """An import: how many rows have each outcome, how far it has come, and the rows with something to say about them."""

    id: UUID
    kind: str
    file_name: str
    status: ImportStatus
    counts: dict[str, int]
    done: int
    total: int
    made_at: datetime
    finished_at: datetime | None
    problems: list[dict[str, Any]]
    rows: list[RowOut]
