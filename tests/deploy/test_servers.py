"""Real servers start, keep what they have acknowledged, can be hurt, and leave nothing behind."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import httpx
import nats
import psutil
import pytest
from meilisearch import Client

from deploy.servers.nats import monitor_port_for, write_nats_config
from deploy.servers.obtain import meilisearch_version
from tests.support.postgres import Postgres, Source, find_binaries, may_enter, postgres_server, unprivileged_user
from tests.support.running import Server
from tests.support.servers import Meilisearch, Nats, meilisearch_server, nats_server, smtp_sink
from tests.support.wait import until, until_sync

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def nats_process(tmp_path: Path) -> Iterator[Nats]:
    with nats_server(tmp_path) as server:
        yield server


async def publish(server: Nats, subject: str, payload: bytes) -> None:
    """One acknowledged message in the stream of that name."""
    client = await nats.connect(server.url)
    stream = client.jetstream()
    await stream.add_stream(name=subject, subjects=[subject])
    await stream.publish(subject, payload)
    await client.close()


async def stored(server: Nats, stream: str) -> int:
    client = await nats.connect(server.url)
    try:
        info = await client.jetstream().stream_info(stream)
        return int(info.state.messages)
    finally:
        await client.close()


async def test_nats_keeps_an_acknowledged_message_through_kill_9(nats_process: Nats) -> None:
    await publish(nats_process, "facts", b"one")
    nats_process.kill()
    nats_process.start()
    assert await stored(nats_process, "facts") == 1


def test_nats_flushes_every_message_and_listens_on_loopback_only(nats_process: Nats) -> None:
    config = httpx.get(f"{nats_process.monitor}/jsz", timeout=5).json()["config"]
    assert config["sync_always"] is True
    addresses = {connection.laddr.ip for connection in psutil.Process(nats_process.pid).net_connections("tcp")}
    assert addresses == {"127.0.0.1"}


async def test_nats_refuses_more_than_a_megabyte(nats_process: Nats) -> None:
    client = await nats.connect(nats_process.url)
    try:
        assert client.max_payload == 1024 * 1024
    finally:
        await client.close()


def test_nats_stops_at_the_store_limit_it_was_given(tmp_path: Path) -> None:
    with nats_server(tmp_path, max_file_store=3_000_000) as server:
        config = httpx.get(f"{server.monitor}/jsz", timeout=5).json()["config"]
        assert config["max_storage"] == 3_000_000
        assert config["store_dir"].startswith(str(tmp_path))


def test_the_configuration_survives_a_folder_with_odd_signs(tmp_path: Path) -> None:
    with nats_server(tmp_path / 'blå "mappe" $HOME') as server:
        assert server.alive
    assert "sync_interval: always" in write_nats_config(tmp_path, 4222, monitor_port_for(4222)).read_text()


def test_a_paused_server_does_not_answer_and_a_resumed_one_does(nats_process: Nats) -> None:
    nats_process.pause()
    with pytest.raises(httpx.TimeoutException):
        httpx.get(f"{nats_process.monitor}/healthz", timeout=0.3)
    nats_process.resume()
    assert httpx.get(f"{nats_process.monitor}/healthz", timeout=5).status_code == 200


def test_meilisearch_finishes_accepted_work_after_kill_9(tmp_path: Path) -> None:
    with meilisearch_server(tmp_path) as server:
        client = Client(server.url, server.indexer_key, timeout=10)
        task = client.index("cases").add_documents([{"id": number} for number in range(500)], "id")
        server.kill()
        server.start()
        assert client.wait_for_task(task.task_uid).status == "succeeded"
        assert client.index("cases").get_stats().number_of_documents == 500


def test_the_master_key_is_not_seen_in_the_list_of_processes(meilisearch: Meilisearch) -> None:
    assert not any(meilisearch.master_key in word for word in psutil.Process(meilisearch.pid).cmdline())
    assert meilisearch_version(Path(meilisearch.argv[0])) in meilisearch.argv[meilisearch.argv.index("--db-path") + 1]


@pytest.fixture(scope="module", params=["system", "wheel"])
def postgres(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """PostgreSQL from each source there is; the wheel is always there."""
    source: Source = request.param
    if source == "system" and not system_has_postgres():
        source = "any"
    with postgres_server(tmp_path_factory.mktemp("postgres"), source) as server:
        yield server


def system_has_postgres() -> bool:
    try:
        find_binaries("system")
    except AssertionError:
        return False
    return True


async def test_postgres_gives_empty_databases_and_copies(postgres: Postgres) -> None:
    await postgres.create_database("first")
    await postgres.execute("CREATE TABLE seen (id int)", "first")
    url = await postgres.create_database("second", template="first")
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        assert await connection.fetchval("SELECT count(*) FROM seen") == 0
    finally:
        await connection.close()
        await postgres.drop_database("second")
        await postgres.drop_database("first")


def test_postgres_keeps_committed_rows_through_kill_9(postgres: Postgres) -> None:
    postgres.create_database_sync("kept")
    asyncio.run(postgres.execute("CREATE TABLE seen (id int)", "kept"))
    backends = psutil.Process(postgres.pid).children(recursive=True)
    postgres.kill()
    assert not any(backend.is_running() for backend in backends)
    postgres.start()
    asyncio.run(postgres.execute("INSERT INTO seen VALUES (1)", "kept"))
    asyncio.run(postgres.drop_database("kept"))


def test_the_wheel_can_be_forced_and_runs_from_a_private_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KOBLINGSBOKS_TEST_POSTGRES", "wheel")
    with postgres_server(tmp_path) as server:
        assert "pginstall" in server.argv[0]
        assert psutil.Process(server.pid).uids().real != 0
        if os.geteuid() == 0:
            assert may_enter(Path(server.argv[0]).parent, unprivileged_user())


def test_the_mail_sink_outlives_neither_kill_nor_its_test(tmp_path: Path) -> None:
    with smtp_sink(tmp_path) as sink:
        first = sink.pid
        sink.kill()
        sink.start()
        second = sink.pid
    assert not psutil.pid_exists(first)
    assert not psutil.pid_exists(second)


async def test_an_async_test_can_wait_for_a_server_without_blocking(nats_process: Nats) -> None:
    nats_process.kill()
    nats_process.launch()
    await until(nats_process.ready, 20, "NATS to be back")


def test_a_server_that_does_not_start_shows_the_end_of_its_log(tmp_path: Path) -> None:
    server = Server(["/bin/sh", "-c", "echo no luck; exit 3"], lambda: False, tmp_path / "log")
    with pytest.raises(AssertionError, match=r"ended with code 3\nno luck"):
        server.start()


def test_a_server_dies_with_a_killed_test_run(tmp_path: Path) -> None:
    """Even kill -9 of the tests leaves no server."""
    script = (
        "import sys\nfrom pathlib import Path\nfrom tests.support.servers import Nats\n"
        "server = Nats(Path(sys.argv[1]))\nserver.start()\nprint(server.pid, flush=True)\nsys.stdin.read()\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT) as tests:
        assert tests.stdout is not None
        pid = int(tests.stdout.readline())
        assert psutil.pid_exists(pid)
        tests.kill()
    until_sync(lambda: not psutil.pid_exists(pid), 10, "the server to be gone")
