"""Asking for rows whose list holds something."""

import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa


def holds_any(column: Any, choices: Sequence[Any], *, sqlite: bool) -> sa.ColumnElement[bool]:
    """Return the condition that a list holds any of `choices`.

    SQLite keeps lists as JSON text, PostgreSQL as JSONB; both are asked for the encoded value.
    """
    text = sa.cast(column, sa.Text)
    encoded = [json.dumps(choice, ensure_ascii=sqlite) for choice in choices]
    return sa.or_(*(text.contains(each, autoescape=True) for each in encoded))
