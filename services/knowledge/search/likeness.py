"""What a need has in common with a case, or with another need: in what they are filed under and in what they say. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

from services.knowledge.models import Case, Need, Region, Terms
from services.knowledge.search.analysis import Analyser, tokens
from services.knowledge.search.document import document
from services.knowledge.search.weights import SHARPEST, unpacked, weighed

ReasonKind = Literal["words", "measure_type", "focus_area", "scope", "sector", "region"]
FACETS: dict[ReasonKind, int] = {"measure_type": 20, "scope": 8, "focus_area": 7, "sector": 3, "region": 2}
"""What it adds to a score to have something in common there."""
WORDS = 60
"""What it adds to say all that the need says."""
ALL_SAID = 0.75
"""A text that meets so much of a need meets all of it: nobody writes the same twice."""
FULL = 0.3
"""A term that weighs so much in a text is what the text is about."""
LEAST = 35
"""The score from which two are matched."""
LEAST_IN_WORDS = 24
"""What of it must be said in words: filed under the same is not yet alike."""
SHOWN = 3
ASKING = (
    "erfaring erfare leter leiter ser søker søke trenger treng ønsker ønske vil vite vete hjelp hjelpe noen tips kjenner kjenne"
    " prøvd spørsmål behov finne finnes finst kostet kosta koster svar svare dele lære gjort experience experiences look looking"
    " need needs want know anyone help someone tried learn share question"
)
"""Words by which people ask, which say nothing of what they ask about."""


@dataclass(frozen=True)
class Side:
    """One of the two. `text` is what words in common are shown from; `terms` what it says, each from 1 to 99."""

    text: str
    terms: Mapping[str, int]
    filed: Mapping[ReasonKind, Sequence[Any]]


@dataclass(frozen=True)
class Likeness:
    """How much two have in common, from 0 to 100, and what that is."""

    score: int
    reasons: list[dict[str, Any]] = field(default_factory=list)


def of_need(need: Need, terms: Terms, analyser: Analyser) -> Side:
    """Return a need as it is compared."""
    kinds = ", ".join(terms.names_in_use("measure_type", need.measure_codes))
    fields = {"title": need.title, "kind": kinds, "body": need.text}
    analysed = {name: (analyser.document(text), len(tokens(text))) for name, text in fields.items()}
    asked_by = _asking(analyser)
    said = {term: weight for term, weight in weighed(analysed).items() if term not in asked_by}
    return Side(f"{need.title}. {need.text}", said, _filed(need))


def of_case(case: Case, regions: Mapping[str, Region], analyser: Analyser) -> Side:
    """Return a case as it is compared: by the terms the search has of it."""
    return Side(f"{case.title}. {case.summary}", unpacked(document(case, regions, analyser)["terms"]), _filed(case))


def likeness(need: Side, other: Side, rarity: Mapping[str, float], analyser: Analyser) -> Likeness:
    """Return what `other` has in common with `need`. `rarity`: what meeting a term is worth."""
    worth = {term: weight / SHARPEST * rarity[term] for term, weight in need.terms.items()}
    met = {term: each * min(1.0, other.terms.get(term, 0) / SHARPEST / FULL) for term, each in worth.items()}
    said = sum(met.values()) / (sum(worth.values()) or 1.0)
    in_words = round(WORDS * min(1.0, said / ALL_SAID))
    if in_words < LEAST_IN_WORDS:
        return Likeness(0)
    reasons: list[dict[str, Any]] = []
    words = _words(need.text, met, analyser)
    if words:
        reasons.append({"kind": "words", "values": words})
    score = in_words
    for kind, points in FACETS.items():
        both = [one for one in need.filed[kind] if one in other.filed[kind]]
        if both:
            score += points
            reasons.append({"kind": kind, "values": both})
    return Likeness(min(score, 100), reasons)


@cache
def _asking(analyser: Analyser) -> frozenset[str]:
    return frozenset(analyser.document(ASKING))


def _filed(one: Need | Case) -> dict[ReasonKind, Sequence[Any]]:
    return {
        "measure_type": one.measure_codes,
        "focus_area": one.focus_areas,
        "scope": one.scopes,
        "sector": [one.sector] if one.sector else [],
        "region": [one.region],
    }


def _words(text: str, met: Mapping[str, float], analyser: Analyser) -> list[str]:
    """Return the words of a need by which it is met the most, those that stand side by side as one."""
    heaviest = sorted((term for term, worth in met.items() if worth > 0), key=lambda term: -met[term])[: 2 * SHOWN]
    spans: list[tuple[int, int]] = []
    for match in analyser.marks(text, frozenset(heaviest)):
        if spans and text[spans[-1][1] : match.start()] == " ":
            spans[-1] = (spans[-1][0], match.end())
        else:
            spans.append(match.span())
    found = list(dict.fromkeys(text[start:end].lower() for start, end in spans))
    return [one for one in found if not any(one != other and one in other for other in found)][:SHOWN]
