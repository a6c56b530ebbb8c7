"""Loading the demo: the library, the invented network and its calendar; a second time changes nothing."""

import json
from importlib.resources import files
from pathlib import Path

from deploy import installation
from deploy.demo.accounts import accounts_csv, demo_accounts
from services.partners.schedule import today_in_norway
from shared.auth.actor import Grant
from shared.auth.session import service_actor
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
    await load_accounts(data)
    database = Database(installation.settings("events", data).database(), EVENTS)
    try:
        await events.load(database, json.loads((DATA / "webinars.json").read_text("utf-8")), now().date())
    finally:
        await database.close()


async def load_accounts(data: Path) -> None:
    """Import three years of invented accounts, some of them corrected since; where anybody has delivered, nothing is touched.

    The rows are entered by the service once it runs, so that nobody waits for them.
    """
    from services.partners.models import HOUSE
    from services.partners.queries.dashboards import years_reported
    from services.partners.usecases.importing import KINDS
    from services.partners.usecases.importing.from_file import import_file

    actor = service_actor(Grant("national"), "demo")
    accounts = demo_accounts(today_in_norway(now()).year - 1)
    database = Database(installation.settings("partners", data).database(), HOUSE)
    try:
        async with database.reading() as session:
            if await years_reported(session):
                return
        for first in (True, False):
            file = accounts_csv(accounts, first=first)
            made = await import_file(
                database,
                actor,
                KINDS["accounts"],
                "demo.csv",
                file,
                dry_run=False,
                progress=_quietly,
                later=not first,
            )
            for wrong in (*made.file_problems, *made.wrong, *made.doubts):
                raise ValueError(f"demo accounts: {wrong}")
    finally:
        await database.close()


def _quietly(_more: int, _of: int) -> None:
    return


def _lines(name: str) -> list[str]:
    return (DATA / name).read_text("utf-8").splitlines()


def _loaded(name: str, report: LoadReport) -> None:
    if report.errors:
        first = report.errors[0]
        raise ValueError(f"{name} line {first.line}: {first.field}: {first.text}")


def _quiet(_more: int) -> None:
    return
