"""A case told in the reader's language, as far as somebody has translated it; what nobody has stays in the original, and says so."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.knowledge.models import SECTIONS, Case, Translation
from shared.contracts.vocabulary import LANGUAGES, Language


@dataclass(frozen=True)
class Section:
    """A text of a case, and the language it is in."""

    name: str
    text: str
    language: Language


@dataclass(frozen=True)
class Told:
    """A case in one language. `original` is the one it was written in; `languages` are all it can be read in.

    `behind` where the original has changed since it was translated.
    """

    title: str
    summary: str
    language: Language
    original: Language
    languages: tuple[Language, ...]
    sections: tuple[Section, ...]
    behind: bool = False

    def section(self, name: str) -> Section | None:
        """Return a text by its name, where there is one."""
        return next((one for one in self.sections if one.name == name), None)

    @property
    def is_translated(self) -> bool:
        """Whether this is not the original."""
        return self.language != self.original


def told(case: Case, translations: Sequence[Translation], wanted: str, changed: Sequence[int] = ()) -> Told:
    """Return a case in the language that is wanted, or in its own. `changed` are the versions in which its texts changed."""
    found = next((one for one in translations if one.language == wanted != case.language), None)
    held = {case.language, *(one.language for one in translations)}
    sections = []
    for name in SECTIONS:
        own = found.texts.get(name, "") if found else ""
        text, language = (own, found.language) if found and own else (getattr(case, name), case.language)
        if text:
            sections.append(Section(name, text, language))
    return Told(
        title=found.title if found else case.title,
        summary=found.summary if found else case.summary,
        language=found.language if found else case.language,
        original=case.language,
        languages=tuple(one for one in LANGUAGES if one in held),
        sections=tuple(sections),
        behind=found is not None and any(version > found.of_version for version in changed),
    )
