"""What the annual report of a region or the whole network is made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import ClimateAccount, Organisation
from services.partners.models.accounts import FIGURES
from services.partners.queries.dashboards import Board, board
from services.partners.queries.organisations import regions_of
from shared.auth.actor import Actor
from shared.auth.policy import about, can


@dataclass(frozen=True)
class Entry:
    """A member with its account of the year as of the day, None where it had not delivered; `lacking` are figures it left out."""

    organisation: Organisation
    regions: Sequence[str]
    account: ClimateAccount | None

    @property
    def lacking(self) -> list[str]:
        """The figures that are not reported."""
        if self.account is None:
            return list(FIGURES)
        return [name for name, value in self.account.figures.items() if value is None]


@dataclass(frozen=True)
class Report:
    """A board with those of its members that whoever asks may see, by name."""

    board: Board
    entries: Sequence[Entry]

    @property
    def narrowed(self) -> bool:
        """Whether it holds only some of the members whose figures are summed."""
        return len(self.entries) < len(self.board.members)


async def report(session: AsyncSession, actor: Actor | None, year: int, day: date, region: str | None) -> Report:
    """Return the annual report for `year` as of `day`, with the members `actor` may see the obligations of.

    Who may see a member is asked of where it is now, whatever its region was called then, or whichever it was in.
    """
    found = await board(session, year, day, region, with_stances=True)
    accounts: Mapping[UUID, ClimateAccount] = {one.organisation_id: one for one in found.accounts}
    # Members are asked for all at once: of hundreds, the list of ids is no longer than what the databases take.
    query = select(Organisation).where(col(Organisation.id).in_(found.members))
    rows = (await session.exec(query.order_by(col(Organisation.name_order), col(Organisation.id)))).all()
    entries = [Entry(row, found.regions_of[row.id], accounts.get(row.id)) for row in rows]
    now_in = await regions_of(session, [row.id for row in rows])
    return Report(found, [one for one in entries if can(actor, "obligation.view", about(*now_in[one.organisation.id]))])
