"""Partnerships have days: begun and ended by staff, and told of when the calendar begins or ends them."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from services.partners.models import Membership, Organisation, Person, PersonGrant
from services.partners.queries import regions_of
from services.partners.queries.regions import memberships as memberships_of
from services.partners.region_errors import AlreadyMember, GuestNeedsEnd, MembershipOver, WrongOrder
from services.partners.schemas.organisations import OrganisationEdit
from services.partners.schemas.regions import MembershipIn
from services.partners.usecases import memberships, organisations
from shared.auth.actor import Actor, Grant
from shared.clock import frozen, now
from shared.contracts.partners import OrganisationRecorded, PersonStated
from shared.errors import Forbidden, Refusal
from shared.ids import new_id
from tests.partners.rearranging import NATIONAL, today
from tests.support.apps import ServiceApp

DAY = timedelta(days=1)


async def a_partner(partners: ServiceApp, *regions: str) -> tuple[UUID, UUID]:
    """Enter an organisation with somebody who acts for it."""
    async with partners.database.writing() as session:
        firm = Organisation(name="Eik AS", sector="business")
        who = Person(name="Ask Prøve", email="ask@example.org")
        session.add_all([firm, who])
        await session.flush()
        session.add_all(Membership(organisation_id=firm.id, region=slug, since=today() - 9 * DAY) for slug in regions)
        session.add(PersonGrant(person_id=who.id, role="partner_member", organisation_id=firm.id, since=today() - DAY))
        return firm.id, who.id


async def newest(partners: ServiceApp) -> tuple[list[str], list[str]]:
    """Return the regions last told of the organisation and of who acts for it."""
    return (await partners.facts(OrganisationRecorded))[-1].regions, (await partners.facts(PersonStated))[-1].regions


async def test_a_guest_is_in_the_region_until_its_day(partners: ServiceApp) -> None:
    firm, _ = await a_partner(partners, "agder")
    until = today() + 30 * DAY
    async with partners.database.writing() as session:
        given = MembershipIn(region="rogaland", kind="guest", since=today(), until=until)
        await memberships.begin(session, NATIONAL, firm, given)
    assert await newest(partners) == (["agder", "rogaland"], ["agder", "rogaland"])
    async with partners.database.writing() as session:
        assert await memberships.keep_calendar(session) == 1
    with frozen(now() + 30 * DAY):
        async with partners.database.writing() as session:
            assert await memberships.keep_calendar(session) == 30
        async with partners.database.reading() as session:
            assert await regions_of(session, [firm]) == {firm: ["agder"]}
        assert await newest(partners) == (["agder"], ["agder"])


async def test_a_guest_region_that_is_unticked_is_left_today(partners: ServiceApp) -> None:
    firm, _ = await a_partner(partners, "agder")
    async with partners.database.writing() as session:
        given = MembershipIn(region="rogaland", kind="guest", since=today(), until=today() + 30 * DAY)
        await memberships.begin(session, NATIONAL, firm, given)
    async with partners.database.writing() as session:
        kept = OrganisationEdit(name="Eik AS", regions=["agder"], version=2)
        await organisations.edit(session, NATIONAL, firm, kept)
    assert await newest(partners) == (["agder"], ["agder"])


async def test_what_begins_by_the_calendar_is_told_once_by_whoever_comes_first(partners: ServiceApp) -> None:
    firm, who = await a_partner(partners, "agder")
    async with partners.database.writing() as session:
        await memberships.keep_calendar(session)
        await memberships.begin(session, NATIONAL, firm, MembershipIn(region="troms", since=today() + DAY))
        session.add(PersonGrant(person_id=who, role="region_staff", region="oslo", since=today() + DAY))
    assert (await newest(partners))[0] == ["agder"]
    told = len(await partners.facts(OrganisationRecorded))

    async def kept() -> int:
        async with partners.database.writing() as session:
            return await memberships.keep_calendar(session)

    with frozen(now() + DAY):
        assert sorted(await asyncio.gather(kept(), kept(), kept())) == [0, 0, 1]
        assert await kept() == 0
    assert len(await partners.facts(OrganisationRecorded)) == told + 1
    assert await newest(partners) == (["agder", "troms"], ["agder", "oslo", "troms"])


async def test_staff_of_the_region_end_a_partnership_on_a_day(partners: ServiceApp) -> None:
    firm, _ = await a_partner(partners, "agder")
    lead = Actor(new_id(), new_id(), "Leder", (Grant("region_lead", "agder"),))
    async with partners.database.reading() as session:
        (held,) = await memberships_of(session, firm)
    async with partners.database.writing() as session:
        await memberships.end(session, lead, firm, held.id, today() + 5 * DAY)
    assert (await newest(partners))[0] == ["agder"]
    async with partners.database.writing() as session:
        await memberships.end(session, lead, firm, held.id, today())
    assert (await newest(partners))[0] == []
    with pytest.raises(MembershipOver):
        async with partners.database.writing() as session:
            await memberships.end(session, lead, firm, held.id, today())
    other = Actor(new_id(), new_id(), "Leder", (Grant("region_lead", "oslo"),))
    with pytest.raises(Forbidden):
        async with partners.database.writing() as session:
            await memberships.begin(session, other, firm, MembershipIn(region="agder", since=today()))


WRONG: dict[str, tuple[Callable[[], MembershipIn], type[Refusal]]] = {
    "a guest without an end": (lambda: MembershipIn(region="oslo", kind="guest", since=today()), GuestNeedsEnd),
    "an end before its beginning": (
        lambda: MembershipIn(region="oslo", since=today(), until=today() - DAY),
        WrongOrder,
    ),
    "twice at the same time": (lambda: MembershipIn(region="agder", since=today() + DAY), AlreadyMember),
}


@pytest.mark.parametrize("wrong", WRONG)
async def test_only_sound_days_are_taken(partners: ServiceApp, wrong: str) -> None:
    firm, _ = await a_partner(partners, "agder")
    given, refusal = WRONG[wrong]
    with pytest.raises(refusal):
        async with partners.database.writing() as session:
            await memberships.begin(session, NATIONAL, firm, given())
