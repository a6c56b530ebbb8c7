"""Conditions about people who are not seen any more."""

from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import col

from services.partners.models import PARTNERS, Organisation, Person, PersonGrant
from services.partners.months import months_before
from services.partners.queries.dated import running
from shared.clock import now

STEP: Final = 1
"""Months from one rung of the ladder to the next."""


def holds_role() -> sa.ColumnElement[bool]:
    """Return the condition that a person holds a role today."""
    return sa.exists().where(col(PersonGrant.person_id) == col(Person.id), running(PersonGrant))


def needed() -> sa.ColumnElement[bool]:
    """Return the condition that a person is the only one who acts for a partner, or for the whole network."""
    own, other, someone = aliased(PersonGrant), aliased(PersonGrant), aliased(Person)
    same = sa.or_(
        col(other.organisation_id) == col(own.organisation_id),
        sa.and_(col(own.organisation_id).is_(None), col(other.role) == "national"),
    )
    somebody_else = sa.exists().where(
        col(other.person_id) == col(someone.id),
        col(someone.active),
        col(other.person_id) != col(own.person_id),
        running(other),
        same,
    )
    partner = sa.exists().where(
        col(Organisation.id) == col(own.organisation_id), col(Organisation.status).in_(PARTNERS)
    )
    return sa.exists().where(
        col(own.person_id) == col(Person.id), running(own), sa.or_(partner, col(own.role) == "national"), ~somebody_else
    )


def waits_to_retire() -> sa.ColumnElement[bool]:
    """Return the condition that a person has come to the end of the ladder."""
    return sa.and_(col(Person.active), col(Person.last_warned_at) <= months_before(now(), STEP), holds_role())
