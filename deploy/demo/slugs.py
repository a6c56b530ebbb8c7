"""Addresses in plain letters from Norwegian and Sami names."""

import re
import unicodedata

PLAIN = str.maketrans({"æ": "ae", "ø": "o", "å": "a", "ŋ": "n", "đ": "d", "ŧ": "t"})


def slugged(text: str) -> str:
    """`Måneklang Bygg AS` → `maneklang-bygg-as`; letters a–z, digits and single hyphens only."""
    folded = unicodedata.normalize("NFKD", text.lower().translate(PLAIN)).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", folded).strip("-")
