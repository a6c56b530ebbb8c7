"""Pictures and files of a case: added, described, put in order, taken away. Whoever may translate a case may do this too.

Where a case is public already, its pictures change with it at once: whoever may publish it answers for them.
"""

from collections.abc import Mapping
from typing import Any, Literal, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from services.knowledge import queries
from services.knowledge.errors import AlreadyThere, TooMany
from services.knowledge.models import WHOLE, Attachment, Blob, Case, Picture
from services.knowledge.pictures import Drawing, digest
from services.knowledge.queries.media import Media, media_of
from services.knowledge.schemas.media import FileIn, PictureIn
from services.knowledge.usecases.editorial import BELL
from services.knowledge.usecases.remembering import remember
from services.knowledge.usecases.settling import code_of
from services.knowledge.usecases.translating import held
from shared.auth.actor import Actor
from shared.db.session import ring
from shared.errors import NotFound
from shared.uploads.files import Sent, recognised

MOST = 12
Move = Literal["first", "up", "down"]
Item = TypeVar("Item", Picture, Attachment)
NAMES: Mapping[type[Any], str] = {Picture: "pictures", Attachment: "files"}
"""What the history of a case calls them."""
NOT_TOLD = {"id", "case_id", "position", "uploader_id", "uploaded_at"}


async def add_picture(
    session: AsyncSession, actor: Actor | None, case_id: UUID, given: PictureIn, drawn: Drawing
) -> Picture:
    """Have a case show one more picture, the last; raises NotFound, Forbidden, UnknownTerm, TooMany, AlreadyThere."""
    found, author = await held(session, actor, case_id)
    standing = (await media_of(session, [case_id]))[case_id].pictures
    _has_room(standing, drawn.digest, "picture")
    made = Picture(
        case_id=case_id,
        position=len(standing),
        digest=drawn.digest,
        sizes=[[one.width, one.height] for one in drawn.renditions],
        uploader_id=author.person_id,
        **await _said(session, found, given),
    )
    blobs = [
        Blob(case_id=case_id, digest=made.digest, width=one.width, content=one.content) for one in drawn.renditions
    ]
    await _changed(session, found, author, standing, Picture, [*blobs, made])
    return made


async def describe_picture(
    session: AsyncSession, actor: Actor | None, case_id: UUID, picture_id: UUID, given: PictureIn
) -> None:
    """Say something else with a picture; raises NotFound, Forbidden, UnknownTerm."""
    found, author = await held(session, actor, case_id)
    standing = (await media_of(session, [case_id]))[case_id].pictures
    picture = _among(standing, picture_id)
    await _say(session, found, author, standing, picture, await _said(session, found, given, picture))


async def add_file(session: AsyncSession, actor: Actor | None, case_id: UUID, given: FileIn, sent: Sent) -> Attachment:
    """Have one more file go with a case; raises NotFound, Forbidden, BadFile, TooMany, AlreadyThere."""
    found, author = await held(session, actor, case_id)
    kind = recognised(sent.content, sent.name, "file")
    standing = (await media_of(session, [case_id]))[case_id].files
    told = digest(sent.content)
    _has_room(standing, told, "file")
    made = Attachment(
        case_id=case_id,
        position=len(standing),
        digest=told,
        title=given.title,
        ending=kind.ending,
        size=len(sent.content),
        uploader_id=author.person_id,
    )
    blob = Blob(case_id=case_id, digest=told, width=WHOLE, content=sent.content)
    await _changed(session, found, author, standing, Attachment, [blob, made])
    return made


async def name_file(session: AsyncSession, actor: Actor | None, case_id: UUID, file_id: UUID, given: FileIn) -> None:
    """Have a file go by another title; raises NotFound, Forbidden."""
    found, author = await held(session, actor, case_id)
    standing = (await media_of(session, [case_id]))[case_id].files
    await _say(session, found, author, standing, _among(standing, file_id), {"title": given.title})


async def arrange(
    session: AsyncSession, actor: Actor | None, case_id: UUID, table: type[Item], item_id: UUID, move: Move
) -> None:
    """Have a picture or file stand first, or one place up or down; raises NotFound, Forbidden."""
    found, author = await held(session, actor, case_id)
    standing = _of(table, (await media_of(session, [case_id]))[case_id])
    item = _among(standing, item_id)
    place = {"first": 0, "up": item.position - 1, "down": item.position + 1}[move]
    order = [one for one in standing if one is not item]
    order.insert(max(place, 0), item)
    if order == standing:
        return
    before = _told(standing)
    _number(order)
    await _changed(session, found, author, standing, table, order, before)


async def remove(session: AsyncSession, actor: Actor | None, case_id: UUID, table: type[Item], item_id: UUID) -> None:
    """Have a case show a picture, or hold a file, no longer. Its bytes go at once: no step back brings them back."""
    found, author = await held(session, actor, case_id)
    standing = _of(table, (await media_of(session, [case_id]))[case_id])
    item = _among(standing, item_id)
    before = _told(standing)
    rest = [one for one in standing if one is not item]
    _number(rest)
    await session.delete(item)
    its = sa.and_(col(Blob.case_id) == case_id, col(Blob.digest) == item.digest)
    await session.exec(sa.delete(Blob).where(its))
    await _changed(session, found, author, standing, table, rest, before)


def _of(table: type[Item], media: Media) -> list[Item]:
    found: list[Any] = getattr(media, NAMES[table])
    return found


def _among(standing: list[Item], item_id: UUID) -> Item:
    found = next((one for one in standing if one.id == item_id), None)
    if found is None:
        raise NotFound
    return found


def _has_room(standing: list[Item], told: str, field: str) -> None:
    if any(one.digest == told for one in standing):
        raise AlreadyThere(field=field)
    if len(standing) >= MOST:
        raise TooMany(field=field, most=MOST)


def _number(order: list[Item]) -> None:
    for place, one in enumerate(order):
        one.position = place


async def _said(session: AsyncSession, found: Case, given: PictureIn, picture: Picture | None = None) -> dict[str, Any]:
    """Return what a picture comes to say; a licence that holds no longer may stay."""
    licence = given.licence or found.licence
    kept = [found.licence, *([picture.licence] if picture else [])]
    code = code_of(await queries.terms(session), "licence", licence, "licence", kept)
    return {"alt": given.alt, "credit": given.credit, "alts": given.alts(found.language), "licence": code}


async def _say(
    session: AsyncSession, found: Case, author: Actor, standing: list[Item], item: Item, said: dict[str, Any]
) -> None:
    if all(getattr(item, name) == value for name, value in said.items()):
        return
    before = _told(standing)
    for name, value in said.items():
        setattr(item, name, value)
    await _changed(session, found, author, standing, type(item), [item], before)


async def _changed(
    session: AsyncSession,
    found: Case,
    author: Actor,
    standing: list[Item],
    table: type[Item],
    written: list[Any],
    before: list[dict[str, Any]] | None = None,
) -> None:
    name = NAMES[table]
    was = _told(standing) if before is None else before
    found.illustrate()
    session.add_all([found, *written])
    await session.flush()
    shown = _of(table, (await media_of(session, [found.id]))[found.id])
    remember(session, found, author, "illustrate", {name: was}, {name: _told(shown)})
    if found.status == "published":
        ring(session, BELL)


def _told(standing: list[Item]) -> list[dict[str, Any]]:
    """Return what a revision keeps: what was said, and which bytes it was said of."""
    return [one.model_dump(mode="json", exclude=NOT_TOLD) for one in standing]
