"""The page of rights, asked of the policy itself: which role may do what, and how far."""

from uuid import UUID

from shared.auth.actor import Actor, Grant
from shared.auth.policy import RULES, Action, Target, about, can
from shared.contracts.vocabulary import ROLES, Role

OWN, OTHER = "own", "other"
ME, FIRM, GROUP = (UUID(int=number) for number in (1, 2, 3))
HELD: dict[Role, Grant] = {
    "national": Grant("national"),
    "region_lead": Grant("region_lead", OWN),
    "region_staff": Grant("region_staff", OWN),
    "reviewer": Grant("reviewer", OWN),
    "partner_admin": Grant("partner_admin", organisation_id=FIRM),
    "partner_member": Grant("partner_member", organisation_id=FIRM),
    "group_lead": Grant("group_lead", group_id=GROUP),
    "auditor": Grant("auditor", OWN),
}
REACHES: tuple[tuple[str, Target], ...] = (
    ("everywhere", about(OTHER)),
    ("own region", about(OWN)),
    ("own organisation", about(OTHER, organisation_id=FIRM)),
    ("own work", about(OTHER, author_id=ME)),
)
NO = "–"


def rights() -> list[list[str]]:
    """Return one row per action: its name, and for each role of `ROLES` how far it may do it."""
    return [[f"`{action}`", *(_reach(action, role) for role in ROLES)] for action in RULES]


def _reach(action: Action, role: Role) -> str:
    if _placeless(action):
        return "yes" if can(_actor(role), action) else NO
    return next((name for name, target in REACHES if can(_actor(role), action, target)), NO)


def _placeless(action: Action) -> bool:
    """Whether it makes no difference where an action is done; then its pages narrow themselves what they show."""
    answers = ({can(_actor(role), action, target) for _, target in (*REACHES, ("", Target()))} for role in ROLES)
    return all(len(found) == 1 for found in answers)


def _actor(role: Role) -> Actor:
    return Actor(ME, ME, "", (HELD[role],))
