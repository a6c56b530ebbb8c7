"""How alike two organisations look: pure, and quick enough for thousands."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

from services.partners.names import folded
from services.partners.register.naming import FORMS

ALIKE = 0.85
ALIKE_NEARBY = 0.7
"""Shares of common letters in threes: alone, and where both lie in one municipality."""
SHARED_HOSTS = frozenset({"facebook.com", "linkedin.com", "instagram.com", "sites.google.com"})
COMMON = 400
"""A part of a name that more organisations than these share tells nothing."""
BARE_FORMS = frozenset(form.casefold() for form in FORMS)


@dataclass(frozen=True)
class Looks:
    """What of an organisation is compared."""

    id: UUID
    name: str
    org_number: str | None = None
    municipality: str | None = None
    website: str | None = None


@dataclass(frozen=True)
class Pair:
    """Two that look alike: `first` is the lesser id, `share` from 0 to 1 how much of their names is common."""

    first: UUID
    second: UUID
    share: float
    same_host: bool
    same_place: bool


def pairs(all_of_them: Sequence[Looks]) -> list[Pair]:
    """Return those that may be the same, the most alike first.

    Two different organisation numbers are two organisations: of such only those with the very same name are returned.
    """
    known = {one.id: one for one in all_of_them}
    parts = {one.id: threes(bare(one.name)) for one in all_of_them}
    candidates = _sharing(parts) | _neighbours(all_of_them)
    found = [_compared(known[first], known[second], parts) for first, second in candidates]
    return sorted((one for one in found if one is not None), key=lambda pair: (-pair.share, pair.first, pair.second))


def bare(name: str) -> str:
    """Return a name in small letters, without signs and without its legal form."""
    words = re.findall(r"\w+", folded(re.sub(r"\bA/S\b", "AS", name)))
    while len(words) > 1 and words[-1] in BARE_FORMS:
        words.pop()
    return " ".join(words)


def threes(text: str) -> frozenset[str]:
    """Return the runs of three letters in a text, its ends marked."""
    padded = f"  {text} "
    return frozenset(padded[place : place + 3] for place in range(len(padded) - 2))


def host(address: str | None) -> str:
    """Return the host of a website without `www.`; empty for one that many share."""
    name = (urlsplit(address).hostname or "").removeprefix("www.") if address else ""
    return "" if name in SHARED_HOSTS else name


def _compared(one: Looks, other: Looks, parts: dict[UUID, frozenset[str]]) -> Pair | None:
    mine, theirs = parts[one.id], parts[other.id]
    share = 2 * len(mine & theirs) / (len(mine) + len(theirs))
    same_host = bool(host(one.website)) and host(one.website) == host(other.website)
    same_place = bool(one.municipality) and folded(one.municipality or "") == folded(other.municipality or "")
    if one.org_number and other.org_number and bare(one.name) != bare(other.name):
        return None
    if not (same_host or share >= ALIKE or (share >= ALIKE_NEARBY and same_place)):
        return None
    first, second = sorted((one.id, other.id))
    return Pair(first, second, share, same_host, same_place)


def _sharing(parts: dict[UUID, frozenset[str]]) -> set[tuple[UUID, UUID]]:
    """Return the pairs that have enough runs in common to be worth a look."""
    having: dict[str, list[UUID]] = defaultdict(list)
    for organisation_id, runs in parts.items():
        for run in runs:
            having[run].append(organisation_id)
    found = set()
    for organisation_id, runs in parts.items():
        shared = Counter(other for run in runs if len(having[run]) <= COMMON for other in having[run])
        rare = sum(len(having[run]) <= COMMON for run in runs)
        least = max(1, rare // 2)
        found |= {
            (organisation_id, other) for other, times in shared.items() if times >= least and organisation_id < other
        }
    return found


def _neighbours(all_of_them: Iterable[Looks]) -> set[tuple[UUID, UUID]]:
    """Return the pairs that share a website."""
    at: dict[str, list[UUID]] = defaultdict(list)
    for one in all_of_them:
        if name := host(one.website):
            at[name].append(one.id)
    return {(first, second) for ids in at.values() for first in ids for second in ids if first < second}
