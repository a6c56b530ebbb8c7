"""Identifiers: UUIDv7, so that they sort by the time they were made and tell nothing else."""

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """Return a fresh UUIDv7 (RFC 9562)."""
    return uuid7()


def parse_id(text: str) -> UUID | None:
    """Return the UUID written in `text`, or None where it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None
