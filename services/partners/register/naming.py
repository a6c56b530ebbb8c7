"""Names as people write them, proposed from a register that writes UPPER CASE."""

import re

FORMS = {"AS", "ASA", "ANS", "BA", "BBL", "DA", "ENK", "FKF", "HF", "IKS", "KF", "KS", "NUF", "RHF", "SA", "SF"}
WORDS_TOO = {"BA", "DA", "SA"}
"""Forms that are also words or parts of names: kept as forms only at the end."""
SMALL = {"og", "i", "å", "av", "på", "for", "til", "ved", "med", "under", "over", "om", "fra", "the", "of", "and", "in"}
NOUNS = {
    *("kommune", "fylkeskommune", "kommunale", "interkommunale", "fylke", "gielda", "suohkan", "tjielte"),
    *("universitet", "høgskole", "høgskule", "høyskole", "kirkelige", "fellesråd", "menighetsråd"),
}
"""What kind of body it is, written small after its name."""
ACRONYMS = {
    *("AI", "EU", "EØS", "FN", "GRID", "IKT", "ISO", "IT", "LO", "NHO", "NILU", "NIBIO", "NIVA", "NMBU", "NORCE"),
    *("NTNU", "NVE", "OBOS", "SINTEF", "SIVA", "USA", "UIA", "UIB", "UIO", "UIS", "UIT"),
}
WRITTEN = {"UIA": "UiA", "UIB": "UiB", "UIO": "UiO", "UIS": "UiS", "UIT": "UiT"}
SHORTENED = {"DR", "MR", "NR", "ST"}
ENDINGS = {"no", "com", "net", "org", "eu", "io"}
WORD = re.compile(r"[^\W_]+(?:['’´`][^\W_]+)*")
ROMAN = re.compile(r"(?=[IVX])X{0,3}(?:IX|IV|V?I{0,3})")
VOWELS = set("AEIOUYÆØÅÁÄÖÜÉ")


def display_name(registered: str) -> str:
    """Return a name in the case people would write it in; one that has small letters already is only tidied for spaces."""
    name = " ".join(registered.split())
    if any(letter.islower() for letter in name):
        return name
    words = list(WORD.finditer(name))
    pieces, end = [], 0
    for place, word in enumerate(words):
        pieces += [name[end : word.start()], _cased(name, word, place, len(words) - 1)]
        end = word.end()
    return "".join([*pieces, name[end:]])


def _cased(name: str, word: re.Match[str], place: int, last: int) -> str:
    text, first, at_end = word.group(), place == 0, place == last
    small = text.lower()
    before = name[max(word.start() - 1, 0) : word.start()]
    if before == "." and small in ENDINGS:
        return small
    if _stays(text, first, at_end):
        return WRITTEN.get(text, text)
    after_letter = before == "-" and not re.search(r"[^\W_]{2}-$", name[: word.start()])
    if not first and (small in SMALL or small in NOUNS or after_letter or _in_list(name, word)):
        return small
    return _capitalised(text)


def _in_list(name: str, word: re.Match[str]) -> bool:
    """Whether a word is part of such as `miljø- og biovitenskapelige`."""
    return name.startswith("- ", word.end()) or name.endswith("- OG ", 0, word.start())


def _stays(text: str, first: bool, at_end: bool) -> bool:
    """Whether a word keeps its capitals: a legal form, an acronym, a numeral, an initial."""
    if text in FORMS:
        return text not in WORDS_TOO or (at_end and not first)
    if text in ACRONYMS:
        return True
    if len(text) == 1:
        return first or at_end or text not in ("I", "Å")
    if ROMAN.fullmatch(text):
        return not first
    if any(letter.isdigit() for letter in text):
        return len(text) <= 4
    return len(text) <= 5 and not VOWELS & set(text) and text not in SHORTENED


def _capitalised(text: str) -> str:
    head, mark, tail = re.fullmatch(r"([^\W_]+)(['’´`]?)(.*)", text).groups()  # type: ignore[union-attr]
    return head.capitalize() + mark + (tail.capitalize() if len(head) == 1 else tail.lower())
