"""What becomes of obligations when an organisation turns out to be a double: the survivor has them, and history keeps both.

Where both have an account for the same year, a goal, a fee or an exception, the survivor's holds.
"""

from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import (
    ActionPlan,
    Agreement,
    Certification,
    ClimateAccount,
    Fee,
    Goal,
    LeadProject,
    Organisation,
    RoundException,
    StoredFile,
)
from services.partners.models.accounts import account_subject
from services.partners.queries.obligations import accounts_in_force, goal_of, last_revision
from services.partners.usecases.accounts import LETTERS
from services.partners.usecases.carrying import Carry, all_of, counted
from services.partners.usecases.letters import withdraw
from shared.clock import now
from shared.web.i18n import marker as _

MOST_NOTE = 600


async def _accounts(session: AsyncSession, loser: UUID, survivor: UUID) -> None:
    """One that gives way becomes an older version, with a note of whose it was. Letters about either are called back.

    The double's own versions end here and stay with it: what was told of a day before is told again.
    """
    query = select(ClimateAccount).where(ClimateAccount.organisation_id == loser)
    rows = (await session.exec(query.order_by(col(ClimateAccount.year), col(ClimateAccount.revision)))).all()
    name = (await session.get_one(Organisation, loser)).name
    years = {row.year for row in rows}
    kept = await accounts_in_force(session, [survivor], years)
    revisions = {year: await last_revision(session, survivor, year) for year in years}
    for row in rows:
        revisions[row.year] += 1
        same = {**row.model_dump(exclude={"id"}), "organisation_id": survivor, "recorded_at": now()}
        follows = ClimateAccount(**same | {"revision": revisions[row.year]})
        if (survivor, row.year) in kept:
            follows.supersede()
            follows.note = f"{name}: {row.note}"[:MOST_NOTE] if row.note else name
        row.supersede()
        session.add_all([row, follows])
        await session.flush()
    for year in years:
        await withdraw(session, LETTERS, account_subject(loser, year))
        await withdraw(session, LETTERS, account_subject(survivor, year))


async def _goal(session: AsyncSession, loser: UUID, survivor: UUID) -> None:
    theirs = await goal_of(session, loser)
    if theirs is not None and await goal_of(session, survivor) is not None:
        theirs.remove()
        session.add(theirs)
        await session.flush()
    moved = sa.update(Goal).where(col(Goal.organisation_id) == loser).values(organisation_id=survivor)
    await session.exec(moved)


async def _fees(session: AsyncSession, loser: UUID, survivor: UUID) -> None:
    kept = set((await session.exec(select(Fee.year).where(Fee.organisation_id == survivor))).all())
    moved = sa.update(Fee).where(col(Fee.organisation_id) == loser, col(Fee.year).not_in(kept))
    await session.exec(moved.values(organisation_id=survivor))


async def _exceptions(session: AsyncSession, loser: UUID, survivor: UUID) -> None:
    theirs = select(RoundException.round_id).where(
        RoundException.organisation_id == survivor, col(RoundException.lifted_at).is_(None)
    )
    taken = set((await session.exec(theirs)).all())
    for one in (await session.exec(select(RoundException).where(RoundException.organisation_id == loser))).all():
        if one.round_id in taken and one.lifted_at is None:
            one.lift()
        one.organisation_id = survivor
        session.add(one)
    await session.flush()


def _in_force(table: type[ClimateAccount]) -> sa.ColumnElement[bool]:
    return col(table.superseded_at).is_(None)


OBLIGATIONS: tuple[Carry, ...] = (
    all_of(_("Dokumenter"), StoredFile),
    all_of(_("Partneravtaler"), Agreement),
    Carry(_("Klimaregnskap"), counted(ClimateAccount, _in_force(ClimateAccount)), _accounts),
    all_of(_("Sertifiseringer"), Certification),
    all_of(_("Handlingsplaner"), ActionPlan),
    Carry(_("Fossilfritt mål"), counted(Goal, col(Goal.removed_at).is_(None)), _goal),
    all_of(_("Spydspissprosjekter"), LeadProject),
    Carry(_("Årsavgifter"), counted(Fee), _fees),
    Carry(_("Utsettelser og unntak"), counted(RoundException, col(RoundException.lifted_at).is_(None)), _exceptions),
)
"""How each kind follows, in the order in which they are carried."""
