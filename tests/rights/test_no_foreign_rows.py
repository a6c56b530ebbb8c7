"""Whatever is asked, by whomever: no answer holds a word of a record that is not theirs to read."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from tests.rights.conftest import Prepared
from tests.rights.door import Door
from tests.rights.doors import DOORS
from tests.rights.lists import shows
from tests.rights.reading import said
from tests.rights.stage import Stage, everybody, on_stage
from tests.support.apps import Databases, service_app
from tests.support.servers import Postgres

Staged = Callable[[str], AbstractAsyncContextManager[Stage]]


@pytest.fixture
def on_sqlite(prepared: Prepared, tmp_path: Path) -> Staged:
    """Give a service on its prepared database."""
    return lambda service: on_stage(service, *prepared.of(service), tmp_path)


@pytest.fixture
def on_postgres(prepared: Prepared, postgres: Postgres, tmp_path: Path) -> Staged:
    """Give a service on a database that was filled for it."""

    @asynccontextmanager
    async def staged(service: str) -> AsyncIterator[Stage]:
        with Databases(service, tmp_path).postgres(postgres) as url:
            async with service_app(service, url, tmp_path) as app:
                stage = Stage(app, await prepared.entered(service, app.database), None)
                yield stage
                await stage.close()

    return staged


@pytest.mark.parametrize("service", DOORS)
async def test_no_answer_holds_what_is_not_theirs(
    service: str, on_sqlite: Staged, capsys: pytest.CaptureFixture[str]
) -> None:
    with capsys.disabled():
        await _read_through(service, on_sqlite, shows(service))


@pytest.mark.parametrize("service", DOORS)
async def test_nor_do_lists_on_postgresql(
    service: str, on_postgres: Staged, capsys: pytest.CaptureFixture[str]
) -> None:
    lists = [door for door in shows(service) if "{" not in door.path and not door.query.endswith(("xlsx", "pdf"))]
    with capsys.disabled():
        await _read_through(service, on_postgres, lists, complete=False)


async def _read_through(service: str, staged: Staged, doors: list[Door], *, complete: bool = True) -> None:
    foreign: set[tuple[str, str, str]] = set()
    broken: list[tuple[str, str, int]] = []
    seen: set[str] = set()
    answers = 0
    async with staged(service) as stage:
        marks = {text.lower(): mark for text, mark in stage.world.marks.items()}
        for door in doors:
            for member in everybody():
                answer = await stage.ask(door, member)
                answers += 1
                who, where = member.name if member else "visitor", f"{door.path}?{door.query}"
                text = said(answer)
                for word, mark in marks.items():
                    if word in text:
                        seen.add(word)
                        if not mark.open_to(member):
                            foreign.add((where, who, word))
                if answer.status_code >= 500 and door.then != answer.status_code:
                    broken.append((where, who, answer.status_code))
    print(f"\n{service}: {answers} answers, {len(marks)} records with marks, {len(foreign)} foreign rows")
    assert not foreign, "\n".join(map(str, sorted(foreign)))
    assert broken == []
    if complete:
        assert marks.keys() - seen == set(), "nobody was shown these, so nothing was tried"
