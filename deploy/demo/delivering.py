"""Entering the invented accounts with the days they would have been delivered on, corrections as versions of their own."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

from deploy.demo.accounts import WHY, DemoAccount, demo_accounts
from deploy.demo.world import World
from services.partners.models import ClimateAccount, Organisation, Round
from services.partners.models.accounts import Source
from shared.clock import OSLO

CATEGORIES = (1, 2, 3, 4, 5, 6, 7, 9, 12)


def deliver(world: World, newest: Round) -> set[UUID]:
    """Enter three years of accounts; returns who has delivered for the newest round."""
    by_number = {firm.org_number: (who, firm) for who, firm in world.firms.items()}
    delivered = set()
    for account in demo_accounts(newest.year):
        who, firm = by_number[account.number]
        world.session.add_all(_versions(world, who, firm, account, newest))
        if account.year == newest.year:
            delivered.add(firm.id)
    return delivered


def _versions(
    world: World, who: str, firm: Organisation, account: DemoAccount, newest: Round
) -> Iterator[ClimateAccount]:
    years_back = newest.year - account.year
    days = round((newest.deadline - newest.opens_on).days * world.dice.roll("delivered", who, years_back))
    day = newest.opens_on.replace(year=account.year + 1) + timedelta(days=max(1, days))
    at = min(datetime.combine(day, time(10, 20), OSLO), world.ago(1))
    made = _row(world, who, firm, account, at)
    if account.first is not None:
        first = _row(world, who, firm, account, at)
        made.revision, made.note = 2, WHY
        made.delivered_at = min(at + timedelta(days=23), world.ago(0.5))
        first.scope1, first.superseded_at = _tonnes(account.first), made.delivered_at
        yield first
    yield made


def _row(world: World, who: str, firm: Organisation, account: DemoAccount, at: datetime) -> ClimateAccount:
    people = world.people_of(firm)
    self_made = world.dice.chance(0.85, "delivers itself", who)
    source: Source = "self" if self_made and people else "staff"
    return ClimateAccount(
        organisation_id=firm.id,
        year=account.year,
        scope1=_tonnes(account.scope1),
        scope2_location=_tonnes(account.location),
        scope2_market=_tonnes(account.market),
        scope3=_tonnes(account.scope3),
        scope3_categories=list(world.dice.some(CATEGORIES, 2, 6, "categories", who)) if account.scope3 else [],
        tool="klimakost" if account.klimakost else "other",
        published=account.published,
        source=source,
        delivered_at=at,
        delivered_by=people[0].id if source == "self" else None,
    )


def _tonnes(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))
