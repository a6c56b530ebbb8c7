"""From draft to library: which steps a case's status allows, what is stated and what is remembered."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from services.knowledge.errors import ExternalIdTaken, ReasonNeeded, Stale, UnknownRegion, WrongStatus
from services.knowledge.models import Case, Status
from services.knowledge.queries import history
from services.knowledge.usecases import editorial
from shared.auth.actor import Actor
from shared.db.session import Database
from shared.errors import Refusal
from tests.knowledge.support import given, national, said

STATUSES: tuple[Status, ...] = ("draft", "in_review", "changes_requested", "approved", "published", "archived")
STEPS: dict[str, Callable[[AsyncSession, Actor, UUID], Awaitable[Case]]] = {
    "edit": lambda session, who, case_id: editorial.edit(session, who, case_id, given(title="Ny tittel")),
    "submit": editorial.submit,
    "approve": editorial.approve,
    "request_changes": lambda session, who, case_id: editorial.request_changes(session, who, case_id, "Oppgi år."),
    "publish": editorial.publish,
    "archive": editorial.archive,
}
LEADS_TO: dict[tuple[str, str], str] = {
    ("draft", "edit"): "draft",
    ("draft", "submit"): "in_review",
    ("changes_requested", "edit"): "changes_requested",
    ("changes_requested", "submit"): "in_review",
    ("in_review", "submit"): "in_review",
    ("in_review", "approve"): "approved",
    ("in_review", "request_changes"): "changes_requested",
    ("approved", "approve"): "approved",
    ("approved", "publish"): "published",
    ("published", "publish"): "published",
    ("published", "archive"): "archived",
    ("archived", "archive"): "archived",
}
UNCHANGED = {("in_review", "submit"), ("approved", "approve"), ("published", "publish"), ("archived", "archive")}


async def a_case(session: AsyncSession, status: Status = "draft", **changes: Any) -> Case:
    made = await editorial.draft(session, national(), given(**changes))
    made.status = status
    session.add(made)
    await session.flush()
    return made


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("status", STATUSES)
async def test_a_step_is_taken_where_the_status_allows_it_and_refused_elsewhere(
    database: Database, status: Status, step: str
) -> None:
    async with database.writing() as session:
        made = await a_case(session, status)
        wanted = LEADS_TO.get((status, step))
        if wanted is None:
            with pytest.raises(WrongStatus):
                await STEPS[step](session, national(), made.id)
            assert (made.status, made.version) == (status, 1)
            return
        after = await STEPS[step](session, national(), made.id)
        assert after.status == wanted
        assert after.version == (1 if (status, step) in UNCHANGED else 2)


async def test_the_road_to_the_library_is_stated_step_by_step(database: Database) -> None:
    who = national()
    async with database.writing() as session:
        made = await editorial.draft(session, who, given())
        await editorial.submit(session, who, made.id)
        await editorial.request_changes(session, who, made.id, " Oppgi år. ")
        assert made.review_reason == "Oppgi år."
        await editorial.edit(session, who, made.id, given(year_start=2021))
        for step in (editorial.submit, editorial.approve, editorial.publish, editorial.publish, editorial.archive):
            await step(session, who, made.id)
        stated = [subject.split(".")[2] for subject in await said(session)]
        assert stated == ["submitted", "changes-requested", "submitted", "approved", "published", "archived"]


async def test_publishing_twice_states_it_once_and_keeps_the_first_moment(database: Database) -> None:
    who = national()
    async with database.writing() as session:
        made = await a_case(session, "approved")
        first = (await editorial.publish(session, who, made.id)).published_at
        again = await editorial.publish(session, who, made.id)
        assert again.published_at == first
        assert len(await said(session, "published")) == 1


async def test_history_tells_who_did_what_and_what_stood_there_before(database: Database) -> None:
    author, reviewer = national(), national()
    async with database.writing() as session:
        made = await editorial.draft(session, author, given(title="Først", tco2e_per_year="1.5"))
        await editorial.edit(session, author, made.id, given(title="Så"))
        await editorial.submit(session, author, made.id)
        await editorial.request_changes(session, reviewer, made.id, "Hvilket år?")
        told = await history(session, made.id)
    assert [(row.action, row.actor_id, row.version) for row in told] == [
        ("request_changes", reviewer.person_id, 4),
        ("submit", author.person_id, 3),
        ("edit", author.person_id, 2),
        ("draft", author.person_id, 1),
    ]
    assert told[0].note == "Hvilket år?"
    assert told[2].before["title"] == "Først"
    assert set(told[2].fields) == {"title", "tco2e_per_year", "impacts"}
    assert told[2].before["impacts"][0]["value"] == "1.5"


async def test_sending_back_needs_a_reason(database: Database) -> None:
    async with database.writing() as session:
        made = await a_case(session, "in_review")
        with pytest.raises(ReasonNeeded) as refused:
            await editorial.request_changes(session, national(), made.id, "  ")
        assert refused.value.field == "reason"


async def test_a_region_nobody_knows_is_named_and_no_other_is_listed(database: Database) -> None:
    async with database.writing() as session:
        with pytest.raises(UnknownRegion) as refused:
            await editorial.draft(session, national(), given(region="atlantis"))
    assert refused.value.field == "region"
    assert "atlantis" in str(refused.value)
    assert "agder" not in str(refused.value)


async def test_whoever_read_an_older_version_cannot_save_over_a_newer(database: Database) -> None:
    async with database.writing() as session:
        made = await a_case(session)
        await editorial.edit(session, national(), made.id, given(title="Ny", version=1))
        with pytest.raises(Stale):
            await editorial.edit(session, national(), made.id, given(title="Nyere", version=1))
        assert made.title == "Ny"


async def test_an_external_id_belongs_to_one_case(database: Database) -> None:
    async with database.writing() as session:
        await a_case(session, external_id="x-1")
        with pytest.raises(ExternalIdTaken):
            await a_case(session, external_id="x-1")


async def test_a_refused_step_leaves_no_trace(database: Database) -> None:
    async with database.writing() as session:
        made = await a_case(session)

    async def both_steps() -> None:
        async with database.writing() as session:
            await editorial.submit(session, national(), made.id)
            await editorial.publish(session, national(), made.id)

    with pytest.raises(Refusal):
        await both_steps()
    async with database.reading() as session:
        found = await session.get(Case, made.id)
        assert found is not None
        assert (found.status, found.version) == ("draft", 1)
        assert await said(session) == []


async def test_figures_keep_three_places_on_both_databases(database: Database) -> None:
    async with database.writing() as session:
        made = await a_case(session, tco2e_per_year="1234567.125", energy_kwh_per_year="0.001")
    async with database.reading() as session:
        kept = await session.get(Case, made.id)
        assert kept is not None
        assert (str(kept.tco2e_per_year), str(kept.energy_kwh_per_year)) == ("1234567.125", "0.001")
        raw = (await (await session.connection()).execute(sa.text('SELECT tco2e_per_year FROM "case"'))).scalar_one()
        assert raw == 1_234_567_125
