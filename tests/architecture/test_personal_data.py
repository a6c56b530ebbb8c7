"""Every table that can hold somebody is decided about: it belongs to a class of personal data, or tells of nobody, for a reason."""

import importlib
import re
from collections.abc import Mapping
from functools import cache

import pytest
import sqlalchemy as sa

from shared.contracts.catalogue import SERVICES
from shared.retention import CLASSES

PEOPLE = {"person", "recipient", "concerned_person"}
TELLING = re.compile(
    r"""person|nobody|actor|author|review(er)?_|contact_id|signer|organiser|uploader|poster|owner|(^|_)name$|credit
    |(^|_)by$|e?mail|address|phone|agent|content|payload|body|given|message$|reason|note$|(^|_)mark$|changes|(^|_)values$|problems
    |^subject|last_error|(first|second|into|session)_id$|^digest$|^external_id$|helped_text|_reply$""",
    re.VERBOSE,
)
"""Names of columns in which a person may stand: their id, their name or address, or whatever somebody wrote."""
OF_SOMEBODY = re.compile(r"person|actor|author|contact_id|signer|organiser|uploader|poster|e?mail|phone|_by$")
"""Those that are of somebody for certain, where they hold an id or an address."""
HOUSE: Mapping[str, str] = {
    "access": "rights", "audit_entry": "audit", "ended_session": "ended", "forgotten_person": "marks", "idempotent_reply": "replies",
    "inbox": "heard", "outbox": "said", "parked_message": "parked", "merged_person": "merged",
}  # fmt: skip
DECIDED: Mapping[str, Mapping[str, str]] = {
    "partners": {
        "person": "people", "person_alias": "people", "person_distinct": "people", "person_grant": "people",
        "sign_in_request": "sign-ins", "second_step": "sign-ins", "issuer_attempt": "sign-ins", "passkey_challenge": "sign-ins",
        "session": "sessions", "api_token": "tokens", "passkey": "passkeys", "identity": "identities", "letter": "letters",
        "organisation_claim": "claims", "record_import": "imports", "import_row": "imports", "erasure": "erasures",
        "erased_external_id": "marks", "agreement": "signers", "climate_account": "deeds", "organisation_distinct": "deeds",
        "rearrangement": "deeds", "rearrangement_assignment": "deeds", "register_finding": "deeds", "round_exception": "deeds",
        "segment": "deeds",
    },
    "knowledge": {
        "case": "authorship", "revision": "authorship", "case_picture": "media", "case_file": "media", "need": "needs",
        "need_match": "needs", "adoption": "authorship", "question": "questions",
    },
    "events": {
        "registration": "answers", "webinar": "answers", "concerned_person": "belonging", "person_focus_area": "belonging",
        "person_region": "belonging", "segment_member": "belonging",
    },
    "notifier": {
        "delivery": "mails", "recipient": "addresses", "earlier_address": "addresses", "preference": "addresses",
        "recipient_focus_area": "addresses", "recipient_region": "addresses", "segment_member": "addresses",
        "registration": "addresses", "mail_to_forget": "mail-to-forget",
    },
}  # fmt: skip
NOBODY: Mapping[str, Mapping[str, str]] = {
    "partners": {
        "organisation": "an organisation's own name and numbers", "organisation_alias": "other systems' ids of organisations",
        "organisation_former_name": "an organisation's earlier names", "organisation_logo": "a picture an organisation shows",
        "stored_file": "what an organisation handed in; the page of one's own data says so", "certification": "a scheme's name",
        "fee": "an organisation's fee", "partner_webinar": "a webinar's own title", "partner_case": "a case's own title",
        "topic": "which topic took over",
    },
    "knowledge": {
        "organisation": "an organisation's own name", "case_blob": "the bytes of what `media` tells of",
        "contributor": "organisations that took part", "impact": "who verified a figure: a company or standard",
        "rearrangement": "regions", "index_refusal": "why a case is not in the index",
        "term": "which term took over",
    },
    "events": {"segment": "a segment's own name"},
    "notifier": {"webinar": "why a webinar was cancelled, as it was told to everybody invited"},
}  # fmt: skip


@cache
def tables(service: str) -> Mapping[str, sa.Table]:
    """Return the tables of a service by name."""
    house = importlib.import_module(f"services.{service}.models").HOUSE
    found: Mapping[str, sa.Table] = house.outbox.metadata.tables
    return found


def telling(table: sa.Table) -> list[str]:
    """Return the columns of a table in which a person may stand."""
    return [
        column.name
        for column in table.columns
        if TELLING.search(column.name) or any(key.column.table.name in PEOPLE for key in column.foreign_keys)
    ]


@pytest.mark.parametrize("service", SERVICES)
def test_every_table_that_can_hold_a_person_has_a_class_or_a_reason_to_have_none(service: str) -> None:
    decided = {*HOUSE, *DECIDED[service], *NOBODY[service]}
    undecided = {name: telling(table) for name, table in tables(service).items() if name not in decided}
    assert {name: columns for name, columns in undecided.items() if columns} == {}


@pytest.mark.parametrize("service", SERVICES)
def test_no_table_said_to_tell_of_nobody_gets_a_column_for_somebody(service: str) -> None:
    ids = {
        (name, column.name)
        for name in NOBODY[service]
        for column in tables(service)[name].columns
        if any(key.column.table.name in PEOPLE for key in column.foreign_keys)
        or (isinstance(column.type, sa.Uuid) and OF_SOMEBODY.search(column.name))
        or re.search("e?mail|phone", column.name)
    }
    assert ids == set()


@pytest.mark.parametrize("service", SERVICES)
def test_what_is_decided_is_of_tables_that_are_there_and_classes_of_that_keeper(service: str) -> None:
    keepers = {one.name: one.keeper for one in CLASSES}
    assert set(DECIDED[service]) | set(NOBODY[service]) <= set(tables(service))
    assert set(DECIDED[service]) & set(NOBODY[service]) == set()
    foreign = {
        table: name for table, name in DECIDED[service].items() if keepers.get(name, "nobody") not in (service, "every")
    }
    assert foreign == {}
    assert {name for name in HOUSE.values() if keepers.get(name) not in ("every", "partners")} == set()


def test_every_class_is_of_a_table_or_says_why_it_is_of_none() -> None:
    elsewhere = {"mail-content": "a column of delivery", "logs": "files", "facts": "streams", "state": "a stream"}
    used = {*HOUSE.values(), *(name for decided in DECIDED.values() for name in decided.values()), *elsewhere}
    assert {one.name for one in CLASSES} == used
