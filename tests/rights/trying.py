"""A part of the network tried: everybody at its doors, on SQLite with all that may be changed, or its lists on PostgreSQL.

The answers are judged together: who may comes in; who may not is refused, changes nothing, and learns nothing; no door breaks.
"""

from collections.abc import Callable
from pathlib import Path

from services.events import audit_words as events_words
from services.knowledge.pages import audit_words as knowledge_words
from services.partners import audit_words as partners_words
from shared.ids import parse_id
from shared.web.audit import Labels
from tests.rights.conftest import Prepared
from tests.rights.door import Door
from tests.rights.doors import DOORS
from tests.rights.lists import beside, lists
from tests.rights.stage import Stage, on_stage
from tests.rights.walk import Walk, walked
from tests.support.apps import Databases, service_app
from tests.support.servers import Postgres

LABELS = {
    "partners": partners_words.LABELS,
    "knowledge": knowledge_words.LABELS,
    "events": events_words.LABELS,
    "notifier": Labels({}, {}, {}),
}
"""What the codes in the audit of each service are called."""


def every(_door: Door) -> bool:
    """Any door."""
    return True


async def tried(
    service: str, prepared: Prepared, folder: Path, part: Callable[[Door], bool] = every, *, complete: bool = True
) -> Walk:
    """Return what was found at the doors of `part`; with `complete`, every word that was planted must be shown to somebody."""
    template, world = prepared.of(service)
    async with on_stage(service, template, world, folder) as stage:
        found = await walked(stage, filter(part, DOORS[service]), filter(part, beside(service)))
    _judged(found)
    nameless = _nameless(LABELS[service], found)
    assert not nameless, f"the audit's page has no name for these: {sorted(nameless)}"
    assert not (complete and found.unseen), f"nobody was shown these, so nothing was tried: {sorted(found.unseen)}"
    return found


async def tried_on_postgres(service: str, prepared: Prepared, folder: Path, postgres: Postgres) -> Walk:
    """Return what was found in the lists of a service on PostgreSQL."""
    with Databases(service, folder).postgres(postgres) as url:
        async with service_app(service, url, folder) as app:
            stage = Stage(app, await prepared.entered(service, app.database), None)
            found = await walked(stage, lists(service), lists(service, beside(service)))
            await stage.close()
    _judged(found)
    return found


def _nameless(labels: Labels, found: Walk) -> set[str]:
    """Return the codes the audit was given at the doors that its page has no name for."""
    actions, kinds, fields = (set(one) for one in (labels.actions, labels.kinds, labels.fields))
    told = [({action} - actions, {kind} - kinds, set(names) - fields) for action, kind, names in found.noted]
    # What was assigned to whom is told by ids, which have no names of their own.
    return {code for three in told for codes in three for code in codes if parse_id(code) is None}


def summary(what: str, found: Walk) -> str:
    """Return what a walk came to."""
    return f"\n{what}: {found.answers} answers, {found.marks} records with marks, {len(found.foreign)} foreign rows"


def _judged(found: Walk) -> None:
    kinds = {
        "not as the table says": found.wrong,
        "refused, and changed": found.changed,
        "broke": found.broken,
        "changed, and not in the audit": found.unnoted,
        "a foreign row": found.foreign,
    }
    told = [f"{kind}: {' | '.join(one)}" for kind, all_ in kinds.items() for one in all_]
    assert not told, "\n".join(told)
