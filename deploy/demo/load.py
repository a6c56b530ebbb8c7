"""Loading the demo: the library, the invented network and its calendar; a second time changes nothing."""

import json
from importlib.resources import files
from pathlib import Path

from deploy import installation
from shared.clock import now
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
    from services.partners.usecases import loading as partners

    for service, tables, verb, name in (
        ("partners", PARTNERS, partners.load, "partners.jsonl"),
        ("knowledge", KNOWLEDGE, knowledge.load, "cases.jsonl"),
    ):
        database = Database(installation.settings(service, data).database(), tables)
        try:
            _loaded(name, await verb(database, _lines(name), dry_run=False, progress=_quiet))
        finally:
            await database.close()
    database = Database(installation.settings("events", data).database(), EVENTS)
    try:
        await events.load(database, json.loads((DATA / "webinars.json").read_text("utf-8")), now().date())
    finally:
        await database.close()


def _lines(name: str) -> list[str]:
    return (DATA / name).read_text("utf-8").splitlines()


def _loaded(name: str, report: LoadReport) -> None:
    if report.errors:
        first = report.errors[0]
        raise ValueError(f"{name} line {first.line}: {first.field}: {first.text}")


def _quiet(_more: int) -> None:
    return
