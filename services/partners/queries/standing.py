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
from services.partners.schedule import today_in_norway


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

    @property
    def agreement(self) -> Agreement | None:
        """The newest agreement that was not ended, else the newest."""
        return next((one for one in self.agreements if one.terminated_on is None), None) or next(
            iter(self.agreements), None
        )

    @property
    def plan(self) -> ActionPlan | None:
        """The plan adopted last."""
        return max(self.plans, key=lambda one: one.adopted_on, default=None)

    def judged(self, today: date) -> dict[Obligation, Verdict]:
        """Return each obligation's light as of `today`."""
        signed, plan, goal = self.agreement, self.plan, self.goal
        due = due_of(self.round_, self.exception) if self.round_ else None
        return {
            "agreement": lights.agreement(
                signed.signed_on if signed else None, signed.terminated_on if signed else None, today
            ),
            "account": lights.account(_reported(self.account), due, today),
            "certification": lights.certification([_validity(one) for one in self.certifications], today),
            "plan": lights.plan(plan.adopted_on if plan else None, plan.valid_to if plan else None, today),
            "goal": lights.goal(goal.fossil_free_year if goal else None, goal.text if goal else "", today),
            "lead_project": lights.lead_project(len(self.projects)),
            "fee": lights.fee(lights.Paid(self.fee.paid, self.fee.paid_on) if self.fee else None, self.year, today),
        }


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
