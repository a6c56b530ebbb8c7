"""Who says and who hears: the catalogue is whole, and every service hears exactly what it says."""

import inspect
import re
from collections.abc import Awaitable, Callable
from fnmatch import fnmatchcase
from importlib import import_module
from typing import Any

import pytest

from shared.contracts import events, knowledge, notifier, partners
from shared.contracts.catalogue import HEARERS, SERVICES, heard_by, stated_by
from shared.contracts.message import Fact
from shared.contracts.streams import STREAMS
from shared.ids import new_id
from tests.contracts.snapshots import FACTS

MODULES = {"partners": partners, "knowledge": knowledge, "events": events, "notifier": notifier}
SUBJECT = re.compile(r"[a-z]+\.[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*\.v[1-9]")


class RecordingEar:
    """Remembers what a service would hear."""

    def __init__(self) -> None:
        self.heard: dict[type[Fact], Callable[..., Awaitable[None]]] = {}

    def hears(self, fact: type[Fact], handle: Callable[..., Awaitable[None]]) -> None:
        """Remember the fact and its handler."""
        assert fact not in self.heard, "bound twice"
        self.heard[fact] = handle


def all_facts() -> set[type[Fact]]:
    """Return every fact the contracts define."""
    return {
        found
        for module in MODULES.values()
        for found in vars(module).values()
        if inspect.isclass(found) and issubclass(found, Fact) and "subject" in vars(found)
    }


def test_every_fact_stands_in_the_catalogue() -> None:
    assert all_facts() == set(HEARERS)


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.__name__)
def test_a_subject_names_service_noun_verb_and_version(fact: type[Fact]) -> None:
    assert SUBJECT.fullmatch(fact.subject) or fact.stream == "PEOPLE"
    assert stated_by(fact) in SERVICES
    assert fact.__module__ == MODULES[stated_by(fact)].__name__


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.__name__)
def test_a_fact_lies_on_the_one_stream_that_takes_its_subject(fact: type[Fact]) -> None:
    address = fact.subject.replace("*", str(new_id()))
    taking = [plan.name for plan in STREAMS for pattern in plan.subjects if _matches(pattern, address)]
    assert taking == [fact.stream]


def _matches(pattern: str, subject: str) -> bool:
    parts, given = pattern.split("."), subject.split(".")
    return len(parts) == len(given) and all(fnmatchcase(one, part) for part, one in zip(parts, given, strict=True))


def test_subjects_and_durable_names_are_all_different() -> None:
    subjects = [fact.subject for fact in FACTS]
    durables = [fact.durable(hearer) for fact, hearers in HEARERS.items() for hearer in hearers]
    assert len(set(subjects)) == len(subjects)
    assert len(set(durables)) == len(durables)
    assert all(re.fullmatch(r"[a-z0-9-]{1,80}", name) for name in durables)


def test_no_service_hears_itself_and_every_hearer_exists() -> None:
    for fact, hearers in HEARERS.items():
        assert set(hearers) <= set(SERVICES) - {stated_by(fact)}
        assert len(set(hearers)) == len(hearers)


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.__name__)
def test_a_fact_is_past_tense_about_one_thing_and_tells_what_it_means(fact: type[Fact]) -> None:
    assert re.search(r"(ed|zen|drawn)$", fact.__name__)
    assert fact.__doc__
    assert "aggregate" in {name for base in fact.__mro__[:-1] for name in vars(base) if base is not Fact}


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_hears_what_the_catalogue_says_and_nothing_else(service: str) -> None:
    ear: Any = RecordingEar()
    import_module(f"services.{service}.subscribers").subscribe(ear)
    assert set(ear.heard) == set(heard_by(service))
    for handle in ear.heard.values():
        assert inspect.iscoroutinefunction(handle)
        assert len(inspect.signature(handle).parameters) == 2
