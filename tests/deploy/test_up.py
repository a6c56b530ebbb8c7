"""`koblingsboks up`: the whole network with one command, and nothing left when it ends."""

import socket
from pathlib import Path

import pytest

from deploy.servers.ports import LOOPBACK
from tests.support.demo import Demo, demo, ended_within, gone
from tests.support.wait import until_sync

CASES = 403


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("up") / "data"


def total(running: Demo) -> int:
    with running.client() as visitor:
        return int(visitor.get("/cases/api/v1/search", params={"per_page": 1}).raise_for_status().json()["total"])


def memory(running: Demo) -> dict[str, int]:
    return {process.name(): process.memory_info().rss // 1024**2 for process in running.family()}


def test_the_demo_comes_up_with_its_library_searchable(folder: Path) -> None:
    with demo(folder) as running:
        assert total(running) == CASES
        print(f"\nready after {running.seconds_to_ready()} s; resident MiB: {memory(running)}")
        with running.client() as visitor:
            for path in ("/", "/cases", "/partners", "/events", "/mailbox", "/partners/sign-in"):
                assert visitor.get(path).status_code == 200, path
        ended_within(running, 10)


def test_a_second_start_keeps_the_data(folder: Path) -> None:
    with demo(folder) as running:
        assert total(running) == CASES
        print(f"\nready again after {running.seconds_to_ready()} s")


def test_a_reset_starts_afresh(folder: Path) -> None:
    kept = (folder / "secrets" / "link_key").read_text()
    with demo(folder, "--reset") as running:
        assert total(running) == CASES
        assert (folder / "secrets" / "link_key").read_text() != kept


def test_a_folder_that_is_not_ours_is_not_reset(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    running = Demo(tmp_path, "--reset")
    running.launch()
    until_sync(lambda: not running.alive, 30, "the refusal")
    assert (tmp_path / "thesis.txt").read_text() == "years of work"
    assert "was not made by Koblingsboks" in running.said()


def test_a_taken_port_is_said_in_one_line(tmp_path: Path) -> None:
    running = Demo(tmp_path / "data")
    with socket.socket() as taken:
        taken.bind((LOOPBACK, running.port))
        taken.listen()
        running.launch()
        until_sync(lambda: not running.alive, 30, "the refusal")
    assert running.said().strip().count("\n") == 0
    assert f"Port {running.port} is taken." in running.said()
    assert "--port" in running.said()


def test_when_the_supervisor_is_killed_nothing_is_left_running(tmp_path: Path) -> None:
    running = Demo(tmp_path / "data")
    running.start(120)
    family = running.family()
    assert len(family) >= 4
    family[0].kill()
    until_sync(lambda: gone(family[1:]), 10, "the servers to be gone")
    running.kill()
