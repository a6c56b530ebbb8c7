"""Questions about organisations that may be the same."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.likeness import Looks, Pair, pairs
from services.partners.models import Distinct, Organisation
from services.partners.queries.organisations import regions_of
from services.partners.queries.tasks import Item
from shared.web.i18n import marker as _

TEXT = _("%(first)s og %(second)s kan være samme virksomhet.")
BUTTON = _("Sammenlign dem")


@dataclass(frozen=True)
class Double:
    """Two organisations that may be the same, with the regions of each."""

    pair: Pair
    first: Organisation
    second: Organisation
    regions: dict[UUID, list[str]]

    @property
    def all_regions(self) -> list[str]:
        """The regions of both."""
        return sorted({*self.regions[self.first.id], *self.regions[self.second.id]})


async def doubles(session: AsyncSession, regions: Collection[str] | None) -> list[Double]:
    """Return those that may be the same where one of the two is in `regions`, or all; the most alike first."""
    found = await _alike(session)
    ids = list({one for pair in found for one in (pair.first, pair.second)})
    query = select(Organisation).where(col(Organisation.id).in_(ids))
    known = {one.id: one for one in (await session.exec(query)).all()}
    slugs = await regions_of(session, ids)
    listed = [Double(pair, known[pair.first], known[pair.second], slugs) for pair in found]
    return [one for one in listed if regions is None or set(regions) & set(one.all_regions)]


async def doubles_to_settle(session: AsyncSession, regions: frozenset[str] | None) -> list[Item]:
    """Return what the work list says of doubles."""
    return [
        Item(
            kind="duplicate",
            text=TEXT,
            values={"first": one.first.name, "second": one.second.name},
            button=BUTTON,
            href=f"/partners/merge?first={one.first.id}&second={one.second.id}",
            since=max(one.first.created_at, one.second.created_at),
            regions=one.all_regions,
        )
        for one in await doubles(session, regions)
    ]


async def _alike(session: AsyncSession) -> list[Pair]:
    # SQLModel's own select takes four columns.
    columns = sa.select(
        *(col(Organisation.id), col(Organisation.name), col(Organisation.org_number)),
        *(col(Organisation.municipality), col(Organisation.website)),
    )
    kept = columns.where(col(Organisation.merged_into).is_(None), col(Organisation.status) != "left")
    looks = [Looks(*row) for row in (await (await session.connection()).execute(kept)).all()]
    apart = {(one.first_id, one.second_id) for one in (await session.exec(select(Distinct))).all()}
    found = await asyncio.to_thread(pairs, looks)
    return [one for one in found if (one.first, one.second) not in apart]
