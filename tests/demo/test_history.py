"""What the demo's registry shows once it is loaded: a network that has been in use for years, and something of all that waits for staff."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from deploy.demo.accounts import SHOWN
from deploy.demo.load import load_registry
from deploy.demo.personas import PERSONAS
from services.partners.lights import LIGHTS
from services.partners.models import (
    Agreement,
    Letter,
    Logo,
    Membership,
    Organisation,
    Person,
    PersonGrant,
    Region,
    RegisterRound,
    Segment,
)
from services.partners.people_watch import look_after
from services.partners.queries.rounds import Due, letters_due, open_rounds
from services.partners.queries.segments import person_ids
from services.partners.queries.standing import standings
from services.partners.queries.work import KIND_LABELS, Item, waiting
from services.partners.visibility import DEFAULTS
from tests.demo.conftest import MOMENT, DemoRegistry

SHOWN_KINDS = set(KIND_LABELS) - {"rearrangement", "audit"}
"""A rearrangement that is hindered is a fault somebody made, and so is a log that was cut: none of the demo's people did."""
TODAY = MOMENT.date()
LAST = TODAY.year - 1


def listed(registry: DemoRegistry, *regions: str) -> list[Item]:
    return registry.asked(lambda session: waiting(session, frozenset(regions) or None))


def lights(registry: DemoRegistry, *external_ids: str) -> Counter[str]:
    async def question(session: AsyncSession) -> Counter[str]:
        query = select(Organisation.id).where(Organisation.active)
        if external_ids:
            query = query.where(col(Organisation.external_id).in_(external_ids))
        ids = (await session.exec(query)).all()
        found = await standings(session, ids, LAST, TODAY)
        return Counter(verdict.light for one in found.values() for verdict in one.verdicts.values())

    return registry.asked(question)


def rows(registry: DemoRegistry, query: Any) -> list[Any]:
    async def question(session: AsyncSession) -> list[Any]:
        return list((await session.exec(query)).all())

    return registry.asked(question)


def shown_off(registry: DemoRegistry) -> Organisation:
    (found,) = rows(registry, select(Organisation).where(Organisation.external_id == SHOWN))
    assert isinstance(found, Organisation)
    return found


def test_the_national_office_has_something_of_each_kind_waiting(registry: DemoRegistry) -> None:
    found = listed(registry)
    assert {item.kind for item in found} == SHOWN_KINDS
    assert len(found) < 100
    assert 3 < sum(item.urgent for item in found) < len(found)


@pytest.mark.parametrize("region", ["nordland", "agder"])
def test_the_leaders_a_visitor_signs_in_as_have_a_day_before_them(registry: DemoRegistry, region: str) -> None:
    found = Counter(item.kind for item in listed(registry, region))
    assert set(found) >= SHOWN_KINDS - {"erasure"}
    assert 10 < found.total() < 40


def test_every_region_has_somebody_whose_account_is_missing(registry: DemoRegistry) -> None:
    for region in rows(registry, select(Region.slug)):
        assert "account" in {item.kind for item in listed(registry, region)}, region


def test_nothing_has_waited_since_a_day_to_come(registry: DemoRegistry) -> None:
    assert all(item.since <= MOMENT for item in [*listed(registry), *listed(registry, "nordland", "agder")])


def test_most_lights_are_green_some_amber_and_some_red(registry: DemoRegistry) -> None:
    found = lights(registry)
    share = {light: found[light] / (found.total() - found["grey"]) for light in LIGHTS}
    assert 0.65 < share["green"] < 0.85
    assert 0.08 < share["amber"] < 0.25
    assert 0.05 < share["red"] < 0.2


def test_the_partner_a_visitor_signs_in_for_has_done_it_all_and_tells_of_it(registry: DemoRegistry) -> None:
    assert lights(registry, SHOWN) == {"green": 7}
    found = shown_off(registry)
    assert found.offers
    assert found.needs
    assert len(found.description) > 400
    assert rows(registry, select(Logo).where(Logo.organisation_id == found.id))
    people = select(Person.email).join(PersonGrant, col(PersonGrant.person_id) == Person.id)
    addresses = set(rows(registry, people.where(PersonGrant.organisation_id == found.id)))
    assert {persona.email for persona in PERSONAS if persona.key in ("partner", "admin")} <= addresses


def test_some_are_guests_for_a_while_and_everybody_else_has_been_a_member_for_long(registry: DemoRegistry) -> None:
    found = rows(registry, select(Membership))
    guests = [one for one in found if one.kind == "guest"]
    assert len(guests) >= 5
    assert all(one.until and one.since < TODAY < one.until for one in guests)
    assert sum(one.since < TODAY - timedelta(days=700) for one in found if one.kind == "member") > 400


def test_shadows_wait_to_be_claimed_and_some_fields_are_shown_to_others_than_usual(registry: DemoRegistry) -> None:
    firms = rows(registry, select(Organisation))
    assert sum(one.status == "shadow" for one in firms) >= 8
    assert sum(bool(one.offers and one.needs) for one in firms) > 200
    assert sum(bool(one.visibility) for one in firms) > 20
    assert all(DEFAULTS[name] != level for one in firms for name, level in one.visibility.items())


def test_every_region_has_a_host_and_a_leader(registry: DemoRegistry) -> None:
    leading = {one.region for one in rows(registry, select(PersonGrant).where(PersonGrant.role == "region_lead"))}
    for region in rows(registry, select(Region)):
        assert region.host.endswith("(demo)")
        assert region.slug in leading


def test_segments_are_saved_and_name_somebody(registry: DemoRegistry) -> None:
    found = rows(registry, select(Segment))
    assert f"Toppledere i Vestland uten klimaregnskap for {LAST}" in {one.name for one in found}
    for one in found:
        assert registry.asked(lambda session, rule=one.rule: person_ids(session, rule)), one.name  # type: ignore[misc]


def test_nobody_is_written_to_about_a_past_that_was_invented(registry: DemoRegistry) -> None:
    async def due(session: AsyncSession) -> list[Due]:
        return [letter for one in await open_rounds(session) for letter in await letters_due(session, one, MOMENT)]

    before = rows(registry, select(sa.func.count()).select_from(Letter))
    registry.done(lambda database: look_after(database, 18))
    assert rows(registry, select(sa.func.count()).select_from(Letter)) == before
    assert registry.asked(due) == []


def test_every_address_is_under_the_reserved_example_domain(registry: DemoRegistry) -> None:
    assert all(email.endswith("@example.org") for email in rows(registry, select(Person.email)))
    sites = [site for site in rows(registry, select(Organisation.website)) if site]
    assert all(site.endswith(".example.org/") for site in sites)
    assert all(name.endswith(" (demo)") for name in rows(registry, select(Organisation.name)))


def test_the_register_of_organisations_is_not_asked_about_numbers_that_are_nobodys(registry: DemoRegistry) -> None:
    (found,) = rows(registry, select(RegisterRound))
    assert min(found.due_at, found.full_due_at) > MOMENT + timedelta(days=3_000)


def test_a_second_start_touches_nothing(registry: DemoRegistry) -> None:
    async def counted(session: AsyncSession) -> list[int]:
        tables: list[type[SQLModel]] = [Agreement, Letter, Membership, Organisation, Person, PersonGrant, Segment]
        queries = [select(sa.func.count()).select_from(table) for table in tables]
        return [(await session.exec(query)).one() for query in queries]

    before, described = registry.asked(counted), shown_off(registry).version
    registry.done(load_registry)
    assert (registry.asked(counted), shown_off(registry).version) == (before, described)


def test_dates_make_sense(registry: DemoRegistry) -> None:
    signed = rows(registry, select(Agreement))
    assert all(one.signed_on <= TODAY and one.signer_name for one in signed)
    assert all(date(2000, 1, 1) < one.since <= TODAY for one in rows(registry, select(Membership)))
