"""Going on the bus: a broker that is away is waited for, and whatever was said meanwhile arrives."""

from pathlib import Path

import httpx
import nats as client_library
import pytest
from fastapi import FastAPI

from deploy.commands.topology import establish
from shared.bus import broker
from shared.contracts.partners import OrganisationRecorded
from shared.db.session import Database
from shared.outbox import record
from tests.live.tiny_bus import noted, publish
from tests.shared import tiny, tiny_app
from tests.support.servers import Nats
from tests.support.wait import until


@pytest.fixture
async def app(nats: Nats, tmp_path: Path) -> FastAPI:
    """The tiny service, which hears of organisations."""
    made = tiny_app.create_app(tiny.settings(tmp_path, nats_url=nats.url))
    made.state.resources.bus.ear.hears(OrganisationRecorded, tiny.note)
    await tiny.make_tables(made.state.resources.database.url)
    return made


async def outbox(database: Database) -> list[bool]:
    """Return for every row of the outbox whether it is published."""
    return [row.published_at is not None for row in await tiny.rows(database, tiny.HOUSE.outbox)]


async def problems(visitor: httpx.AsyncClient) -> dict[str, str]:
    """Return what keeps the service from being ready."""
    told: dict[str, str] = (await visitor.get("/cases/health/ready")).json()["problems"]
    return told


async def test_a_service_starts_without_the_broker_and_joins_when_it_comes(
    nats: Nats, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broker, "CONNECT_GRACE", 0.3)
    await establish(nats.url)
    nats.stop()
    database: Database = app.state.resources.database
    async with app.router.lifespan_context(app), tiny_app.client(app) as visitor:
        assert (await visitor.get("/cases")).status_code == 200
        assert (await visitor.get("/cases/health/live")).status_code == 200
        assert "bus" in await problems(visitor)
        async with database.writing() as session:
            await record(session, tiny.registration())
        assert await outbox(database) == [False]

        nats.launch()
        await until(nats.ready, 30, "the broker to come")

        async def ready() -> bool:
            return await problems(visitor) == {}

        await until(ready, 30, "the service to be ready")

        async def told() -> bool:
            return await outbox(database) == [True]

        await until(told, 30, "the message to be published")

        client = await client_library.connect(nats.url)
        fact = tiny.organisation()
        await publish(client.jetstream(), fact)
        await noted(database, fact.organisation_id, 1)
        await client.close()


async def test_a_service_that_is_early_waits_for_the_streams_and_says_which_are_missing(
    nats: Nats, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broker, "CONNECT_GRACE", 0.3)
    monkeypatch.setattr(broker, "DRIFT_SECONDS", 0.1)
    nats.stop()
    async with app.router.lifespan_context(app), tiny_app.client(app) as visitor:
        nats.launch()
        await until(nats.ready, 30, "the broker to come")

        async def says_so() -> bool:
            return "koblingsboks topology" in (await problems(visitor)).get("bus", "")

        await until(says_so, 30, "the service to say what is missing")
        await establish(nats.url)

        async def ready() -> bool:
            return await problems(visitor) == {}

        await until(ready, 30, "the service to be ready")


async def test_a_service_that_loses_the_broker_says_so_and_goes_on_answering(nats: Nats, app: FastAPI) -> None:
    await establish(nats.url)
    async with app.router.lifespan_context(app), tiny_app.client(app) as visitor:
        assert await problems(visitor) == {}
        nats.stop()

        async def noticed() -> bool:
            return await problems(visitor) == {"bus": "NATS is away; messages wait in the outbox"}

        await until(noticed, what="the service to notice")
        assert (await visitor.get("/cases")).status_code == 200
        nats.launch()
        await until(nats.ready, 30, "the broker to come")

        async def ready() -> bool:
            return await problems(visitor) == {}

        await until(ready, 30, "the service to be back")
