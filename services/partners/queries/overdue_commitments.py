"""Which commitments beside the account have a date that has passed, for the work list: a promised certificate, a plan, an
agreement, a fee. What was never promised has no date, and is no task.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import ActionPlan, Agreement, Certification, Fee, Organisation
from services.partners.models.obligations import CERTIFICATION_NAMES
from services.partners.queries.organisations import regions_of
from services.partners.queries.overdue import PATIENCE
from services.partners.queries.rounds import ASKED
from services.partners.queries.tasks import Item
from services.partners.schedule import begins
from shared.clock import now, today_in_norway
from shared.web.i18n import marker as _

NOT_CERTIFIED = _("%(organisation)s: %(certificate)s skulle vært på plass %(day)s.")
TO_CERTIFICATION = _("Før inn sertifikatet, eller en ny dato")
PLAN_ENDED = _("%(organisation)s: handlingsplanen gjaldt til %(day)s.")
TO_PLAN = _("Før inn den nye planen")
AGREEMENT_ENDED = _("%(organisation)s er partner, men avtalen ble sagt opp %(day)s.")
TO_AGREEMENT = _("Før inn den nye avtalen")
UNPAID = _("%(organisation)s har ikke betalt avgiften for %(year)s.")
TO_FEE = _("Før at den er betalt")


async def late_certificates(session: AsyncSession, regions: frozenset[str] | None) -> list[Item]:
    """Return the certificates that should be there by now where none is; for None those that are long late."""
    today = today_in_norway(now())
    held, later = aliased(Certification), aliased(Certification)
    running = sa.exists().where(
        _other(held, Certification),
        col(held.planned_on).is_(None),
        sa.or_(col(held.valid_from).is_(None), col(held.valid_from) <= today),
        sa.or_(col(held.valid_to).is_(None), col(held.valid_to) >= today),
    )
    rows = await _rows(
        session,
        Certification,
        col(Certification.removed_at).is_(None),
        col(Certification.planned_on) < _passed(today, regions),
        ~running,
        ~sa.exists().where(_other(later, Certification), _after(later, Certification, "planned_on")),
    )
    return await _items(session, rows, regions, _not_certified)


async def expired_plans(session: AsyncSession, regions: frozenset[str] | None) -> list[Item]:
    """Return the action plans that ended and that no newer one follows; for None those that ended long ago."""
    later = aliased(ActionPlan)
    rows = await _rows(
        session,
        ActionPlan,
        col(ActionPlan.removed_at).is_(None),
        col(ActionPlan.valid_to) < _passed(today_in_norway(now()), regions),
        ~sa.exists().where(_other(later, ActionPlan), _after(later, ActionPlan, "adopted_on")),
    )
    return await _items(session, rows, regions, _plan_ended)


async def ended_agreements(session: AsyncSession, regions: frozenset[str] | None) -> list[Item]:
    """Return the agreements that ended of those who are partners still; for None those that ended long ago."""
    later = aliased(Agreement)
    follows = sa.or_(col(later.terminated_on).is_(None), _after(later, Agreement, "signed_on"))
    rows = await _rows(
        session,
        Agreement,
        col(Agreement.terminated_on) <= _passed(today_in_norway(now()), regions),
        ~sa.exists().where(
            col(later.organisation_id) == col(Agreement.organisation_id), col(later.id) != col(Agreement.id), follows
        ),
    )
    return await _items(session, rows, regions, _agreement_ended)


async def unpaid_fees(session: AsyncSession, regions: frozenset[str] | None) -> list[Item]:
    """Return the fees of past years that are noted as unpaid; for None those of years that ended long ago."""
    years = _passed(today_in_norway(now()), regions).year
    rows = await _rows(session, Fee, col(Fee.paid).is_(False), col(Fee.year) < years)
    return await _items(session, rows, regions, _unpaid)


def _passed(today: date, regions: frozenset[str] | None) -> date:
    """Return the day before which a date has passed: the national office steps in later than the region."""
    return today if regions is not None else today - PATIENCE


def _other(other: Any, table: Any) -> sa.ColumnElement[bool]:
    return sa.and_(other.organisation_id == table.organisation_id, other.id != table.id, other.removed_at.is_(None))


def _after(other: Any, table: Any, day: str) -> sa.ColumnElement[bool]:
    """Return the condition that `other` is of a later day than `table`; of two of one day the newer counts."""
    theirs, ours = getattr(other, day), getattr(table, day)
    return sa.or_(theirs > ours, sa.and_(theirs == ours, other.id > table.id))


async def _rows(
    session: AsyncSession, table: Any, *conditions: sa.ColumnElement[bool]
) -> Sequence[tuple[Any, Organisation]]:
    query = select(table, Organisation).join(Organisation, col(Organisation.id) == table.organisation_id)
    found: Any = await session.exec(query.where(col(Organisation.status).in_(ASKED), *conditions))
    return [(row, organisation) for row, organisation in found.all()]


async def _items(
    session: AsyncSession,
    rows: Sequence[tuple[Any, Organisation]],
    regions: frozenset[str] | None,
    told: Callable[[Any, Organisation, Sequence[str]], Item],
) -> list[Item]:
    slugs = await regions_of(session, [organisation.id for _row, organisation in rows])
    return [
        told(row, organisation, near)
        for row, organisation in rows
        if (near := slugs[organisation.id]) and (regions is None or regions & set(near))
    ]


def _not_certified(one: Certification, organisation: Organisation, regions: Sequence[str]) -> Item:
    assert one.planned_on is not None
    certificate = CERTIFICATION_NAMES.get(one.kind) or one.name or ""
    values = {"certificate": certificate, "day": f"{one.planned_on:%d.%m.%Y}"}
    where = f"certification/{one.id}"
    return _item(
        "certification_plan", NOT_CERTIFIED, values, TO_CERTIFICATION, where, one.planned_on, organisation, regions
    )


def _plan_ended(one: ActionPlan, organisation: Organisation, regions: Sequence[str]) -> Item:
    assert one.valid_to is not None
    values = {"day": f"{one.valid_to:%d.%m.%Y}"}
    return _item("plan", PLAN_ENDED, values, TO_PLAN, "plan", one.valid_to, organisation, regions)


def _agreement_ended(one: Agreement, organisation: Organisation, regions: Sequence[str]) -> Item:
    assert one.terminated_on is not None
    values = {"day": f"{one.terminated_on:%d.%m.%Y}"}
    return _item(
        "agreement", AGREEMENT_ENDED, values, TO_AGREEMENT, "agreement", one.terminated_on, organisation, regions
    )


def _unpaid(one: Fee, organisation: Organisation, regions: Sequence[str]) -> Item:
    values, where = {"year": str(one.year)}, f"fee?year={one.year}"
    return _item("fee", UNPAID, values, TO_FEE, where, date(one.year, 12, 31), organisation, regions)


def _item(
    kind: str,
    text: str,
    values: Mapping[str, str],
    button: str,
    where: str,
    since: date,
    organisation: Organisation,
    regions: Sequence[str],
) -> Item:
    return Item(
        kind=kind,
        text=text,
        values={"organisation": organisation.name, **values},
        button=button,
        href=f"/partners/{organisation.id}/obligations/{where}",
        since=begins(since),
        regions=regions,
        urgent=today_in_norway(now()) - since >= PATIENCE,
    )
