"""What the pages show of searches and cases, made from what was found."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from fastapi import Request

from services.knowledge.models import Region, Terms, Translation
from services.knowledge.search.filters import FACETS, PROJECT_STATUSES, RANGES, Range, Wanted, parameters
from services.knowledge.search.highlight import marked
from services.knowledge.search.intents import Intent, literally
from services.knowledge.search.meaning import Correction, Meaning
from services.knowledge.search.query import Found
from shared.contracts.vocabulary import FOCUS_AREAS, LANGUAGES, SCOPES, SECTORS, FocusArea, Language
from shared.web import formats
from shared.web.doors import resources
from shared.web.i18n import letter_key
from shared.web.i18n import marker as _
from shared.web.labels import LANGUAGE_LABELS, SCOPE_LABELS

Translate = Callable[[str], str]

FACET_LABELS: dict[str, str] = {
    "region": _("Region"),
    "focus_area": _("Satsingsområde"),
    "scope": _("Scope"),
    "sector": _("Sektor"),
    "measure_type": _("Type tiltak"),
    "year": _("År"),
    "status": _("Status for tiltaket"),
    "language": _("Språk"),
}
RANGE_LABELS: dict[str, str] = {
    "tonnes": _("Spart utslipp per år"),
    "cost": _("Investering"),
    "support": _("Offentlig støtte"),
    "year": _("Fra år til år"),
}
RANGE_UNITS = {"tonnes": "t CO2e", "cost": "kr", "support": "kr", "year": ""}
FIGURES = _("Tall")
SORT_LABELS: dict[str, str] = {
    "relevance": _("Best treff"),
    "newest": _("Nyeste først"),
    "tonnes": _("Flest tonn spart"),
    "title": _("Tittel"),
}
CODES: dict[str, Mapping[Any, str]] = {"scope": SCOPE_LABELS, "language": LANGUAGE_LABELS}
IN_VOCABULARIES = {"focus_area": "focus_area", "sector": "sector", "status": "project_status"}
"""Facets whose choices are terms, and the vocabulary of each."""
VOCABULARY: dict[str, Sequence[Any]] = {
    "focus_area": FOCUS_AREAS,
    "scope": SCOPES,
    "sector": SECTORS,
    "status": PROJECT_STATUSES,
    "language": LANGUAGES,
}
OPEN = ("region", "focus_area", "sector")


class Presenter:
    """Shows searches in one language."""

    def __init__(self, regions: Mapping[str, Region], terms: Terms, language: Language, translate: Translate) -> None:
        self._regions = regions
        self._terms = terms
        self._language: Language = language
        self._say = translate

    def region(self, slug: str) -> str:
        """Return a region's name; a slug nobody knows stands for itself."""
        return self._regions[slug].name(self._language) if slug in self._regions else slug

    def regions_today(self) -> list[str]:
        """Return the slugs of the regions that hold today, in the order of their names."""
        return [slug for slug, region in self._regions.items() if region.holds]

    def themes(self, codes: Sequence[FocusArea]) -> list[str]:
        """Return the names of focus areas."""
        return [self.term("focus_area", code) for code in codes]

    def term(self, vocabulary: str, code: object) -> str:
        """Return what a code is called, also one that holds no longer."""
        return self._terms.label(vocabulary, code, self._language)

    def terms(self, vocabulary: str, codes: Iterable[object]) -> list[str]:
        """Return what codes are called."""
        return [self.term(vocabulary, code) for code in codes]

    def namer(self, vocabulary: str) -> Callable[[object], str]:
        """Return what names the codes of a vocabulary."""
        return lambda code: self.term(vocabulary, code)

    def measure(self, name: str) -> str:
        """Return what a kind of measure is called here: cases and the index go by its bokmål name."""
        term = self._terms.found("measure_type", name)
        return term.label(self._language) if term else name

    def measures(self) -> dict[str, str]:
        """Return the kinds of measures one may choose: what each is called here, by the name cases go by."""
        return {term.label_nb: term.label(self._language) for term in self._terms.choices("measure_type")}

    def regions(self) -> dict[str, str]:
        """Return the regions of today: what each is called, by its slug."""
        return {slug: self.region(slug) for slug, region in self._regions.items() if region.holds}

    def options(self, vocabulary: str, kept: Iterable[str] = ()) -> list[tuple[str, str]]:
        """Return the terms one may choose, with their names, for the kit's lists of choices."""
        return [(term.code, term.label(self._language)) for term in self._terms.choices(vocabulary, kept)]

    def choice(self, facet: str, value: Any) -> str:
        """Return what a choice of a facet is called."""
        if facet == "region":
            return self.region(str(value))
        if facet in IN_VOCABULARIES:
            return self.term(IN_VOCABULARIES[facet], value)
        if facet == "measure_type":
            return self.measure(str(value))
        return self._say(CODES[facet][value]) if facet in CODES and value in CODES[facet] else str(value)

    def groups(self, wanted: Wanted, found: Found) -> list[dict[str, Any]]:
        """Return the facets with their choices, for the kit's panel."""
        return [
            {
                "name": facet,
                "label": self._say(FACET_LABELS[facet]),
                "open": facet in OPEN,
                "options": self.options_of(facet, wanted, found),
            }
            for facet in FACETS
        ] + [self._range(name, wanted) for name in RANGES]

    def counties(self, counts: Mapping[str, int], wanted: Wanted) -> list[dict[str, Any]]:
        """Return the counties for the kit's map, each with how many cases it has and the address of the search in it alone."""
        return [
            {
                "number": region.county_number,
                "name": self.region(slug),
                "value": counts.get(slug, 0),
                "href": address(wanted.narrowed_to("region", slug)),
                "current": slug in wanted.region,
            }
            for slug, region in self._regions.items()
            if region.county_number and region.holds
        ]

    def _range(self, name: str, wanted: Wanted) -> dict[str, Any]:
        found = next((each for each in wanted.ranges if each.name == name), Range(name))
        return {
            "name": name,
            "label": self._say(RANGE_LABELS[name]),
            "kind": "range",
            "unit": RANGE_UNITS[name],
            "least": found.least,
            "most": found.most,
            "open": False,
            "options": [],
        }

    def options_of(self, facet: str, wanted: Wanted, found: Found) -> list[dict[str, Any]]:
        """Return the choices of a facet with their counts: those that leave something, and those that are chosen."""
        counts = found.facets.get(facet, {})
        chosen = wanted.chosen(facet)
        options = [
            {
                "value": value,
                "label": self.choice(facet, value),
                "count": None if found.degraded else counts.get(str(value), 0),
                "selected": value in chosen,
            }
            for value in self._values(facet, counts, chosen)
        ]
        return [option for option in options if option["count"] != 0 or option["selected"]]

    def _values(self, facet: str, counts: Mapping[str, int], chosen: Sequence[Any]) -> list[Any]:
        if facet in VOCABULARY:
            return list(VOCABULARY[facet])
        if facet == "region":
            slugs = {*(slug for slug, region in self._regions.items() if region.holds), *chosen}
            return sorted(slugs, key=lambda slug: letter_key(self.region(slug)))
        if facet == "year":
            return sorted({*map(int, counts), *chosen}, reverse=True)
        values = {*counts, *chosen}
        return sorted(values, key=lambda value: (value not in chosen, -counts.get(value, 0), letter_key(value)))

    def active(self, wanted: Wanted) -> list[dict[str, str]]:
        """Return what the search is narrowed by, each with the address without it."""
        chips = []
        for facet in wanted.narrowed():
            for value in wanted.chosen(facet):
                rest: dict[str, Any] = {facet: tuple(other for other in wanted.chosen(facet) if other != value)}
                chips.append(
                    {
                        "label": self.choice(facet, value),
                        "group": self._say(FACET_LABELS[facet]),
                        "remove_href": address(replace(wanted, page=1, **rest)),
                    }
                )
        return chips + [self._range_chip(wanted, each) for each in wanted.ranges]

    def _range_chip(self, wanted: Wanted, each: Range) -> dict[str, str]:
        rest = tuple(other for other in wanted.ranges if other != each)
        number = str if each.name == "year" else self._number
        ends = "–".join("" if end is None else number(end) for end in (each.least, each.most))
        return {
            "label": f"{ends} {RANGE_UNITS[each.name]}".strip(),
            "group": self._say(RANGE_LABELS[each.name]),
            "remove_href": address(replace(wanted, page=1, ranges=rest)),
        }

    def _number(self, value: int) -> str:
        return formats.number(value, self._language)

    def understood(self, wanted: Wanted, intents: Sequence[Intent]) -> list[dict[str, str]]:
        """Return the filters that stood in the words, each with the address of the search in which they stand for themselves."""
        return [
            {
                "label": ", ".join(self.choice(intent.facet, value) for value in intent.values),
                "group": self._say(_("Fra søkeordene")),
                "remove_href": address(replace(wanted, page=1, q=literally(wanted.q, intent.text))),
            }
            for intent in intents
        ]

    def corrected(self, wanted: Wanted, corrections: Sequence[Correction]) -> list[dict[str, str]]:
        """Return the words that were taken for others, each with the address of the search for it as it was typed."""
        return [
            {
                "typed": each.typed,
                "taken": each.taken,
                "href": address(replace(wanted, page=1, q=literally(wanted.q, each.typed))),
            }
            for each in corrections
        ]

    def sorts(self) -> list[tuple[str, str]]:
        """Return the ways to sort."""
        return [(code, self._say(label)) for code, label in SORT_LABELS.items()]


async def presenting_for(request: Request, regions: Mapping[str, Region]) -> Presenter:
    """Return what shows searches in the reader's language."""
    language, renderer = request.state.language, resources(request).renderer
    terms = await request.app.state.terms.all()
    return Presenter(regions, terms, language, lambda text: renderer.translate(language, text))


def address(wanted: Wanted) -> str:
    """Return the address of a search; it can be shared."""
    pairs = parameters(wanted)
    return f"/cases?{urlencode(pairs)}" if pairs else "/cases"


def card(found: Mapping[str, Any], meaning: Meaning | None = None) -> dict[str, Any]:
    """Return a found document as its card shows it, with the words marked by which it meets a query."""
    title, summary = (marked(found[name], meaning) for name in ("title", "summary"))
    return {**found, "title": title, "summary": summary}


def retold(found: Mapping[str, Any], translation: Translation | None) -> Mapping[str, Any]:
    """Return a found document as it is told in another language."""
    if translation is None:
        return found
    return {
        **found,
        "title": translation.title,
        "summary": translation.summary,
        "language": translation.language,
    }
