"""Regions are split, merged and renamed in one transaction, once, and nothing is left behind."""

import asyncio
from collections import Counter
from datetime import date, datetime, time, timedelta
from uuid import UUID

import pytest
from sqlmodel import col, select

from services.partners.models import (
    Membership,
    MovedKind,
    Organisation,
    PartnerCase,
    PartnerWebinar,
    Person,
    PersonGrant,
    Region,
)
from services.partners.queries import heirs, running
from services.partners.queries.rearrangements import hindered, rearrangement
from services.partners.queries.regions import count_then
from services.partners.region_errors import (
    AlreadyExecuted,
    NotReady,
    OneTarget,
    RegionBusy,
    RegionClosed,
    WrongShape,
    WrongTarget,
)
from services.partners.schemas.rearrangements import Definition
from services.partners.usecases import library, webinars
from services.partners.usecases.rearranging import drafting, executing
from shared.auth.actor import Actor, Grant
from shared.clock import OSLO, frozen, now
from shared.contracts.partners import (
    AccessStated,
    OrganisationRecorded,
    PersonStated,
    RegionRecorded,
    RegionsRearranged,
)
from shared.errors import Forbidden, Refusal
from shared.ids import new_id
from tests.partners.rearranging import (
    COUNTIES,
    NATIONAL,
    SHARES,
    carried_out,
    drafted,
    enter_viken,
    everything,
    executed,
    plan_of,
    published_case,
    published_webinar,
    regions_by,
    scheduled,
    split,
    today,
)
from tests.support.apps import ServiceApp


async def test_the_dry_run_shows_all_that_moves_and_what_nobody_has_decided(partners: ServiceApp) -> None:
    viken = await enter_viken(partners.database)
    async with partners.database.writing() as session:
        made = await drafting.start(session, NATIONAL, "split", ["viken"])
        await drafting.define(session, NATIONAL, made.id, split())
    plan = await plan_of(partners, made.id)
    assert len(plan.of("organisation")) == 55
    assert [line.id for line in plan.of("organisation") if line.targets is None] == viken.nameless
    assert plan.counts("organisation") == {"ostvik": 25, "akervik": 15, "buskvik": 13}
    assert plan.of("organisation")[0].sources == ("viken",)
    asked = {line.id for line in plan.of("person") if line.targets is None}
    assert asked == {viken.lead, viken.staff}
    assert {line.id for line in plan.of("person") if line.follows} == set(viken.members)
    assert {line.id: line.targets for line in plan.of("case")} == dict(
        zip(viken.cases, [("ostvik",), ("akervik",), None], strict=True)
    )
    assert {line.id: line.targets for line in plan.of("webinar")} == {viken.webinar: tuple(COUNTIES)}
    assert len(plan.undecided) == 2 + 2 + 1


async def test_what_is_not_decided_keeps_it_from_being_scheduled_and_executed(partners: ServiceApp) -> None:
    viken = await enter_viken(partners.database)
    made = await drafted(partners.database, viken)
    async with partners.database.writing() as session:
        await drafting.assign(session, NATIONAL, made, "organisation", {viken.nameless[0]: None})
    with pytest.raises(NotReady):
        await scheduled(partners.database, made)
    async with partners.database.writing() as session:
        await drafting.assign(session, NATIONAL, made, "organisation", {viken.nameless[0]: ["buskvik"]})
    await scheduled(partners.database, made)
    late = await a_partner(partners)
    before = await everything(partners.database)
    assert await executing.execute_due(partners.database) == 0
    after = await everything(partners.database)
    assert {**after, "Rearrangement": []} == {**before, "Rearrangement": []}
    async with partners.database.reading() as session:
        found = await rearrangement(session, made)
        assert found.state == "scheduled"
        assert found.problem
        (told,) = await hindered(session, None)
        assert (told.href, told.urgent) == (f"/partners/regions/rearrangements/{made}", True)
        assert await hindered(session, frozenset({"viken"})) == []
    async with partners.database.writing() as session:
        await drafting.assign(session, NATIONAL, made, "organisation", {late: ["akervik"]})
    assert await executing.execute_due(partners.database) == 1
    assert (await regions_by(partners, [late]))[late] == ["akervik"]


async def test_executed_it_moves_partners_people_cases_and_webinars_as_of_the_day(partners: ServiceApp) -> None:
    viken, made = await executed(partners)
    went = await regions_by(partners, viken.organisations)
    assert Counter(slug for slugs in went.values() for slug in slugs) == SHARES
    async with partners.database.reading() as session:
        rows = (await session.exec(select(Membership).where(Membership.region == "viken"))).all()
        assert {row.until for row in rows} == {today()}
        assert {row.since for row in rows} == {date(2020, 1, 1)}
        assert await count_then(session, "viken") == 55
        begun = (await session.exec(select(Membership).where(col(Membership.region).in_(COUNTIES)))).all()
        assert {row.since for row in begun} == {today()}
        assert {row.kind for row in begun} == {"member"}
        old = (await session.exec(select(Region).where(Region.slug == "viken"))).one()
        assert (old.valid_to, old.successors[0], set(old.successors)) == (today(), "ostvik", set(COUNTIES))
        grants = (
            await session.exec(select(PersonGrant).where(running(PersonGrant), col(PersonGrant.region).is_not(None)))
        ).all()
        assert {(one.person_id, one.role, one.region) for one in grants} == {
            (viken.lead, "region_lead", "ostvik"),
            (viken.staff, "region_staff", "akervik"),
            (viken.staff, "region_staff", "buskvik"),
        }
        lead = await session.get(Person, viken.lead)
        assert lead is not None
        assert lead.region == "ostvik"
        cases = (await session.exec(select(PartnerCase))).all()
        assert {case.case_id: case.region for case in cases} == dict(
            zip(viken.cases, ["ostvik", "akervik", "akervik"], strict=True)
        )
        ahead = await session.get(PartnerWebinar, viken.webinar)
        past = await session.get(PartnerWebinar, viken.past_webinar)
        assert ahead is not None
        assert ahead.regions == sorted(COUNTIES)
        assert past is not None
        assert past.regions == ["viken"]
        assert set(await heirs(session, ["viken", "agder"])) == {*COUNTIES, "agder"}
    assert [row["state"] for row in (await everything(partners.database))["Rearrangement"]] == ["executed"]
    with pytest.raises(AlreadyExecuted):
        async with partners.database.writing() as session:
            await drafting.abandon(session, NATIONAL, made)


async def test_every_concerned_record_is_told_anew_and_the_operation_itself(partners: ServiceApp) -> None:
    viken, made = await executed(partners)
    regions = {fact.slug: fact for fact in await partners.facts(RegionRecorded)}
    assert regions["viken"].valid_to == today()
    assert regions["ostvik"].valid_from == today()
    newest = {fact.organisation_id: fact for fact in await partners.facts(OrganisationRecorded)}
    assert Counter(slug for fact in newest.values() for slug in fact.regions) == SHARES
    people = {fact.person_id: fact for fact in await partners.facts(PersonStated)}
    assert {people[member].regions[0] for member in viken.members} == set(COUNTIES)
    assert people[viken.staff].regions == ["akervik", "buskvik"]
    access = {fact.person_id: fact for fact in await partners.facts(AccessStated)}
    assert [grant.region for grant in access[viken.lead].grants] == ["ostvik"]
    (said,) = await partners.facts(RegionsRearranged)
    assert (said.operation_id, said.kind, said.closed, said.opened[0]) == (made, "split", ["viken"], "ostvik")
    assert {one.id: one.regions for one in said.moved if one.kind == "case"}.keys() == viken.cases.keys()
    assert len(said.followed) == 55


async def test_two_replicas_execute_it_once(partners: ServiceApp) -> None:
    viken = await enter_viken(partners.database)
    made = await drafted(partners.database, viken)
    await scheduled(partners.database, made)
    done = await asyncio.gather(*(executing.execute_due(partners.database) for _ in range(3)))
    assert sum(done) == 1
    assert len(await partners.facts(RegionsRearranged)) == 1
    assert await executing.execute_due(partners.database) == 0


async def test_a_failure_in_the_middle_leaves_nothing(partners: ServiceApp, monkeypatch: pytest.MonkeyPatch) -> None:
    viken = await enter_viken(partners.database)
    made = await drafted(partners.database, viken)
    await scheduled(partners.database, made)
    before = await everything(partners.database)

    async def breaks(*_given: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as patched:
        patched.setattr(executing, "move_webinars", breaks)
        with pytest.raises(ConnectionError):
            await executing.execute_due(partners.database)
    assert await everything(partners.database) == before
    assert await executing.execute_due(partners.database) == 1


async def test_one_given_up_leaves_nothing_changed(partners: ServiceApp) -> None:
    viken = await enter_viken(partners.database)
    before = await everything(partners.database)
    made = await drafted(partners.database, viken)
    await scheduled(partners.database, made, today() + timedelta(days=2))
    async with partners.database.writing() as session:
        await drafting.abandon(session, NATIONAL, made)
    with frozen(now() + timedelta(days=3)):
        assert await executing.execute_due(partners.database) == 0
    assert {**await everything(partners.database), "Rearrangement": []} == before


async def test_it_waits_for_midnight_in_norway_of_its_day(partners: ServiceApp) -> None:
    viken = await enter_viken(partners.database)
    made = await drafted(partners.database, viken)
    day = today() + timedelta(days=2)
    await scheduled(partners.database, made, day)
    midnight = datetime.combine(day, time(), OSLO)
    with frozen(midnight - timedelta(minutes=1)):
        assert await executing.execute_due(partners.database) == 0
    with frozen(midnight):
        assert await executing.execute_due(partners.database) == 1
    (said,) = await partners.facts(RegionsRearranged)
    assert said.effective == day
    async with partners.database.reading() as session:
        ended = (await session.exec(select(Membership).where(Membership.region == "viken"))).all()
    assert {one.until for one in ended} == {day}


async def test_those_who_went_elsewhere_may_stay_as_guests_until_a_day(partners: ServiceApp) -> None:
    viken = await enter_viken(partners.database)
    made = await drafted(partners.database, viken)
    until = today() + timedelta(days=100)
    targets = split().targets
    targets[0] = targets[0].model_copy(update={"takes_guests": True})
    async with partners.database.writing() as session:
        await drafting.define(session, NATIONAL, made, Definition(targets=targets, guests_until=until))
    assert await carried_out(partners.database, made)
    async with partners.database.reading() as session:
        guests = (await session.exec(select(Membership).where(Membership.kind == "guest"))).all()
    assert {(one.region, one.since, one.until) for one in guests} == {("ostvik", today(), until)}
    assert len(guests) == 30


async def test_what_is_heard_of_a_closed_region_afterwards_goes_where_it_belongs(partners: ServiceApp) -> None:
    viken, _ = await executed(partners)
    late, ownerless, webinar = new_id(), new_id(), new_id()
    async with partners.database.writing() as session:
        await library.note_published(session, published_case(late, viken.organisations[30]))
        await library.note_published(session, published_case(ownerless, None))
        await webinars.note_published(session, published_webinar(webinar, ["agder", "viken"]))
    async with partners.database.reading() as session:
        cases = {case.case_id: case.region for case in (await session.exec(select(PartnerCase))).all()}
        found = await session.get(PartnerWebinar, webinar)
    assert (cases[late], cases[ownerless]) == ("akervik", "ostvik")
    assert found is not None
    assert found.regions == sorted(["agder", *COUNTIES])


async def test_only_what_fits_is_accepted(partners: ServiceApp) -> None:
    viken = await enter_viken(partners.database)
    staff = Actor(new_id(), new_id(), "Leder", (Grant("region_lead", "viken"),))
    for actor, kind, sources, wrong in (
        (staff, "split", ["viken"], Forbidden),
        (NATIONAL, "split", ["viken", "agder"], WrongShape),
        (NATIONAL, "merge", [], WrongShape),
    ):
        with pytest.raises(wrong):
            async with partners.database.writing() as session:
                await drafting.start(session, actor, kind, sources)  # type: ignore[arg-type]
    made = await drafted(partners.database, viken)
    unfit: tuple[tuple[MovedKind, dict[UUID, list[str]], type[Refusal]], ...] = (
        ("organisation", {viken.organisations[0]: ["agder"]}, WrongTarget),
        ("case", {next(iter(viken.cases)): ["ostvik", "akervik"]}, OneTarget),
        ("webinar", {viken.webinar: []}, WrongTarget),
    )
    for moved, decisions, refused in unfit:
        with pytest.raises(refused):
            async with partners.database.writing() as session:
                await drafting.assign(session, NATIONAL, made, moved, decisions)
    with pytest.raises(RegionBusy):
        async with partners.database.writing() as session:
            await drafting.start(session, NATIONAL, "rename", ["viken"])
    assert await carried_out(partners.database, made)
    with pytest.raises(RegionClosed):
        async with partners.database.writing() as session:
            await drafting.start(session, NATIONAL, "rename", ["viken"])


async def test_the_audit_tells_each_step_with_the_regions_of_before_and_after(partners: ServiceApp) -> None:
    viken, made = await executed(partners)
    table = partners.database.tables.audit
    async with partners.database.reading() as session:
        rows = (await (await session.connection()).execute(table.select().order_by(table.c.seq))).all()
    actions = Counter(row.action for row in rows)
    assert actions["organisation.moved"] == 55
    assert actions["region.closed"] == 1
    assert actions["region.created"] == 3
    assert actions["rearrangement.started"] == actions["rearrangement.executed"] == 1
    (moved,) = [row for row in rows if row.subject_id == viken.organisations[0]]
    assert moved.regions == "|ostvik|viken|"
    assert moved.changes["regions"] == [["viken"], ["ostvik"]]
    (done,) = [row for row in rows if row.action == "rearrangement.executed"]
    assert done.subject_id == made
    assert "|viken|" in done.regions
    assert "|buskvik|" in done.regions


async def a_partner(partners: ServiceApp) -> UUID:
    """Enter one more partner of the region, of no known municipality."""
    async with partners.database.writing() as session:
        made = Organisation(name="Seint AS", sector="business")
        session.add(made)
        await session.flush()
        session.add(Membership(organisation_id=made.id, region="viken"))
        return made.id
