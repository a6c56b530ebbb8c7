"""What cases held in earlier versions, made again from what each change replaced."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.knowledge.models import CONTENT, Case, Revision
from services.knowledge.queries.rows import KINDS, rows_of
from services.knowledge.schemas import TranslationIn
from shared.errors import NotFound

TEXT = (*CONTENT, *KINDS, "translations")
"""What of a case can be made again as it was, in the order of its columns."""


@dataclass(frozen=True)
class Compared:
    """Two versions of a case: what each field that differs held in both, as JSON. `earlier` is None before the first version.

    `besides` are the fields that changed on the way and cannot be made again, such as its pictures.
    """

    earlier: Revision | None
    later: Revision
    fields: dict[str, tuple[Any, Any]]
    besides: list[str]


async def held_now(session: AsyncSession, case: Case) -> dict[str, Any]:
    """Return what a case holds, as JSON in the shape that revisions keep it in."""
    rows = (await rows_of(session, [case.id]))[case.id]
    told = [TranslationIn.model_validate(one) for one in rows.translations]
    return {
        **case.model_dump(mode="json", include=set(CONTENT)),
        **{name: [row.model_dump(mode="json") for row in getattr(rows, name)] for name in KINDS},
        "translations": [one.model_dump(mode="json") for one in told],
    }


def as_it_was(held: dict[str, Any], revisions: Iterable[Revision], version: int) -> dict[str, Any]:
    """Return what a case held in `version`: what it holds now, with every later change taken back, the newest first."""
    was = dict(held)
    for revision in sorted(revisions, key=lambda one: one.version, reverse=True):
        if revision.version > version:
            was |= {name: value for name, value in revision.before.items() if name in was}
    return was


async def compared(session: AsyncSession, case: Case, version: int, since: int | None = None) -> Compared:
    """Return what differs in a version from the one before it, or from version `since`; raises NotFound where either is none."""
    revisions = await _all(session, case.id)
    later = _of(revisions, version)
    before = [one for one in revisions if one.version < version]
    earlier = _of(before, since) if since is not None else before[-1] if before else None
    held = await held_now(session, case)
    now = as_it_was(held, revisions, version)
    was = as_it_was(held, revisions, earlier.version) if earlier else dict.fromkeys(TEXT)
    fields = {name: (was[name], now[name]) for name in TEXT if _said(was[name]) != _said(now[name])}
    between = [one for one in revisions if (earlier.version if earlier else 0) < one.version <= version]
    besides = dict.fromkeys(name for one in between for name in one.fields if name not in TEXT)
    return Compared(earlier, later, fields, list(besides))


def _said(value: Any) -> Any:
    """Return a value, None where it says nothing: an empty text and an empty list are what nobody has filled in."""
    return None if value in ("", []) else value


def _of(revisions: Iterable[Revision], version: int) -> Revision:
    found = next((one for one in revisions if one.version == version), None)
    if found is None:
        raise NotFound
    return found


async def _all(session: AsyncSession, case_id: UUID) -> list[Revision]:
    query = select(Revision).where(Revision.case_id == case_id).order_by(col(Revision.version))
    return list((await session.exec(query)).all())
