"""What becomes of obligations when an organisation turns out to be a double: the survivor has them, and history keeps both."""

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
from services.partners.usecases.letters import withdraw

WHOLE = (StoredFile, Agreement, Certification, ActionPlan, LeadProject)
MERGED = "%s (%s)"
"""The note of an account that gave way to the survivor's: what it said, and whose it was."""


async def carry_obligations(session: AsyncSession, gone: Organisation, survivor: Organisation) -> None:
    """Give `survivor` all that `gone` had handed in and stated.

    Where both have an account for the same year, a goal or a fee, the survivor's holds: the other account is kept as an older
    version with a note of whose it was. Letters about accounts of the double are called back.
    """
    for kind in WHOLE:
        await session.exec(
            sa.update(kind).where(col(kind.organisation_id) == gone.id).values(organisation_id=survivor.id)
        )
    await _accounts(session, gone, survivor)
    if await goal_of(session, survivor.id) is not None and (goal := await goal_of(session, gone.id)) is not None:
        goal.remove()
        await session.flush()
    await session.exec(sa.update(Goal).where(col(Goal.organisation_id) == gone.id).values(organisation_id=survivor.id))
    await _fees(session, gone.id, survivor.id)
    await _exceptions(session, gone.id, survivor.id)
    await session.flush()


async def _accounts(session: AsyncSession, gone: Organisation, survivor: Organisation) -> None:
    query = select(ClimateAccount).where(ClimateAccount.organisation_id == gone.id)
    rows = (await session.exec(query.order_by(col(ClimateAccount.year), col(ClimateAccount.revision)))).all()
    years = {row.year for row in rows}
    kept = await accounts_in_force(session, [survivor.id], years)
    revisions = {year: await last_revision(session, survivor.id, year) for year in years}
    for row in rows:
        if (survivor.id, row.year) in kept:
            row.supersede()
            row.note = MERGED % (row.note, gone.name) if row.note else gone.name
        revisions[row.year] += 1
        row.organisation_id, row.revision = survivor.id, revisions[row.year]
        session.add(row)
        await session.flush()
    for year in years:
        await withdraw(session, LETTERS, account_subject(gone.id, year))
        await withdraw(session, LETTERS, account_subject(survivor.id, year))


async def _fees(session: AsyncSession, gone: UUID, survivor: UUID) -> None:
    theirs = set((await session.exec(select(Fee.year).where(Fee.organisation_id == survivor))).all())
    for fee in (await session.exec(select(Fee).where(Fee.organisation_id == gone))).all():
        values = fee.model_dump(exclude={"organisation_id"})
        await session.delete(fee)
        await session.flush()
        if fee.year not in theirs:
            session.add(Fee(**values, organisation_id=survivor))


async def _exceptions(session: AsyncSession, gone: UUID, survivor: UUID) -> None:
    in_force = col(RoundException.lifted_at).is_(None)
    theirs = select(RoundException.round_id).where(RoundException.organisation_id == survivor, in_force)
    taken = set((await session.exec(theirs)).all())
    for one in (await session.exec(select(RoundException).where(RoundException.organisation_id == gone))).all():
        if one.round_id in taken and one.lifted_at is None:
            one.lift()
        one.organisation_id = survivor
        session.add(one)
