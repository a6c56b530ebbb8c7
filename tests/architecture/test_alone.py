"""Each service stands alone: it starts without the others, on what its extra installs, and imports without effects."""

import json
import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from deploy.servers.ports import LOOPBACK, free_port
from shared.contracts.catalogue import SERVICES
from tests.architecture.code import ROOT
from tests.architecture.installing import foreign_packages
from tests.support.running import Server, answers_ok

AREAS = {"partners": "partners", "knowledge": "cases", "events": "events", "notifier": "mail"}


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_starts_alone_and_lives_before_the_broker_does(service: str, tmp_path: Path) -> None:
    port = free_port()
    live = f"http://{LOOPBACK}:{port}/{AREAS[service]}/health/live"
    environment = {
        "KOBLINGSBOKS_DATA": str(tmp_path),
        "KOBLINGSBOKS_PORT": str(port),
        "KOBLINGSBOKS_NATS_URL": f"nats://{LOOPBACK}:{free_port()}",
    }
    argv = [sys.executable, "-m", "tests.architecture.alone", service, "serve"]
    server = Server(argv, answers_ok(live), tmp_path / "service.log", env=environment, cwd=ROOT)
    try:
        server.start()
        ready = httpx.get(live.replace("live", "ready"))
        assert ready.status_code == 503
        assert "bus" in ready.json()["problems"]
    finally:
        server.stop()
    assert all(json.loads(line) for line in server.log.read_text().splitlines())


@pytest.mark.parametrize("service", SERVICES)
def test_importing_a_service_writes_nothing_connects_to_nothing_and_starts_nothing(service: str) -> None:
    argv = [sys.executable, "-m", "tests.architecture.alone", service, "import"]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(argv, capture_output=True, text=True, cwd=ROOT, env=environment, check=False, timeout=120)
    assert done.returncode == 0, done.stderr[-2_000:]
    assert json.loads(done.stdout) == []


def test_each_extra_leaves_the_others_out() -> None:
    assert {"aiosmtplib", "meilisearch"} <= foreign_packages("partners")
    assert "meilisearch" not in foreign_packages("knowledge")
    assert "aiosmtplib" not in foreign_packages("notifier")
    assert not foreign_packages("partners") & {"fastapi", "sqlmodel", "faststream", "nats"}
