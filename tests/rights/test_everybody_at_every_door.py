"""Each role, at home and away, at every door of every service: who may comes in, who may not is refused, changes nothing, and
nobody is shown a word of a record that is not theirs.

The answers are gathered once for a service, and each test tells of what it found in them.
"""

from collections.abc import Awaitable, Callable

import pytest

from tests.rights.conftest import Prepared
from tests.rights.doors import DOORS
from tests.rights.lists import beside, lists
from tests.rights.stage import Stage, on_stage
from tests.rights.walk import Walk, walked
from tests.support.apps import Databases, service_app
from tests.support.servers import Postgres

Through = Callable[[str], Awaitable[Walk]]


@pytest.fixture(scope="session")
def through(prepared: Prepared) -> Through:
    """Give the walk through a service, made the first time it is asked for."""
    known: dict[str, Walk] = {}

    async def walk(service: str) -> Walk:
        if service not in known:
            template, world = prepared.of(service)
            async with on_stage(service, template, world, prepared.folder) as stage:
                known[service] = await walked(stage, DOORS[service], beside(service))
        return known[service]

    return walk


@pytest.mark.parametrize("service", DOORS)
async def test_who_may_comes_in_and_who_may_not_is_refused(service: str, through: Through) -> None:
    found = await through(service)
    assert not found.wrong, _lines(found.wrong)


@pytest.mark.parametrize("service", DOORS)
async def test_who_is_refused_changes_nothing(service: str, through: Through) -> None:
    found = await through(service)
    assert not found.changed, _lines(found.changed)


@pytest.mark.parametrize("service", DOORS)
async def test_no_door_breaks(service: str, through: Through) -> None:
    found = await through(service)
    assert not found.broken, _lines(found.broken)


@pytest.mark.parametrize("service", DOORS)
async def test_no_answer_holds_a_foreign_row(
    service: str, through: Through, capsys: pytest.CaptureFixture[str]
) -> None:
    found = await through(service)
    with capsys.disabled():
        print(f"\n{service}: {_summary(found)}, at {len(DOORS[service])} doors")
    assert not found.foreign, _lines(found.foreign)
    assert found.unseen == set(), "nobody was shown these, so nothing was tried"


@pytest.mark.parametrize("service", DOORS)
async def test_nor_does_a_list_on_postgresql(
    service: str, prepared: Prepared, postgres: Postgres, capsys: pytest.CaptureFixture[str]
) -> None:
    with Databases(service, prepared.folder).postgres(postgres) as url:
        async with service_app(service, url, prepared.folder) as app:
            stage = Stage(app, await prepared.entered(service, app.database), None)
            found = await walked(stage, lists(service), lists(service, beside(service)))
            await stage.close()
    with capsys.disabled():
        print(f"\n{service} on PostgreSQL: {_summary(found)}")
    assert not found.foreign, _lines(found.foreign)
    assert not found.wrong, _lines(found.wrong)
    assert not found.broken, _lines(found.broken)


def _summary(found: Walk) -> str:
    return f"{found.answers} answers, {found.marks} records with marks, {len(found.foreign)} foreign rows"


def _lines(told: list[tuple[str, str, str]]) -> str:
    return "\n".join(map(str, told))
