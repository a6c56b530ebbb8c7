"""Questions about vocabularies and their terms."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.knowledge.models import Case, Term, Terms, Vocabulary
from shared.errors import NotFound

HOLDERS = {"measure_type": Case.measure_codes, "municipality": Case.municipalities}
"""Vocabularies whose names a case repeats, and where it holds their codes."""


async def terms(session: AsyncSession) -> Terms:
    """Return all vocabularies with all their terms, in order."""
    heads = (await session.exec(select(Vocabulary).order_by(col(Vocabulary.position)))).all()
    rows = (await session.exec(select(Term).order_by(col(Term.position), col(Term.code)))).all()
    return Terms(heads, rows)


async def vocabulary(session: AsyncSession, code: str, *, locked: bool = False) -> Vocabulary:
    """Return a vocabulary, with `locked` held against others' changes; raises NotFound."""
    query = select(Vocabulary).where(Vocabulary.code == code)
    found = (await session.exec(query.with_for_update() if locked else query)).one_or_none()
    if found is None:
        raise NotFound
    return found


async def cases_with(session: AsyncSession, vocabulary: str, code: str) -> list[Case]:
    """Return the cases that hold a code of a vocabulary whose names they repeat, locked against others' changes."""
    column = HOLDERS[vocabulary]
    if (await session.connection()).dialect.name == "sqlite":
        entry = sa.func.json_each(column).table_valued("value")
        holds: sa.ColumnElement[bool] = sa.exists(sa.select(1).select_from(entry).where(entry.c.value == code))
    else:
        holds = sa.type_coerce(column, JSONB).contains([code])
    return list((await session.exec(select(Case).where(holds).order_by(col(Case.id)).with_for_update())).all())
