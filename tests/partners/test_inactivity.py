"""The ladder for people who are not seen any more, over simulated years and by two processes at once."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from services.partners.models import Person
from services.partners.months import months_before
from services.partners.people_watch import look_after
from services.partners.queries.work import waiting
from services.partners.schemas.people import RoleEnd
from services.partners.usecases import inactivity, roles
from shared.clock import frozen
from shared.contracts.events import RegistrationRecorded
from shared.contracts.partners import AccessStated, LetterAsked, PersonStated, SessionEnded
from shared.ids import new_id
from tests.partners.support import NATIONAL, actor, audited, organisation, person, stored
from tests.support.apps import ServiceApp

START = datetime(2024, 1, 31, 9, tzinfo=UTC)
MONTHS = 18


@contextmanager
def on(day: date) -> Iterator[None]:
    with frozen(datetime(day.year, day.month, day.day, 9, tzinfo=UTC)):
        yield


async def told(partners: ServiceApp) -> list[tuple[str, date, date | None]]:
    return [
        (fact.letter, fact.at.date(), fact.content.deadline)
        for fact in await partners.facts(LetterAsked)
        if fact.letter.startswith("inactive")
    ]


async def days(partners: ServiceApp, first: date, last: date) -> None:
    """Let days go by, two processes looking after people on each."""
    day = first
    while day <= last:
        with on(day):
            await asyncio.gather(*(look_after(partners.database, MONTHS) for _ in range(2)))
        day += timedelta(days=1)


async def contact(partners: ServiceApp, *others: str) -> UUID:
    """Return somebody who acted for a partner on the first day, beside `others` who are seen for ever."""
    with frozen(START):
        made = await organisation(partners, "Eik AS")
        ask = await person(partners, "ask@example.org", organisation_id=made)
        await actor(partners, ask)
        for email in others:
            await seen_for_ever(partners, await person(partners, email, organisation_id=made))
    return ask


async def seen_for_ever(partners: ServiceApp, person_id: UUID) -> None:
    async with partners.database.writing() as session:
        found = await session.get(Person, person_id)
        assert found is not None
        found.seen(datetime(2100, 1, 1, tzinfo=UTC))
        session.add(found)


async def test_somebody_not_seen_is_warned_twice_and_put_out_of_use_once(partners: ServiceApp) -> None:
    ask = await contact(partners, "alm@example.org")
    await days(partners, date(2025, 7, 28), date(2025, 8, 3))
    assert await told(partners) == [("inactive_soon", date(2025, 7, 31), date(2025, 9, 30))]
    await days(partners, date(2025, 8, 29), date(2025, 9, 2))
    assert (await told(partners))[1:] == [("inactive_last", date(2025, 8, 31), date(2025, 9, 30))]
    await days(partners, date(2025, 9, 28), date(2025, 9, 30))
    assert (await stored(partners, ask)).active, "they were given the whole of the last day"
    await days(partners, date(2025, 10, 1), date(2025, 10, 3))
    assert not (await stored(partners, ask)).active
    assert len(await told(partners)) == 2
    assert len(await partners.facts(SessionEnded)) == 1
    assert [fact.active for fact in await partners.facts(PersonStated) if fact.person_id == ask] == [True, False]
    assert (await partners.facts(AccessStated))[-1].active is False
    assert [entry.action for entry in await audited(partners, ask)].count("person.retired") == 1
    async with partners.database.reading() as session:
        [item] = [one for one in await waiting(session, frozenset({"agder"})) if one.kind == "inactive"]
    assert item.href == f"/partners/people/{ask}"


@pytest.mark.parametrize("how", ["signs in", "answers an invitation"])
@pytest.mark.parametrize("rung", [date(2025, 8, 10), date(2025, 9, 10)])
async def test_whoever_comes_back_steps_off_the_ladder(partners: ServiceApp, how: str, rung: date) -> None:
    ask = await contact(partners, "alm@example.org")
    await days(partners, date(2025, 7, 31), date(2025, 7, 31))
    await days(partners, date(2025, 8, 31), min(rung, date(2025, 8, 31)))
    with on(rung):
        if how == "signs in":
            await actor(partners, ask)
        else:
            answer = RegistrationRecorded(
                registration_id=new_id(), webinar_id=new_id(), person_id=ask, state="declined", version=1
            )
            async with partners.database.writing() as session:
                await inactivity.note_answer(session, answer)
    before = len(await told(partners))
    await days(partners, rung, rung)
    await days(partners, date(2025, 10, 1), date(2025, 10, 2))
    assert ((await stored(partners, ask)).active, len(await told(partners))) == (True, before)
    again = months_before(datetime(rung.year, rung.month, rung.day, 9, tzinfo=UTC), -MONTHS).date()
    await days(partners, again, again)
    assert (await told(partners))[-1][:2] == ("inactive_soon", again)


async def test_the_only_one_who_acts_for_a_partner_is_left_to_the_region(partners: ServiceApp) -> None:
    ask = await contact(partners)
    for day in (date(2025, 7, 31), date(2025, 8, 31), date(2025, 10, 1), date(2025, 11, 1)):
        await days(partners, day, day)
    assert (await stored(partners, ask)).active
    with on(date(2025, 11, 1)):
        async with partners.database.reading() as session:
            [item] = [one for one in await waiting(session, frozenset({"agder"})) if one.kind == "inactive"]
        assert (item.urgent, item.values["organisation"]) == (True, "Eik AS")
        other = await person(partners, "alm@example.org", organisation_id=UUID(item.href.split("/")[2]))
        await actor(partners, other)
        await look_after(partners.database, MONTHS)
    assert not (await stored(partners, ask)).active


async def test_staff_are_put_out_of_use_too_but_never_the_last_who_may_do_everything(partners: ServiceApp) -> None:
    with frozen(START):
        staff = await person(partners, "stab@example.org", role="region_staff", region="agder")
        chief = await person(partners, "sjef@example.org", role="national")
    for day in (date(2025, 7, 31), date(2025, 8, 31), date(2025, 10, 1)):
        await days(partners, day, day)
    assert [(await stored(partners, one)).active for one in (staff, chief)] == [False, True]
    async with partners.database.reading() as session:
        kinds = [one.values["person"] for one in await waiting(session, frozenset({"agder"})) if one.kind == "inactive"]
    assert kinds == ["Ask Prøve"]


async def test_who_has_no_role_is_not_on_the_ladder_and_zero_months_is_never(partners: ServiceApp) -> None:
    ask = await contact(partners, "alm@example.org")
    with on(date(2030, 1, 1)):
        await look_after(partners.database, 0)
    assert await told(partners) == []
    async with partners.database.writing() as session:
        [grant] = await roles_of(partners, ask)
        await roles.end(session, NATIONAL, ask, grant, RoleEnd())
    with on(date(2030, 1, 1)):
        await look_after(partners.database, MONTHS)
    assert ask not in [fact.person_id for fact in await partners.facts(LetterAsked)]


async def test_somebody_taken_back_in_use_begins_anew(partners: ServiceApp) -> None:
    ask = await contact(partners, "alm@example.org")
    for day in (date(2025, 7, 31), date(2025, 8, 31), date(2025, 10, 1)):
        await days(partners, day, day)
    found = await stored(partners, ask)
    staff = partners.browser("region_staff", "agder")
    typed = {"name": "Ask", "email": "ask@example.org", "language": "nb", "active": "1", "version": found.version}
    with on(date(2025, 10, 5)):
        assert (await staff.submit(f"/partners/people/{ask}/edit", **typed)).status_code == 303
    await days(partners, date(2025, 10, 5), date(2025, 10, 8))
    assert ((await stored(partners, ask)).active, len(await told(partners))) == (True, 2)


async def roles_of(partners: ServiceApp, person_id: UUID) -> list[UUID]:
    from tests.partners.support import running_grants

    return [grant.id for grant in await running_grants(partners, person_id)]


@pytest.mark.parametrize(
    ("moment", "months", "expected"),
    [
        (datetime(2026, 3, 31, 9, tzinfo=UTC), 1, datetime(2026, 2, 28, 9, tzinfo=UTC)),
        (datetime(2024, 3, 31, 9, tzinfo=UTC), 1, datetime(2024, 2, 29, 9, tzinfo=UTC)),
        (datetime(2026, 1, 15, tzinfo=UTC), 18, datetime(2024, 7, 15, tzinfo=UTC)),
        (datetime(2025, 12, 31, tzinfo=UTC), -2, datetime(2026, 2, 28, tzinfo=UTC)),
    ],
)
def test_a_month_earlier_is_the_same_day_or_the_months_last(moment: datetime, months: int, expected: datetime) -> None:
    assert months_before(moment, months) == expected
