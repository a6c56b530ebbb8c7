"""What stays of a person in the registry's tables: nothing that leads to them.

Every column that can hold a person's id stands here; a test finds those that do not.
"""

import json
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import (
    Agreement,
    ApiToken,
    Assignment,
    Claim,
    ClimateAccount,
    Distinct,
    ErasedExternalId,
    Erasure,
    Identity,
    Import,
    ImportRow,
    IssuerAttempt,
    Letter,
    Passkey,
    PasskeyChallenge,
    Person,
    PersonAlias,
    PersonDistinct,
    PersonGrant,
    Rearrangement,
    RegisterFinding,
    RoundException,
    SecondStep,
    Segment,
    Session,
    SignInRequest,
)
from services.partners.queries.privacy import external_digest
from shared.ids import new_id
from shared.sheets import Unreadable, mentions_in_thread

GONE: tuple[Any, ...] = (
    SignInRequest, SecondStep, Session, ApiToken, Identity, IssuerAttempt, Passkey, PasskeyChallenge,
    Letter, Claim, PersonAlias, PersonGrant,
)  # fmt: skip
"""Rows that are theirs, and go with them."""
BETWEEN: tuple[tuple[Any, tuple[str, ...]], ...] = ((PersonDistinct, ("first_id", "second_id")),)
"""Rows about them and somebody else, which go with either."""
TELLING = 6
"""Shorter words stand in texts about anybody."""
NAMELESS: tuple[tuple[Any, str], ...] = (
    (Agreement, "signer_id"), (Claim, "decided_by"), (ClimateAccount, "delivered_by"), (Distinct, "decided_by"),
    (Erasure, "asked_by"), (Import, "made_by"), (Import, "confirmed_by"), (Rearrangement, "author_id"), (RegisterFinding, "handled_by"),
    (RoundException, "decided_by"), (Segment, "created_by"),
)  # fmt: skip
"""What they did for others stays, without who did it."""


async def records_of(session: AsyncSession, person: Person) -> list[Person]:
    """Return a person's record with those that were merged into it."""
    found, newest = [person], [person.id]
    while newest:
        merged = (await session.exec(select(Person).where(col(Person.merged_into).in_(newest)))).all()
        newest = [one.id for one in merged]
        found += merged
    return found


async def words_of(session: AsyncSession, people: Sequence[Person]) -> set[str]:
    """Return the names, addresses and ids by which texts may tell of them."""
    ids = [one.id for one in people]
    aliases = (await session.exec(select(PersonAlias.external_id).where(col(PersonAlias.person_id).in_(ids)))).all()
    own = [
        (one.name, one.email, one.pending_email, one.phone, one.external_id)
        for one in people
        if one.merged_into is None
    ]
    return {word for word in (*aliases, *(word for words in own for word in words)) if word}


async def empty(session: AsyncSession, people: Sequence[Person]) -> None:
    """Delete what is theirs, and take their ids out of what stays; of external ids a digest is kept."""
    ids = [one.id for one in people]
    names, words = {one.name for one in people if one.name}, await words_of(session, people)
    await _keep_digests(session, people)
    signed = sa.or_(col(Agreement.signer_id).in_(ids), col(Agreement.signer_name).in_(names))
    await session.exec(sa.update(Agreement).where(signed).values(signer_name=""))
    for table in GONE:
        await session.exec(sa.delete(table).where(col(table.person_id).in_(ids)))
    await session.exec(sa.delete(Assignment).where(col(Assignment.subject_id).in_(ids)))
    apart = sa.or_(col(PersonDistinct.first_id).in_(ids), col(PersonDistinct.second_id).in_(ids))
    await session.exec(sa.delete(PersonDistinct).where(apart))
    for table, columns in BETWEEN:
        await session.exec(sa.delete(table).where(sa.or_(*(table.__table__.c[name].in_(ids) for name in columns))))
    for table, name in NAMELESS:
        column = table.__table__.c[name]
        nobody = None if column.nullable else new_id()
        await session.exec(sa.update(table).where(column.in_(ids)).values({name: nobody}))
    await _imports(session, ids, words)
    # Whoever was merged into another goes first.
    for one in reversed(people):
        await session.exec(sa.delete(Person).where(col(Person.id) == one.id))
    for one in people:
        session.expunge(one)


async def _imports(session: AsyncSession, ids: Sequence[UUID], words: Collection[str]) -> None:
    """Empty the rows of imported spreadsheets that tell of them, and let go of files not entered yet that do."""
    told = [
        sa.cast(column, sa.Text).contains(text, autoescape=True)
        for column in (col(ImportRow.title), col(ImportRow.given), col(ImportRow.problems))
        for word in words
        if len(word) >= TELLING
        for text in {word, json.dumps(word)[1:-1]}
    ]
    theirs = sa.or_(col(ImportRow.subject_id).in_(ids), *told)
    nothing: dict[str, Any] = {"subject_id": None, "title": "", "given": {}, "problems": [], "note": ""}
    await session.exec(sa.update(ImportRow).where(theirs).values(nothing))
    wanted = {word for word in words if len(word) >= TELLING} | {str(one) for one in ids}
    named = [col(Import.file_name).contains(word, autoescape=True) for word in wanted]
    await session.exec(sa.update(Import).where(sa.or_(*named)).values(file_name=col(Import.kind)))
    for import_id in (await session.exec(select(Import.id).where(col(Import.content).is_not(None)))).all():
        content = (await session.exec(select(Import.content).where(Import.id == import_id))).one()
        if content is not None and await _tells(content, wanted):
            await session.exec(sa.update(Import).where(col(Import.id) == import_id).values(content=None))


async def _tells(content: bytes, words: Collection[str]) -> bool:
    """Whether a file tells of somebody, or may do so because nobody can read it."""
    try:
        return await mentions_in_thread(content, words)
    except Unreadable:
        return True


async def _keep_digests(session: AsyncSession, people: Sequence[Person]) -> None:
    ids = [one.id for one in people]
    aliases = (await session.exec(select(PersonAlias.external_id).where(col(PersonAlias.person_id).in_(ids)))).all()
    for external_id in {*aliases, *(one.external_id for one in people)} - {None}:
        await session.merge(ErasedExternalId(digest=external_digest(external_id or "")))
    await session.flush()
