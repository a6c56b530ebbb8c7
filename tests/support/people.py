"""People and organisations for tests, in the registry's import form; all invented, all under example.org."""

import json
from collections.abc import Iterator

LANGUAGES = ("nb", "nn", "en")
REGIONS = ("nordland", "agder", "vestland", "rogaland", "trondelag")


def population(people: int, prefix: str = "p") -> list[str]:
    """Return import lines of ten organisations and so many people, spread over regions and languages."""
    return [json.dumps(row, ensure_ascii=False) for row in _rows(people, prefix)]


def language_of(number: int) -> str:
    """Return the language person `number` reads."""
    return LANGUAGES[number % 3]


def address(number: int, prefix: str = "p") -> str:
    """Return person `number`'s address."""
    return f"{prefix}{number}@example.org"


def _rows(people: int, prefix: str) -> Iterator[dict[str, object]]:
    for number in range(10):
        region = REGIONS[number % len(REGIONS)]
        yield {
            "kind": "organisation",
            "external_id": f"{prefix}-org-{number}",
            "name": f"Prøvebruk {prefix} {number}",
            "regions": [region],
        }
    for number in range(people):
        yield {
            "kind": "person",
            "external_id": f"{prefix}-{number}",
            "name": f"Åse Prøve {number}",
            "email": address(number, prefix),
            "language": language_of(number),
            "organisation": f"{prefix}-org-{number % 10}",
            "role": "partner_member",
        }
