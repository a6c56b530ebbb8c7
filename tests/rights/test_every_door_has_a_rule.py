"""Every route of every service stands in the table of doors: a new one without a rule fails here."""

from pathlib import Path

import pytest

from tests.architecture.test_doors import OPEN, made, own_routes
from tests.rights.doors import DOORS
from tests.rights.rules import RULES


@pytest.mark.parametrize("service", DOORS)
def test_every_route_has_a_rule(service: str, tmp_path: Path) -> None:
    routes = {(method, path) for method, path, _ in own_routes(service, made(service, tmp_path))}
    entered = {door.route for door in DOORS[service]}
    assert routes - entered - OPEN[service] == set(), "enter these in tests/rights/doors_*.py, a line each"
    assert entered - routes == set(), "there is no such route any more"
    assert entered & OPEN[service] == set(), "these are open to all"


def test_every_rule_of_a_door_is_in_the_table() -> None:
    assert {door.rule for doors in DOORS.values() for door in doors} <= RULES.keys()
