"""Whoever edits while a rearrangement is carried out, on PostgreSQL, waits for it and is told; neither brings the other down."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import Rearrangement
from services.partners.usecases.rearranging import executing
from services.partners.usecases.rearranging.planning import Plan, planned
from tests.partners.rearranging import Viken, drafted, enter_viken, scheduled
from tests.partners.support import API
from tests.support.apps import ServiceApp, service_app
from tests.support.wait import until

Asking = Callable[[httpx.AsyncClient, Viken], Awaitable[httpx.Response]]


@pytest.fixture
async def partners(postgres_url: str, tmp_path: Path) -> AsyncIterator[ServiceApp]:
    async with service_app("partners", postgres_url, tmp_path) as service:
        yield service


async def an_edit(client: httpx.AsyncClient, viken: Viken) -> httpx.Response:
    firm = {"name": "Nytt navn AS", "regions": ["agder"], "version": 1}
    return await client.put(f"{API}/organisations/{viken.organisations[0]}", json=firm)


async def a_person_edit(client: httpx.AsyncClient, viken: Viken) -> httpx.Response:
    who = {"name": "Nytt Navn", "email": "ny@example.org", "region": "viken", "version": 1}
    return await client.put(f"{API}/people/{viken.staff}", json=who)


async def a_role(client: httpx.AsyncClient, viken: Viken) -> httpx.Response:
    role = {"role": "partner_member", "organisation_id": str(viken.organisations[1])}
    return await client.post(f"{API}/people/{viken.lead}/roles", json=role)


async def a_merge(client: httpx.AsyncClient, viken: Viken) -> httpx.Response:
    ids = {"survivor_id": str(viken.organisations[2]), "loser_id": str(viken.organisations[3])}
    return await client.post(f"{API}/organisations/merge", json={**ids, "survivor_version": 1, "loser_version": 1})


@pytest.mark.parametrize(
    ("ask", "answers"),
    [(an_edit, {409}), (a_person_edit, {409, 422}), (a_role, {201, 409}), (a_merge, {200, 409})],
)
async def test_an_edit_waits_for_the_rearrangement_and_is_answered_by_name(
    partners: ServiceApp, monkeypatch: pytest.MonkeyPatch, ask: Asking, answers: set[int]
) -> None:
    viken = await enter_viken(partners.database)
    await scheduled(partners.database, await drafted(partners.database, viken))
    reached, go_on = asyncio.Event(), asyncio.Event()

    async def paused(session: AsyncSession, found: Rearrangement) -> Plan:
        reached.set()
        await go_on.wait()
        return await planned(session, found)

    monkeypatch.setattr(executing, "planned", paused)
    moving = asyncio.create_task(executing.execute_due(partners.database))
    await asyncio.wait_for(reached.wait(), 10)
    async with partners.client("national") as client:
        asking = asyncio.ensure_future(ask(client, viken))
        await until(lambda: somebody_waits(partners), 10, "the edit to wait")
        go_on.set()
        assert await asyncio.wait_for(moving, 30) == 1
        assert (await asyncio.wait_for(asking, 30)).status_code in answers


async def somebody_waits(partners: ServiceApp) -> bool:
    async with partners.database.reading() as session:
        waiting = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")
        count: Any = (await (await session.connection()).execute(waiting)).scalar_one()
        return bool(count)


async def test_edits_of_every_partner_at_once_and_the_rearrangement_all_come_to_an_end(partners: ServiceApp) -> None:
    viken = await enter_viken(partners.database)
    await scheduled(partners.database, await drafted(partners.database, viken))
    async with partners.client("national") as client:
        edits = [
            client.put(
                f"{API}/organisations/{one}", json={"name": f"Nytt navn {number}", "regions": ["viken"], "version": 1}
            )
            for number, one in enumerate(viken.organisations)
        ]
        moving = asyncio.create_task(executing.execute_due(partners.database))
        found = await asyncio.gather(*edits)
        await moving
    assert {answer.status_code for answer in found} <= {200, 409, 422}
