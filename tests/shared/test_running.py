"""What runs beside the requests: loops that are started anew, a clock that folds late ticks, health, logs, imports."""

import asyncio
import json
import logging
import sys
from collections.abc import Iterator

import httpx
import pytest
from fastapi import FastAPI
from pydantic import BaseModel, Field
from starlette.applications import Starlette

from shared import scheduling
from shared.db.session import Database
from shared.loading import LoadReport, parsed
from shared.scheduling import Background, ticker
from shared.telemetry import logs
from shared.telemetry.correlation import correlation_id
from shared.telemetry.health import health_routes
from tests.shared import tiny_app
from tests.support.wait import until


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Failed loops are started anew at once."""
    monkeypatch.setattr(scheduling, "RESTART_DELAYS", (0,))


@pytest.mark.usefixtures("at_once")
async def test_a_loop_that_fails_is_logged_and_started_anew(caplog: pytest.LogCaptureFixture) -> None:
    rounds: list[int] = []

    async def loop() -> None:
        rounds.append(1)
        if len(rounds) < 4:
            raise ValueError("not yet")
        await asyncio.Event().wait()

    group = Background("prøve")
    group.run(loop)
    await until(lambda: len(rounds) == 4, what="the loop to be started three times more")
    await group.stop()
    failures = [record for record in caplog.records if "failed and is started anew" in record.message]
    assert len(failures) == 3
    assert all(record.exc_info for record in failures)


async def test_the_delay_grows_with_each_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []

    async def note(seconds: float) -> None:
        waited.append(seconds)

    async def fails() -> None:
        if len(waited) == 6:
            await asyncio.Event().wait()
        raise ValueError

    group = Background("prøve")
    with monkeypatch.context() as patched:
        patched.setattr("shared.scheduling.asyncio.sleep", note)
        group.run(fails)
        while len(waited) < 6:
            await asyncio.wait_for(asyncio.shield(asyncio.get_running_loop().run_in_executor(None, lambda: None)), 5)
    await group.stop()
    assert waited == [1, 2, 5, 10, 10, 10]


async def test_stopping_waits_until_every_loop_has_ended() -> None:
    ended: list[str] = []
    started = asyncio.Event()

    async def loop() -> None:
        try:
            started.set()
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            ended.append("tidied up")

    group = Background("prøve")
    group.run(loop)
    await started.wait()
    await group.stop()
    await group.stop()
    assert ended == ["tidied up"]


async def test_a_loop_that_comes_to_its_end_is_not_started_again() -> None:
    rounds: list[int] = []

    async def once() -> None:
        rounds.append(1)

    group = Background("prøve")
    group.run(once)
    await until(lambda: not group._tasks, what="the group to be empty")
    assert rounds == [1]


async def test_a_slow_job_folds_the_ticks_it_missed_and_one_that_fails_ticks_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    running, most, failed = 0, 0, 0

    async def slow() -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.2)
        running -= 1

    async def fails() -> None:
        nonlocal failed
        failed += 1
        raise ValueError("a job failed")

    clock = ticker({slow: 0.05, fails: 0.05})
    clock.start()
    await until(lambda: failed >= 3, what="three failures")
    clock.shutdown(wait=False)
    assert most == 1
    assert any("a job failed" in record.message for record in caplog.records)


async def test_the_first_tick_comes_at_once() -> None:
    ticked = asyncio.Event()

    async def tick() -> None:
        ticked.set()

    clock = ticker({tick: 3_600})
    clock.start()
    await asyncio.wait_for(ticked.wait(), 5)
    clock.shutdown(wait=False)


async def test_health_tells_what_is_wrong_without_saying_the_process_is_dead() -> None:
    wrong = {"text": ""}

    async def good() -> str:
        return ""

    async def check() -> str:
        return wrong["text"]

    async def fails() -> str:
        raise LookupError("inside")

    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(Starlette(routes=health_routes("cases", {"bad": fails}))), base_url="http://t"
    ) as client:
        told = (await client.get("/cases/health/ready")).json()["problems"]
        assert told == {"bad": "could not be checked: LookupError"}

    app = Starlette(routes=health_routes("cases", {"good": good, "search": check}))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://t") as client:
        assert (await client.get("/cases/health/ready")).json() == {"status": "ready", "problems": {}}
        wrong["text"] = "the search server does not answer"
        ready = await client.get("/cases/health/ready")
        assert ready.status_code == 503
        assert ready.json()["problems"] == {"search": "the search server does not answer"}
        assert (await client.get("/cases/health/live")).status_code == 200


async def test_a_service_off_the_bus_answers_pages_and_says_why_it_is_not_ready(app: FastAPI) -> None:
    async with tiny_app.client(app) as visitor:
        assert (await visitor.get("/cases")).status_code == 200
        assert (await visitor.get("/cases/health/ready")).json()["problems"] == {"bus": "connecting to NATS"}


async def test_a_service_without_its_database_says_so(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(_database: Database) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(Database, "reading", away)
    async with tiny_app.client(app) as visitor:
        problems = (await visitor.get("/cases/health/ready")).json()["problems"]
    assert problems["database"] == "the database does not answer: ConnectionRefusedError"


@pytest.fixture
def logging_restored() -> Iterator[None]:
    """Put the test run's own logging back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.mark.usefixtures("logging_restored")
def test_logs_are_one_json_object_a_line_with_the_id_of_the_click(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("knowledge", "INFO")
    token = correlation_id.set("klikk42")
    logging.getLogger("services.knowledge").info("saved %d æøå\nand a second line", 3)
    try:
        raise ValueError("inside")
    except ValueError:
        logging.getLogger("services.knowledge").exception("failed")
    correlation_id.reset(token)
    sys.stderr.flush()

    told, failed = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert told["message"] == "saved 3 æøå\nand a second line"
    assert told["level"] == "INFO"
    assert told["logger"] == "services.knowledge"
    assert told["service"] == "knowledge"
    assert told["correlation_id"] == "klikk42"
    assert told["time"]
    assert "ValueError: inside" in failed["exc_info"]


class Row(BaseModel):
    """A line of an import."""

    name: str = Field(min_length=1)
    seats: int = 0


def test_an_import_is_checked_line_by_line_and_every_fault_is_told() -> None:
    lines = [
        '{"name": "a"}',
        "",
        "not json",
        '{"name": "", "seats": "x"}',
        "[]",
        "null",
        "[" * 100_000,
        '{"name": "b", "seats": ' + "9" * 5_000 + "}",
        '{"name": "c", "seats": 2}',
    ]
    report = LoadReport()
    good = list(parsed(lines, Row, report))
    assert [(number, row.name) for number, row in good] == [(1, "a"), (9, "c")]
    assert sorted({error.line for error in report.errors}) == [3, 4, 5, 6, 7, 8]
    assert [error.field for error in report.errors if error.line == 4] == ["name", "seats"]
    assert all(error.text for error in report.errors)
    report.new += len(good)
    assert report.read == 8
