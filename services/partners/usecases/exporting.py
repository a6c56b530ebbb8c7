"""Lists of people that leave the registry."""

from collections.abc import Iterable

from sqlmodel.ext.asyncio.session import AsyncSession

from shared import audit
from shared.auth.actor import Actor


def note_taken_out(
    session: AsyncSession,
    actor: Actor,
    name: str,
    count: int,
    regions: Iterable[str] = (),
    wanted: dict[str, object] | None = None,
) -> None:
    """Note that `actor` took out a list of `count` people, narrowed to what `wanted` says; for staff of `regions` to read.

    Without regions those of the actor are meant. What somebody searched for is not to be in `wanted`: it may be a name.
    """
    slugs = list(regions) or ([] if actor.is_national else sorted({*actor.regions, *actor.regions_as("auditor")}))
    told = {"list": name, "count": count, **{key: value for key, value in (wanted or {}).items() if value}}
    audit.note(session, actor, "people.exported", audit.Subject("person", None, slugs), None, told)
