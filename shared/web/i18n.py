"""The interface's languages: bokmål is written in the code, nynorsk and English come from the catalogues beside it."""

from collections.abc import Iterable
from functools import cache
from io import BytesIO
from pathlib import Path
from unicodedata import normalize

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from shared.contracts.vocabulary import LANGUAGES, Language

DEFAULT: Language = "nb"
NAMES: dict[Language, str] = {"nb": "Bokmål", "nn": "Nynorsk", "en": "English"}
LOCALES: dict[Language, Locale] = {"nb": Locale("nb"), "nn": Locale("nn"), "en": Locale("en", "GB")}
ALPHABET = "abcdefghijklmnopqrstuvwxyzæøå"
LIKENESS = {"ä": "æ", "ö": "ø", "ü": "y", "ð": "d", "đ": "d", "ŋ": "n", "ŧ": "t"}
KIT_CATALOGUE = Path(__file__).parent / "locale"


def negotiate(accepted: str) -> Language:
    """Return the language an Accept-Language header asks for; every kind of Norwegian but nynorsk is bokmål."""
    weighed = []
    for place, part in enumerate(accepted.split(",")):
        tag, _, parameters = part.strip().partition(";")
        quality = parameters.strip().removeprefix("q=") if parameters else "1"
        if (weight := _number(quality)) > 0:
            weighed.append((-weight, place, tag.lower().split("-")[0]))
    for _, _, tag in sorted(weighed):
        if found := {"nn": "nn", "nb": "nb", "no": "nb", "se": "nb", "da": "nb", "sv": "nb", "en": "en"}.get(tag):
            return _language(found)
    return DEFAULT


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def _language(text: str) -> Language:
    return next((language for language in LANGUAGES if language == text), DEFAULT)


@cache
def translations(language: Language, folders: tuple[Path, ...] = ()) -> NullTranslations:
    """Return the messages of `language` from the kit and the catalogues in `folders`."""
    if language == DEFAULT:
        return NullTranslations()
    merged = Translations()
    for folder in (KIT_CATALOGUE, *folders):
        if (source := folder / language / "LC_MESSAGES" / "messages.po").exists():
            merged.merge(_compiled(source, language))
    return merged


def _compiled(source: Path, language: Language) -> Translations:
    packed = BytesIO()
    with source.open("rb") as file:
        write_mo(packed, read_po(file, locale=str(LOCALES[language])))
    packed.seek(0)
    return Translations(packed)


def marker(text: str) -> str:
    """Mark `text` for the catalogue where it is defined; it is translated where it is shown."""
    return text


def by_letter(words: Iterable[str]) -> list[str]:
    """Return `words` in Norwegian order: æ, ø and å after z, and aa as å."""
    return sorted(words, key=letter_key)


def letter_key(word: str) -> list[int]:
    """Return a sort key for Norwegian order; letters of the neighbours stand with those they sound like."""
    return [_place(letter) for letter in word.lower().replace("aa", "å")]


def _place(letter: str) -> int:
    plain = letter if letter in ALPHABET else LIKENESS.get(letter) or normalize("NFD", letter)[0]
    return ALPHABET.find(plain) if plain in ALPHABET else ord(plain) - 1_000
