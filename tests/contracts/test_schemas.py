"""The contracts only grow: a fact, once stated, is understood by every hearer there was."""

import copy
import inspect
import json
from collections.abc import Callable
from typing import Any, get_args, get_origin

import pytest
from jsonschema import Draft202012Validator
from pydantic import BaseModel

from shared.contracts.events import WebinarPublished
from shared.contracts.message import Fact
from shared.contracts.partners import OrganisationRecorded, PersonStated, SegmentStated
from tests.contracts.snapshots import FACTS, FOLDER, RENEW, breaking, file_of, schema_of, written

PLAIN_TEXTS: dict[str, set[str]] = {
    "RegionRecorded": {"slug", "county_number", "name_nb", "name_nn", "name_en"},
    "OrganisationRecorded": {"name"},
    "CaseSubmitted": {"title", "region"},
    "CaseChangesRequested": {"title", "region", "reason"},
    "CaseApproved": {"title", "region"},
    "CasePublished": {"title", "region", "summary"},
    "CaseArchived": {"title", "region"},
    "WebinarPublished": {"uid", "title", "summary", "time_zone"},
    "SegmentStated": {"name"},
    "AddressRefused": {"reply"},
    "WebinarCancelled": {"uid", "title", "summary", "time_zone", "reason"},
}
"""The fields that hold free text, each looked at: none of them is about a person. PersonStated alone may name people."""


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.__name__)
def test_a_fact_only_adds_to_what_was_agreed_on(fact: type[Fact]) -> None:
    agreed = json.loads(file_of(fact).read_text())
    assert breaking(agreed, schema_of(fact)) == [], "state a new version under a new subject beside this one"


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.__name__)
def test_the_agreed_schema_is_the_codes_own(fact: type[Fact]) -> None:
    assert file_of(fact).read_text() == written(schema_of(fact)), f"stale: run {RENEW}"


def test_every_agreed_schema_belongs_to_a_fact() -> None:
    assert set(FOLDER.glob("*.json")) == {file_of(fact) for fact in FACTS}


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.__name__)
def test_the_agreed_schema_is_good_json_schema(fact: type[Fact]) -> None:
    Draft202012Validator.check_schema(json.loads(file_of(fact).read_text()))


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.__name__)
def test_free_text_is_looked_at_so_that_no_person_is_named_in_passing(fact: type[Fact]) -> None:
    if fact is PersonStated:
        return
    texts = {name for name, field in fact.model_fields.items() if _is_text(field.annotation)}
    assert texts - {"correlation_id"} == PLAIN_TEXTS.get(fact.__name__, set())


def _is_text(annotation: Any) -> bool:
    return annotation is str


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.__name__)
def test_no_fact_but_a_statement_about_a_person_carries_personal_data(fact: type[Fact]) -> None:
    personal = {"email", "phone", "first_name", "last_name", "person_name", "address", "birth", "ip", "token", "secret"}
    if fact is not PersonStated:
        assert personal.isdisjoint(fact.model_fields)
        assert "name" not in fact.model_fields or fact in (OrganisationRecorded, SegmentStated)


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.__name__)
def test_a_fact_is_flat_but_for_a_part_that_is_flat_itself(fact: type[Fact]) -> None:
    for part in _parts(fact):
        assert not _parts(part), part.__name__


def _parts(model: type[BaseModel]) -> list[type[BaseModel]]:
    found = [part for field in model.model_fields.values() for part in (field.annotation, *get_args(field.annotation))]
    assert dict not in [get_origin(field.annotation) for field in model.model_fields.values()], model.__name__
    return [part for part in found if inspect.isclass(part) and issubclass(part, BaseModel)]


Change = Callable[[dict[str, Any]], object]
HARMLESS: dict[str, Change] = {
    "a new field that may be left out": lambda s: s["properties"].update(extra={"type": "string"}),
    "other words": lambda s: s["properties"]["title"].update(description="Hva webinaret heter"),
    "another default": lambda s: s["properties"]["correlation_id"].update(default="-"),
    "a new field inside, that may be left out": lambda s: s["$defs"]["Audience"]["properties"].update(
        extra={"type": "string"}
    ),
}
HARMFUL: dict[str, tuple[Change, str]] = {
    "removed": (lambda s: s["properties"].pop("summary"), "summary was removed"),
    "renamed": (
        lambda s: s["properties"].update(lead=s["properties"].pop("summary")),
        "summary was removed",
    ),
    "made required": (lambda s: s["required"].append("correlation_id"), "correlation_id must now be given"),
    "made optional": (lambda s: s["required"].remove("title"), "title may now be left out"),
    "new and required": (
        lambda s: (s["properties"].update(extra={"type": "string"}), s["required"].append("extra")),
        "extra is new and must be given",
    ),
    "another type": (lambda s: s["properties"]["sequence"].update(type="string"), "sequence changed its type"),
    "another format": (
        lambda s: s["properties"]["webinar_id"].update(format="date"),
        "webinar_id changed its type",
    ),
    "a narrower choice": (lambda s: s["properties"]["language"]["enum"].pop(), "language changed its type"),
    "a wider choice": (lambda s: s["properties"]["language"]["enum"].append("se"), "language changed its type"),
    "removed inside": (
        lambda s: s["$defs"]["Audience"]["properties"].pop("regions"),
        "audience.regions was removed",
    ),
}


@pytest.mark.parametrize("change", HARMLESS.values(), ids=HARMLESS)
def test_additions_and_words_break_nobody(change: Change) -> None:
    new = copy.deepcopy(schema_of(WebinarPublished))
    change(new)
    assert breaking(schema_of(WebinarPublished), new) == []


@pytest.mark.parametrize(("change", "fault"), HARMFUL.values(), ids=HARMFUL)
def test_everything_else_is_told(change: Change, fault: str) -> None:
    new = copy.deepcopy(schema_of(WebinarPublished))
    change(new)
    assert fault in breaking(schema_of(WebinarPublished), new)
