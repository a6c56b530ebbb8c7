"""What is overdue of partners' obligations, for the work list: asked of the records, so that it is gone once it is done."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import Certification, Organisation, Round
from services.partners.models.obligations import CERTIFICATION_NAMES
from services.partners.queries.organisations import regions_of
from services.partners.queries.rounds import ASKED, Missing, missing, open_rounds
from services.partners.queries.tasks import Item
from services.partners.schedule import begins
from shared.clock import now, today_in_norway
from shared.web.i18n import marker as _

NO_ACCOUNT = _("%(organisation)s mangler klimaregnskap for %(year)s.")
TO_ACCOUNT = _("Lever, utsett eller unnta")
LAPSES = _("%(organisation)s: %(certificate)s går ut %(day)s.")
LAPSED = _("%(organisation)s: %(certificate)s gikk ut %(day)s.")
TO_CERTIFICATE = _("Før inn det nye sertifikatet")
WARNED = timedelta(days=30)
PATIENCE = timedelta(days=45)
"""So long after a certificate lapsed the national office is told too."""


async def missing_accounts(session: AsyncSession, regions: frozenset[str] | None) -> list[Item]:
    """Return whose account is missing so long after the deadline that the region, or for None the national office, steps in."""
    today = today_in_norway(now())
    items = []
    for round_ in await open_rounds(session):
        after = timedelta(days=round_.national_after if regions is None else round_.region_after)
        late = [one for one in await missing(session, round_, today) if one.due.deadline + after <= today]
        slugs = await regions_of(session, [one.organisation.id for one in late])
        for one in late:
            near = slugs[one.organisation.id]
            if regions is None or regions & set(near):
                items.append(_account(round_, one, near, today))
    return items


def _account(round_: Round, one: Missing, regions: Sequence[str], today: date) -> Item:
    return Item(
        kind="account",
        text=NO_ACCOUNT,
        values={"organisation": one.organisation.name, "year": str(round_.year)},
        button=TO_ACCOUNT,
        href=f"/partners/{one.organisation.id}/obligations?year={round_.year}",
        since=begins(one.due.deadline),
        regions=regions,
        urgent=one.due.deadline + timedelta(days=round_.national_after) <= today,
    )


async def lapsing_certificates(session: AsyncSession, regions: frozenset[str] | None) -> list[Item]:
    """Return the certificates that lapse within a month, or have lapsed, where no other lasts longer; for None those long lapsed."""
    today = today_in_norway(now())
    until = today + WARNED if regions is not None else today - PATIENCE
    rows = await _last_certificates(session, until)
    slugs = await regions_of(session, [organisation.id for _certificate, organisation in rows])
    return [
        _certificate(certificate, organisation, slugs[organisation.id], today)
        for certificate, organisation in rows
        if (regions is None and slugs[organisation.id]) or (regions and regions & set(slugs[organisation.id]))
    ]


async def _last_certificates(session: AsyncSession, until: date) -> Sequence[tuple[Certification, Organisation]]:
    other = aliased(Certification)
    longer = sa.exists().where(
        col(other.organisation_id) == col(Certification.organisation_id),
        col(other.removed_at).is_(None),
        col(other.planned_on).is_(None),
        col(other.id) != col(Certification.id),
        sa.or_(
            col(other.valid_to).is_(None),
            col(other.valid_to) > col(Certification.valid_to),
            sa.and_(col(other.valid_to) == col(Certification.valid_to), col(other.id) > col(Certification.id)),
        ),
    )
    query = (
        select(Certification, Organisation)
        .join(Organisation, col(Organisation.id) == Certification.organisation_id)
        .where(
            col(Certification.removed_at).is_(None),
            col(Certification.valid_to) <= until,
            col(Organisation.status).in_(ASKED),
            ~longer,
        )
    )
    rows: Any = (await session.exec(query)).all()
    return [(certificate, organisation) for certificate, organisation in rows]


def _certificate(one: Certification, organisation: Organisation, regions: Sequence[str], today: date) -> Item:
    assert one.valid_to is not None
    return Item(
        kind="certification",
        text=LAPSED if one.valid_to < today else LAPSES,
        values={
            "organisation": organisation.name,
            "certificate": CERTIFICATION_NAMES.get(one.kind) or one.name or "",
            "day": f"{one.valid_to:%d.%m.%Y}",
        },
        button=TO_CERTIFICATE,
        href=f"/partners/{organisation.id}/obligations/certification/{one.id}",
        since=begins(one.valid_to if one.valid_to < today else one.valid_to - WARNED),
        regions=regions,
        urgent=one.valid_to < today,
    )
