"""What a query is taken to mean: concepts, filters in words, misspelt words."""

from typing import Any

import pytest

from services.knowledge.search.analysis import Analyser
from services.knowledge.search.filters import Wanted
from services.knowledge.search.intents import literally, place_key, understood
from services.knowledge.search.meaning import read, standard
from services.knowledge.search.statistics import Statistics, counted
from services.knowledge.search.thesaurus import Thesaurus, parse
from services.knowledge.search.weights import packed, weighed

PLACES = {place_key(name): (slug,) for name, slug in (("Nordland", "nordland"), ("Møre og Romsdal", "more-og-romsdal"))}
SMALL = """
# a comment
buss; rutebuss | bus; coach > kollektivtransport
varmepumpe; bergvarme | heat pump > varme
varme | heat > energi
"""


def small() -> Analyser:
    return Analyser(Thesaurus(list(parse(SMALL.splitlines()))))


def statistics_of(*texts: str) -> Statistics:
    analyser = standard()
    rows = [
        {
            "title": text,
            "summary": "",
            "terms": packed(weighed({"title": (analyser.document(text), len(text.split()))})),
        }
        for text in texts
    ]
    return counted(rows, analyser.thesaurus)


def test_a_document_has_its_concepts_and_what_they_are_kinds_of() -> None:
    found = small().document("Bergvarme i rutebussar")
    assert {"xxvarmepumpe", "xxvarme", "xxenergi", "xxbuss", "xxkollektivtransport"} <= set(found)
    assert found["xxvarmepumpe"] > found["xxvarme"]


def test_a_query_does_not_ask_for_what_its_concepts_are_kinds_of() -> None:
    [wish] = small().query("rutebuss")
    assert "xxbuss" in wish.terms
    assert "xxkollektivtransport" not in wish.terms


@pytest.mark.parametrize("typed", ["heat pumps", "varmepumpe", "varme pumpe", "Bergvarme"])
def test_one_concept_is_asked_for_in_many_ways(typed: str) -> None:
    terms = {term for wish in small().query(typed) for term in wish.terms}
    assert terms & {"xxvarmepumpe", "varmepump"}


@pytest.mark.parametrize(
    ("typed", "rest", "filters"),
    [
        ("solceller i Nordland", "solceller", [("region", ("nordland",))]),
        ("Møre og Romsdal ferjer", "ferjer", [("region", ("more-og-romsdal",))]),
        ("landstrøm 2023", "landstrøm", [("year", (2023,))]),
        ("innkjøp scope 3", "innkjøp", [("scope", (3,))]),
        ("scope3", "", [("scope", (3,))]),
        ("avlyste prosjekt", "prosjekt", [("status", ("stopped",))]),
        ("elbil fra 2019 og i Nordland", "elbil", [("year", (2019,)), ("region", ("nordland",))]),
        ('"Nordland" teater', '"Nordland" teater', []),
        ("1234 5000", "1234 5000", []),
        ("scope", "scope", []),
        ("", "", []),
    ],
)
def test_filters_in_words_are_understood(typed: str, rest: str, filters: list[Any]) -> None:
    found = understood(typed, PLACES)
    assert found.rest == rest
    assert [(each.facet, each.values) for each in found.intents] == filters


def test_a_filter_taken_back_stands_for_itself() -> None:
    [intent] = understood("teater i Nordland", PLACES).intents
    again = literally("teater i Nordland", intent.text)
    assert again == 'teater i "Nordland"'
    assert understood(again, PLACES).intents == ()


def test_a_filter_that_was_chosen_stands_before_one_in_words() -> None:
    meaning = read(Wanted(q="elbil Nordland", region=("agder",)), standard(), statistics_of("Elbil"), PLACES)
    assert meaning.wanted.region == ("agder",)


@pytest.mark.parametrize(
    ("typed", "taken"),
    [
        ("klimabudjsett", "klimabudsjett"),
        ("biblotek", "bibliotek"),
        ("solcelleanleg", "solcelleanlegg"),
        ("fiskekonkuranse", "fiskekonkurranse"),
        ("elbuss", "elbuss"),
        ("xyzzyq", "xyzzyq"),
        ("buss", "buss"),
        ("2023", "2023"),
    ],
)
def test_a_misspelt_word_is_put_right_and_a_good_one_left(typed: str, taken: str) -> None:
    known = statistics_of("Klimabudsjett for biblioteket", "Solcelleanlegg og elbuss", "Konkurranse for alle")
    assert known.corrected(typed).lower() == taken


def test_a_correction_is_told_and_a_word_in_quotes_is_let_be() -> None:
    known = statistics_of("Klimabudsjett for alle")
    told = read(Wanted(q="klimabudjsett"), standard(), known, {})
    assert [(each.typed, each.taken) for each in told.corrections] == [("klimabudjsett", "klimabudsjett")]
    assert not read(Wanted(q='"klimabudjsett"'), standard(), known, {}).corrections


def test_only_the_misspelt_word_itself_is_put_right() -> None:
    known = statistics_of("Varmepumpe i sjøvann", "Solceller på skolen")
    found = read(Wanted('"varmepunpe" eller varmepunpe'), standard(), known, {})
    assert found.words == '"varmepunpe" eller varmepumpe'
    assert [(each.typed, each.taken) for each in found.corrections] == [("varmepunpe", "varmepumpe")]


def test_a_word_that_is_not_typed_to_its_end_is_not_taken_for_a_shorter_one() -> None:
    known = statistics_of("Varmepumpe i sjøvann", "Varme til alle")
    assert read(Wanted("varmep"), standard(), known, {}).words == "varmepumpe"
    assert read(Wanted("varmpe"), standard(), known, {}).words == "varme"
