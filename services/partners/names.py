"""Names as databases search and sort them: the same on SQLite and PostgreSQL, whatever their collation."""

from shared.web.i18n import letter_key

SORTED_LETTERS = 60


def folded(text: str) -> str:
    """Return `text` without difference of case, for a search that knows Æ, Ø and Å."""
    return text.casefold()


def sort_key(name: str) -> str:
    """Return up to 240 hexadecimal digits that sort as `name` does in Norwegian."""
    return "".join(f"{min(place + 1_000, 0xFFFF):04x}" for place in letter_key(name[:SORTED_LETTERS]))[
        : 4 * SORTED_LETTERS
    ]
