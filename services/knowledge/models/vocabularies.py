"""Vocabularies: the library's lists of words, each with names in three languages, which national staff keep."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Literal
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from services.knowledge.errors import ClosedVocabulary, ReplacedByItself, UnknownReplacement
from services.knowledge.models.base import Base
from shared.clock import now, today_in_norway
from shared.contracts.vocabulary import Language
from shared.db.base import Json
from shared.ids import new_id

Kind = Literal["closed", "open", "proposing"]
"""`closed`: its codes stand in facts or in the code, so only their names change. `proposing`: an unknown word becomes a proposed term."""


class Vocabulary(Base, table=True):
    """A list of words. `version` rises with every change of any of its terms."""

    code: str = Field(primary_key=True, max_length=40)
    kind: Kind = Field(sa_type=sa.String(10))
    label_nb: str = Field(max_length=120)
    label_nn: str = Field(max_length=120)
    label_en: str = Field(max_length=120)
    position: int = 0
    version: int = 1
    changed_at: datetime = Field(default_factory=now)

    def label(self, language: Language) -> str:
        """Return what the list is called."""
        return {"nb": self.label_nb, "nn": self.label_nn, "en": self.label_en}[language]

    def step(self) -> int:
        """Count a change, and return the version it led to."""
        self.version += 1
        self.changed_at = now()
        return self.version


class Term(Base, table=True):
    """A word of a vocabulary, kept for good: cases hold its code.

    `also` are other names files may use, earlier labels among them. `units` are those a kind of impact is counted in; none means any.
    `version` is the vocabulary's at the term's latest change.
    """

    vocabulary: str = Field(primary_key=True, foreign_key="vocabulary.code", max_length=40)
    code: str = Field(primary_key=True, max_length=60)
    id: UUID = Field(default_factory=new_id, unique=True)
    label_nb: str = Field(max_length=200)
    label_nn: str = Field(max_length=200)
    label_en: str = Field(max_length=200)
    also: list[str] = Field(default_factory=list, sa_type=Json)
    units: list[str] = Field(default_factory=list, sa_type=Json)
    position: int = 0
    proposed: bool = False
    valid_from: date | None = None
    valid_to: date | None = None
    replaced_by: str | None = Field(default=None, max_length=60)
    version: int = 1

    def label(self, language: Language) -> str:
        """Return what the term is called."""
        return {"nb": self.label_nb, "nn": self.label_nn, "en": self.label_en}[language]

    @property
    def holds(self) -> bool:
        """Whether it may be chosen today."""
        today = today_in_norway()
        return self.replaced_by is None and (self.valid_from or date.min) <= today < (self.valid_to or date.max)

    @property
    def names(self) -> list[str]:
        """All it may be called, each once."""
        return list(dict.fromkeys([self.label_nb, self.label_nn, self.label_en, *self.also]))

    def relabel(self, nb: str, nn: str, en: str, also: Sequence[str]) -> None:
        """Call it something else. What it was called goes on leading to it; and whoever names a proposed term takes it in."""
        earlier = self.names[:3] if not self.proposed else [self.label_nb]
        self.label_nb, self.label_nn, self.label_en = nb, nn, en
        labels = {nb, nn, en}
        self.also = [name for name in dict.fromkeys([*also, *earlier]) if name not in labels]
        self.proposed = False

    def limit(
        self,
        vocabulary: Vocabulary,
        valid_from: date | None,
        valid_to: date | None,
        successor: "Term | None",
        replaced_by: str | None,
    ) -> None:
        """Hold for a time, or give way to another term; raises ClosedVocabulary, UnknownReplacement, ReplacedByItself."""
        if vocabulary.kind == "closed" and (valid_from or valid_to or replaced_by):
            raise ClosedVocabulary(field="valid_to")
        if replaced_by == self.code:
            raise ReplacedByItself(field="replaced_by")
        if replaced_by is not None and (successor is None or not successor.holds):
            raise UnknownReplacement(field="replaced_by", code=replaced_by)
        self.valid_from, self.valid_to, self.replaced_by = valid_from, valid_to, replaced_by


class Terms:
    """All vocabularies at hand, to look words up in. Reads only."""

    def __init__(self, vocabularies: Iterable[Vocabulary] = (), terms: Iterable[Term] = ()) -> None:
        self.vocabularies = {one.code: one for one in vocabularies}
        self._terms: dict[str, dict[str, Term]] = {code: {} for code in self.vocabularies}
        self._names: dict[str, dict[str, str]] = {code: {} for code in self.vocabularies}
        for term in terms:
            self.include(term)

    def include(self, term: Term) -> None:
        """Know one more term."""
        self._terms[term.vocabulary][term.code] = term
        for name in term.names:
            self._names[term.vocabulary].setdefault(_plain(name), term.code)

    def of(self, vocabulary: str) -> list[Term]:
        """Return all terms of a vocabulary in its order."""
        return list(self._terms.get(vocabulary, {}).values())

    def choices(self, vocabulary: str, kept: Iterable[str] = ()) -> list[Term]:
        """Return the terms that may be chosen today, and those that were chosen before."""
        held = set(kept)
        return [term for term in self.of(vocabulary) if term.holds or term.code in held]

    def term(self, vocabulary: str, code: str) -> Term | None:
        """Return a term by its code."""
        return self._terms.get(vocabulary, {}).get(code)

    def found(self, vocabulary: str, text: str) -> Term | None:
        """Return the term that `text` is the code or a name of."""
        known = self._terms.get(vocabulary, {})
        code = text if text in known else self._names.get(vocabulary, {}).get(_plain(text))
        return known[code] if code is not None else None

    def heir(self, term: Term) -> Term:
        """Return what took a term's place, and what took that one's; itself where nothing did."""
        seen = {term.code}
        while term.replaced_by is not None and term.replaced_by not in seen:
            seen.add(term.replaced_by)
            term = self._terms[term.vocabulary].get(term.replaced_by, term)
        return term

    def label(self, vocabulary: str, code: object, language: Language) -> str:
        """Return what a code is called; one that nobody knows stands for itself."""
        term = self.term(vocabulary, str(code))
        return term.label(language) if term else str(code)

    def names_in_use(self, vocabulary: str, codes: Iterable[str]) -> list[str]:
        """Return bokmål names of codes as lists and the index show them: what was replaced goes by its heir's name."""
        terms = [self.term(vocabulary, code) for code in codes]
        return list(dict.fromkeys(self.heir(term).label_nb for term in terms if term is not None))


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())
