"""Putting what was settled into a case: its columns, its rows and its translations, with what they held before."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from services.knowledge.errors import NoSuchCase, NoSuchOrganisation
from services.knowledge.models import Case, Translation
from services.knowledge.queries.rows import KINDS, Rows, known_cases, organisation_names, rows_of
from services.knowledge.schemas import CaseIn, TranslationIn
from services.knowledge.schemas.rows import Row
from services.knowledge.usecases.settling import Settled, settle
from services.knowledge.usecases.vocabularies import terms_for
from shared.auth.actor import Actor
from shared.ids import new_id


async def settled(session: AsyncSession, actor: Actor, given: CaseIn, case: Case | None = None) -> tuple[Settled, Rows]:
    """Return what a case comes to hold, and the rows it has; raises the refusals of `settle`, NoSuchCase, NoSuchOrganisation."""
    await check_references(session, given)
    terms = await terms_for(session, actor, given.measure_types)
    standing = (await rows_of(session, [case.id]))[case.id] if case else Rows()
    return settle(given, terms, standing, case), standing


async def put_rows(session: AsyncSession, case: Case, wanted: Settled, standing: Rows) -> dict[str, Any]:
    """Have a case hold these rows and translations; returns what the kinds that changed held before, as JSON."""
    before = changes(wanted, standing)
    await enter(session, [(case.id, case.version, wanted, before)])
    return before


def changes(wanted: Settled, standing: Rows) -> dict[str, Any]:
    """Return what the kinds of rows held that would change, as JSON."""
    held = {name: _told(getattr(standing, name)) for name in KINDS}
    differing = {name: rows for name, rows in held.items() if rows != _told(wanted.rows[name])}
    translations = _told([TranslationIn.model_validate(one) for one in standing.translations])
    return differing | ({"translations": translations} if translations != _told(wanted.translations) else {})


def now(wanted: Settled, kinds: Iterable[str]) -> dict[str, Any]:
    """Return what these kinds of rows come to hold, as JSON."""
    held = {**wanted.rows, "translations": wanted.translations}
    return {name: _told(held[name]) for name in kinds}


async def enter(session: AsyncSession, written: Sequence[tuple[UUID, int, Settled, Mapping[str, Any]]]) -> None:
    """Write the rows of several cases, each with its id, version and the kinds that changed."""
    connection = await session.connection()
    for name, (table, _shape) in KINDS.items():
        touched = [(case_id, wanted) for case_id, _version, wanted, changed in written if name in changed]
        if not touched:
            continue
        await connection.execute(sa.delete(table).where(col(table.case_id).in_([case_id for case_id, _ in touched])))
        rows = [
            {**row.model_dump(), "id": new_id(), "case_id": case_id, "position": place}
            for case_id, wanted in touched
            for place, row in enumerate(wanted.rows[name])
        ]
        if rows:
            await connection.execute(sa.insert(table), rows)
    told = [(case_id, version, wanted) for case_id, version, wanted, changed in written if "translations" in changed]
    if told:
        its = col(Translation.case_id).in_([case_id for case_id, *_ in told])
        await connection.execute(sa.delete(Translation).where(its))
        rows = [
            Translation(case_id=case_id, of_version=version, **one.model_dump()).model_dump()
            for case_id, version, wanted in told
            for one in wanted.translations
        ]
        if rows:
            await connection.execute(sa.insert(Translation), rows)


async def check_references(session: AsyncSession, given: CaseIn) -> None:
    """Refuse relations to cases, and contributors, that are not there; raises NoSuchCase, NoSuchOrganisation."""
    targets = [row.target_id for row in given.relations or []]
    known = await known_cases(session, [one for one in targets if one is not None])
    for place, target in enumerate(targets):
        if target is not None and target not in known:
            raise NoSuchCase(field=f"relations.{place}.target_id")
    members = [row.organisation_id for row in given.contributors or []]
    names = await organisation_names(session, [one for one in members if one is not None])
    for place, member in enumerate(members):
        if member is not None and member not in names:
            raise NoSuchOrganisation(field=f"contributors.{place}.organisation_id")


def _told(rows: Sequence[Row]) -> list[dict[str, Any]]:
    return [row.model_dump(mode="json") for row in rows]
