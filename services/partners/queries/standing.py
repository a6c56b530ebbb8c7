"""How organisations stand: every obligation's light for a year, for many at a time."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol, TypeVar
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners import lights
from services.partners.lights import Obligation, Verdict
from services.partners.models import (
    ActionPlan,
    Agreement,
    Certification,
    ClimateAccount,
    Fee,
    Goal,
    LeadProject,
    Round,
    RoundException,
)
from services.partners.models.obligations import CERTIFICATION_NAMES
from services.partners.queries.obligations import accounts_in_force, agreements_of, fees_of, held_by
from services.partners.queries.rounds import due_of, exceptions_in, round_for
from shared.clock import today_in_norway


class OfAnOrganisation(Protocol):
    """What belongs to an organisation."""

    organisation_id: UUID


Owned = TypeVar("Owned", bound=OfAnOrganisation)


@dataclass(frozen=True)
class Standing:
    """What an organisation has handed in and stated, as far as it bears on one year; lists are newest first."""

    year: int
    agreements: Sequence[Agreement] = ()
    account: ClimateAccount | None = None
    certifications: Sequence[Certification] = ()
    plans: Sequence[ActionPlan] = ()
    goal: Goal | None = None
    projects: Sequence[LeadProject] = ()
    fee: Fee | None = None
    round_: Round | None = None
    exception: RoundException | None = None
    verdicts: dict[Obligation, Verdict] = field(default_factory=dict)

    def judged(self, today: date) -> dict[Obligation, Verdict]:
        """Return each obligation's light. What is held is judged as of `today`, in a year that is over as of its last day.

        The account and the fee are of the year, and asked for after it.
        """
        day = min(today, date(self.year, 12, 31))
        over, goal = day < today, self.goal
        signed, plan = self._agreement_on(day), self._plan_on(day)
        due = due_of(self.round_, self.exception) if self.round_ else None
        return {
            "agreement": lights.agreement(
                signed.signed_on if signed else None, signed.terminated_on if signed else None, day, over=over
            ),
            "account": lights.account(_reported(self.account), due, today),
            "certification": lights.certification([_validity(one) for one in self.certifications], day, over=over),
            "plan": lights.plan(plan.adopted_on if plan else None, plan.valid_to if plan else None, day, over=over),
            "goal": lights.goal(goal.fossil_free_year if goal else None, goal.text if goal else "", day),
            "lead_project": lights.lead_project(len(self.projects)),
            "fee": lights.fee(lights.Paid(self.fee.paid, self.fee.paid_on) if self.fee else None, self.year, today),
        }

    def _agreement_on(self, day: date) -> Agreement | None:
        """Return the agreement in force on a day, else the newest signed by then, else the first that follows."""
        signed = [one for one in self.agreements if one.signed_on <= day]
        held = next((one for one in signed if one.holds(day)), None)
        return held or next(iter(signed or reversed(self.agreements)), None)

    def _plan_on(self, day: date) -> ActionPlan | None:
        """Return the plan adopted last by a day, else the first that follows."""
        plans = sorted(self.plans, key=lambda one: one.adopted_on)
        adopted = [one for one in plans if one.adopted_on <= day]
        return next(iter(adopted[-1:] or plans), None)


async def standings(
    session: AsyncSession, organisation_ids: Sequence[UUID], year: int, today: date
) -> dict[UUID, Standing]:
    """Return how each organisation stands for `year` as of `today`: in the same few queries however many they are."""
    round_ = await round_for(session, year)
    exceptions = await exceptions_in(session, [round_.id], organisation_ids) if round_ else {}
    agreements = _by(await agreements_of(session, organisation_ids))
    accounts = await accounts_in_force(session, organisation_ids, [year])
    certifications = _by(await held_by(session, Certification, organisation_ids))
    plans = _by(await held_by(session, ActionPlan, organisation_ids))
    goals = _by(await held_by(session, Goal, organisation_ids))
    projects = _by(await held_by(session, LeadProject, organisation_ids))
    fees = _by(await fees_of(session, organisation_ids, [year]))
    found = {}
    for one in organisation_ids:
        standing = Standing(
            year=year,
            agreements=agreements[one],
            account=accounts.get((one, year)),
            certifications=certifications[one],
            plans=plans[one],
            goal=next(iter(goals[one]), None),
            projects=projects[one],
            fee=next(iter(fees[one]), None),
            round_=round_,
            exception=exceptions.get((round_.id, one)) if round_ else None,
        )
        standing.verdicts.update(standing.judged(today))
        found[one] = standing
    return found


def _by(rows: Iterable[Owned]) -> dict[UUID, list[Owned]]:
    found: dict[UUID, list[Owned]] = defaultdict(list)
    for row in rows:
        found[row.organisation_id].append(row)
    return found


def _reported(account: ClimateAccount | None) -> lights.Account | None:
    if account is None:
        return None
    return lights.Account(
        delivered_on=today_in_norway(account.delivered_at),
        scope1=account.scope1 is not None,
        scope2=account.scope2_location is not None or account.scope2_market is not None,
        scope3=account.scope3 is not None,
        revision=account.revision,
    )


def _validity(one: Certification) -> lights.Validity:
    name = CERTIFICATION_NAMES.get(one.kind) or one.name or ""
    return lights.Validity(name, one.valid_to, one.planned_on, one.valid_from)
