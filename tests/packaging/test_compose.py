"""compose.yaml keeps to the specification and to what we promise of a production set-up."""

import json
import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from deploy.servers.keys import INDEXER, SEARCH
from tests.packaging.support import ROOT, SERVICES, compose

COMPOSE = compose()
ALL: dict[str, dict[str, Any]] = COMPOSE["services"]
JOBS = {"topology", "volumes", "meilisearch-keys", *(f"migrate-{service}" for service in SERVICES)}
SERVERS = sorted(set(ALL) - JOBS)
SCHEMA = json.loads((ROOT / "tests/packaging/compose-spec.json").read_text(encoding="utf-8"))
PINNED = re.compile(
    r"[a-z0-9./-]+:(v?\d+\.\d+\.\d+|\d+\.\d+)[a-z0-9.-]*|koblingsboks/[a-z]+:\$\{KOBLINGSBOKS_VERSION:-\d+\.\d+\.\d+\}"
)
SECRET_WORD = re.compile(r"(?i)(password|secret|master_?key|private|token|index_key|search_key|link_key)")
"""Names of settings that would carry a secret."""


def test_it_keeps_to_the_compose_specification() -> None:
    errors = Draft202012Validator(SCHEMA).iter_errors(COMPOSE)
    assert [f"{error.json_path}: {error.message}" for error in errors] == []


def test_the_schema_is_a_recent_one() -> None:
    assert {"include", "secrets", "configs"} <= SCHEMA["properties"].keys()
    assert "develop" in SCHEMA["$defs"]["service"]["properties"]


def test_the_schema_would_see_a_mistake() -> None:
    wrong = {"services": {"one": {"image": "nats:2.15.1", "restarts": "always"}}}
    assert not Draft202012Validator(SCHEMA).is_valid(wrong)


def test_the_four_services_and_what_they_stand_on_are_there() -> None:
    assert set(SERVERS) == {*SERVICES, "gateway", "postgres", "nats", "meilisearch", "mail"}
    assert set(ALL) >= JOBS


@pytest.mark.parametrize("name", sorted(ALL))
def test_images_are_pinned(name: str) -> None:
    assert PINNED.fullmatch(ALL[name]["image"]), ALL[name]["image"]


@pytest.mark.parametrize("name", SERVERS)
def test_servers_have_a_health_check_and_come_back_after_a_crash(name: str) -> None:
    assert ALL[name]["healthcheck"]["test"][0] == "CMD"
    assert ALL[name]["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", sorted(JOBS))
def test_jobs_are_tried_again_but_not_for_ever(name: str) -> None:
    assert ALL[name]["restart"] == "on-failure:5"


@pytest.mark.parametrize("name", sorted(ALL))
def test_containers_can_do_little_harm(name: str) -> None:
    service = ALL[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert set(service.get("cap_add", [])) <= {"NET_BIND_SERVICE", "CHOWN"}
    assert not service.get("privileged")
    assert set(service["deploy"]["resources"]["limits"]) == {"cpus", "memory", "pids"}


@pytest.mark.parametrize("name", sorted(ALL))
def test_nobody_runs_as_root_but_the_one_that_hands_out_volumes(name: str) -> None:
    assert (ALL[name]["user"].split(":")[0] == "0") == (name == "volumes")


def test_the_one_that_runs_as_root_reaches_no_network() -> None:
    assert ALL["volumes"]["network_mode"] == "none"


@pytest.mark.parametrize("name", sorted(ALL))
def test_networks_and_network_mode_are_not_mixed(name: str) -> None:
    assert ("networks" in ALL[name]) != ("network_mode" in ALL[name])


def test_secrets_are_files_and_none_is_inline() -> None:
    assert all(list(secret) == ["file"] for secret in COMPOSE["secrets"].values())
    for name, service in ALL.items():
        for key, value in service.get("environment", {}).items():
            assert not SECRET_WORD.search(key) or str(value).startswith("/run/secrets/"), f"{name}: {key}"


def test_every_secret_is_used_and_every_used_one_is_there() -> None:
    used = {source for service in ALL.values() for source, _target in _secrets(service)}
    assert used == set(COMPOSE["secrets"])


def test_a_service_sees_only_its_own_database_and_broker_passwords() -> None:
    for service in SERVICES:
        seen = [source for source, _target in _secrets(ALL[service])]
        assert [name for name in seen if name.endswith(("_database_url", "_nats_url"))] == [
            f"{service}_database_url",
            f"{service}_nats_url",
        ]


def test_only_partners_can_sign_sessions_and_all_can_check_them() -> None:
    holders = {name for name, service in ALL.items() if "session_private_key" in dict(_secrets(service))}
    assert holders == {"partners"}
    assert all("session_public_key" in dict(_secrets(ALL[service])) for service in SERVICES)


def test_secrets_lie_where_the_settings_look() -> None:
    for service in SERVICES:
        targets = [target for _source, target in _secrets(ALL[service])]
        assert all(re.fullmatch(r"koblingsboks_[a-z_]+", target) for target in targets)


def test_only_the_gateway_and_the_demo_mailbox_are_reached_from_outside() -> None:
    assert {name for name, service in ALL.items() if service.get("ports")} == {"gateway", "mail"}
    assert all(port.startswith("127.0.0.1:") for port in ALL["mail"]["ports"])
    assert ALL["mail"]["profiles"] == ["demo"]


def test_what_holds_data_is_on_an_inner_network_only() -> None:
    assert COMPOSE["networks"]["back"]["internal"] is True
    assert all(ALL[name]["networks"] == ["back"] for name in ("postgres", "nats", "meilisearch"))


def test_services_wait_for_their_tables_and_streams() -> None:
    for service in SERVICES:
        waits = ALL[service]["depends_on"]
        assert waits[f"migrate-{service}"]["condition"] == "service_completed_successfully"
        assert waits["topology"]["condition"] == "service_completed_successfully"


def test_whom_anybody_waits_for_is_there_and_answers() -> None:
    for name, service in ALL.items():
        for other, how in service.get("depends_on", {}).items():
            assert other in ALL, f"{name} waits for {other}"
            assert (how["condition"] == "service_completed_successfully") == (other in JOBS), f"{name}: {other}"


def test_volumes_are_named_and_all_used() -> None:
    mounted = {_volume(mount) for service in ALL.values() for mount in service.get("volumes", [])}
    assert {name for name in mounted if not name.startswith("./")} == set(COMPOSE["volumes"])


def test_mounted_files_are_in_the_repository() -> None:
    mounted = {_volume(mount) for service in ALL.values() for mount in service.get("volumes", [])}
    assert [name for name in mounted if name.startswith("./") and not (ROOT / name).is_file()] == []


def test_what_must_be_set_is_in_the_example() -> None:
    text = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    named = set(re.findall(r"(?<!\$)\$\{([A-Z_]+)", text))
    assert named <= set(re.findall(r"(?m)^([A-Z_]+)=", example))


def test_search_keys_are_made_as_on_one_machine() -> None:
    script = COMPOSE["configs"]["make-keys"]["content"]
    made = {key["uid"]: key for key in map(json.loads, re.findall(r"make_key '([^']+)'", script))}
    assert made.keys() == {INDEXER.uid, SEARCH.uid}
    for scope in (INDEXER, SEARCH):
        assert sorted(made[scope.uid]["actions"]) == sorted(scope.actions)
        assert made[scope.uid]["indexes"] == ["cases*"]


def _secrets(service: dict[str, Any]) -> list[tuple[str, str]]:
    pairs = []
    for secret in service.get("secrets", []):
        pairs.append((secret, secret) if isinstance(secret, str) else (secret["source"], secret["target"]))
    return pairs


def _volume(mount: str | dict[str, Any]) -> str:
    return mount.split(":")[0] if isinstance(mount, str) else str(mount["source"])
