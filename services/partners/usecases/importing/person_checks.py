"""What rows of people would do to the registry: whom they are about, what they act for, and whether they can be entered."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from services.partners.models import Organisation, Person
from services.partners.queries.importing import KnownOrganisations, KnownPeople
from services.partners.usecases.importing.account_checks import OTHER_NAME, UNKNOWN, same_name
from services.partners.usecases.importing.cells import Row
from services.partners.usecases.importing.doubles import mark_doubles
from services.partners.usecases.importing.kinds import Checked
from services.partners.usecases.importing.organisation_checks import MERGED, running_in
from services.partners.usecases.importing.person_plan import OUT_OF_REACH, Plan, hindrance, own_region, places, planned
from services.partners.usecases.importing.person_rows import OF_ROLE
from services.partners.usecases.importing.places import RegionNames
from services.partners.usecases.roles import NEEDS_REGION, OF_ORGANISATION
from services.partners.visibility import hidden
from shared.auth.actor import Actor
from shared.contracts.vocabulary import Role
from shared.errors import Refusal
from shared.sheets.lines import EMPTY
from shared.web.formats import org_number
from shared.web.i18n import marker as _
from shared.web.labels import ROLE_LABELS

ERASED = _("Personen er slettet. Ta bort raden, eller gi en ny ekstern id hvis personen selv er kommet tilbake.")
MERGED_PERSON = _("Personen er slått sammen med en annen oppføring. Ta bort raden, eller skriv id-en som gjelder nå.")
TWO_PEOPLE = _("Det eksterne id-et og adressen tilhører to ulike personer i registeret. Rett det som er feil.")
OTHER_ID = _("%(name)s har det eksterne id-et «%(id)s» fra før. Skriv det, eller la cellen stå tom.")
UNKNOWN_ID = _(
    "Vi kjenner ingen virksomhet med det eksterne id-et «%(id)s». Importer virksomhetene først, eller rett id-et."
)
TWO_ORGANISATIONS = _("Virksomhetens nummer og eksterne id gjelder to ulike virksomheter. Rett det som er feil.")
NO_NUMBER = _("Navnet alene sier ikke hvilken virksomhet det er. Fyll ut organisasjonsnummeret eller virksomhetens id.")
NEEDS_A_REGION = _("Rollen %(role)s gjelder en region. Fyll ut regionen.")
NEEDS_AN_ORGANISATION = _("Rollen %(role)s gjelder en virksomhet. Fyll ut organisasjonsnummeret.")
NOT_OF_ORGANISATION = _("Rollen %(role)s gjelder ikke en virksomhet. Ta bort virksomheten, eller velg en annen rolle.")
BELONGS_NOWHERE = _("Skriv hvilken virksomhet eller region personen hører til.")
NOT_PARTNER_THERE = _("%(name)s er ikke partner i %(region)s. Rett regionen, eller la cellen stå tom.")
ONE_REGION = _("En person uten virksomhet hører til én region. Skriv bare den.")
NO_FUNCTION = _("Oppgaver gjelder en virksomhet. Fyll ut organisasjonsnummeret, eller la cellen stå tom.")


OF_ROLE_AND_ID = (*OF_ROLE, "organisation_id")


@dataclass
class Registry:
    """What the registry knows of the people and organisations in a file. `editable` and `erased` are ids."""

    people: KnownPeople
    organisations: KnownOrganisations
    regions: RegionNames
    editable: Collection[UUID]
    erased: Collection[str]

    @cached_property
    def regions_of(self) -> dict[UUID, list[str]]:
        """Where each organisation is a partner today."""
        return {one.id: running_in(self.organisations.memberships[one.id]) for one in self.organisations.all}

    def seen_by(self, actor: Actor, found: Organisation | None) -> Organisation | None:
        """Return an organisation, unless it is another region's prospect: of those nobody else is told."""
        return None if found is None or hidden(actor, found, self.regions_of[found.id]) else found


def judged(rows: Sequence[Row], registry: Registry, actor: Actor) -> list[Checked]:
    """Return what each row would do, by its number in the file."""
    unknown = set()
    for row in rows:
        registry.regions.resolve(row, "region")
        if _organisation(row, registry, actor):
            unknown.add(row.number)
    follows = mark_doubles(rows, ("external_id", "email"), OF_ROLE_AND_ID, lambda row: places(row.given, ()) or [None])
    return [_judged(row, registry, actor, row.number not in follows, row.number in unknown) for row in rows]


def _organisation(row: Row, registry: Registry, actor: Actor) -> bool:
    """Put the id of the organisation a row names beside its number; returns whether nobody knows it."""
    given, known = row.given, registry.organisations
    number, external_id = given.get("organisation_number"), given.get("organisation")
    by_number = registry.seen_by(actor, known.by_number.get(number or ""))
    by_id = known.by_external_id.get(external_id or "") or known.by_alias.get(external_id or "")
    by_id = registry.seen_by(actor, by_id)
    if number and by_number is None:
        row.wrong("organisation_number", UNKNOWN, number=org_number(number))
        return len(row.problems) == 1
    if external_id and by_id is None:
        row.wrong("organisation", UNKNOWN_ID, id=external_id)
        return len(row.problems) == 1
    found = by_number or by_id
    if found is None:
        return False
    if by_number and by_id and by_number.id != by_id.id:
        row.wrong("organisation", TWO_ORGANISATIONS)
    elif found.merged_into is not None:
        heir = known.heirs[found.id].name
        row.wrong("organisation_number" if by_number else "organisation", MERGED, survivor=heir)
    else:
        _acts_for(row, found, registry)
    return False


def _acts_for(row: Row, found: Organisation, registry: Registry) -> None:
    row.given["organisation_id"] = str(found.id)
    held = {one.region for one in registry.organisations.memberships[found.id]}
    own = [slug for slug in row.given.get("region", []) if slug not in held]
    if own and set(row.given.get("role", [])) <= set(OF_ORGANISATION):
        row.wrong("region", NOT_PARTNER_THERE, name=found.name, region=registry.regions.name(own[0]))
    written = row.given.get("organisation_name")
    names = (found.name, *registry.organisations.former_names[found.id])
    if written and not same_name(written, names):
        row.say("warn", "organisation_name", OTHER_NAME, name=found.name)


def _judged(row: Row, registry: Registry, actor: Actor, is_first: bool, is_unknown: bool) -> Checked:
    checked = Checked(row.number, "unknown" if is_unknown else "wrong", _title(row.given), place=row.number)
    _fits(row)
    found = _known(row, registry)
    if not row.is_wrong:
        checked.subject_id = found.id if found else None
        _plan(row, checked, registry, actor, found, is_first=is_first)
    elif is_unknown and sum(one["level"] == "wrong" for one in row.problems) > 1:
        checked.outcome = "wrong"
    checked.problems = row.problems
    checked.given = row.given if checked.outcome in ("new", "corrected", "unchanged") else row.raw()
    return checked


def _fits(row: Row) -> None:
    """Note roles without what they are held over, and what is said of an organisation without one."""
    given = row.given
    if row.problems and row.is_wrong:
        return
    acts = "organisation_id" in given
    roles: list[Role] = given.get("role", [])
    for role in roles:
        if role in NEEDS_REGION and "region" not in given:
            row.wrong("region", NEEDS_A_REGION, role=ROLE_LABELS[role])
        elif role == "partner_admin" and not acts:
            row.wrong("organisation_number", NEEDS_AN_ORGANISATION, role=ROLE_LABELS[role])
    if roles and acts and not set(roles) & set(OF_ORGANISATION):
        row.wrong("role", NOT_OF_ORGANISATION, role=ROLE_LABELS[roles[0]])
    if "organisation_name" in given and not acts:
        row.wrong("organisation_number", NO_NUMBER)
    elif "functions" in given and not acts:
        row.wrong("functions", NO_FUNCTION)
    if own_region(given) and len(given["region"]) > 1:
        row.wrong("region", ONE_REGION)


def _known(row: Row, registry: Registry) -> Person | None:
    """Return whom a row is about, and note where its id and its address are not one's."""
    given, known = row.given, registry.people
    external_id = given.get("external_id", "")
    by_id, by_email = known.by_external_id.get(external_id), known.by_email.get(given.get("email", ""))
    if external_id in registry.erased:
        row.wrong("external_id", ERASED)
    elif by_id is None and external_id in known.merged:
        row.wrong("external_id", MERGED_PERSON)
    elif by_id is not None and by_email is not None and by_id.id != by_email.id:
        row.wrong("email", TWO_PEOPLE)
    found = by_id or by_email
    if row.is_wrong or found is None or found.id not in registry.editable:
        return found
    if by_id is None and found.external_id and external_id:
        row.wrong("external_id", OTHER_ID, name=found.name, id=found.external_id)
    return found


def _plan(
    row: Row, checked: Checked, registry: Registry, actor: Actor, found: Person | None, *, is_first: bool
) -> None:
    if found is not None and found.id not in registry.editable:
        row.wrong("email" if "email" in row.given else "external_id", OUT_OF_REACH)
        checked.outcome = "foreign"
        return
    held = registry.people.grants.get(found.id, ()) if found else ()
    try:
        plan = planned(row.given, found, held)
    except Refusal as refusal:
        row.wrong(refusal.field or "role", refusal.message, **refusal.values)
        return
    if stopped := hindrance(actor, row.given, plan, registry.regions_of, registry.regions):
        name, text, values = stopped
        row.wrong(name, text, **values)
        checked.outcome = "foreign"
        return
    if found is None:
        _new(row, plan)
    for name, text, values in plan.doubts:
        row.say("doubt", name, text, **values)
    if not row.is_wrong:
        is_new = found is None and is_first
        checked.outcome = "new" if is_new else "corrected" if plan.changes else "unchanged"


def _new(row: Row, plan: Plan) -> None:
    for name in ("name", "email"):
        if name not in row.given:
            row.wrong(name, EMPTY)
    nowhere = all(one.region is None and one.organisation_id is None for one in plan.roles.give)
    everywhere = any(one.role in ("national", "auditor") for one in plan.roles.give)
    if nowhere and not everywhere and "region" not in plan.values:
        row.wrong("organisation_number" if "organisation_number" in row.line.fields else "region", BELONGS_NOWHERE)


def _title(given: dict[str, Any]) -> str:
    return str(given.get("name") or given.get("email") or given.get("external_id", ""))[:300]
