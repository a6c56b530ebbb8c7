"""Questions about imports, and about the organisations a file names."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import ClimateAccount, FormerName, Import, ImportRow, Organisation
from services.partners.models.imports import GOOD, Outcome
from services.partners.queries.obligations import accounts_in_force
from services.partners.queries.organisations import regions_of, survivor
from shared.auth.actor import Actor
from shared.errors import NotFound
from shared.web.paging import offset

AT_ONCE = 500


@dataclass(frozen=True)
class KnownOrganisation:
    """An organisation a file names: the names it goes or went by, its regions, and what took its place where it was a double."""

    organisation: Organisation
    names: Sequence[str]
    regions: Sequence[str]
    survivor: Organisation | None = None


async def organisations_by_number(session: AsyncSession, numbers: Collection[str]) -> dict[str, KnownOrganisation]:
    """Return the organisations with `numbers`, merged doubles too."""
    found: dict[str, KnownOrganisation] = {}
    for some in _parts(sorted(numbers)):
        rows = (await session.exec(select(Organisation).where(col(Organisation.org_number).in_(some)))).all()
        regions = await regions_of(session, [row.id for row in rows])
        names: dict[UUID, list[str]] = {row.id: [row.name] for row in rows}
        former = select(FormerName).where(col(FormerName.organisation_id).in_(list(names)))
        for one in (await session.exec(former)).all():
            names[one.organisation_id].append(one.name)
        for row in rows:
            heir = await survivor(session, row) if row.merged_into else None
            found[row.org_number or ""] = KnownOrganisation(row, names[row.id], regions[row.id], heir)
    return found


async def accounts_of(
    session: AsyncSession, organisation_ids: Collection[UUID], years: Collection[int]
) -> dict[tuple[UUID, int], ClimateAccount]:
    """Return the accounts in force of however many organisations, by organisation and year."""
    found: dict[tuple[UUID, int], ClimateAccount] = {}
    for some in _parts(sorted(organisation_ids)):
        found |= await accounts_in_force(session, some, years)
    return found


async def import_of(
    session: AsyncSession, actor: Actor, import_id: UUID, kind: str | None = None, *, to_change: bool = False
) -> Import:
    """Return an import of one's own, or for national staff anybody's, of this kind; raises NotFound."""
    found = await session.get(Import, import_id, with_for_update=to_change or None, populate_existing=to_change)
    if found is None or not (actor.is_national or found.made_by == actor.person_id) or kind not in (None, found.kind):
        raise NotFound
    return found


async def latest_imports(session: AsyncSession, actor: Actor, kind: str, most: int = 10) -> Sequence[Import]:
    """Return the newest imports of a kind that `actor` may see."""
    query = select(Import).where(Import.kind == kind).order_by(col(Import.made_at).desc()).limit(most)
    if not actor.is_national:
        query = query.where(Import.made_by == actor.person_id)
    return (await session.exec(query)).all()


async def running_imports(session: AsyncSession) -> Sequence[UUID]:
    """Return the imports whose rows are being entered, the oldest first."""
    query = select(Import.id).where(Import.status == "running").order_by(col(Import.confirmed_at))
    return (await session.exec(query)).all()


def to_enter(import_id: UUID) -> sa.ColumnElement[bool]:
    """Return the condition that a row is one of those an import enters."""
    chosen = sa.or_(col(ImportRow.doubtful).is_(False), col(ImportRow.chosen).is_(True))
    return sa.and_(col(ImportRow.import_id) == import_id, col(ImportRow.outcome).in_(GOOD), chosen)


async def next_rows(session: AsyncSession, import_id: UUID, most: int) -> Sequence[ImportRow]:
    """Return the next rows to enter, in their order."""
    query = select(ImportRow).where(to_enter(import_id), col(ImportRow.result).is_(None))
    return (await session.exec(query.order_by(col(ImportRow.place)).limit(most))).all()


async def progress_of(session: AsyncSession, import_id: UUID) -> tuple[int, int]:
    """Return how many rows were entered, and how many there are to enter."""
    done = sa.func.count(col(ImportRow.result))
    row = (await session.exec(select(done, sa.func.count()).select_from(ImportRow).where(to_enter(import_id)))).one()
    return row[0], row[1]


async def results_of(session: AsyncSession, import_id: UUID) -> dict[str, int]:
    """Return how many rows came to each result."""
    query = select(ImportRow.result, sa.func.count()).where(
        ImportRow.import_id == import_id, col(ImportRow.result).is_not(None)
    )
    return {name: many for name, many in (await session.exec(query.group_by(col(ImportRow.result)))).all() if name}


def _of(import_id: UUID, outcomes: Collection[Outcome], doubtful: bool | None, failed: bool) -> sa.ColumnElement[bool]:
    conditions = [col(ImportRow.import_id) == import_id]
    if outcomes:
        conditions.append(col(ImportRow.outcome).in_(outcomes))
    if doubtful is not None:
        conditions.append(col(ImportRow.doubtful).is_(doubtful))
    if failed:
        conditions.append(col(ImportRow.result) == "failed")
    return sa.and_(*conditions)


async def import_rows(
    session: AsyncSession,
    import_id: UUID,
    outcomes: Collection[Outcome] = (),
    *,
    doubtful: bool | None = None,
    failed: bool = False,
    page: int = 1,
    per_page: int = 1_000_000,
) -> Sequence[ImportRow]:
    """Return a page of the rows of `outcomes` (of any, without), by their number in the file."""
    query = select(ImportRow).where(_of(import_id, outcomes, doubtful, failed)).order_by(col(ImportRow.number))
    return (await session.exec(query.offset(offset(page, per_page)).limit(per_page))).all()


async def noticed_rows(session: AsyncSession, import_id: UUID) -> Sequence[ImportRow]:
    """Return the good rows about which there is something to notice, without the doubtful ones."""
    found = await import_rows(session, import_id, ("new", "corrected", "unchanged"), doubtful=False)
    return [row for row in found if row.problems]


def _parts(values: Sequence[str] | Sequence[UUID]) -> Iterator[list]:  # type: ignore[type-arg]
    for start in range(0, len(values), AT_ONCE):
        yield list(values[start : start + AT_ONCE])
