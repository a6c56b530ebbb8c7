"""The supervisor keeps its children running, and leaves none behind however it ends."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from deploy.embedded.logfile import LogFile
from deploy.embedded.supervisor import Child, Supervisor
from deploy.servers.nats import nats_child
from deploy.servers.ports import free_port
from deploy.servers.problems import SetupProblem
from tests.support.wait import until, until_sync

ROOT = Path(__file__).resolve().parents[2]
CHILD = """
import pathlib, signal, subprocess, sys, time
mark, manner = pathlib.Path(sys.argv[1]), sys.argv[2]
if manner == "stubborn":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
if manner == "parent":
    helper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    mark.with_suffix(".helper").write_text(str(helper.pid))
print(f"{mark.name} is up", flush=True)
mark.touch()
while True:
    time.sleep(60)
"""


def child(folder: Path, name: str, manner: str = "plain", order: int = 0) -> Child:
    """A small real process that is ready when its mark appears."""
    mark = folder / name

    async def ready() -> bool:
        return mark.exists()

    return Child(name, [sys.executable, "-c", CHILD, str(mark), manner], ready, order=order, ready_within=20)


SCRIPT = textwrap.dedent("""
    import asyncio, sys
    from pathlib import Path
    from deploy.embedded.supervisor import supervise
    from deploy.servers.problems import SetupProblem
    from tests.deploy.test_supervisor import child

    async def ready():
        print("ready", flush=True)

    folder = Path(sys.argv[1])
    children = [child(folder, name, manner) for name, manner in zip(sys.argv[2::2], sys.argv[3::2])]
    try:
        asyncio.run(supervise(folder / "data", children, ready))
    except SetupProblem as problem:
        sys.exit(str(problem))
""")


@contextmanager
def supervisor_process(folder: Path, *children: str) -> Iterator[subprocess.Popen[str]]:
    """A supervisor as a process of its own, all children ready; `children` are names and manners by turns."""
    command = [sys.executable, "-c", SCRIPT, str(folder), *children]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield process
        finally:
            process.kill()


def family(process: subprocess.Popen[str]) -> list[psutil.Process]:
    return psutil.Process(process.pid).children(recursive=True)


def none_left(processes: list[psutil.Process]) -> bool:
    return not any(each.is_running() and each.status() != psutil.STATUS_ZOMBIE for each in processes)


async def test_children_start_in_order_and_stop_in_reverse(tmp_path: Path) -> None:
    seen: list[str] = []

    def noted(name: str, order: int) -> Child:
        plain = child(tmp_path, name, order=order)

        async def ready() -> bool:
            if await plain.ready() and name not in seen:
                seen.append(name)
            return name in seen

        return Child(name, plain.argv, ready, order=order)

    async with Supervisor(tmp_path / "data") as supervisor:
        await supervisor.start(noted("last", 3), noted("first", 1), noted("second", 2))
        assert seen == ["first", "second", "last"]
        assert list(supervisor.pids()) == ["first", "second", "last"]
        pids = list(supervisor.pids().values())
    assert not any(psutil.pid_exists(pid) for pid in pids)


async def test_a_killed_child_is_started_again(tmp_path: Path) -> None:
    async with Supervisor(tmp_path / "data") as supervisor:
        await supervisor.start(child(tmp_path, "one"), child(tmp_path, "two"))
        before = supervisor.pids()
        os.kill(before["one"], signal.SIGKILL)
        await until(lambda: supervisor.pids().get("one") not in (None, before["one"]), 10, "another process")
        assert supervisor.pids()["two"] == before["two"]


async def test_a_real_server_is_started_again_on_its_data(tmp_path: Path) -> None:
    nats = nats_child(tmp_path, free_port(), free_port())
    async with Supervisor(tmp_path) as supervisor:
        await supervisor.start(nats)
        before = supervisor.pids()["nats-server"]
        os.kill(before, signal.SIGKILL)
        await until(lambda: supervisor.pids().get("nats-server") not in (None, before), 10, "another nats-server")
        await until(nats.ready, 10, "NATS to be healthy again")


async def test_a_child_that_dies_at_once_is_told_with_its_last_words(tmp_path: Path) -> None:
    async def never() -> bool:
        return False

    bad = Child("bad", [sys.executable, "-c", "print('no room here'); raise SystemExit(2)"], never)
    async with Supervisor(tmp_path / "data") as supervisor:
        with pytest.raises(SetupProblem, match=r"bad did not start: no room here\. See .*bad\.log"):
            await supervisor.start(bad)


async def test_a_child_that_is_never_ready_is_ended(tmp_path: Path) -> None:
    async def never() -> bool:
        return False

    slow = Child("slow", [sys.executable, "-c", "import time; time.sleep(600)"], never, ready_within=0.3)
    async with Supervisor(tmp_path / "data") as supervisor:
        with pytest.raises(SetupProblem, match="slow did not start: it said nothing"):
            await supervisor.start(slow)
        assert supervisor.pids() == {}


async def test_a_missing_program_is_told(tmp_path: Path) -> None:
    async def never() -> bool:
        return False

    async with Supervisor(tmp_path / "data") as supervisor:
        with pytest.raises(SetupProblem, match="No such file"):
            await supervisor.start(Child("gone", [str(tmp_path / "gone")], never))


async def test_one_data_folder_has_one_supervisor(tmp_path: Path) -> None:
    async with Supervisor(tmp_path / "data"):
        with pytest.raises(SetupProblem, match="already running on") as caught:
            await Supervisor(tmp_path / "data").__aenter__()
    assert "\n" not in str(caught.value)
    async with Supervisor(tmp_path / "data"):
        pass


def test_a_second_process_on_the_same_folder_says_so_in_one_line(tmp_path: Path) -> None:
    with supervisor_process(tmp_path, "one", "plain"):
        command = [sys.executable, "-c", SCRIPT, str(tmp_path), "two", "plain"]
        second = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)
    assert second.returncode == 1
    assert second.stderr.count("\n") == 1
    assert "already running" in second.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_polite_signal_ends_all_within_ten_seconds(tmp_path: Path, number: signal.Signals) -> None:
    with supervisor_process(tmp_path, "one", "plain", "stubborn", "stubborn", "three", "parent") as process:
        processes = family(process)
        assert len(processes) == 4
        begun = time.monotonic()
        process.send_signal(number)
        assert process.wait(15) == 0
        assert time.monotonic() - begun < 10
        assert none_left(processes)


def test_a_second_signal_ends_the_stubborn_at_once(tmp_path: Path) -> None:
    with supervisor_process(tmp_path, "stubborn", "stubborn", "plain", "plain") as process:
        plain = family(process)[1]
        process.terminate()
        until_sync(lambda: none_left([plain]), 5, "the first child to stop")
        begun = time.monotonic()
        process.terminate()
        process.wait(15)
        assert time.monotonic() - begun < 3


def test_kill_9_of_the_supervisor_leaves_no_child(tmp_path: Path) -> None:
    with supervisor_process(tmp_path, "one", "plain", "two", "stubborn") as process:
        processes = family(process)
        assert len(processes) == 2
        process.kill()
        process.wait(5)
        until_sync(lambda: none_left(processes), 10, "the children to be gone")


def test_a_dead_childs_helpers_go_with_it(tmp_path: Path) -> None:
    with supervisor_process(tmp_path, "one", "parent") as process:
        helper = psutil.Process(int((tmp_path / "one.helper").read_text()))
        family(process)[0].kill()
        until_sync(lambda: none_left([helper]), 10, "the helper to be gone")


async def test_what_children_write_is_in_their_log(tmp_path: Path) -> None:
    async with Supervisor(tmp_path / "data") as supervisor:
        await supervisor.start(child(tmp_path, "one"))
        log = tmp_path / "data" / "logs" / "one.log"
        await until(lambda: log.read_text() == "one is up\n", 5, "the log")


def test_a_full_log_turns_over_and_the_oldest_goes(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "a.log", limit=10, keep=2)
    for number in range(5):
        log.write(f"line {number} is long\n".encode())
    log.close()
    assert {file.name: file.read_text() for file in tmp_path.iterdir()} == {
        "a.log": "line 4 is long\n",
        "a.log.1": "line 3 is long\n",
        "a.log.2": "line 2 is long\n",
    }
    assert log.last_line() == "line 4 is long"


def test_the_supervisor_imports_nothing_heavy() -> None:
    heavy = "fastapi, sqlmodel, sqlalchemy, pydantic, jinja2, meilisearch"
    code = (
        f"import sys, deploy.embedded.supervisor, deploy.servers.nats, deploy.servers.meilisearch\n"
        f"found = set(sys.modules) & set('{heavy}'.split(', '))\nassert not found, found"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
