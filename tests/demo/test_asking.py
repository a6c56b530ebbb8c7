"""The demo's newest round on any day of the year: past its deadline, and with no letter that is yet to be sent."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from deploy.demo.asking import _letters, exception, newest_round, past_rounds
from deploy.demo.dice import Dice
from services.partners.models import Organisation, Person
from services.partners.schedule import begins, nudge_due
from services.partners.schemas.rounds import RoundIn
from shared.clock import today_in_norway

DAYS = [date(2026, 1, 5) + timedelta(days=days) for days in range(360)]
OWING = [f"demo-org-{number:03d}" for number in range(1, 60)]


@pytest.mark.parametrize("day", DAYS[::3])
def test_the_newest_round_is_one_the_registry_would_take_and_past_its_deadline(day: date) -> None:
    made = newest_round(day)
    RoundIn(**made.model_dump(include=set(RoundIn.model_fields) - {"version"}))
    assert made.opens_on < made.deadline < day
    assert made.deadline + timedelta(days=made.national_after) <= day
    assert made.deadline <= date(day.year, 3, 31)


def test_the_rounds_before_it_are_over() -> None:
    for day in DAYS[::30]:
        assert [one.year for one in past_rounds(day)] == [day.year - 3, day.year - 2]
        assert all(one.status == "closed" for one in past_rounds(day))


def test_some_are_given_more_time_and_some_are_let_off() -> None:
    day = date(2026, 11, 24)
    made = [exception(Dice(1), who, uuid4(), newest_round(day), day) for who in OWING]
    given = [one for one in made if one is not None]
    assert {one.kind for one in given} == {"postponed", "exempted"}
    assert {one.until > day for one in given if one.until} == {True, False}
    assert 0.3 < len(given) / len(made) < 0.7


@pytest.mark.parametrize("day", DAYS[::3])
def test_every_letter_the_round_would_send_has_been_sent(day: date) -> None:
    round_ = newest_round(day)
    person, firm = Person(name="Kari", email="kari@example.org"), Organisation(name="Eik", sector="business")
    for who in OWING:
        decided = exception(Dice(1), who, firm.id, round_, day)
        deadline = decided.until if decided and decided.until else round_.deadline
        letters = list(_letters(person, firm, round_, deadline, day))
        assert letters
        assert all(begins(round_.opens_on) <= one.asked_at < begins(day + timedelta(days=1)) for one in letters)
        last = max(today_in_norway(one.asked_at) for one in letters)
        nudge = nudge_due(deadline, round_.nudges, day)
        assert nudge is None or last >= nudge.sent_on
        assert len({(one.kind, one.occasion) for one in letters}) == len(letters)
