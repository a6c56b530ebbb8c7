"""What a case comes to hold of what was sent: words become terms, and sums follow from rows. Asks nothing, changes nothing."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

from services.knowledge.errors import FigureFollows, ManyMoreTerms, SameLanguage, SumTooLarge, UnknownTerm, WrongUnit
from services.knowledge.models import Case, Term, Terms
from services.knowledge.models.impact import is_energy, is_tonnes, kwh_per_year, tonnes_per_year
from services.knowledge.queries.rows import Rows
from services.knowledge.schemas import CaseIn, FundingIn, ImpactIn, TranslationIn
from services.knowledge.schemas.fields import MOST_VALUE
from services.knowledge.schemas.rows import Row

LISTS = {
    "scope3_categories": "scope3_category",
    "industries": "industry",
    "sdgs": "sdg",
    "municipalities": "municipality",
    "org_sizes": "org_size",
}
WORDS = {"effort": "effort", "maturity": "maturity", "licence": "licence"}
IN_ROWS = {
    "impacts": {"metric": "metric", "unit": "unit", "method": "method", "verified_by": "verification"},
    "contributors": {"role": "contributor_role"},
    "relations": {"kind": "relation"},
}
FEW = 20
PUBLIC_SUPPORT = "Offentlig støtte"
MOST_KRONER = 10**12
Sum = Callable[[Iterable[ImpactIn]], Decimal | None]
SUMS: dict[str, tuple[Sum, Callable[[ImpactIn], bool], str, str]] = {
    "tco2e_per_year": (tonnes_per_year, is_tonnes, "ghg_reduction", "tco2e"),
    "energy_kwh_per_year": (kwh_per_year, is_energy, "energy", "kwh"),
}
"""Each figure that follows: how it is added up, what counts towards it, and the row it is short for."""

R = TypeVar("R", bound=Row)


@dataclass(frozen=True)
class Settled:
    """The columns of a case, and its rows by kind; translations only where they are to change."""

    columns: dict[str, Any]
    rows: dict[str, Sequence[Row]]
    translations: list[TranslationIn]


def settle(given: CaseIn, terms: Terms, standing: Rows, case: Case | None = None) -> Settled:
    """Return what a case comes to hold; raises UnknownTerm, WrongUnit, FigureFollows, SumTooLarge, SameLanguage.

    `standing` are the rows it has, and `case` itself where it is there: terms it holds already may stay though they hold no longer.
    """
    columns = given.content()
    held = {name: getattr(case, name) if case else [] for name in ("measure_codes", *LISTS)}
    codes = [
        code_of(terms, "measure_type", word, "measure_types", held["measure_codes"]) for word in given.measure_types
    ]
    columns["measure_codes"] = _in_order(codes, held["measure_codes"])
    columns["measure_types"] = terms.names_in_use("measure_type", columns["measure_codes"])
    for name, vocabulary in LISTS.items():
        found = [code_of(terms, vocabulary, word, name, held[name]) for word in columns[name]]
        columns[name] = _in_order(found, held[name])
    for name, vocabulary in WORDS.items():
        if columns[name] is not None:
            columns[name] = code_of(terms, vocabulary, columns[name], name, [getattr(case, name)] if case else [])
    columns["places"] = places(terms, columns["municipalities"])
    impacts = _impacts(given, terms, standing)
    fundings = _fundings(given, standing)
    columns |= {name: add(impacts) for name, (add, *_) in SUMS.items()}
    columns["grant_nok"] = sum(row.nok for row in fundings) if fundings else None
    rows: dict[str, Sequence[Row]] = {
        "impacts": impacts,
        "fundings": fundings,
        "contributors": _named(terms, "contributors", given.contributors, standing.contributors),
        "relations": _named(terms, "relations", given.relations, standing.relations),
    }
    translations = _translations(given, standing)
    return Settled(columns | told_elsewhere(translations), rows, translations)


def _in_order(codes: Sequence[str], held: Sequence[str]) -> list[str]:
    """Return each code once; the same ones as before stay in their order, which boxes to tick do not know."""
    return list(held) if set(codes) == set(held) else list(dict.fromkeys(codes))


def places(terms: Terms, municipalities: Iterable[str]) -> list[str]:
    """Return all that municipalities are called, for a case to be found by."""
    found = [terms.term("municipality", code) for code in municipalities]
    return list(dict.fromkeys(name for term in found if term is not None for name in term.names))


def told_elsewhere(translations: Sequence[TranslationIn]) -> dict[str, Any]:
    """Return what a case says in other languages, as the search has it."""
    texts = [text for one in translations for text in (one.title, one.summary, *one.texts.values())]
    return {"translated": "\n".join(texts), "other_languages": sorted(one.language for one in translations)}


def code_of(terms: Terms, vocabulary: str, word: str, field: str, held: Collection[str]) -> str:
    """Return the code of a word: its heir's where it was replaced. A term that is `held` may stay; raises UnknownTerm."""
    known = terms.found(vocabulary, word[:2] if vocabulary == "industry" and word[:2].isdecimal() else word)
    if known is not None:
        heir = terms.heir(known)
        if heir.holds or heir.code in held:
            return heir.code
        if known.code in held:
            return known.code
    raise _unknown(terms, vocabulary, word, field)


def _unknown(terms: Terms, vocabulary: str, word: str, field: str) -> UnknownTerm:
    name = terms.vocabularies[vocabulary].label_nb
    choices = terms.choices(vocabulary)
    if len(choices) > FEW:
        return ManyMoreTerms(field=field, word=word, vocabulary=name, code=vocabulary)
    return UnknownTerm(field=field, word=word, vocabulary=name, choices=", ".join(term.label_nb for term in choices))


def _named(terms: Terms, kind: str, sent: Sequence[R] | None, standing: Sequence[R]) -> list[R]:
    """Return rows with codes for words; those that stand already where none were sent."""
    if sent is None:
        return list(standing)
    held = {name: {getattr(row, name) for row in standing} for name in IN_ROWS[kind]}
    return [
        row.model_copy(
            update={
                name: code_of(terms, vocabulary, getattr(row, name), f"{kind}.{place}.{name}", held[name])
                for name, vocabulary in IN_ROWS[kind].items()
            }
        )
        for place, row in enumerate(sent)
    ]


def _impacts(given: CaseIn, terms: Terms, standing: Rows) -> list[ImpactIn]:
    """Return the rows of impact: those sent, or those there are with the figures that were told in short put in."""
    rows = _named(terms, "impacts", given.impacts, standing.impacts)
    for place, row in enumerate(rows if given.impacts else ()):
        _check_unit(terms, row, f"impacts.{place}.unit")
    for field, (add, counts, metric, unit) in SUMS.items():
        told, stated = getattr(given, field), add(rows)
        if stated is not None and stated > MOST_VALUE:
            raise SumTooLarge(field=field, most=MOST_VALUE)
        if given.impacts:
            if told is not None and told != stated:
                raise FigureFollows(field=field, sum=0 if stated is None else stated)
        elif told != stated:
            rows = [row for row in rows if row.per != "year" or not counts(row)]
            rows += [] if told is None else [ImpactIn(metric=metric, value=told, unit=unit)]
    return rows


def settled_impacts(terms: Terms, sent: Sequence[ImpactIn]) -> list[ImpactIn]:
    """Return figures with codes for words; raises UnknownTerm, WrongUnit."""
    rows = _named(terms, "impacts", sent, [])
    for place, row in enumerate(rows):
        _check_unit(terms, row, f"impacts.{place}.unit")
    return rows


def _check_unit(terms: Terms, row: ImpactIn, field: str) -> None:
    metric = terms.term("metric", row.metric)
    if metric is None or not metric.units or row.unit in metric.units:
        return
    names = [terms.label("unit", code, "nb") for code in metric.units]
    unit = terms.label("unit", row.unit, "nb")
    raise WrongUnit(field=field, metric=metric.label_nb, unit=unit, choices=", ".join(names))


def _fundings(given: CaseIn, standing: Rows) -> list[FundingIn]:
    rows = list(standing.fundings) if given.fundings is None else list(given.fundings)
    stated = sum(row.nok for row in rows) if rows else None
    if stated is not None and stated > MOST_KRONER:
        raise SumTooLarge(field="grant_nok", most=MOST_KRONER)
    if given.fundings:
        if given.grant_nok is not None and given.grant_nok != stated:
            raise FigureFollows(field="grant_nok", sum=stated)
        return rows
    if given.grant_nok == stated:
        return rows
    return [] if given.grant_nok is None else [FundingIn(source=PUBLIC_SUPPORT, nok=given.grant_nok)]


def _translations(given: CaseIn, standing: Rows) -> list[TranslationIn]:
    if given.translations is None:
        kept = [TranslationIn.model_validate(one) for one in standing.translations]
        return [one for one in kept if one.language != given.language]
    for place, one in enumerate(given.translations):
        if one.language == given.language:
            raise SameLanguage(field=f"translations.{place}.language")
    return list({one.language: one for one in given.translations}.values())


def unknown_measures(terms: Terms, words: Iterable[str]) -> list[str]:
    """Return the kinds of measures nobody has a term for, each once."""
    return list(dict.fromkeys(word for word in words if terms.found("measure_type", word) is None))


def proposed(terms: Terms, words: Iterable[str]) -> list[Term]:
    """Have `terms` know unknown kinds of measures as proposals, and return those."""
    made = []
    for word in unknown_measures(terms, words):
        taken = {term.code for term in terms.of("measure_type")}
        term = Term(
            vocabulary="measure_type",
            code=code_for(word, taken),
            label_nb=word,
            label_nn=word,
            label_en=word,
            position=len(taken),
            proposed=True,
        )
        terms.include(term)
        made.append(term)
    return made


def code_for(label: str, taken: Collection[str]) -> str:
    """Return a code for a term of this name that none of `taken` is."""
    plain = label.lower().replace("æ", "ae").replace("ø", "o").replace("å", "a")
    signs = "".join(sign if sign.isascii() and sign.isalnum() else " " for sign in plain)
    code = "-".join(signs.split())[:50].strip("-") or "term"
    number = 2
    chosen = code
    while chosen in taken:
        chosen = f"{code}-{number}"
        number += 1
    return chosen
