"""Who takes part in an annual round, and how each stands."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners import lights
from services.partners.models import Organisation, Round, RoundException
from services.partners.queries.rounds import asked_in, delivered_for, due_of, exceptions_in, told_on

PartState = Literal["delivered", "missing", "postponed", "exempted"]


@dataclass(frozen=True)
class Part:
    """An organisation that takes part: how it stands, when its account is due, and the exception that says so."""

    organisation: Organisation
    state: PartState
    due: lights.Due
    exception: RoundException | None = None


async def parts_of(session: AsyncSession, round_: Round, today: date) -> list[Part]:
    """Return everybody who takes part, by name; the counts are those of `rounds.progress`."""
    delivered = sa.case((delivered_for(round_.year), 1), else_=0)
    query = select(Organisation, delivered).where(asked_in(round_, told_on(round_, today)))
    rows = (await session.exec(query.order_by(col(Organisation.name_order), col(Organisation.id)))).all()
    exceptions = await exceptions_in(session, [round_.id])
    return [_part(round_, one, bool(done), exceptions.get((round_.id, one.id))) for one, done in rows]


def _part(round_: Round, one: Organisation, done: bool, exception: RoundException | None) -> Part:
    state: PartState = "delivered" if done else exception.kind if exception else "missing"
    return Part(one, state, due_of(round_, exception), exception)
