"""schemathesis over the OpenAPI descriptions of all four services: whatever is sent, no answer is a failure of ours."""

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case
from schemathesis.specs.openapi.schemas import OpenApiSchema

from tests.support.network import AREAS, SeparateNetwork

EXAMPLES = 20


def described(network: SeparateNetwork, area: str) -> OpenApiSchema:
    url = f"http://127.0.0.1:{network.ports[AREAS[area]]}"
    schema = schemathesis.openapi.from_url(f"{url}/{area}/api/openapi.json")
    schema.config.update(base_url=url)
    return schema


@pytest.mark.parametrize("area", sorted(AREAS))
def test_no_input_makes_a_service_fail(network: SeparateNetwork, area: str) -> None:
    headers = {"Authorization": f"Bearer {network.token('national')}"}
    tried = 0
    for found in described(network, area).get_all_operations():
        operation = found.ok()

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def answers(case: Case) -> None:
            nonlocal tried
            tried += 1
            response = case.call(headers=headers, timeout=20)
            assert response.status_code < 500, (
                f"{case.method} {case.path}: {response.status_code} {response.text[:500]}"
            )

        answers()
    print(f"\n{area}: {tried} requests, no failure")
    assert tried > 0
