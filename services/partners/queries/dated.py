"""Rows that hold from a day and perhaps to a day."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import col

from services.partners.models import Membership, PersonGrant
from shared.clock import today_in_norway


def running(table: type[Membership] | type[PersonGrant]) -> sa.ColumnElement[bool]:
    """Return the condition that a dated row holds today."""
    today = today_in_norway()
    return sa.and_(col(table.since) <= today, sa.or_(col(table.until).is_(None), col(table.until) > today))


def not_over(table: type[Membership] | type[PersonGrant]) -> sa.ColumnElement[bool]:
    """Return the condition that a dated row holds today or will."""
    return sa.or_(col(table.until).is_(None), col(table.until) > today_in_norway())


def member_on(day: date) -> sa.ColumnElement[bool]:
    """Return the condition that a membership made its organisation a member, no guest, of its region on a day."""
    return sa.and_(
        col(Membership.kind) == "member",
        col(Membership.since) <= day,
        sa.or_(col(Membership.until).is_(None), col(Membership.until) > day),
    )


def known_member_on(day: date, moment: datetime) -> sa.ColumnElement[bool]:
    """Return the condition that a membership made a member on a day, as far as was entered at `moment`: asked again it is the same."""
    return sa.and_(
        col(Membership.kind) == "member",
        col(Membership.since) <= day,
        sa.or_(col(Membership.recorded_at).is_(None), col(Membership.recorded_at) <= moment),
        sa.or_(col(Membership.until).is_(None), col(Membership.until) > day, col(Membership.end_recorded_at) > moment),
    )
