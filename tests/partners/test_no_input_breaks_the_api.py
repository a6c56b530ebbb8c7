"""schemathesis over the registry's OpenAPI description, on PostgreSQL: whatever is sent, no answer is a failure of ours."""

import os
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import Case

from deploy.servers.ports import LOOPBACK, free_port
from shared.auth.actor import Grant
from shared.auth.keys import keyring
from shared.auth.session import issue, service_actor
from tests.support.apps import settings_of
from tests.support.running import Server, answers_ok

EXAMPLES = 40
ROOT = Path(__file__).parents[2]


@dataclass
class Running:
    """The registry in a process of its own."""

    url: str
    headers: dict[str, str]


@pytest.fixture
def running(postgres_url: str, tmp_path: Path) -> Iterator[Running]:
    private = keyring(settings_of("partners", postgres_url, tmp_path), signs=True).private
    assert private is not None
    port = free_port()
    url = f"http://{LOOPBACK}:{port}"
    environment = {
        "KOBLINGSBOKS_DATA": str(tmp_path),
        "KOBLINGSBOKS_DATABASE_URL": postgres_url,
        "KOBLINGSBOKS_PORT": str(port),
        "KOBLINGSBOKS_NATS_URL": f"nats://{LOOPBACK}:{free_port()}",
        "KOBLINGSBOKS_REGISTER_URL": "",
    }
    argv = [sys.executable, "-m", "services.partners"]
    server = Server(argv, answers_ok(f"{url}/partners/health/live"), tmp_path / "log", env=environment, cwd=ROOT)
    server.start()
    try:
        yield Running(url, {"Authorization": f"Bearer {issue(private, service_actor(Grant('national'), 'test'))}"})
    finally:
        server.stop()


def test_no_input_makes_the_registry_fail(running: Running) -> None:
    chosen = int(os.environ.get("KOBLINGSBOKS_TEST_SEED") or random.randrange(2**32))
    print(f"KOBLINGSBOKS_TEST_SEED={chosen}")
    schema = schemathesis.openapi.from_url(f"{running.url}/partners/api/openapi.json")
    schema.config.update(base_url=running.url)
    tried: dict[int, int] = {}
    for found in schema.get_all_operations():
        operation = found.ok()

        @seed(chosen)
        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def answers(case: Case) -> None:
            response = case.call(headers=running.headers, timeout=20)
            tried[response.status_code] = tried.get(response.status_code, 0) + 1
            assert response.status_code < 500, f"{case.method} {case.path}: {response.text[:500]} {case.body!r}"

        answers()
    print(f"answers by status: {dict(sorted(tried.items()))}")
    assert tried.get(201, 0) > 0
