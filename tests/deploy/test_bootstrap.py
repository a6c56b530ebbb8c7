"""A machine that has never seen the project gets what it lacks, or is told in a line or two what to install."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BOOTSTRAP = ROOT / "deploy" / "bootstrap"
ORDINARY = ("sh", "dirname", "sed", "rm", "mkdir", "cat", "chmod", "cp")


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A folder with the few programs every machine has; it is all there is on PATH."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ORDINARY:
        (programs / name).symlink_to(str(shutil.which(name)))
    return programs


def program(machine: Path, name: str, script: str) -> Path:
    """Puts a small shell program on the machine."""
    file = machine / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    return file


def run(machine: Path, script: str, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Runs a bootstrap script on the machine."""
    return subprocess.run(
        ["/bin/sh", str(BOOTSTRAP / script), *arguments],
        env={"PATH": str(machine), "KOBLINGSBOKS_TOOLS": str(machine.parent / "tools"), **env},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


UV = 'if [ "$1" = --version ]; then echo "uv {version} (test)"; else echo "{name}: $*"; fi'


def test_a_recent_uv_on_path_is_used(machine: Path) -> None:
    program(machine, "uv", UV.format(version="0.13.9", name="installed"))
    assert run(machine, "uv.sh", "sync", "--frozen").stdout == "installed: sync --frozen\n"


def test_an_old_uv_gives_way_to_the_private_one(machine: Path) -> None:
    program(machine, "uv", UV.format(version="0.4.30", name="installed"))
    program(machine.parent / "tools" / "uv" / "bin", "uv", UV.format(version="0.13.9", name="private"))
    assert run(machine, "uv.sh", "sync").stdout == "private: sync\n"


def test_a_first_uv_is_installed_by_venv(machine: Path) -> None:
    pip = 'mkdir -p "$0.d"; cp "{uv}" "$(dirname "$0")/uv"'
    uv = program(machine.parent / "shelf", "uv", UV.format(version="0.13.9", name="new"))
    inner = program(machine.parent / "shelf", "python", pip.format(uv=uv))
    program(machine, "python3", f'mkdir -p "$3/bin" && cp "{inner}" "$3/bin/python"')
    done = run(machine, "uv.sh", "--quiet")
    assert done.stdout == "new: --quiet\n"
    assert "a private copy goes into" in done.stderr


def test_without_venv_pip_puts_uv_in_a_folder(machine: Path) -> None:
    uv = program(machine.parent / "shelf", "uv", UV.format(version="0.13.9", name="new"))
    answer = f'case "$2" in venv) exit 1;; pip) mkdir -p "$6/bin"; cp "{uv}" "$6/bin/uv";; esac'
    program(machine, "python3", answer)
    assert run(machine, "uv.sh", "sync").stdout == "new: sync\n"


def test_a_python_without_venv_and_pip_is_told_what_to_install(machine: Path) -> None:
    program(machine, "python3", "exit 1")
    done = run(machine, "uv.sh", "sync")
    assert done.returncode == 1
    assert "apt install python3-venv" in done.stderr


def test_a_machine_without_python_is_told_what_to_install(machine: Path) -> None:
    done = run(machine, "uv.sh", "sync")
    assert done.returncode == 1
    assert "Python 3.11 or newer is needed" in done.stderr


def test_the_named_browser_goes_first(machine: Path) -> None:
    program(machine, "chromium", "exit 0")
    named = program(machine, "mine", "exit 0")
    assert run(machine, "chromium.sh", CHROMIUM=str(named)).stdout == f"{named}\n"


def test_a_browser_that_does_not_run_is_passed_over(machine: Path) -> None:
    program(machine, "chromium-browser", "exit 1")
    chrome = program(machine, "google-chrome", "exit 0")
    assert run(machine, "chromium.sh").stdout == f"{chrome}\n"


def test_root_gets_debians_browser(machine: Path) -> None:
    program(machine, "uv", "exit 1")
    program(machine, "id", "echo 0")
    program(machine, "apt-get", f'case "$*" in *install*) printf "#!/bin/sh\\n" > {machine}/chromium; '
            f"chmod 755 {machine}/chromium;; esac")  # fmt: skip
    assert run(machine, "chromium.sh").stdout == f"{machine}/chromium\n"


def test_where_no_browser_can_be_had_it_says_how(machine: Path) -> None:
    program(machine, "uv", "exit 1")
    program(machine, "id", "echo 1000")
    done = run(machine, "chromium.sh")
    assert done.returncode == 1
    assert "apt install chromium" in done.stderr
    assert done.stdout == ""


def test_make_help_lists_every_target() -> None:
    phony = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert phony
    listed = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert set(re.findall(r"^  make ([\w-]+)", listed, re.MULTILINE)) == set(phony[1].split())


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, "koblingsboks up --demo"),
        ({"RESET": "1", "PORT": "8123"}, "koblingsboks up --demo --reset --port 8123"),
        ({"RESET": "0"}, "koblingsboks up --demo"),
    ],
)
def test_make_demo_passes_its_options(given: dict[str, str], expected: str) -> None:
    asked = ["make", "--dry-run", "--no-print-directory", "demo", *(f"{key}={value}" for key, value in given.items())]
    shown = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True, env=_plain_environment())
    assert shown.stdout.splitlines()[-1].split("--no-sync ")[1].rstrip() == expected


def _plain_environment() -> dict[str, str]:
    """Without what an outer `make` passes down."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}


def test_ci_runs_make_test() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert "set -euo pipefail" in script.read_text()
    assert script.read_text().rstrip().endswith("make test </dev/null")
