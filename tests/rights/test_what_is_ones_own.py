"""What is somebody's own is nobody else's, whatever their role; and what needs its person is closed to programs."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.rights.cast import CAST
from tests.rights.conftest import Prepared
from tests.rights.doors import DOORS
from tests.rights.rules import IN_PERSON
from tests.rights.stage import on_stage
from tests.rights.walk import refused


async def test_nobody_touches_anothers_session_token_passkey_account_or_claim(
    prepared: Prepared, tmp_path: Path
) -> None:
    template, world = prepared.of("partners")
    own = [door for door in DOORS["partners"] if door.own]
    wrong: list[tuple[str, str, int]] = []
    async with on_stage("partners", template, world, tmp_path) as stage:
        for door in own:
            for member, other in zip(CAST, [*CAST[1:], CAST[0]], strict=True):
                answer = await stage.ask(door, member, world.own[other.name])
                if not refused(door, member, answer) or stage.changed():
                    wrong.append((door.path, member.name, answer.status_code))
                    stage.reset()
    assert {key for door in own for key in ("session", "token", "passkey", "identity", "claim") if key in door.path} == {
        "session", "token", "passkey", "identity", "claim",
    }  # fmt: skip
    assert wrong == []


@pytest.mark.parametrize("service", DOORS)
async def test_a_program_does_nothing_that_needs_its_person(service: str, prepared: Prepared, tmp_path: Path) -> None:
    template, world = prepared.of(service)
    doors = [replace(door, by_program=True) for door in DOORS[service] if door.rule in IN_PERSON]
    assert doors or service == "events"
    async with on_stage(service, template, world, tmp_path) as stage:
        answers = [(door.path, (await stage.ask(door, member)).status_code) for door in doors for member in CAST]
        assert not stage.changed()
    assert {path: status for path, status in answers if status not in (403, 404)} == {}
