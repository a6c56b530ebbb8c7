"""Rights: every role, in its own and in a foreign place, against a table written by hand. What is not in the table is refused."""

import itertools
from typing import get_args

import pytest

from shared.auth import policy
from shared.auth.actor import Actor, Grant
from shared.auth.policy import Action, Target, about, can, regions_open, require
from shared.contracts.vocabulary import ROLES
from shared.errors import Forbidden, SignInNeeded
from shared.ids import new_id
from tests.shared import tiny

OURS, THEIRS = new_id(), new_id()
AUTHOR = tiny.actor(tiny.staff_of("agder"))
ACTORS: dict[str, Actor | None] = {
    "visitor": None,
    "nobody": tiny.actor(),
    "member": tiny.actor(tiny.member_of(OURS)),
    "admin": tiny.actor(Grant("partner_admin", None, OURS)),
    "group lead": tiny.actor(Grant("group_lead", group_id=new_id())),
    "reviewer": tiny.actor(Grant("reviewer", "nordland")),
    "auditor": tiny.actor(Grant("auditor", "nordland")),
    "auditor of all": tiny.actor(Grant("auditor")),
    "nordland": tiny.actor(tiny.staff_of("nordland")),
    "agder": AUTHOR,
    "both": tiny.actor(tiny.staff_of("nordland"), tiny.staff_of("agder")),
    "lead": tiny.actor(Grant("region_lead", "nordland")),
    "lead of one of two": tiny.actor(Grant("region_lead", "nordland"), tiny.staff_of("agder")),
    "national": tiny.actor(tiny.NATIONAL),
}
TARGETS: dict[str, Target] = {
    "nowhere": about(),
    "nordland": about("nordland"),
    "nordland+agder": about("nordland", "agder"),
    "network": about(national=True),
    "nordland, nationally": about("nordland", national=True),
    "nordland, by agder": about("nordland", author_id=AUTHOR.person_id),
    "nordland, ours": about("nordland", organisation_id=OURS),
    "nordland, theirs": about("nordland", organisation_id=THEIRS),
    "agder, ours": about("agder", organisation_id=OURS),
}
ALL = frozenset(TARGETS)
IN_NORDLAND = frozenset({"nordland", "nordland, by agder", "nordland, ours", "nordland, theirs"})
"""What lies in Nordland alone, and is nobody else's."""
TOUCHING_NORDLAND = IN_NORDLAND | {"nordland+agder", "nordland, nationally"}
TOUCHING_AGDER = frozenset({"nordland+agder", "agder, ours"})
OUR_OWN = frozenset({"nordland, ours", "agder, ours"})

Expected = dict[str, frozenset[str]]
NATIONAL_ALONE: Expected = {"national": ALL}
STAFF_OF_ANY: Expected = {
    "nordland": TOUCHING_NORDLAND,
    "agder": TOUCHING_AGDER,
    "both": TOUCHING_NORDLAND | TOUCHING_AGDER,
    "lead": TOUCHING_NORDLAND,
    "lead of one of two": TOUCHING_NORDLAND | TOUCHING_AGDER,
    "national": ALL,
}
STAFF_OF_ALL: Expected = {
    "nordland": IN_NORDLAND,
    "agder": frozenset({"agder, ours"}),
    "both": IN_NORDLAND | {"nordland+agder", "agder, ours"},
    "lead": IN_NORDLAND,
    "lead of one of two": IN_NORDLAND | {"nordland+agder", "agder, ours"},
    "national": ALL,
}
LEAD_OF_ALL: Expected = {"lead": IN_NORDLAND, "lead of one of two": IN_NORDLAND, "national": ALL}
ANY_STAFF: Expected = dict.fromkeys(("nordland", "agder", "both", "lead", "lead of one of two", "national"), ALL)
SIGNED_IN: Expected = dict.fromkeys((name for name in ACTORS if name != "visitor"), ALL)
AUDITORS: Expected = {"auditor": TOUCHING_NORDLAND, "auditor of all": ALL}
BY_AUTHOR: Expected = {**STAFF_OF_ANY, "agder": TOUCHING_AGDER | {"nordland, by agder"}}
REVIEWERS: Expected = {**STAFF_OF_ANY, "reviewer": TOUCHING_NORDLAND}
OWN_ADMIN: Expected = {**STAFF_OF_ANY, "admin": OUR_OWN}
OWN_PEOPLE: Expected = {**OWN_ADMIN, "member": OUR_OWN}

EXPECTED: dict[Action, Expected] = {
    "organisation.create": STAFF_OF_ALL,
    "organisation.edit": OWN_ADMIN,
    "organisation.view": {**OWN_PEOPLE, **AUDITORS},
    "organisation.merge": STAFF_OF_ALL,
    "claim.decide": STAFF_OF_ANY,
    "person.list": {**ANY_STAFF, "auditor": ALL, "auditor of all": ALL},
    "person.view": {**STAFF_OF_ANY, **AUDITORS},
    "person.create": STAFF_OF_ANY,
    "person.edit": STAFF_OF_ANY,
    "person.grant": LEAD_OF_ALL,
    "person.merge": STAFF_OF_ALL,
    "person.erase": STAFF_OF_ALL,
    "colleague.manage": OWN_ADMIN,
    "profile.edit": SIGNED_IN,
    "obligation.view": {**OWN_PEOPLE, **AUDITORS},
    "obligation.deliver": OWN_ADMIN,
    "obligation.manage": STAFF_OF_ANY,
    "account.import": ANY_STAFF,
    "round.manage": NATIONAL_ALONE,
    "region.edit": LEAD_OF_ALL,
    "region.rearrange": NATIONAL_ALONE,
    "segment.manage": STAFF_OF_ALL,
    "segment.view": ANY_STAFF,
    "registry.import": ANY_STAFF,
    "registry.export": {**ANY_STAFF, **AUDITORS},
    "work.view": ANY_STAFF,
    "audit.view": {**STAFF_OF_ANY, **AUDITORS},
    "token.create": SIGNED_IN,
    "account.secure": SIGNED_IN,
    "case.draft": STAFF_OF_ANY,
    "case.read-unpublished": {**ANY_STAFF, "reviewer": ALL},
    "case.edit": BY_AUTHOR,
    "case.submit": BY_AUTHOR,
    "case.review": REVIEWERS,
    "case.publish": REVIEWERS,
    "case.archive": STAFF_OF_ANY,
    "case.answer": {**OWN_PEOPLE, "agder": TOUCHING_AGDER | {"nordland, by agder"}},
    "case.adopt": OWN_PEOPLE,
    "case.ask": {name: ALL for name in SIGNED_IN if name != "nobody"},
    "need.manage": OWN_PEOPLE,
    "need.read": {name: ALL for name in SIGNED_IN if name != "nobody"},
    "vocabulary.edit": NATIONAL_ALONE,
    "webinar.draft": STAFF_OF_ALL,
    "webinar.edit": STAFF_OF_ALL,
    "webinar.publish": STAFF_OF_ALL,
    "webinar.cancel": STAFF_OF_ALL,
    "webinar.read-unpublished": ANY_STAFF,
    "send.view": ANY_STAFF,
    "parked.view": NATIONAL_ALONE,
}


def test_every_role_of_the_vocabulary_has_somebody_here() -> None:
    held = {grant.role for actor in ACTORS.values() if actor for grant in actor.grants}
    assert held == set(ROLES)


@pytest.mark.parametrize(("action", "who", "what"), list(itertools.product(get_args(Action), ACTORS, TARGETS)))
def test_who_may_do_what_where(action: Action, who: str, what: str) -> None:
    expected = what in EXPECTED[action].get(who, frozenset())
    actor, target = ACTORS[who], TARGETS[what]
    assert can(actor, action, target) is expected
    if expected:
        assert require(actor, action, target) is actor
    else:
        with pytest.raises(SignInNeeded if actor is None else Forbidden):
            require(actor, action, target)


def test_every_action_has_a_rule_and_every_rule_is_expected_here() -> None:
    assert set(policy.RULES) == set(get_args(Action)) == set(EXPECTED)


def test_an_action_nobody_named_is_refused_loudly() -> None:
    with pytest.raises(KeyError):
        can(ACTORS["national"], "case.invent")  # type: ignore[arg-type]


def test_menus_offer_only_the_regions_that_will_be_accepted() -> None:
    assert regions_open(ACTORS["nordland"], "case.draft", ["agder", "nordland"]) == ["nordland"]
    assert regions_open(ACTORS["national"], "case.draft", ["agder", "nordland"]) == ["agder", "nordland"]
    assert regions_open(None, "case.draft", ["agder", "nordland"]) == []


@pytest.mark.parametrize(
    ("name", "initials"), [("Kari Nordmann", "KN"), ("Kari", "K"), ("  ", "?"), ("Åse Berg Øye", "ÅØ")]
)
def test_initials_are_at_most_two_letters(name: str, initials: str) -> None:
    assert tiny.actor(name=name).initials == initials
