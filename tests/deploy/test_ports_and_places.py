"""What hinders a start is said in one line, with what to do about it."""

import os
import shutil
import socket
from pathlib import Path

import pytest

from deploy.servers.places import tools_folder, writable_folder
from deploy.servers.ports import LOOPBACK, ensure_free, free_port
from deploy.servers.problems import SetupProblem


def test_a_taken_port_is_named_with_the_option_that_changes_it() -> None:
    with socket.socket() as taken:
        taken.bind((LOOPBACK, 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SetupProblem, match=f"Port {port} is taken.*--port") as caught:
            ensure_free(port, "--port")
    assert "\n" not in str(caught.value)


def test_a_free_port_passes() -> None:
    ensure_free(free_port(), "--port")


def test_a_folder_below_a_file_is_not_writable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SetupProblem, match=r"Cannot write in .*--data"):
        writable_folder(tmp_path / "file" / "data", "--data")


def test_a_full_disk_is_told_before_anything_starts(tmp_path: Path) -> None:
    more_than_there_is = shutil.disk_usage(tmp_path).total * 2
    with pytest.raises(SetupProblem, match=r"MiB are needed.*--data"):
        writable_folder(tmp_path, "--data", more_than_there_is)


def test_the_tools_folder_can_be_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KOBLINGSBOKS_TOOLS", str(tmp_path))
    assert tools_folder() == tmp_path


def test_the_tools_folder_of_a_checkout_is_inside_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KOBLINGSBOKS_TOOLS", raising=False)
    checkout = Path(__file__).resolve().parents[2]
    assert os.access(checkout, os.W_OK)
    assert tools_folder() == checkout / ".tools"
