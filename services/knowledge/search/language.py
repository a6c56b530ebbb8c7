"""The one place for text analysis: how words of documents and of queries are made comparable. Pure functions."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

WORD = re.compile(r"[^\W_]+(?:[.,]\d+)*")
SPELLINGS = str.maketrans({"æ": "ae", "ø": "o", "å": "a", "ö": "o", "ä": "a", "đ": "d", "ŋ": "n", "ŧ": "t", "ß": "ss"})
OLD_SPELLINGS = (("ø", "oe"), ("å", "aa"))
STOP_WORDS = frozenset(
    word
    for line in (
        "og i på for til med av en et ei ein eit som er det den de dei å om fra frå ved har ikke ikkje eller skal kan",
        "vi hva kva hvem kven hvor kor hvordan korleis hvilke hvilken hvorfor kvifor når vår våre vårt oss jeg eg man",
        "seg sin sitt uten utan går kommer kjem sammen saman samt hele heile veldig slik sånn nå no her gjelder gjeld",
        "via per ca bare berre ta tar tek la lar sette noen nokon noko noe alle mange flere fleire mer meir få får",
        "gjøre gjere bli blir ble vart blei være vere var hatt der dette denne disse desse dere dykk deres også g så",
        "men mot etter under over mellom hos ut inn opp",
        "a about an and any are as at be by can could do does from get has have how if in into is it made make more",
        "most my not of on or other our should so some than that the their there they this to us was we were what when",
        "where which who why will with without would you your",
    )
    for word in line.split()
)
"""Words that carry no meaning of their own, in bokmål, nynorsk and English."""
MOST_WORDS = 10
AFTER_Z = str.maketrans({ord("æ"): "{1", ord("ä"): "{1", ord("ø"): "{2", ord("ö"): "{2", ord("å"): "{3"})


def normalised(text: str) -> str:
    """Return `text` in one Unicode form, without invisible characters, with single spaces."""
    composed = unicodedata.normalize("NFKC", text)
    visible = "".join(sign if unicodedata.category(sign)[0] != "C" else " " for sign in composed)
    return " ".join(visible.split())


def words(text: str) -> Iterator[re.Match[str]]:
    """Yield the words of `text` where they stand."""
    return WORD.finditer(text)


def bearing(text: str) -> Iterator[re.Match[str]]:
    """Yield the words of `text` that carry meaning, where they stand."""
    return (match for match in words(text) if match.group().lower() not in STOP_WORDS)


@lru_cache(maxsize=100_000)
def fold(word: str) -> str:
    """Return a word as people without Norwegian keys write it: `Miljøfyrtårn` -> `miljofyrtarn`."""
    lowered = word.lower().translate(SPELLINGS)
    if lowered.isascii():
        return lowered
    return "".join(sign for sign in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(sign))


@lru_cache(maxsize=50_000)
def spellings(word: str) -> tuple[str, ...]:
    """Return the other ways a word is written: folded, and with the old `oe` and `aa`."""
    lowered = word.lower()
    old = lowered
    for letter, pair in OLD_SPELLINGS:
        old = old.replace(letter, pair)
    return tuple(sorted({fold(lowered), fold(old)} - {lowered}))


def folded(text: str) -> str:
    """Return all words of `text`, folded, with single spaces."""
    return " ".join(fold(match.group()) for match in words(normalised(text)))


def canonical(text: str) -> list[str]:
    """Return the words of `text` that carry meaning, folded, in order and without repeats."""
    return list(dict.fromkeys(fold(match.group()) for match in bearing(normalised(text))))


def hidden(text: str) -> str:
    """Return the spellings a searcher may use that `text` itself does not have; what the index holds beside it, unseen."""
    found: dict[str, None] = {}
    for match in words(normalised(text)):
        found.update(dict.fromkeys(spellings(match.group())))
    return " ".join(found)


def query_text(typed: str) -> str:
    """Return what is sent to the engine for a typed query: its first words, in one Unicode form."""
    return " ".join(normalised(typed).split()[:MOST_WORDS])


def sort_key(text: str) -> str:
    """Return a text that sorts as Norwegian does: æ, ø and å after z, aa as å, in whatever case."""
    lowered = normalised(text).lower().replace("aa", "å")
    return lowered.translate(AFTER_Z)[:200]
