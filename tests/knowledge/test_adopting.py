"""Adoptions: who does the same is shown on both cases, figures stand for themselves, and the third is news for regional leaders."""

import asyncio
from typing import Any

import pytest
from sqlmodel import select

from services.knowledge.errors import NotPublished, OwnCase, Stale, WrongUnit
from services.knowledge.models import Adoption, Case
from services.knowledge.queries import adoptions as asked
from services.knowledge.queries.rows import rows_of
from services.knowledge.schemas.adoptions import AdoptionIn
from services.knowledge.usecases import adopting, editorial, erasing, rearranged, registry
from shared.auth.actor import Actor, Grant
from shared.contracts.knowledge import LibraryLetterAsked
from shared.contracts.partners import OrganisationRecorded
from shared.db.session import Database
from shared.errors import Forbidden
from shared.ids import new_id
from tests.knowledge.support import FIRM, World, actor, national, published, staff_of, text_of
from tests.knowledge.test_erasing import stated
from tests.knowledge.test_introducing import LEADER, enter_people
from tests.knowledge.test_needs import MEMBER, OTHER, STRANGER, enter_firms
from tests.knowledge.test_rearranged import closed, rearranged_, region
from tests.shared import tiny

TONNES = {"metric": "ghg_reduction", "value": "12.5", "unit": "tco2e", "per": "year"}


def given(**changes: Any) -> AdoptionIn:
    least = {"region": "agder", "organisation_id": FIRM, "status": "started"}
    return AdoptionIn.model_validate({**least, **changes})


@pytest.fixture
async def origin(database: Database) -> Case:
    await enter_firms(database)
    await enter_people(database, MEMBER, LEADER)
    async with database.writing() as session:
        return await published(session, title="Elbusser", region="troms", organisation_id=str(OTHER))


async def adopt(database: Database, case: Case, who: Actor = MEMBER, **changes: Any) -> Adoption:
    async with database.writing() as session:
        return await adopting.adopt(session, who, case.id, given(**changes))


async def letters(database: Database, kind: str) -> list[LibraryLetterAsked]:
    rows = await tiny.rows(database, database.tables.outbox)
    said = [LibraryLetterAsked.decoded(row.payload) for row in rows if row.subject == LibraryLetterAsked.subject]
    return [one for one in said if one.letter == kind]


async def test_own_figures_are_kept_as_they_are_and_the_origins_region_is_told_once(
    database: Database, origin: Case
) -> None:
    made = await adopt(database, origin, impacts=[TONNES], note="Bare to busser")
    again = await adopt(database, origin, impacts=[TONNES], status="done")
    assert again.id == made.id, "who adopts twice changes their own adoption"
    async with database.reading() as session:
        [one] = await asked.adoptions_of(session, origin.id)
        assert await asked.count_of(session, origin.id) == 1
    assert one.adoption.impacts == [{"metric": "ghg_reduction", "value": "12.5", "unit": "tco2e"}]
    assert one.organisation is not None
    assert one.organisation.name == "Maskin AS"
    [told] = await letters(database, "case_tried")
    assert (told.person_id, told.content.organisation) == (LEADER.person_id, "Maskin AS")


async def test_what_cannot_be_is_refused(database: Database, origin: Case) -> None:
    with pytest.raises(WrongUnit) as refused:
        await adopt(database, origin, impacts=[{**TONNES, "unit": "kwh"}])
    assert refused.value.field == "impacts.0.unit"
    with pytest.raises(OwnCase):
        await adopt(database, origin, national(), organisation_id=OTHER)
    for who in (STRANGER, staff_of("troms"), actor()):
        with pytest.raises(Forbidden):
            await adopt(database, origin, who)
    with pytest.raises(Forbidden):
        await adopt(database, origin, organisation_id=None)
    async with database.writing() as session:
        draft = await editorial.draft(session, national(), _draft())
    with pytest.raises(NotPublished):
        await adopt(database, draft, national())
    async with database.reading() as session:
        assert (await session.exec(select(Adoption))).all() == []


def _draft() -> Any:
    from tests.knowledge.support import given as case_given

    return case_given(title="Utkast")


async def test_the_third_tells_every_leader_once_however_many_come_at_once(database: Database, origin: Case) -> None:
    second = actor(Grant("region_lead", "agder"))
    await enter_people(database, second)
    await adopt(database, origin)
    await adopt(database, origin, staff_of("agder"), organisation_id=None, status="considering")
    assert await letters(database, "case_spread") == [], "who merely considers it does not use it"
    places = ("oslo", "innlandet", "rogaland")
    await asyncio.gather(
        *(adopt(database, origin, staff_of(place), region=place, organisation_id=None) for place in places)
    )
    told = await letters(database, "case_spread")
    assert {one.person_id for one in told} == {LEADER.person_id, second.person_id}
    assert len(told) == 2
    assert {one.content.count for one in told} == {3}


async def test_a_local_case_begins_as_a_draft_that_leads_back_and_the_chain_outlives_the_origin(
    database: Database, origin: Case
) -> None:
    made = await adopt(database, origin, impacts=[TONNES])
    who = staff_of("agder")
    async with database.writing() as session:
        with pytest.raises(Forbidden):
            await adopting.start_draft(session, MEMBER, made.id)
        local = await adopting.start_draft(session, who, made.id)
        assert (await adopting.start_draft(session, who, made.id)).id == local.id
        rows = (await rows_of(session, [local.id]))[local.id]
        assert [(row.kind, row.target_id) for row in rows.relations] == [("replicates", origin.id)]
        assert [str(row.value) for row in rows.impacts] == ["12.5"]
        assert (local.region, local.organisation_id, local.status) == ("agder", FIRM, "draft")
        await editorial.archive(session, national(), origin.id)
    async with database.reading() as session:
        kept = await asked.origin_of(session, local.id)
        assert kept is not None
        assert (kept.id, kept.status) == (origin.id, "archived")
    async with database.writing() as session:
        changed = await adopting.edit(session, MEMBER, made.id, given(status="done", version=made.version + 1))
        assert changed.status == "done"
        with pytest.raises(Stale):
            await adopting.edit(session, MEMBER, made.id, given(version=1))


async def test_adoptions_follow_people_organisations_and_regions(database: Database, origin: Case) -> None:
    made, into = await adopt(database, origin), new_id()
    said = OrganisationRecorded(
        organisation_id=FIRM, version=5, name="Maskin AS", sector="business", regions=[], active=False, merged_into=into
    )
    async with database.writing() as session:
        await registry.note_organisation(session, said)
        for slug in ("sor", "nord"):
            await registry.note_region(session, region(slug))
        await registry.note_region(session, closed("agder", "sor", "nord"))
        await rearranged.note_rearranged(session, rearranged_("agder", "sor", "nord"))
        await erasing.note_access(session, stated(MEMBER.person_id, 9, erased=True))
    async with database.reading() as session:
        found = await session.get_one(Adoption, made.id)
    assert (found.organisation_id, found.region, found.adopter_id) == (into, "sor", None)


async def test_both_pages_show_the_chain_and_figures_are_not_added_up(world: World) -> None:
    await enter_firms(world.database)
    case = await world.publish(title="Elbusser", region="troms", organisation_id=str(OTHER))
    rows = {"impacts-rows": "1"}
    for number, (metric, value, unit) in enumerate((("ghg_reduction", "12,5", "tco2e"), ("energy_saved", "7", "kwh"))):
        rows |= {f"impacts-{number}-{n}": v for n, v in (("metric", metric), ("value", value), ("unit", unit))}
        rows[f"impacts-{number}-per"] = "year"
    form = {"region": "agder", "organisation_id": str(FIRM), "status": "done", **rows}
    who = staff_of("agder")
    async with world.client(MEMBER) as client, world.client() as visitor, world.client(who) as staff:
        assert (await client.post(f"/cases/{case.id}/try", data={**form, **world.csrf(MEMBER)})).status_code == 303
        shown = text_of(await visitor.get(f"/cases/{case.id}"))
        assert "Brukt av 1 annen" in shown
        assert "12,5" in shown
        assert "19,5" not in shown
        async with world.database.reading() as session:
            made = (await session.exec(select(Adoption))).one()
        edit = f"/cases/adoptions/{made.id}"
        assert edit in text_of(await client.get(f"/cases/{case.id}"))
        assert edit not in shown
        wrong = await client.post(edit, data={**form, "impacts-0-unit": "kwh", **world.csrf(MEMBER)})
        assert wrong.status_code == 422
        answer = await staff.post(f"{edit}/draft", data=world.csrf(who))
        local = text_of(await staff.get(answer.headers["location"]))
        assert f'href="/cases/{case.id}"' in local
        async with world.database.writing() as session:
            await editorial.archive(session, national(), case.id)
        assert "tatt ut av biblioteket" in text_of(await staff.get(answer.headers["location"]))
        assert "Det dere har gjort, står fortsatt her." in text_of(await client.get(edit))


async def test_programs_adopt_tell_and_begin_a_draft_and_everybody_reads(world: World) -> None:
    await enter_firms(world.database)
    case = await world.publish(title="Elbusser", region="troms", organisation_id=str(OTHER))
    listed = f"/cases/api/v1/cases/{case.id}/adoptions"
    sent = given(impacts=[TONNES]).model_dump(mode="json", exclude={"version"})
    who = staff_of("agder")

    def headers(of: Actor) -> dict[str, str]:
        return {"X-CSRF-Token": next(iter(world.csrf(of).values()))}

    async with world.client(MEMBER) as client, world.client(who) as staff, world.client() as visitor:
        made = (await client.post(listed, json=sent, headers=headers(MEMBER))).json()
        changed = {**sent, "status": "done", "version": made["version"]}
        address = f"/cases/api/v1/adoptions/{made['id']}"
        assert (await client.put(address, json=changed, headers=headers(MEMBER))).json()["status"] == "done"
        assert (await client.put(address, json=changed, headers=headers(MEMBER))).status_code == 409
        wrong = await client.put(
            address, json={**sent, "impacts": [{**TONNES, "unit": "kwh"}]}, headers=headers(MEMBER)
        )
        assert wrong.json()["errors"][0]["field"] == "impacts.0.unit"
        draft = (await staff.post(f"{address}/draft", headers=headers(who))).json()
        assert [row["target_id"] for row in draft["relations"]] == [str(case.id)]
        [shown] = (await visitor.get(listed)).json()
        assert (shown["status"], shown["impacts"][0]["value"]) == ("done", "12.5")
        assert "adopter_id" not in shown
