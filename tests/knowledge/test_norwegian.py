"""Words made comparable: bokmål and nynorsk, inflections, compounds."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from services.knowledge.search import norwegian
from services.knowledge.search.norwegian import analysed, lemmas, split


@pytest.fixture
def threads_that_take_turns_often() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("threads_that_take_turns_often")
def test_words_are_stemmed_alike_in_many_threads_at_once() -> None:
    words = [f"{head}{tail}" for head in ("kommune", "utslipp", "byggje", "el") for tail in ("plassane", "buss", "ene")]
    alone = [norwegian._stem.__wrapped__(word) for word in words]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(norwegian._stem.__wrapped__, words * 200))
    assert found == alone * 200


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("elbusser", ("el", "busser")),
        ("sjøvarmepumpe", ("sjø", "varmepumpe")),
        ("utslippskutt", ("utslipp", "kutt")),
        ("utsleppskutt", ("utslepp", "kutt")),
        ("innkjøpsmaler", ("innkjøp", "maler")),
        ("byggjeplassar", ("byggje", "plassar")),
        ("landstrømanlegg", ("land", "strøm", "anlegg")),
        ("tenestebilar", ("teneste", "bilar")),
        ("massivtrebygg", ("massiv", "tre", "bygg")),
        ("trebru", ("tre", "bru")),
        ("jordskole", ("jord", "skole")),
        ("elvarebil", ("el", "varebil")),
        ("plastfri", ("plast", "fri")),
        ("helelektrisk", ("hel", "elektrisk")),
        ("drosjenæringen", ("drosje", "næringen")),
        ("klimaaspekter", ("klima", "aspekter")),
        ("ladetilbud", ("lade", "tilbud")),
        ("fiskesjarken", ("fiske", "sjarken")),
        ("fellesråd", ("felles", "råd")),
        ("regnskapstall", ("regnskap", "tall")),
        ("teststrekning", ("test", "strekning")),
        ("lavenergibygg", ("lav", "energi", "bygg")),
    ],
)
def test_a_compound_is_taken_apart(word: str, parts: tuple[str, ...]) -> None:
    assert split(word) == parts


@pytest.mark.parametrize(
    "word",
    ["utslipp", "kommunene", "leverandører", "elever", "elevar", "stasjoner", "kompetanse", "veileder", "muligheter",
     "transport", "prosjektering", "hus", "bærekraft", "vedtak", "renovasjon", "veiledning", "barnehage", "sykehuset",
     "forskrift", "diesel", "gratis", "temperatur", "frivillige", "høgskolen", "nettverket", "hammerfest"],
)  # fmt: skip
def test_what_is_one_word_stays_whole(word: str) -> None:
    assert split(word) == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("utslepp", "utslipp"),
        ("berekraftig", "bærekraftige"),
        ("klimarekneskap", "klimaregnskapet"),
        ("byggjeplassar", "byggeplass"),
        ("straumforsyning", "strømforsyningen"),
        ("elsyklar", "elsykkel"),
        ("møbler", "møbel"),
        ("skular", "skolene"),
        ("verksemder", "virksomhet"),
        ("heimetenesta", "hjemmetjeneste"),
        ("ferjer", "fergen"),
        ("moglegheitsstudie", "mulighetsstudien"),
        ("LASTEBILER", "lastebil"),
        ("fylkesvegen", "fylkesvei"),
        ("sjukeheimar", "sykehjem"),
        ("høgskular", "høgskoler"),
        ("handtering", "håndteringen"),
        ("meirkostnad", "merkostnader"),
        ("mjølkeproduksjon", "melkeproduksjonen"),
    ],
)
def test_forms_of_a_word_meet_in_both_written_languages(one: str, other: str) -> None:
    assert set(analysed(one).forms) & set(analysed(other).forms)


@pytest.mark.parametrize(("one", "other"), [("el", "elg"), ("bil", "bilde"), ("skog", "skole"), ("vind", "vindu")])
def test_words_that_only_look_alike_do_not_meet(one: str, other: str) -> None:
    assert not set(analysed(one).forms) & set(analysed(other).forms)


def test_a_noun_comes_before_a_verb() -> None:
    assert lemmas("plasser")[0] == "plass"
    assert lemmas("sykler")[0] == "sykkel"


def test_numbers_and_signs_stand_for_themselves() -> None:
    assert analysed("2023").forms == ("2023",)
    assert analysed("1,5").forms == ("1,5",)
