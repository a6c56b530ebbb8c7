"""Rights: every role, in its own and in a foreign place, against a table written by hand. What is not in the table is refused."""

import itertools
from typing import get_args

import pytest

from shared.auth import policy
from shared.auth.actor import Actor
from shared.auth.policy import Action, Target, about, can, regions_open, require
from shared.errors import Forbidden, SignInNeeded
from shared.ids import new_id
from tests.shared import tiny

OURS, THEIRS = new_id(), new_id()
AUTHOR = tiny.actor(tiny.staff_of("agder"))
ACTORS: dict[str, Actor | None] = {
    "visitor": None,
    "nobody": tiny.actor(),
    "member": tiny.actor(tiny.member_of(OURS)),
    "nordland": tiny.actor(tiny.staff_of("nordland")),
    "agder": AUTHOR,
    "both": tiny.actor(tiny.staff_of("nordland"), tiny.staff_of("agder")),
    "national": tiny.actor(tiny.NATIONAL),
}
TARGETS: dict[str, Target] = {
    "nowhere": about(),
    "nordland": about("nordland"),
    "nordland+agder": about("nordland", "agder"),
    "network": about(national=True),
    "nordland, by agder": about("nordland", author_id=AUTHOR.person_id),
    "nordland, ours": about("nordland", organisation_id=OURS),
    "nordland, theirs": about("nordland", organisation_id=THEIRS),
}
ALL = frozenset(TARGETS)
OF_ANY = {
    "nordland": ALL - {"nowhere", "network"},
    "agder": frozenset({"nordland+agder"}),
    "both": ALL - {"nowhere", "network"},
    "national": ALL,
}
OF_ALL = {
    "nordland": ALL - {"nowhere", "network", "nordland+agder"},
    "agder": frozenset[str](),
    "both": ALL - {"nowhere", "network"},
    "national": ALL,
}
ANY_STAFF = dict.fromkeys(("nordland", "agder", "both", "national"), ALL)
OR_AUTHOR = {**OF_ANY, "agder": frozenset({"nordland+agder", "nordland, by agder"})}
OR_OURS = {**OF_ANY, "member": frozenset({"nordland, ours"})}
NATIONAL_ALONE = {"national": ALL}

EXPECTED: dict[Action, dict[str, frozenset[str]]] = {
    "organisation.create": OF_ALL,
    "organisation.edit": OR_OURS,
    "person.view": ANY_STAFF,
    "person.create": OF_ANY,
    "person.edit": OF_ANY,
    "person.grant": OF_ALL,
    "case.draft": OF_ANY,
    "case.read-unpublished": ANY_STAFF,
    "case.edit": OR_AUTHOR,
    "case.submit": OR_AUTHOR,
    "case.review": OF_ANY,
    "case.publish": OF_ANY,
    "case.archive": OF_ANY,
    "webinar.draft": OF_ALL,
    "webinar.edit": OF_ALL,
    "webinar.publish": OF_ALL,
    "webinar.cancel": OF_ALL,
    "webinar.read-unpublished": ANY_STAFF,
    "send.view": ANY_STAFF,
    "parked.view": NATIONAL_ALONE,
}


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
