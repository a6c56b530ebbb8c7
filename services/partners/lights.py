"""Traffic lights: how each obligation stands, and why. Pure: what it is told is all it knows.

A year that is over is judged as of its last day, and `over`: what lapsed after it is no warning.
Green: met. Amber: met in part, or soon to lapse. Red: not met in time. Grey: not due, or asked of nobody.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, get_args

from shared.web.i18n import marker as _

Light = Literal["green", "amber", "red", "grey"]
Obligation = Literal["agreement", "account", "certification", "plan", "goal", "lead_project", "fee"]
OBLIGATIONS: tuple[Obligation, ...] = get_args(Obligation)
LIGHTS: tuple[Light, ...] = get_args(Light)
SOON = 90
"""Days before a certificate or plan lapses in which its light is amber."""


@dataclass(frozen=True)
class Verdict:
    """A light and its reason: `text` is an interface string, filled in with `values`; dates in them are dates."""

    light: Light
    text: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Account:
    """What was reported for the year: which scopes, and in which version."""

    delivered_on: date
    scope1: bool
    scope2: bool
    scope3: bool
    revision: int = 1


@dataclass(frozen=True)
class Due:
    """When the account is due; `postponed` where it is later than for others. `exempted` is why it is asked of nobody here."""

    opens_on: date
    deadline: date
    postponed: bool = False
    exempted: str | None = None


@dataclass(frozen=True)
class Validity:
    """A certificate's last day, or the day by which one is planned; `name` is what it is called."""

    name: str
    valid_to: date | None = None
    planned_on: date | None = None
    valid_from: date | None = None


@dataclass(frozen=True)
class Paid:
    """The fee of a year."""

    paid: bool
    paid_on: date | None = None


def agreement(signed_on: date | None, terminated_on: date | None, today: date, *, over: bool = False) -> Verdict:
    """Return how the agreement stands."""
    if signed_on is None:
        return Verdict("red", _("Ingen signert avtale."))
    if signed_on > today:
        return Verdict("amber", _("Avtalen gjelder fra %(day)s."), {"day": signed_on})
    if terminated_on is not None and terminated_on <= today:
        return Verdict("red", _("Avtalen ble sagt opp %(day)s."), {"day": terminated_on})
    if terminated_on is not None and not over:
        return Verdict("amber", _("Avtalen er sagt opp fra %(day)s."), {"day": terminated_on})
    return Verdict("green", _("Signert %(day)s."), {"day": signed_on})


def account(found: Account | None, due: Due | None, today: date) -> Verdict:
    """Return how the account of a year stands; `due` is None where no round asks for it."""
    if found is not None:
        return _delivered(found)
    if due is None:
        return Verdict("grey", _("Ikke levert. Det er ingen runde for dette året."))
    if due.exempted is not None:
        return Verdict("grey", _("Unntatt: %(reason)s"), {"reason": due.exempted})
    left = (due.deadline - today).days
    if left < 0:
        return Verdict("red", _("Ikke levert. Fristen var %(day)s."), {"day": due.deadline})
    if today < due.opens_on:
        return Verdict("grey", _("Runden åpner %(day)s."), {"day": due.opens_on})
    values = {"day": due.deadline, "days": left}
    if due.postponed:
        return Verdict("amber", _("Utsatt til %(day)s. Dager igjen: %(days)s."), values)
    return Verdict("amber" if left <= 30 else "grey", _("Fristen er %(day)s. Dager igjen: %(days)s."), values)


def _delivered(found: Account) -> Verdict:
    values = {"day": found.delivered_on}
    if not found.scope1 or not found.scope2:
        return Verdict("amber", _("Levert %(day)s, men scope 1 og 2 er ikke komplett."), values)
    if not found.scope3:
        return Verdict("amber", _("Levert %(day)s, men uten scope 3."), values)
    return Verdict("green", _("Levert %(day)s med scope 1, 2 og 3."), values)


def certification(found: Sequence[Validity], today: date, *, over: bool = False) -> Verdict:
    """Return how the best of the certificates stands, or the plan for one."""
    held = [one for one in found if one.planned_on is None]
    running = [
        one for one in held if (one.valid_from or today) <= today and (one.valid_to is None or one.valid_to >= today)
    ]
    if running:
        best = max(running, key=lambda one: one.valid_to or date.max)
        if over:
            return Verdict(
                "green", _("%(name)s gjaldt ved utgangen av %(year)s."), {"name": best.name, "year": today.year}
            )
        return _lasting(best.name, best.valid_to, today, _("%(name)s utløper %(day)s. Dager igjen: %(days)s."), _VALID)
    planned = [one for one in found if one.planned_on is not None]
    if planned:
        plan = max(planned, key=lambda one: one.planned_on or date.min)
        late = plan.planned_on is not None and plan.planned_on < today
        ahead = _("%(name)s var planlagt til %(day)s.") if over else _("%(name)s er planlagt til %(day)s.")
        text = _("%(name)s skulle vært på plass %(day)s.") if late else ahead
        return Verdict("red" if late else "amber", text, {"name": plan.name, "day": plan.planned_on})
    if coming := [one for one in held if one.valid_from and one.valid_from > today]:
        first = min(coming, key=lambda one: one.valid_from or date.max)
        return Verdict("amber", _("%(name)s gjelder fra %(day)s."), {"name": first.name, "day": first.valid_from})
    if held:
        last = max(held, key=lambda one: one.valid_to or date.min)
        return Verdict("red", _("%(name)s utløp %(day)s."), {"name": last.name, "day": last.valid_to})
    return Verdict("red", _("Ingen sertifisering, og ingen plan for det."))


_VALID = (_("%(name)s gjelder til %(day)s."), _("%(name)s gjelder uten sluttdato."))


def _lasting(name: str, valid_to: date | None, today: date, soon: str, valid: tuple[str, str]) -> Verdict:
    if valid_to is None:
        return Verdict("green", valid[1], {"name": name})
    left = (valid_to - today).days
    if left <= SOON:
        return Verdict("amber", soon, {"name": name, "day": valid_to, "days": left})
    return Verdict("green", valid[0], {"name": name, "day": valid_to})


def plan(adopted_on: date | None, valid_to: date | None, today: date, *, over: bool = False) -> Verdict:
    """Return how the action plan stands."""
    if adopted_on is None:
        return Verdict("red", _("Ingen handlingsplan."))
    if adopted_on > today:
        return Verdict("amber", _("Handlingsplanen gjelder fra %(day)s."), {"day": adopted_on})
    if valid_to is not None and valid_to < today:
        return Verdict("red", _("Handlingsplanen gjaldt til %(day)s."), {"day": valid_to})
    if valid_to is not None and (valid_to - today).days <= SOON and not over:
        values = {"day": valid_to, "days": (valid_to - today).days}
        return Verdict("amber", _("Handlingsplanen gjelder til %(day)s. Dager igjen: %(days)s."), values)
    return Verdict("green", _("Vedtatt %(day)s."), {"day": adopted_on})


def goal(fossil_free_year: int | None, text: str, today: date) -> Verdict:
    """Return how the goal stands: a challenge, so that nobody is red without one."""
    if fossil_free_year is not None and fossil_free_year < today.year:
        return Verdict(
            "amber",
            _("Målåret %(year)s er passert. Sett et nytt mål, eller meld at det er nådd."),
            {"year": fossil_free_year},
        )
    if fossil_free_year is not None:
        return Verdict("green", _("Fossilfri i %(year)s."), {"year": fossil_free_year})
    if text:
        return Verdict("amber", _("Har et mål, men ikke et år."))
    return Verdict("grey", _("Ikke meldt. Det er frivillig."))


def lead_project(projects: int) -> Verdict:
    """Return how it stands with lead projects: a challenge too."""
    if projects:
        return Verdict("green", _("Spydspissprosjekter: %(count)s."), {"count": projects})
    return Verdict("grey", _("Ikke meldt. Det er frivillig."))


def fee(found: Paid | None, year: int, today: date) -> Verdict:
    """Return how the fee of `year` stands."""
    if found is None:
        return Verdict("grey", _("Ikke ført for %(year)s."), {"year": year})
    if found.paid and found.paid_on is not None:
        return Verdict("green", _("Betalt %(day)s."), {"day": found.paid_on})
    if found.paid:
        return Verdict("green", _("Betalt for %(year)s."), {"year": year})
    return Verdict("red" if today.year > year else "amber", _("Ikke betalt for %(year)s."), {"year": year})
