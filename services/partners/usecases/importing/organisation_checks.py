"""What rows of organisations would do to the registry: which they are about, and whether they can be entered."""

from collections.abc import Sequence
from typing import Any

from services.partners.models import Membership, Organisation
from services.partners.names import folded
from services.partners.queries.importing import KnownOrganisations
from services.partners.usecases.importing.cells import Row, Words
from services.partners.usecases.importing.doubles import mark_doubles
from services.partners.usecases.importing.kinds import Checked
from services.partners.usecases.importing.organisation_plan import (
    IN_USE,
    NO_REGION_OF_NEW,
    SAME_NAME,
    TAKEN_IN,
    from_elsewhere,
    hindrance,
    of_partnership,
    planned,
)
from services.partners.usecases.importing.organisation_rows import OF_MEMBERSHIP, SECTORS
from services.partners.usecases.importing.places import RegionNames
from services.partners.visibility import hidden
from shared.auth.actor import Actor
from shared.auth.policy import about, can
from shared.clock import today_in_norway
from shared.errors import Refusal
from shared.sheets.lines import EMPTY
from shared.web.formats import org_number
from shared.web.i18n import marker as _

NO_KEY = _(
    "Raden har verken eksternt id eller organisasjonsnummer. Fyll ut ett av dem, så den kjennes igjen neste gang."
)
TWO_RECORDS = _("Det eksterne id-et er %(name)s, men nummeret er %(other)s. Rett det som er feil.")
OTHER_ID = _("%(name)s har det eksterne id-et «%(id)s» fra før. Skriv det, eller la cellen stå tom.")
NO_SECTOR = _("En ny virksomhet må ha en sektor. Skriv ett av disse: %(choices)s.")
NO_PLACE = _("Raden sier noe om medlemskap, men ikke i hvilken region. Fyll ut regionen.")
ELSEWHERE = _("Kommunenummer %(number)s ligger ikke i %(county)s. Rett nummeret eller fylket.")
MERGED = _(
    "Virksomheten er slått sammen med %(survivor)s. Ta bort raden, eller rett id og nummer til dem virksomheten nå har."
)
NO_TOPIC = _("Temaet «%(topic)s» finnes ikke i lista. Skriv ett av disse: %(topics)s.")


class Registry:
    """What the registry knows of the organisations in a file, and of the regions and topics they name."""

    def __init__(self, known: KnownOrganisations, regions: RegionNames, topics: Words) -> None:
        self.known, self.regions, self.topics = known, regions, topics

    def own_regions(self, found: Organisation) -> list[str]:
        """Return where an organisation is a partner today."""
        return running_in(self.known.memberships[found.id])


def running_in(held: Sequence[Membership]) -> list[str]:
    """Return the regions of those that hold today."""
    today = today_in_norway()
    return sorted({one.region for one in held if one.since <= today and (one.until is None or one.until > today)})


def judged(rows: Sequence[Row], registry: Registry, actor: Actor) -> list[Checked]:
    """Return what each row would do, by its number in the file."""
    for row in rows:
        registry.regions.resolve(row, "regions")
        _topics(row, registry.topics)
        _by_itself(row, registry.regions)
    follows = mark_doubles(
        rows, ("external_id", "org_number"), OF_MEMBERSHIP, lambda row: row.given.get("regions") or [None]
    )
    return [_judged(row, registry, actor, is_first=row.number not in follows) for row in rows]


def _topics(row: Row, topics: Words) -> None:
    for name in ("offers", "needs"):
        codes = []
        for written in row.given.pop(name, []):
            if code := topics.code(written):
                codes.append(code)
            else:
                row.wrong(name, NO_TOPIC, topic=written[:60], topics=topics.shown)
        if codes:
            row.given[name] = list(dict.fromkeys(codes))


def _by_itself(row: Row, regions: RegionNames) -> None:
    given = row.given
    readable = not row.problems
    if readable and not {"external_id", "org_number"} & set(given):
        row.wrong("external_id" if "external_id" in row.line.fields else "org_number", NO_KEY)
    if readable and "regions" not in given and {"membership", "since", "until"} & set(given):
        row.wrong("regions", NO_PLACE)
    county, number = regions.find(given.get("county", "")), given.get("municipality_number", "")
    if county is not None and number and number[:2] not in county.covers:
        row.wrong("municipality_number", ELSEWHERE, number=number, county=given["county"])


def _judged(row: Row, registry: Registry, actor: Actor, *, is_first: bool) -> Checked:
    checked = Checked(row.number, "wrong", _title(row.given), place=row.number)
    if not row.is_wrong and _in_use(row, registry, actor):
        checked.outcome = "foreign"
    found = None if row.is_wrong else _known(row, registry.known)
    if not row.is_wrong:
        checked.subject_id = found.id if found else None
        _plan(row, checked, registry, actor, found, is_first=is_first)
    checked.problems = row.problems
    checked.given = row.given if checked.outcome in ("new", "corrected", "unchanged") else row.raw()
    return checked


def _in_use(row: Row, registry: Registry, actor: Actor) -> bool:
    """Note where a row's number or id is that of another region's prospect, of which nothing else is told."""
    known, number, external_id = registry.known, row.given.get("org_number", ""), row.given.get("external_id", "")
    by_id = known.by_external_id.get(external_id) or known.by_alias.get(external_id)
    for name, found in (("org_number", known.by_number.get(number)), ("external_id", by_id)):
        if found is not None and hidden(actor, found, registry.own_regions(found)):
            row.wrong(name, IN_USE)
            return True
    return False


def _known(row: Row, known: KnownOrganisations) -> Organisation | None:
    """Return the organisation a row is about, and note where its id and its number are not one."""
    given = row.given
    by_id, by_number = (
        known.by_external_id.get(given.get("external_id", "")),
        known.by_number.get(given.get("org_number", "")),
    )
    found = by_id or by_number
    if (heir := known.by_alias.get(given.get("external_id", ""))) and by_id is None:
        row.wrong("external_id", MERGED, survivor=heir.name)
    elif found is not None and found.merged_into is not None:
        row.wrong("org_number" if found is by_number else "external_id", MERGED, survivor=known.heirs[found.id].name)
    elif by_id is not None and by_number is not None and by_id.id != by_number.id:
        row.wrong("org_number", TWO_RECORDS, name=by_id.name, other=by_number.name)
    elif by_number is not None and by_id is None and by_number.external_id and "external_id" in given:
        row.wrong("external_id", OTHER_ID, name=by_number.name, id=by_number.external_id)
    return found


def _plan(
    row: Row, checked: Checked, registry: Registry, actor: Actor, found: Organisation | None, *, is_first: bool
) -> None:
    if row.is_wrong:
        return
    held = registry.known.memberships[found.id] if found else []
    own = registry.own_regions(found) if found else []
    if found is not None and from_elsewhere(actor, found, own) and "regions" in row.given:
        _takes_in(row, found)
    try:
        plan = planned(row.given, found, held, registry.known.former_names[found.id] if found else [], registry.regions)
    except Refusal as refusal:
        row.wrong(refusal.field or "name", refusal.message, **refusal.values)
        return
    if stopped := hindrance(actor, row.given, plan, found, own, registry.regions):
        name, text, values = stopped
        row.wrong(name, text, **values)
        checked.outcome = "foreign"
        return
    if found is None:
        _new(row, registry, actor, is_first=is_first)
    for name, text, values in plan.doubts:
        row.say("doubt", name, text, **values)
    for name, text, values in plan.notices:
        row.say("warn", name, text, **values)
    if not row.is_wrong:
        is_new = found is None and is_first
        checked.outcome = "new" if is_new else "corrected" if plan.changes else "unchanged"


def _takes_in(row: Row, found: Organisation) -> None:
    """Have a row about a partner of other regions say nothing but where it is a partner too."""
    kept = of_partnership(row.given, found)
    if kept != row.given:
        row.say("warn", "regions", TAKEN_IN, name=found.name)
    row.given = kept


def _new(row: Row, registry: Registry, actor: Actor, *, is_first: bool) -> None:
    given = row.given
    if "name" not in given:
        row.wrong("name", EMPTY)
    if "sector" not in given and is_first:
        row.wrong("sector", NO_SECTOR, choices=SECTORS.shown)
    if "regions" not in given and not can(actor, "organisation.create", about(national=True)):
        row.wrong("regions", NO_REGION_OF_NEW)
    other = registry.known.by_name.get(folded(given.get("name", "")))
    if is_first and other is not None and not hidden(actor, other, registry.own_regions(other)):
        row.say("doubt", "name", SAME_NAME, name=other.name)


def _title(given: dict[str, Any]) -> str:
    name = given.get("name") or org_number(given.get("org_number")) or given.get("external_id", "")
    return str(name)[:300]
