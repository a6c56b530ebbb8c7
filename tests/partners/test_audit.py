"""The audit: kept by the database itself, read by those who answer for a region, and looked at every day."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from services.partners import privacy_jobs
from services.partners.audit_words import ACTION_LABELS
from services.partners.models import HOUSE, AuditCheck
from services.partners.usecases import erasing
from shared import audit
from shared.auth.actor import Actor, Grant
from shared.clock import frozen, now, today_in_norway
from shared.ids import new_id
from tests.partners import support
from tests.partners.rearranging import carried_out, drafted, enter_viken
from tests.support.apps import ServiceApp


@pytest.mark.parametrize("deed", ["DELETE FROM audit_entry", "UPDATE audit_entry SET action = 'x'"])
async def test_the_database_itself_refuses_to_change_what_was_written(partners: ServiceApp, deed: str) -> None:
    subject = new_id()
    async with partners.database.writing() as session:
        what = audit.Subject("organisation", subject, ("agder",))
        audit.note(session, None, "organisation.edited", what, {"name": "Eik"}, {"name": "Eik AS"})
    with pytest.raises(DBAPIError, match="kept as they were written"):
        async with partners.database.writing() as session:
            await (await session.connection()).execute(sa.text(deed))
    async with partners.database.writing() as session:
        assert await audit.blank(session, [subject]) == 1
    async with partners.database.reading() as session:
        (entry,) = (await (await session.connection()).execute(sa.select(HOUSE.audit))).all()
        assert (entry.changes, await audit.broken(session)) == ({}, None)


async def noted(partners: ServiceApp, actor: Actor | None, region: str, subject: UUID, *names: str) -> None:
    """Have the audit tell that an organisation's name became each of `names` in turn."""
    for before, after in pairwise(names):
        async with partners.database.writing() as session:
            what = audit.Subject("organisation", subject, (region,))
            audit.note(session, actor, "organisation.edited", what, {"name": before}, {"name": after})


async def shown(partners: ServiceApp, *grants: Grant, **query: str) -> Any:
    """Return what the API tells somebody who holds `grants`."""
    async with partners.visitor(headers={"Authorization": f"Bearer {partners.token(*grants)}"}) as client:
        answer = await client.get("/partners/api/v1/audit", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize(
    ("grant", "seen"),
    [
        (Grant("national"), {"agder", "oslo"}),
        (Grant("auditor"), {"agder", "oslo"}),
        (Grant("region_staff", "agder"), {"agder"}),
        (Grant("region_lead", "agder"), {"agder"}),
        (Grant("auditor", "agder"), {"agder"}),
        (Grant("region_staff", "nordland"), set()),
    ],
)
async def test_nobody_reads_of_other_regions_than_their_own(partners: ServiceApp, grant: Grant, seen: set[str]) -> None:
    for region in ("agder", "oslo"):
        await noted(partners, support.NATIONAL, region, new_id(), "Eik", "Eik AS")
    found = await shown(partners, grant, action="organisation.edited")
    assert {slug for hit in found["hits"] for slug in hit["regions"]} == seen
    assert found["total"] == len(seen)


async def test_who_came_after_a_region_reads_what_was_told_of_its_own_partners(partners: ServiceApp) -> None:
    viken = await enter_viken(partners.database)
    east, west = viken.organisations[0], viken.organisations[30]
    for subject in (east, west, viken.members[0], viken.members[30], new_id()):
        await noted(partners, support.NATIONAL, "viken", subject, "Eik", "Eik AS")
    assert await carried_out(partners.database, await drafted(partners.database, viken))
    await noted(partners, support.NATIONAL, "akervik", east, "Eik AS", "Eik og Ask AS")
    heirs = {"ostvik": [east, viken.members[0]], "akervik": [west, viken.members[30]], "agder": []}
    for region, theirs in heirs.items():
        seen = await shown(
            partners, Grant("region_staff", region), action="organisation.edited", until=f"{today_in_norway()}"
        )
        before = [hit for hit in seen["hits"] if hit["regions"] == ["viken"]]
        assert {UUID(hit["subject_id"]) for hit in before} == set(theirs), region
    page = await partners.browser("region_staff", "ostvik").get("/partners/audit", params={"subject": str(east)})
    assert "Eik → Eik AS" in page.text
    assert "Eik og Ask AS" not in page.text
    assert "Viken" in page.text


@pytest.mark.parametrize(
    "grant", [Grant("partner_admin", None, new_id()), Grant("reviewer", "agder"), Grant("group_lead")]
)
async def test_others_read_nothing_of_it(partners: ServiceApp, grant: Grant) -> None:
    async with partners.visitor(headers={"Authorization": f"Bearer {partners.token(grant)}"}) as client:
        assert (await client.get("/partners/api/v1/audit")).status_code == 403


async def test_changes_are_found_by_what_they_are_about_and_who_made_them(partners: ServiceApp) -> None:
    organisation_id = await support.organisation(partners, "Lønn Kommune")
    person_id = await support.person(partners, role="region_staff", region="agder")
    await noted(partners, await support.actor(partners, person_id), "agder", organisation_id, "Lønn", "Lønn Kommune")
    await noted(partners, support.NATIONAL, "agder", new_id(), "Eik", "Eik AS")
    national = Grant("national")
    by_name = await shown(partners, national, subject="lønn", action="organisation.edited")
    assert [(hit["subject"], hit["who"], hit["changes"]) for hit in by_name["hits"]] == [
        ("Lønn Kommune", "Ask Prøve", {"name": ["Lønn", "Lønn Kommune"]})
    ]
    assert (await shown(partners, national, subject=str(organisation_id)))["total"] >= 2
    assert (await shown(partners, national, who="prøve", action="organisation.edited"))["total"] == 1
    assert (await shown(partners, national, who="nobody"))["total"] == 0


async def test_changes_are_found_by_norways_days(partners: ServiceApp) -> None:
    late = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
    with frozen(late):
        await noted(partners, None, "agder", new_id(), "Eik", "Eik AS")
    national = Grant("national")
    assert (await shown(partners, national, since="2026-03-02", until="2026-03-02"))["total"] == 1
    assert (await shown(partners, national, since="2026-03-01", until="2026-03-01"))["total"] == 0


async def test_the_page_tells_the_change_in_words_and_links_to_the_file(partners: ServiceApp) -> None:
    organisation_id = await support.organisation(partners, "Eik AS")
    await noted(partners, support.NATIONAL, "agder", organisation_id, "Eik", "Eik <b>AS</b>")
    staff = partners.browser("region_staff", "agder")
    page = (await staff.get("/partners/audit", params={"subject": str(organisation_id)})).text
    assert "Endret virksomhet" in page
    assert "Navn" in page
    assert "Eik → Eik &lt;b&gt;AS&lt;/b&gt;" in page
    link = unescape(re.findall(r'href="(/partners/audit/export\?[^"]*format=csv[^"]*)"', page)[0])
    file = await staff.get(link)
    assert file.status_code == 200
    assert "Eik → Eik <b>AS</b>" in file.content.decode("utf-8-sig")
    assert (await partners.browser("partner_member").get("/partners/audit")).status_code == 403


async def test_somebody_erased_is_named_no_more_and_the_chain_still_holds(partners: ServiceApp) -> None:
    person_id = await support.person(partners, role="region_staff", region="agder")
    await noted(partners, await support.actor(partners, person_id), "agder", new_id(), "Eik", "Eik AS")
    async with partners.database.writing() as session:
        await erasing.erase_now(session, support.NATIONAL, person_id, "Ringte.")
    [hit] = (await shown(partners, Grant("national"), action="organisation.edited"))["hits"]
    assert (hit["who"], hit["erased"], hit["changes"]) == ("", True, {"name": ["Eik", "Eik AS"]})
    [registered] = (await shown(partners, Grant("national"), action="person.registered"))["hits"]
    assert (registered["subject_id"], registered["emptied"], registered["changes"]) == (None, True, {})
    page = await partners.browser("national").get("/partners/audit")
    assert "Slettet person" in page.text


async def test_the_chain_is_followed_once_a_day_and_the_page_says_what_was_found(partners: ServiceApp) -> None:
    await noted(partners, None, "agder", new_id(), "Eik", "Eik AS")
    resources = partners.app.state.resources
    for hours in (0, 1):
        with frozen(now() + timedelta(hours=hours)):
            await privacy_jobs.check_audit(resources)
    async with partners.database.reading() as session:
        [check] = (await session.exec(select(AuditCheck))).all()
    assert (check.entries, check.broken) == (1, None)
    assert "Kjeden holder" in (await partners.browser("national").get("/partners/audit")).text
    with frozen(now() + timedelta(hours=25)):
        await privacy_jobs.check_audit(resources)
    assert (await shown(partners, Grant("national")))["checked_at"] > check.at.isoformat()


async def test_a_tail_that_was_cut_off_is_urgent_for_the_networks_own(partners: ServiceApp) -> None:
    for name in ("Eik AS", "Eik og Ask AS"):
        await noted(partners, None, "agder", new_id(), "Eik", name)
    resources = partners.app.state.resources
    await privacy_jobs.check_audit(resources)
    known = await shown(partners, Grant("national"))
    assert known["last_hash"] in (await partners.browser("national").get("/partners/audit")).text
    await cut(partners, known["last_seq"])
    for days in (2, 4):
        with frozen(now() + timedelta(days=days)):
            await privacy_jobs.check_audit(resources)
            found = await shown(partners, Grant("national"))
            assert found["first_broken"] == known["last_seq"]
    work = (await partners.browser("national").get("/partners/work")).text
    assert f"oppføring {known['last_seq']} er endret eller tatt ut" in work
    staff = partners.browser("region_staff", "agder")
    assert "Endringsloggen er ikke" not in (await staff.get("/partners/work")).text


async def cut(partners: ServiceApp, seq: int) -> None:
    """Take the newest entry out, as somebody who owns the database can."""
    async with partners.database.writing() as session:
        connection = await session.connection()
        if connection.dialect.name == "postgresql":
            await connection.execute(sa.text("ALTER TABLE audit_entry DISABLE TRIGGER USER"))
        else:
            await connection.execute(sa.text("DROP TRIGGER audit_entry_kept_delete"))
        await connection.execute(sa.delete(HOUSE.audit).where(HOUSE.audit.c.seq == seq))


def test_everything_that_is_noted_has_a_name() -> None:
    source = "\n".join(file.read_text("utf-8") for file in Path("services/partners").rglob("*.py"))
    noted_there = set(re.findall(r'audit\.note\(\s*[^"()]*(?:\([^()]*\)[^"()]*)*"([a-z_]+\.[a-z_-]+)"', source))
    assert {"organisation.edited", "person.erased"} <= noted_there
    assert noted_there - ACTION_LABELS.keys() == set()
