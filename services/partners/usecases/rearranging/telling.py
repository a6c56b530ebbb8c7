"""What a rearrangement moves, as its page and its file tell it: before it is executed what it would move, afterwards what it moved."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import Assignment, Rearrangement
from services.partners.queries.rearrangements import assignments, names_of
from services.partners.queries.segments import segments_naming
from services.partners.usecases.rearranging.planning import KINDS, Line, Plan, guest_places, planned


@dataclass(frozen=True)
class Naming:
    """A segment whose rule names regions that close: nothing moves, and from then on it is of all that take over."""

    id: UUID
    name: str
    sources: tuple[str, ...]
    targets: tuple[str, ...]


async def told(session: AsyncSession, found: Rearrangement) -> Plan:
    """Return what `found` moved, where it was executed, and otherwise what it would move now.

    Whoever was erased since is not among those that moved.
    """
    if found.state != "executed":
        return await planned(session, found)
    kept = await assignments(session, found.id)
    lines: list[Line] = []
    for kind in KINDS:
        of_kind = {subject: one for (its, subject), one in kept.items() if its == kind}
        lines += [_line(found, of_kind[one], name) for one, name in (await names_of(session, kind, of_kind)).items()]
    return Plan(found, tuple(lines))


async def namings(session: AsyncSession, found: Rearrangement) -> Sequence[Naming]:
    """Return the segments that name a region which closes, by name. A region that keeps its slug stays what it was in each."""
    if found.sources == found.opened:
        return []
    return [
        Naming(one.id, one.name, tuple(slug for slug in found.sources if slug in one.rule.regions), tuple(found.opened))
        for one in await segments_naming(session, found.sources)
    ]


def _line(found: Rearrangement, kept: Assignment, name: str) -> Line:
    targets = tuple(kept.targets)
    return Line(
        kept.kind,
        kept.subject_id,
        name,
        tuple(kept.sources or [kept.source]),
        targets,
        kept.by_hand,
        kept.follows,
        guest_in=guest_places(found, targets) if kept.kind == "organisation" else (),
    )
