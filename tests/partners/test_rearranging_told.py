"""An operation's page tells what it would do, what hinders it, and afterwards what it did; its file says the same."""

from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from services.partners.models import Region
from services.partners.models.segments import Segment
from services.partners.queries import region as region_of
from services.partners.queries.rearrangements import rearrangement
from services.partners.usecases.rearranging import drafting, executing
from services.partners.usecases.rearranging.telling import told
from shared.clock import frozen, now
from tests.partners.rearranging import (
    COUNTIES,
    NAMELESS,
    NATIONAL,
    SHARES,
    Viken,
    carried_out,
    drafted,
    enter_viken,
    only,
    plan_of,
    scheduled,
    split,
    today,
)
from tests.support.apps import ServiceApp
from tests.support.exports import in_every_format, taken_out

BASE = "/partners/regions/rearrangements"


async def segment(partners: ServiceApp, name: str, *regions: str) -> UUID:
    """Enter a segment over regions."""
    async with partners.database.writing() as session:
        made = Segment(name=name, said={"form": 1, "regions": list(regions)})
        session.add(made)
    return made.id


async def due_tomorrow(partners: ServiceApp) -> tuple[UUID, Viken]:
    """Enter the region, and have it split tomorrow."""
    viken = await enter_viken(partners.database)
    made = await drafted(partners.database, viken)
    await scheduled(partners.database, made, today() + timedelta(days=1))
    return made, viken


async def hosted_viken(partners: ServiceApp) -> Viken:
    """Enter the region, whose office somebody runs."""
    viken = await enter_viken(partners.database)
    async with partners.database.writing() as session:
        region = await region_of(session, "viken", to_change=True)
        region.host = "Viken fylkeskommune"
        session.add(region)
    return viken


def by_kind(rows: list[dict[str, Any]]) -> Counter[str]:
    return Counter(row["kind"] for row in rows)


async def test_an_executed_operation_lists_and_hands_out_what_it_moved_as_the_dry_run_did(partners: ServiceApp) -> None:
    viken = await enter_viken(partners.database)
    made = await drafted(partners.database, viken)
    targets = [one.model_copy(update={"takes_guests": one.slug == "ostvik"}) for one in split().targets]
    async with partners.database.writing() as session:
        guests = only(*targets).model_copy(update={"guests_until": today() + timedelta(days=9)})
        await drafting.define(session, NATIONAL, made, guests)
    before = await plan_of(partners, made)
    national = partners.browser("national")
    dry_run = await taken_out(national, f"{BASE}/{made}/export")
    assert await carried_out(partners.database, made)
    async with partners.database.reading() as session:
        after = await told(session, await rearrangement(session, made))
    kept = ("kind", "id", "name", "sources", "targets", "by_hand", "follows", "guest_in")
    assert sorted(tuple(getattr(line, name) for name in kept) for line in after.lines) == sorted(
        tuple(getattr(line, name) for name in kept) for line in before.lines
    )
    rows = await in_every_format(national, f"{BASE}/{made}/export")
    untold = {"detail": ""}
    assert sorted(({**row, **untold} for row in rows), key=str) == sorted(
        ({**row, **untold} for row in dry_run), key=str
    )
    page = (await national.get(f"{BASE}/{made}")).text
    assert "Dette ble flyttet" in page
    assert all(f"Prøvebruk {number:02}" in page for number in range(sum(SHARES.values())))
    assert page.count("følger virksomheten") == len(viken.members)
    assert "Prøvekjøring" not in page
    assert "Mangler ny region" not in page


async def test_segments_that_name_what_closes_are_told_of_before_and_after(partners: ServiceApp) -> None:
    viken = await enter_viken(partners.database)
    named = await segment(partners, "Ledere i Viken", "viken", "agder")
    await segment(partners, "Ledere i Agder", "agder")
    made = await drafted(partners.database, viken)
    national = partners.browser("national")
    for _moment in ("before", "after"):
        page = (await national.get(f"{BASE}/{made}")).text
        assert f'href="/partners/segments/{named}">Ledere i Viken' in page
        assert "Alle som tar over: Akervik" in page
        assert "Ledere i Agder" not in page
        (row,) = [one for one in await taken_out(national, f"{BASE}/{made}/export") if one["kind"] == "Målgruppe"]
        assert row["name"] == "Ledere i Viken"
        assert row["sources"] == ["Viken"]
        assert len(row["targets"]) == len(COUNTIES)
        if _moment == "before":
            assert "Et utkast til webinar blir for alle regionene som tar over." in page
            assert "går det dit flest virksomheter går: Ostvik." in page
            assert await carried_out(partners.database, made)


async def test_webinars_ahead_whose_audience_names_what_closes_are_in_the_dry_run(partners: ServiceApp) -> None:
    viken = await enter_viken(partners.database)
    made = await drafted(partners.database, viken)
    assert [line.id for line in (await plan_of(partners, made)).of("webinar")] == [viken.webinar]
    rows = await taken_out(partners.browser("national"), f"{BASE}/{made}/export")
    assert by_kind(rows) == {"Virksomheter": 55, "Personer": 57, "Eksempler": 3, "Webinarer": 1}


async def test_what_hinders_an_operation_is_said_in_the_readers_language(partners: ServiceApp) -> None:
    made, _viken = await due_tomorrow(partners)
    async with partners.database.writing() as session:
        agder = await region_of(session, "agder", to_change=True)
        agder.tile_row, agder.tile_column = 10, 1
        session.add(agder)
    with frozen(now() + timedelta(days=2)):
        assert await executing.execute_due(partners.database) == 0
        page = (await partners.browser("national").get(f"{BASE}/{made}")).text
        assert "Denne plassen på rutekartet har Agder." in page
        assert "mangler ny region" not in page
        english = (await partners.browser("national").get(f"{BASE}/{made}", headers={"accept-language": "en"})).text
    assert "This place on the tile map is taken by Agder." in english


async def test_a_region_that_closed_meanwhile_is_named_as_what_hinders(partners: ServiceApp) -> None:
    made, _viken = await due_tomorrow(partners)
    async with partners.database.writing() as session:
        viken = await region_of(session, "viken", to_change=True)
        viken.close(today(), ["agder"])
        session.add(viken)
    with frozen(now() + timedelta(days=2)):
        assert await executing.execute_due(partners.database) == 0
        page = (await partners.browser("national").get(f"{BASE}/{made}")).text
    assert "Regionen Viken er avsluttet eller ikke startet" in page


async def test_nothing_decided_is_counted_as_what_hinders(partners: ServiceApp) -> None:
    made, viken = await due_tomorrow(partners)
    async with partners.database.writing() as session:
        await drafting.assign(session, NATIONAL, made, "organisation", dict.fromkeys(viken.nameless))
    with frozen(now() + timedelta(days=2)):
        assert await executing.execute_due(partners.database) == 0
        page = (await partners.browser("national").get(f"{BASE}/{made}")).text
    assert f"Omorganiseringen kan ikke gjennomføres ennå: {NAMELESS} er uten ny region." in page


@pytest.mark.parametrize(("typed", "host"), [("Østvik fylkeskommune", "Østvik fylkeskommune"), ("", "")])
async def test_a_new_region_gets_the_host_that_was_typed(partners: ServiceApp, typed: str, host: str) -> None:
    await hosted_viken(partners)
    async with partners.database.writing() as session:
        made = (await drafting.start(session, NATIONAL, "split", ["viken"])).id
    national = partners.browser("national")
    form = (await national.get(f"{BASE}/{made}/targets")).text
    assert 'name="host" type="text" value="Viken fylkeskommune"' in form
    names = dict.fromkeys(("name_nb", "name_nn", "name_en"), "Østvik")
    place = {"counties": "31", "tile_row": "10", "tile_column": "1", "language": "nb"}
    answer = await national.submit(f"{BASE}/{made}/targets/new", slug="ostvik", **names, **place, host=typed)
    assert answer.status_code == 303, answer.text
    async with partners.database.reading() as session:
        found = await rearrangement(session, made)
        assert found.targets[0]["host"] == host


async def test_hosts_are_what_was_said_and_where_nothing_was_that_of_before(partners: ServiceApp) -> None:
    viken = await hosted_viken(partners)
    made = await drafted(partners.database, viken)
    said = {"ostvik": "Østvik fylkeskommune", "akervik": "", "buskvik": None}
    targets = [one.model_copy(update={"host": said[one.slug]}) for one in split().targets]
    async with partners.database.writing() as session:
        await drafting.define(session, NATIONAL, made, only(*targets))
    assert await carried_out(partners.database, made)
    async with partners.database.reading() as session:
        rows = (await session.exec(select(Region))).all()
    hosts = {row.slug: row.host for row in rows if row.slug in COUNTIES}
    assert hosts == {"ostvik": "Østvik fylkeskommune", "akervik": "", "buskvik": "Viken fylkeskommune"}
