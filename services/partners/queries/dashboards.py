"""What a region or the whole network reported, as of a day: only comparable figures are summed, and what was left out is told."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.lights import LIGHTS, OBLIGATIONS, Light, Obligation
from services.partners.models import ClimateAccount, Membership
from services.partners.models.accounts import FIGURES
from services.partners.queries.dated import known_member_on
from services.partners.queries.obligations import accounts_as_of
from services.partners.queries.standing import Standing, standings
from services.partners.schedule import begins
from shared.clock import now, today_in_norway

YEARS = 3
"""How many years a trend goes back, with the year itself."""
Reported = Mapping[UUID, Mapping[str, Decimal | None]]
"""The figures of one year by organisation, tCO2e; None is not reported."""


@dataclass(frozen=True)
class Place:
    """How many members a region has (the whole network: `slug` None), and how many of them delivered."""

    slug: str | None
    members: int
    delivered: int

    @property
    def share(self) -> int | None:
        """Whole per cent that delivered; None where there are no members."""
        return round(100 * self.delivered / self.members) if self.members else None


@dataclass(frozen=True)
class Total:
    """The sum of a figure over those who reported it: `counted` of them; `lacking` delivered without it, `silent` not at all."""

    figure: str
    total: Decimal
    counted: int
    lacking: int
    silent: int


@dataclass(frozen=True)
class Change:
    """A figure in the year before and now, over the `both` organisations that reported it in both years."""

    figure: str
    before: Decimal
    now: Decimal
    both: int


@dataclass(frozen=True)
class Trend:
    """A figure's sums by year, over the `counted` organisations that reported it in every one of them."""

    figure: str
    years: Sequence[int]
    totals: Sequence[Decimal]
    counted: int


@dataclass(frozen=True)
class Stances:
    """How the members stand: certificates and goals by year today, and the lights of the year by obligation."""

    certified: int
    planned: int
    goals: Mapping[int, int]
    lights: Mapping[Obligation, Mapping[Light, int]]


@dataclass(frozen=True)
class Board:
    """What was reported for `year` as it stood at the end of `day`, by the members of `region` (all, for None) on that day."""

    year: int
    day: date
    region: str | None
    whole: Place
    places: Sequence[Place]
    totals: Sequence[Total]
    changes: Sequence[Change]
    trends: Sequence[Trend]
    members: Collection[UUID]
    accounts: Sequence[ClimateAccount] = ()
    regions_of: Mapping[UUID, Sequence[str]] = field(default_factory=dict)
    stances: Stances | None = None


def moment_of(day: date) -> datetime:
    """Return the last moment of a day in Norway."""
    return begins(day + timedelta(days=1)) - timedelta(microseconds=1)


async def board(
    session: AsyncSession, year: int, day: date, region: str | None = None, *, with_stances: bool = False
) -> Board:
    """Return what was reported for `year` as of `day`. `with_stances` adds how members stand, which is known for today alone."""
    moment = moment_of(day)
    regions_of = await _members_on(session, day, moment)
    members = {one for one, slugs in regions_of.items() if region is None or region in slugs}
    of_year = await accounts_as_of(session, year, moment)
    by_year = {year: _reported(of_year, members)}
    for earlier in range(year - YEARS + 1, year):
        by_year[earlier] = _reported(await accounts_as_of(session, earlier, moment), members)
    delivered = {one.organisation_id for one in of_year}
    stances = None
    if with_stances and day == today_in_norway(now()):
        stances = _stances(await standings(session, sorted(members), year, day), day)
    return Board(
        year,
        day,
        region,
        Place(region, len(members), len(members & delivered)),
        _places(regions_of, delivered),
        [_total(name, by_year[year], len(members)) for name in FIGURES],
        [_change(name, by_year[year - 1], by_year[year]) for name in FIGURES],
        [_trend(name, by_year) for name in FIGURES],
        members,
        [one for one in of_year if one.organisation_id in members],
        regions_of,
        stances,
    )


async def years_reported(session: AsyncSession) -> list[int]:
    """Return the years somebody has delivered for, newest first."""
    query = select(ClimateAccount.year).distinct().order_by(col(ClimateAccount.year).desc())
    return list((await session.exec(query)).all())


async def _members_on(session: AsyncSession, day: date, moment: datetime) -> dict[UUID, list[str]]:
    query = select(Membership.organisation_id, Membership.region).where(known_member_on(day, moment))
    found: dict[UUID, list[str]] = defaultdict(list)
    for organisation_id, slug in (await session.exec(query.order_by(col(Membership.region)))).all():
        if slug not in found[organisation_id]:
            found[organisation_id].append(slug)
    return found


def _reported(accounts: Sequence[ClimateAccount], members: Collection[UUID]) -> Reported:
    """Return the figures by organisation; of two accounts that a merge brought together the sum."""
    found: dict[UUID, dict[str, Decimal | None]] = {}
    for account in (one for one in accounts if one.organisation_id in members):
        kept = found.setdefault(account.organisation_id, dict.fromkeys(FIGURES))
        for name, value in account.figures.items():
            if value is not None:
                kept[name] = (kept[name] or Decimal(0)) + value
    return found


def _places(regions_of: Mapping[UUID, Sequence[str]], delivered: Collection[UUID]) -> list[Place]:
    members = Counter(slug for slugs in regions_of.values() for slug in slugs)
    done = Counter(slug for one, slugs in regions_of.items() if one in delivered for slug in slugs)
    return [Place(slug, many, done[slug]) for slug, many in sorted(members.items())]


def _total(name: str, reported: Reported, members: int) -> Total:
    values = [value for one in reported.values() if (value := one[name]) is not None]
    lacking = len(reported) - len(values)
    return Total(name, sum(values, Decimal(0)), len(values), lacking, members - len(reported))


def _change(name: str, before: Reported, after: Reported) -> Change:
    both = _having(name, [before, after])
    return Change(name, _sum(name, before, both), _sum(name, after, both), len(both))


def _trend(name: str, by_year: Mapping[int, Reported]) -> Trend:
    years = [year for year in sorted(by_year) if any(one[name] is not None for one in by_year[year].values())]
    every = _having(name, [by_year[year] for year in years]) if years else set()
    return Trend(name, years, [_sum(name, by_year[year], every) for year in years], len(every))


def _having(name: str, years: Sequence[Reported]) -> set[UUID]:
    sets = [{one for one, figures in reported.items() if figures[name] is not None} for reported in years]
    return set.intersection(*sets)


def _sum(name: str, reported: Reported, whom: Collection[UUID]) -> Decimal:
    return sum((reported[one][name] or Decimal(0) for one in whom), Decimal(0))


def _stances(found: Mapping[UUID, Standing], today: date) -> Stances:
    held = [standing.certifications for standing in found.values()]
    certified = [
        any(
            one.planned_on is None and (one.valid_from or today) <= today <= (one.valid_to or today)
            for one in certificates
        )
        for certificates in held
    ]
    planned = [
        not has and any(one.planned_on is not None and one.planned_on >= today for one in certificates)
        for has, certificates in zip(certified, held, strict=True)
    ]
    goals = Counter(one.goal.fossil_free_year for one in found.values() if one.goal and one.goal.fossil_free_year)
    counted = {name: Counter(one.verdicts[name].light for one in found.values()) for name in OBLIGATIONS}
    lights = {name: {light: counted[name][light] for light in LIGHTS} for name in OBLIGATIONS}
    return Stances(sum(certified), sum(planned), dict(sorted(goals.items())), lights)
