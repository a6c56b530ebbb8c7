"""The Dockerfile: linted, and each image holds its own service only."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.packaging.support import ROOT, SERVICES, compose, program

DOCKERFILE = ROOT / "deploy/Dockerfile"


class Stage(NamedTuple):
    base: str
    body: str


def stages() -> dict[str, Stage]:
    parts = re.split(r"(?m)^FROM ", DOCKERFILE.read_text(encoding="utf-8"))[1:]
    found = {}
    for part in parts:
        head, _, body = part.partition("\n")
        base, _, name = head.partition(" AS ")
        found[name] = Stage(base, body)
    return found


STAGES = stages()


def test_hadolint_has_nothing_to_say() -> None:
    done = subprocess.run([program("hadolint"), DOCKERFILE], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_every_target_compose_builds_is_there() -> None:
    targets = {service["build"]["target"] for service in compose()["services"].values() if "build" in service}
    assert targets == {*SERVICES, "topology"}
    assert targets <= STAGES.keys()


def test_foreign_images_are_pinned() -> None:
    bases = {stage.base for stage in STAGES.values()} - STAGES.keys()
    assert all(re.fullmatch(r"[a-z./-]+:\d+\.\d+\.\d+[a-z0-9-]*", base) for base in bases), bases


@pytest.mark.parametrize("service", SERVICES)
def test_an_image_copies_its_own_service_and_no_other(service: str) -> None:
    build = STAGES[f"build-{service}"]
    assert build.base == "build"
    assert re.findall(r"COPY services/(\w+)/", build.body) == [service]
    assert re.findall(r"--extra (\w+)", build.body) == [service]
    assert "COPY services/__init__.py" in STAGES["build"].body
    assert not re.search(r"COPY services/? ", STAGES["build"].body)


@pytest.mark.parametrize("service", SERVICES)
def test_an_image_runs_its_service_from_what_was_built(service: str) -> None:
    final = STAGES[service]
    assert final.base == "runtime"
    assert f'CMD ["koblingsboks", "serve", "{service}"]' in final.body
    assert re.findall(r"COPY (.*)", final.body) == [f"--from=build-{service} /app /app"]
    assert "RUN" not in final.body


def test_images_run_as_nobody_in_particular_and_tell_their_licence() -> None:
    runtime = STAGES["runtime"].body
    assert re.findall(r"(?m)^USER (.*)", DOCKERFILE.read_text(encoding="utf-8")) == ["10001:10001"]
    assert "USER 10001:10001" in runtime
    assert 'org.opencontainers.image.licenses="EUPL-1.2"' in runtime


def test_needs_are_installed_as_locked_and_without_the_developers() -> None:
    syncs = re.findall(r"uv sync (.*)", DOCKERFILE.read_text(encoding="utf-8"))
    assert len(syncs) == len(SERVICES) + 1
    assert all(sync.startswith("--frozen --no-dev --no-editable") for sync in syncs)


def test_the_build_sees_only_what_it_is_allowed() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    allowed = {rule.removeprefix("!") for rule in rules if rule.startswith("!")}
    assert allowed == {
        "pyproject.toml", "uv.lock", "README.md", "LICENSE", "shared", "services",
        "deploy/__init__.py", "deploy/cli.py", "deploy/installation.py", "deploy/commands", "deploy/servers",
    }  # fmt: skip


def test_the_command_line_starts_without_the_rest_of_deploy() -> None:
    serving = ("serve", "migrate", "topology")
    files = [ROOT / "deploy/cli.py", *(ROOT / f"deploy/commands/{name}.py" for name in serving)]
    imported = {name for file in files for name in _imported_at_once(file)}
    foreign = {name for name in imported if re.match(r"deploy\.(?!commands|installation|servers\.problems)\w+\.", name)}
    assert not foreign, "import these inside the command"
    assert not {name for name in imported if name.startswith("services.")}, "an image has one service only"


def _imported_at_once(file: Path) -> Iterator[str]:
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
