"""API tokens, as they come in and go out."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from shared.web.inputs import Input

TokenService = Literal["partners", "knowledge", "events", "notifier"]
TokenScope = Literal["read", "write"]
MOST_DAYS = 365


class TokenIn(Input):
    """A token somebody wants: its name, whether it may change things, in which services, and for how many days."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
    scope: TokenScope
    services: list[TokenService] = Field(min_length=1, max_length=4)
    days: Annotated[int, Field(ge=1, le=MOST_DAYS)]


class TokenOut(BaseModel):
    """A token, without its text."""

    id: UUID
    name: str
    scope: TokenScope
    services: list[TokenService]
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None
