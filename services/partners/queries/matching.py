"""Text as databases compare it."""

from services.partners.names import folded


def containing(text: str) -> str:
    """Return the LIKE pattern, with `\\` as its escape, of what contains `text` whatever its case."""
    escaped = folded(text).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
