"""Whom a webinar is for, as a condition on the copies of people: the rule of `shared.contracts.events.Audience`."""

import sqlalchemy as sa

from services.notifier.models import Webinar
from services.notifier.tables import recipient, recipient_focus_area, recipient_region, segment_member


def concerned(webinar: Webinar) -> sa.ColumnElement[bool]:
    """Return the condition that a recipient is one of those `webinar` is for."""
    rule = webinar.rule
    conditions: list[sa.ColumnElement[bool]] = [recipient.c.active.is_(True)]
    if rule.scope == "regions":
        regions = recipient_region.c.region.in_(rule.regions)
        conditions.append(sa.exists().where(recipient_region.c.person_id == recipient.c.person_id, regions))
    if rule.focus_area is not None:
        follows = recipient_focus_area.c.focus_area == rule.focus_area
        conditions.append(sa.exists().where(recipient_focus_area.c.person_id == recipient.c.person_id, follows))
    if rule.segment_id is not None:
        belongs = segment_member.c.segment_id == rule.segment_id
        conditions.append(sa.exists().where(segment_member.c.person_id == recipient.c.person_id, belongs))
    return sa.and_(*conditions)
