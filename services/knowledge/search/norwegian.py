"""Norwegian words made comparable: lemmas, bokmål for nynorsk, compounds taken apart, stems. Pure functions on single words.

Lemmas and known words are simplemma's, stems Snowball's. What is particular to the two written languages and to compounds stands
in `data/`.
"""

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import simplemma
import snowballstemmer

from services.knowledge.search.language import fold

DATA = files("services.knowledge.search") / "data"
SHORTEST_PART = 4
SHORTEST_COMPOUND = 6
DEEPEST = 2
LINKS = ("s", "", "e")
CACHED = 100_000
ENDINGS = (
    ("legheit", "lighet"), ("legare", "ligere"), ("semd", "somhet"), ("heit", "het"), ("lege", "lige"), ("leg", "lig"),
    ("ande", "ende"),
)  # fmt: skip
"""Endings of nynorsk words and bokmål's."""
PLURALS = ("ene", "ane", "er", "ar", "en", "et", "a")
CONTRACTED = ("lene", "lane", "ler", "lar", "rene", "rer", "re")
DOUBLED = frozenset("kdmptg")


def _table(name: str) -> list[list[str]]:
    lines = (DATA / name).read_text("utf-8").splitlines()
    return [line.split() for line in lines if line and not line.startswith("#")]


BOKMAAL = {row[0]: row[1] for row in _table("nynorsk.txt")}
_PIECES: dict[str, frozenset[str]] = {
    kind: frozenset(word for row in _table("compounds.txt") if row[0] == kind for word in row[1:])
    for kind in ("part", "never", "whole", "s")
}


@dataclass(frozen=True)
class Word:
    """A word as it is compared. `forms`: its stems, folded, the likeliest first; any of them is the word. `parts`: the stems of what
    it is a compound of, in order; empty where it is none."""

    forms: tuple[str, ...]
    parts: tuple[tuple[str, ...], ...] = ()

    @property
    def whole(self) -> str:
        """The likeliest form."""
        return self.forms[0]

    def inner(self) -> tuple[str, ...]:
        """Return what stands inside a compound: its parts in all their forms, and neighbouring parts that make a word together."""
        last = len(self.parts)
        single = [form for part in self.parts for form in part]
        spans = [(i, j) for i in range(last) for j in range(i + 2, last + 1) if j - i < last]
        return (*single, *(form for i, j in spans for form in _joined(self.parts[i:j])))


@lru_cache(CACHED)
def analysed(word: str) -> Word:
    """Return a word, in whatever case and form, as it is compared."""
    lowered = word.lower()
    if not lowered.isalpha():
        return Word((fold(lowered),))
    parts = tuple(stems(part) for part in split(lowered))
    return Word(_joined(parts), parts) if parts else Word(stems(lowered))


@lru_cache(CACHED)
def stems(word: str) -> tuple[str, ...]:
    """Return the stems of a word in lower case, folded: of its lemmas in bokmål, and of the word as it stands."""
    return tuple(dict.fromkeys(_stem(form) for form in (*lemmas(word), BOKMAAL.get(word, word))))


@lru_cache(CACHED)
def lemmas(word: str) -> tuple[str, ...]:
    """Return what a word may be a form of, in bokmål: nouns before verbs, for a library is searched for things."""
    found = _singulars(word)
    for language in ("nb", "nn"):
        if simplemma.is_known(word, lang=language):
            found.append(simplemma.lemmatize(word, lang=language).lower())
    return tuple(dict.fromkeys(map(in_bokmaal, found or [word])))


def in_bokmaal(lemma: str) -> str:
    """Return what bokmål calls a lemma."""
    return BOKMAAL.get(lemma) or _by_ending(lemma)


@lru_cache(CACHED)
def split(word: str) -> tuple[str, ...]:
    """Return the parts of a compound in lower case as they stand in it, without what links them; nothing where it is none.

    Of several ways the one with the fewest parts is taken, of those the one whose shortest part is longest.
    """
    whole = _PIECES["whole"]
    if word in whole or any(lemma in whole for lemma in lemmas(word)):
        return ()
    singular = _singulars(word)
    if singular and not any(_split(noun, DEEPEST) for noun in singular):
        return ()
    return _split(word, DEEPEST)


@lru_cache(CACHED)
def _split(word: str, depth: int) -> tuple[str, ...]:
    if len(word) < SHORTEST_COMPOUND:
        return ()
    found = [cut for i in range(2, len(word) - 1) for cut in _cuts(word[:i], word[i:], depth)]
    return max(found, key=lambda cut: cut[0])[1] if found else ()


Cut = tuple[tuple[int, int, int, int], tuple[str, ...]]


def _cuts(head: str, tail: str, depth: int) -> list[Cut]:
    tails = [(tail,)] if _is_part(tail) else [deeper] if depth > 1 and (deeper := _split(tail, depth - 1)) else []
    return [
        (_worth(link, (known, *rest)), (known, *rest))
        for rest in tails
        for link in LINKS
        if head.endswith(link) and _is_part(known := head[: len(head) - len(link)])
    ]


def _worth(link: str, parts: tuple[str, ...]) -> tuple[int, int, int, int]:
    shortest = min(SHORTEST_PART + 1 if part in _PIECES["part"] else len(part) for part in parts)
    begins_with_s = any(stem in _PIECES["s"] for part in parts[1:] for stem in (part, *lemmas(part)))
    return -len(parts), int(begins_with_s), shortest, -LINKS.index(link)


@lru_cache(CACHED)
def _is_part(word: str) -> bool:
    if word in _PIECES["never"]:
        return False
    return word in _PIECES["part"] or word in BOKMAAL or (len(word) >= SHORTEST_PART and _known(word))


def is_word(word: str) -> bool:
    """Whether a word in lower case is in a dictionary, or a part that compounds are made of."""
    return word in _PIECES["part"] or _known(word)


def _singulars(word: str) -> list[str]:
    """Return the known words that a word would be the plural or the definite form of, were it a noun."""
    plain = [word[: -len(end)] for end in PLURALS if word.endswith(end) and len(word) > len(end) + 2]
    contracted = []
    for end in CONTRACTED:
        base = word[: -len(end)]
        if word.endswith(end) and len(base) > 2:
            contracted += [f"{base}{base[-1]}e{end[0]}"] if base[-1] in DOUBLED else []
            contracted += [f"{base}e{end[0]}"]
    return [noun for noun in (*contracted, *plain) if _known(noun)]


@lru_cache(CACHED)
def _known(word: str) -> bool:
    return word in BOKMAAL or simplemma.is_known(word, lang="nb") or simplemma.is_known(word, lang="nn")


def _by_ending(word: str) -> str:
    for nynorsk, bokmaal in ENDINGS:
        if word.endswith(nynorsk) and len(word) > len(nynorsk) + 2:
            return word[: -len(nynorsk)] + bokmaal
    return word


def _joined(parts: tuple[tuple[str, ...], ...]) -> tuple[str, ...]:
    head = "".join(part[0] for part in parts[:-1])
    return tuple(head + form for form in parts[-1]) if parts else ()


@lru_cache(CACHED)
def _stem(word: str) -> str:
    # One each time: a stemmer keeps the word it works on, and documents are made in threads.
    stemmed: str = snowballstemmer.stemmer("norwegian").stemWord(word)
    return fold(stemmed)
