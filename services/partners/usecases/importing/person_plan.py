"""What a row would change of a person: the same for the check, which tells, and for the entering, which does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast
from uuid import UUID

from services.partners.models import Person, PersonGrant, Place
from services.partners.names import folded
from services.partners.people_errors import RoleBackwards
from services.partners.usecases.importing.organisation_plan import Said
from services.partners.usecases.importing.places import RegionNames, as_day, differing
from services.partners.usecases.roles import OF_ORGANISATION, OF_REGION, may_give
from shared.auth.actor import Actor
from shared.auth.policy import about, can
from shared.clock import today_in_norway
from shared.contracts.vocabulary import Role
from shared.web.i18n import marker as _
from shared.web.labels import ROLE_LABELS

VALUES = ("external_id", "name", "email", "phone", "title", "language", "focus_areas", "active")
FOREIGN_REGION = _("%(region)s er ikke din region. Ta bort regionen, eller be nasjonalt kontor importere raden.")
FOREIGN_ORGANISATION = _(
    "%(name)s er ikke partner i noen av dine regioner. Be regionen deres eller nasjonalt kontor importere raden."
)
OUT_OF_REACH = _(
    "Dette er en person utenfor ditt ansvar, eller med roller du ikke kan gi. Be nasjonalt kontor importere raden."
)
NOT_GIVEN_HERE = _(
    "Rollen %(role)s kan bare nasjonalt kontor importere. Gi den på personens side, eller be nasjonalt kontor importere raden."
)
OTHER_PERSON = _("I registeret har %(name)s denne adressen. Er det den samme, kryss av; ellers rett adressen.")
CONFIRMED_ADDRESS = _(
    "Personen har selv bekreftet adressen som står i registeret. Kryss av hvis adressen i filen skal ta over."
)
ENDED = _("Rollen ble avsluttet %(day)s. Kryss av hvis den skal gis på nytt fra i dag.")


@dataclass
class Roles:
    """What a row does to the roles of a person; `ended`: those it would give again, which somebody must confirm."""

    give: list[PersonGrant] = field(default_factory=list)
    amend: list[tuple[PersonGrant, dict[str, Any]]] = field(default_factory=list)
    ended: list[PersonGrant] = field(default_factory=list)

    @property
    def touched(self) -> list[PersonGrant]:
        """Every role that begins or changes."""
        return [*self.give, *(one for one, _values in self.amend)]


@dataclass
class Plan:
    """What a row would change: `values` of the person, and their roles. `doubts` somebody must confirm."""

    values: dict[str, Any]
    roles: Roles
    doubts: list[Said] = field(default_factory=list)

    @property
    def changes(self) -> bool:
        """Whether there is anything to enter."""
        return bool(self.values or self.roles.give or self.roles.amend)


def planned(given: Mapping[str, Any], found: Person | None, held: Sequence[PersonGrant]) -> Plan:
    """Return what a row would change; `held` are all roles the person ever had. Raises RoleBackwards."""
    stated = {name: given[name] for name in VALUES if name in given}
    if belongs_to := own_region(given):
        stated["region"] = belongs_to
    plan = Plan(stated, _roles(given, found, held))
    if found is not None:
        plan.values = differing(found, stated)
        _doubt(plan, given, found)
    for one in plan.roles.ended:
        plan.doubts.append(("role", ENDED, {"day": f"{one.until:%d.%m.%Y}"}))
    return plan


def own_region(given: Mapping[str, Any]) -> str | None:
    """Return the region somebody belongs to by themselves: with no organisation, and no role held over the region."""
    of_region = [role for role in given.get("role", []) if role in OF_REGION]
    if of_region or given.get("organisation_id") or not given.get("region"):
        return None
    return str(given["region"][0])


def places(given: Mapping[str, Any], held: Sequence[PersonGrant]) -> list[Place]:
    """Return the roles a row tells of, each with what it is held over."""
    regions = given.get("region", [])
    organisation_id = UUID(given["organisation_id"]) if given.get("organisation_id") else None
    named = cast("list[Role]", given.get("role", []))
    if not named and organisation_id is not None:
        today = today_in_norway()
        lasting = (
            one for one in held if one.organisation_id == organisation_id and not (one.until and one.until <= today)
        )
        named = list({one.role for one in lasting}) or ["partner_member"]
    return [
        (role, region, organisation_id if role in OF_ORGANISATION else None)
        for role in named
        for region in (regions if role in OF_REGION and regions else [None])
    ]


def _roles(given: Mapping[str, Any], found: Person | None, held: Sequence[PersonGrant]) -> Roles:
    roles = Roles()
    wanted = places(given, held)
    if not wanted and found is None:
        wanted = [("partner_member", None, None)]
    stated = {"since": as_day(given, "since"), "until": as_day(given, "until")}
    stated = {name: value for name, value in stated.items() if value is not None}
    for place in wanted:
        own: dict[str, Any] = {**stated}
        if place[2] is not None and "functions" in given:
            own["functions"] = sorted(given["functions"])
        _role(roles, place, own, [one for one in held if one.place == place and one.since != one.until])
    for one, values in (*((one, {}) for one in roles.give), *roles.amend):
        since, until = values.get("since", one.since), values.get("until", one.until)
        if until is not None and until <= since:
            raise RoleBackwards(field="until")
    return roles


def _role(roles: Roles, place: Place, stated: dict[str, Any], there: Sequence[PersonGrant]) -> None:
    today = today_in_norway()
    lasting = sorted((one for one in there if one.until is None or one.until > today), key=lambda one: one.since)
    if lasting:
        values = differing(lasting[0], stated)
        since: date = values.get("since", today)
        if any(one.until and one.since <= since < one.until for one in there if one not in lasting):
            # What the row states began and ended once; this one came after it.
            values.pop("since", None)
        if values:
            roles.amend.append((lasting[0], values))
        return
    dated = {name: value for name, value in stated.items() if name != "functions"}
    if "until" in stated and any(not differing(one, dated) for one in there):
        return
    last = max((one.until for one in there if one.until), default=None)
    since = stated.get("since", today)
    if last is not None and ("since" not in stated or since < last):
        roles.ended += [one for one in there if one.until == last]
        since = today
    role, region, organisation_id = place
    made = {"role": role, "region": region, "organisation_id": organisation_id, **stated, "since": since}
    roles.give.append(PersonGrant(**made))


def _doubt(plan: Plan, given: Mapping[str, Any], found: Person) -> None:
    by_id = "external_id" in given and given["external_id"] == found.external_id
    if "name" in plan.values and not by_id and not _words(given["name"]) & _words(found.name):
        plan.doubts.append(("name", OTHER_PERSON, {"name": found.name}))
    if "email" in plan.values and found.verified_at is not None:
        plan.doubts.append(("email", CONFIRMED_ADDRESS, {}))


def _words(name: str) -> set[str]:
    return set(folded(name).replace("-", " ").split())


def hindrance(
    actor: Actor,
    given: Mapping[str, Any],
    plan: Plan,
    regions_of: Mapping[UUID, Sequence[str]],
    names: RegionNames,
) -> Said | None:
    """Return why `actor` may not enter a row; None where they may. `regions_of` are those of the organisation it names."""
    for slug in given.get("region", []):
        if not can(actor, "person.create", about(slug)):
            return "region", FOREIGN_REGION, {"region": names.name(slug)}
    organisation_id = UUID(given["organisation_id"]) if given.get("organisation_id") else None
    if organisation_id is not None:
        place = about(*regions_of[organisation_id], organisation_id=organisation_id)
        if not can(actor, "colleague.manage", place):
            column = "organisation_number" if "organisation_number" in given else "organisation"
            return column, FOREIGN_ORGANISATION, {"name": given.get("organisation_name", "")}
    for grant in plan.roles.touched:
        if not may_give(actor, grant, regions_of):
            return "role", NOT_GIVEN_HERE, {"role": ROLE_LABELS[grant.role]}
    return None
