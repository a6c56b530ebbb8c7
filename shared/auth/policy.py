"""Who may do what: the one table of rights. What it does not name is refused."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

from shared.auth.actor import Actor
from shared.errors import Forbidden, SignInNeeded

Action = Literal[
    "organisation.create",
    "organisation.edit",
    "organisation.view",
    "organisation.merge",
    "claim.decide",
    "person.list",
    "person.view",
    "person.create",
    "person.edit",
    "person.grant",
    "person.merge",
    "person.erase",
    "colleague.manage",
    "profile.edit",
    "obligation.view",
    "obligation.deliver",
    "obligation.manage",
    "account.import",
    "round.manage",
    "region.edit",
    "region.rearrange",
    "segment.manage",
    "segment.view",
    "registry.import",
    "registry.export",
    "work.view",
    "audit.view",
    "token.create",
    "account.secure",
    "case.draft",
    "case.read-unpublished",
    "case.edit",
    "case.submit",
    "case.review",
    "case.publish",
    "case.archive",
    "case.answer",
    "case.adopt",
    "case.ask",
    "need.manage",
    "need.read",
    "vocabulary.edit",
    "webinar.draft",
    "webinar.edit",
    "webinar.publish",
    "webinar.cancel",
    "webinar.read-unpublished",
    "send.view",
    "parked.view",
]


@dataclass(frozen=True)
class Target:
    """What an action is about: the regions it lies in, whether it concerns the whole network, who made it, and for whom."""

    regions: frozenset[str] = field(default_factory=frozenset)
    national: bool = False
    author_id: UUID | None = None
    organisation_id: UUID | None = None


def about(
    *regions: str, national: bool = False, author_id: UUID | None = None, organisation_id: UUID | None = None
) -> Target:
    """Return a target in `regions`."""
    return Target(frozenset(regions), national, author_id, organisation_id)


Rule = Callable[[Actor, Target], bool]


def _signed_in(_actor: Actor, _target: Target) -> bool:
    return True


def _with_a_role(actor: Actor, _target: Target) -> bool:
    # Which needs they find is narrowed by the query itself.
    return bool(actor.grants)


def _in_person(actor: Actor, _target: Target) -> bool:
    return not actor.by_token


def _national(actor: Actor, _target: Target) -> bool:
    return actor.is_national


def _staff(actor: Actor, _target: Target) -> bool:
    return actor.is_staff


def _staff_of_any(actor: Actor, target: Target) -> bool:
    return actor.is_national or bool(actor.regions & target.regions)


def _staff_of_all(actor: Actor, target: Target) -> bool:
    return actor.is_national or (not target.national and bool(target.regions) and target.regions <= actor.regions)


def _lead_of_all(actor: Actor, target: Target) -> bool:
    led = actor.regions_as("region_lead")
    return actor.is_national or (not target.national and bool(target.regions) and target.regions <= led)


def _staff_or_author(actor: Actor, target: Target) -> bool:
    return _staff_of_any(actor, target) or (actor.is_staff and actor.person_id == target.author_id)


def _reviewer_of_any(actor: Actor, target: Target) -> bool:
    return _staff_of_any(actor, target) or bool(actor.regions_as("reviewer") & target.regions)


def _reads_unpublished(actor: Actor, _target: Target) -> bool:
    return actor.is_staff or bool(actor.regions_as("reviewer"))


def _staff_or_own_admin(actor: Actor, target: Target) -> bool:
    return _staff_of_any(actor, target) or target.organisation_id in actor.organisations_as("partner_admin")


def _staff_or_own_people(actor: Actor, target: Target) -> bool:
    return _staff_of_any(actor, target) or target.organisation_id in actor.organisations


def _answers_for(actor: Actor, target: Target) -> bool:
    # `author_id` is whoever agreed to answer.
    return _staff_or_own_people(actor, target) or actor.person_id == target.author_id


def _or_auditor(rule: Rule) -> Rule:
    def allowed(actor: Actor, target: Target) -> bool:
        return rule(actor, target) or _audits(actor, target)

    return allowed


def _lists_people(actor: Actor, _target: Target) -> bool:
    # Whom the list shows is narrowed by the query itself.
    return actor.is_staff or actor.everywhere_as("auditor") or bool(actor.regions_as("auditor"))


def _audits(actor: Actor, target: Target) -> bool:
    return actor.everywhere_as("auditor") or bool(actor.regions_as("auditor") & target.regions)


RULES: dict[Action, Rule] = {
    "organisation.create": _staff_of_all,
    "organisation.edit": _staff_or_own_admin,
    "organisation.view": _or_auditor(_staff_or_own_people),
    "organisation.merge": _staff_of_all,
    "claim.decide": _staff_of_any,
    "person.list": _lists_people,
    "person.view": _or_auditor(_staff_of_any),
    "person.create": _staff_of_any,
    "person.edit": _staff_of_any,
    "person.grant": _lead_of_all,
    "person.merge": _staff_of_all,
    "person.erase": _staff_of_all,
    "colleague.manage": _staff_or_own_admin,
    "profile.edit": _signed_in,
    "obligation.view": _or_auditor(_staff_or_own_people),
    "obligation.deliver": _staff_or_own_admin,
    "obligation.manage": _staff_of_any,
    "account.import": _staff,
    "round.manage": _national,
    "region.edit": _lead_of_all,
    "region.rearrange": _national,
    "segment.manage": _staff_of_all,
    "segment.view": _staff,
    "registry.import": _staff,
    "registry.export": _or_auditor(_staff),
    "work.view": _staff,
    "audit.view": _or_auditor(_staff_of_any),
    "token.create": _in_person,
    "account.secure": _in_person,
    "case.draft": _staff_of_any,
    "case.read-unpublished": _reads_unpublished,
    "case.edit": _staff_or_author,
    "case.submit": _staff_or_author,
    "case.review": _reviewer_of_any,
    "case.publish": _reviewer_of_any,
    "case.archive": _staff_of_any,
    "case.answer": _answers_for,
    "case.adopt": _staff_or_own_people,
    "case.ask": _with_a_role,
    "need.manage": _staff_or_own_people,
    "need.read": _with_a_role,
    "vocabulary.edit": _national,
    "webinar.draft": _staff_of_all,
    "webinar.edit": _staff_of_all,
    "webinar.publish": _staff_of_all,
    "webinar.cancel": _staff_of_all,
    "webinar.read-unpublished": _staff,
    "send.view": _staff,
    "parked.view": _national,
}


def can(actor: Actor | None, action: Action, target: Target | None = None) -> bool:
    """Whether `actor` may do `action` to `target`. Visitors may do nothing that is named here."""
    return actor is not None and RULES[action](actor, target or Target())


def require(actor: Actor | None, action: Action, target: Target | None = None) -> Actor:
    """Return `actor` where they may do `action`; raises SignInNeeded or Forbidden otherwise."""
    if actor is None:
        raise SignInNeeded
    if not can(actor, action, target):
        raise Forbidden
    return actor


def regions_open(actor: Actor | None, action: Action, regions: Iterable[str]) -> list[str]:
    """Return those of `regions` in which `actor` may do `action`, for menus that offer only what will be accepted."""
    return [region for region in regions if can(actor, action, about(region))]
