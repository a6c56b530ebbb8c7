"""The policy says what the table of rights says: every action, for every kind of person, with every kind of target."""

from dataclasses import replace
from typing import get_args

import pytest

from shared.auth.actor import Actor, Grant
from shared.auth.policy import RULES, Action, Target, about, can
from tests.rights.cast import CAST, FAR, FIRMS, NEAR, Member, named
from tests.rights.rules import IN_PERSON, OF_POLICY, RELATIONS, Relation

ACTIONS: tuple[Action, ...] = get_args(Action)


def target(member: Member, relation: Relation) -> Target:
    """Return what is so to somebody; to those who are of no region, what lies in any is foreign."""
    own = member.place or "oslo"
    other = FAR if own == NEAR else NEAR
    firm = FIRMS.get(own)
    return {
        "own": about(own, organisation_id=firm),
        "foreign": about(other, organisation_id=FIRMS[other]),
        "both": about(own, other, organisation_id=firm),
        "whole": about(national=True),
        "none": about(),
    }[relation]


def test_every_action_has_a_row_and_a_rule() -> None:
    assert set(OF_POLICY) == set(ACTIONS) == set(RULES)


@pytest.mark.parametrize("action", ACTIONS)
def test_an_action_is_open_to_whom_the_table_says(action: Action) -> None:
    asked = [(member, relation) for member in CAST for relation in RELATIONS]
    said = {(m.name, r): OF_POLICY[action].allows(m.kind, r if m.place else _placeless(r)) for m, r in asked}
    found = {(m.name, r): can(m.actor, action, target(m, r)) for m, r in asked}
    assert found == said


@pytest.mark.parametrize("action", ACTIONS)
def test_a_visitor_may_do_nothing(action: Action) -> None:
    assert not any(can(None, action, target(member, relation)) for member in CAST for relation in RELATIONS)


@pytest.mark.parametrize("action", ACTIONS)
def test_who_holds_a_role_in_two_regions_may_in_each_what_the_role_may(action: Action) -> None:
    for role in ("region_lead", "region_staff", "reviewer", "auditor"):
        both = Actor(named("x"), named("y"), "To", (Grant(role, NEAR), Grant(role, FAR)))
        one = replace(both, grants=both.grants[:1])
        assert can(both, action, about(FAR)) == can(one, action, about(NEAR))
        assert can(both, action, about(NEAR, FAR)) == can(one, action, about(NEAR))


def test_what_needs_its_person_is_closed_to_programs() -> None:
    refused = {action for action in ACTIONS if not can(CAST[1].program, action, about(NEAR))}
    assert refused == set(IN_PERSON)


@pytest.mark.parametrize("action", ["case.edit", "case.submit"])
def test_staff_keep_the_cases_they_wrote_wherever_they_went(action: Action) -> None:
    may = {m.kind for m in CAST if m.place == FAR and can(m.actor, action, about(NEAR, author_id=m.person_id))}
    assert may == {"lead", "staff"}


def _placeless(relation: Relation) -> Relation:
    return "foreign" if relation in ("own", "both") else relation
