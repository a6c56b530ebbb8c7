"""Loading the demo: the library, the invented network and its calendar; a second time changes nothing."""

import json
from importlib.resources import files
from pathlib import Path

from deploy import installation
from shared.clock import today_in_norway
from shared.db.session import Database
from shared.loading import LoadReport

DATA = files("deploy.demo") / "data"


async def load(data: Path) -> None:
    """Load the demo into the databases of the installation in `data`."""
    from services.events.models import HOUSE as EVENTS
    from services.events.usecases import loading as events
    from services.knowledge.models import HOUSE as KNOWLEDGE
    from services.knowledge.usecases import loading as knowledge
    from services.partners.models import HOUSE as PARTNERS

    database = Database(installation.settings("partners", data).database(), PARTNERS)
    try:
        await load_registry(database)
    finally:
        await database.close()
    database = Database(installation.settings("knowledge", data).database(), KNOWLEDGE)
    try:
        _loaded("cases.jsonl", await knowledge.load(database, _lines("cases.jsonl"), dry_run=False, progress=_quiet))
    finally:
        await database.close()
    database = Database(installation.settings("events", data).database(), EVENTS)
    try:
        await events.load(database, json.loads((DATA / "webinars.json").read_text("utf-8")), today_in_norway())
    finally:
        await database.close()


async def load_registry(database: Database) -> None:
    """Import the invented network and give it its history; where it has one, nothing is touched: what people did since is theirs."""
    from deploy.demo import history
    from services.partners.usecases import loading

    if await history.entered(database):
        return
    report = await loading.load(database, _lines("partners.jsonl"), dry_run=False, progress=_quiet)
    _loaded("partners.jsonl", report)
    await history.enter(database)


def _lines(name: str) -> list[str]:
    return (DATA / name).read_text("utf-8").splitlines()


def _loaded(name: str, report: LoadReport) -> None:
    if report.errors:
        first = report.errors[0]
        raise ValueError(f"{name} line {first.line}: {first.field}: {first.text}")


def _quiet(_more: int) -> None:
    return
