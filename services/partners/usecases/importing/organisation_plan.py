"""What a row would change of an organisation: the same for the check, which tells, and for the entering, which does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.partners.likeness import bare
from services.partners.models import Membership, Organisation
from services.partners.names import folded
from services.partners.usecases.importing.places import Partnerships, RegionNames, differing, partnerships
from services.partners.visibility import hidden
from shared.auth.actor import Actor
from shared.auth.policy import about, can
from shared.web.formats import org_number
from shared.web.i18n import marker as _

VALUES = (
    *("external_id", "org_number", "name", "sector", "status", "municipality", "municipality_number", "website"),
    *("description", "language", "legal_form", "nace_code", "nace_text", "employees", "offers", "needs"),
)
FOREIGN_REGION = _("%(region)s er ikke din region. Ta bort regionen, eller be nasjonalt kontor importere raden.")
FOREIGN = _(
    "%(name)s er ikke partner i noen av dine regioner. Be regionen deres eller nasjonalt kontor importere raden."
)
SHARED = _(
    "%(name)s er partner i flere regioner enn dine. La cellen stå tom, eller be nasjonalt kontor importere raden."
)
NO_REGION_OF_NEW = _("En ny virksomhet må være med i en av dine regioner. Fyll ut regionen.")
OTHER_NAME = _("I registeret heter virksomheten %(name)s. Er det den samme, kryss av; ellers rett nummeret.")
OTHER_NUMBER = _("I registeret har virksomheten nummeret %(number)s. Kryss av hvis den har fått nytt nummer.")
FORMER_NAME = _("Virksomheten het dette før. Navnet i registeret, %(name)s, beholdes.")
SAME_NAME = _("Det finnes allerede en virksomhet som heter %(name)s. Kryss av hvis dette er en annen.")
IN_USE = _("Nummeret eller id-en er i bruk i en annen region. Be nasjonalt kontor importere raden.")
TAKEN_IN = _(
    "%(name)s er registrert fra før, og ikke partner i noen av dine regioner. Raden gjør den til det, og endrer ingen opplysninger om den."
)
ENDED = _("Partnerskapet i %(region)s sluttet %(day)s. Kryss av hvis virksomheten er med igjen fra i dag.")

Said = tuple[str, str, dict[str, object]]
"""A field, an interface string, and its values."""


@dataclass
class Plan:
    """What a row would change: `values` of the organisation, and its partnerships. `doubts` somebody must confirm."""

    values: dict[str, Any]
    places: Partnerships
    doubts: list[Said] = field(default_factory=list)
    notices: list[Said] = field(default_factory=list)

    @property
    def changes(self) -> bool:
        """Whether there is anything to enter."""
        return bool(self.values or self.places.begin or self.places.amend)


def planned(
    given: dict[str, Any],
    found: Organisation | None,
    held: Sequence[Membership],
    former_names: Sequence[str],
    names: RegionNames,
) -> Plan:
    """Return what a row would change; raises what is refused of the dates of partnerships."""
    stated = {name: given[name] for name in VALUES if name in given}
    places = partnerships(given, held, names)
    if found is None:
        return Plan(stated, places)
    plan = Plan(differing(found, stated), places)
    if "name" in plan.values:
        _renamed(plan, found, former_names, by_id="external_id" in given and given["external_id"] == found.external_id)
    if found.org_number and "org_number" in plan.values:
        plan.doubts.append(("org_number", OTHER_NUMBER, {"number": org_number(found.org_number)}))
    for one in places.ended:
        values: dict[str, object] = {"region": names.name(one.region), "day": f"{one.until:%d.%m.%Y}"}
        plan.doubts.append(("regions", ENDED, values))
    return plan


def _renamed(plan: Plan, found: Organisation, former_names: Sequence[str], *, by_id: bool) -> None:
    name = plan.values["name"]
    if folded(name) in {folded(former) for former in former_names}:
        del plan.values["name"]
        plan.notices.append(("name", FORMER_NAME, {"name": found.name}))
    elif not by_id and not set(bare(name).split()) & set(bare(found.name).split()):
        plan.doubts.append(("name", OTHER_NAME, {"name": found.name}))


def from_elsewhere(actor: Actor, found: Organisation, own: Sequence[str]) -> bool:
    """Whether an organisation is a partner of others than `actor`'s regions: a row may have it be theirs too, and no more."""
    return not can(actor, "organisation.edit", about(*own, organisation_id=found.id))


def of_partnership(given: Mapping[str, Any], found: Organisation) -> dict[str, Any]:
    """Return what a row says without what it would change of the organisation itself."""
    return {name: value for name, value in given.items() if name not in VALUES or getattr(found, name) == value}


def hindrance(
    actor: Actor,
    given: Mapping[str, Any],
    plan: Plan,
    found: Organisation | None,
    own: Sequence[str],
    names: RegionNames,
) -> Said | None:
    """Return why `actor` may not enter a row; None where they may. `own` are the regions the organisation is a partner in."""
    for slug in given.get("regions", []):
        if not can(actor, "organisation.create", about(slug)):
            return "regions", FOREIGN_REGION, {"region": names.name(slug)}
    if found is None:
        return None
    if hidden(actor, found, list(own)):
        return _key(given), IN_USE, {}
    called: dict[str, object] = {"name": given.get("name", found.name)}
    if from_elsewhere(actor, found, own) and (plan.values or not given.get("regions")):
        return _key(given), FOREIGN, called
    of_network = (
        "status"
        if "status" in plan.values
        else "org_number"
        if found.org_number and "org_number" in plan.values
        else ""
    )
    if of_network and not can(actor, "organisation.create", about(*own)):
        return of_network, SHARED, called
    return None


def _key(given: Mapping[str, Any]) -> str:
    return "org_number" if "org_number" in given else "external_id"
