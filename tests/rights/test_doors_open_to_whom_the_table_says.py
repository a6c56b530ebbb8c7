"""Everybody at every door: who may comes in, who may not is refused and changes nothing."""

from pathlib import Path

import httpx
import pytest

from tests.rights.cast import NEAR, Member
from tests.rights.conftest import Prepared
from tests.rights.door import Door
from tests.rights.doors import DOORS
from tests.rights.rules import RULES
from tests.rights.stage import everybody, on_stage

Answer = tuple[str, str, str, str | int]


@pytest.mark.parametrize("service", DOORS)
async def test_who_may_comes_in_and_who_may_not_is_refused(
    service: str, prepared: Prepared, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    template, world = prepared.of(service)
    wrong: list[Answer] = []
    asked = 0
    async with on_stage(service, template, world, tmp_path) as stage:
        for door in DOORS[service]:
            for member in everybody():
                answer = await stage.ask(door, member)
                asked += 1
                may = allowed(door, member)
                if not (came_in(door, answer) if may else refused(door, member, answer)):
                    wrong.append(_told(door, member, answer.status_code))
                if stage.database.changed():
                    if not may and (touched := stage.database.tables_changed()):
                        wrong.append(_told(door, member, f"changed {', '.join(sorted(touched))}"))
                    stage.database.reset()
    with capsys.disabled():
        print(f"\n{service}: {len(DOORS[service])} doors, {asked} answers, {len(wrong)} wrong")
    assert not wrong, "\n".join(map(str, wrong))


def allowed(door: Door, member: Member | None) -> bool:
    """Whether somebody may, by the table of rights."""
    if member is None:
        return door.rule == "anybody"
    return RULES[door.rule].allows(member.kind, member.relation(NEAR))


def came_in(door: Door, answer: httpx.Response) -> bool:
    """Whether an answer is that to somebody who may."""
    if door.then is not None:
        return answer.status_code == door.then
    return answer.is_success or (answer.is_redirect and not _to_sign_in(answer))


def refused(door: Door, member: Member | None, answer: httpx.Response) -> bool:
    """Whether an answer is that to somebody who may not; to a visitor it is the way to sign in."""
    if answer.status_code in (404, *door.refused):
        return True
    return answer.status_code == 403 if member else answer.status_code == 401 or _to_sign_in(answer)


def _to_sign_in(answer: httpx.Response) -> bool:
    return answer.status_code == 303 and answer.headers["location"].startswith("/partners/sign-in?")


def _told(door: Door, member: Member | None, what: str | int) -> Answer:
    return door.method, door.path, member.name if member else "visitor", what
