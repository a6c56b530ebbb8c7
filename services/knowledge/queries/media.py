"""Pictures and files of cases."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.knowledge.models import WHOLE, Attachment, Blob, Picture
from shared.errors import NotFound


@dataclass
class Media:
    """Pictures and files of one case, in order."""

    pictures: list[Picture] = field(default_factory=list)
    files: list[Attachment] = field(default_factory=list)

    @property
    def lead(self) -> Picture | None:
        """The picture that stands for the case."""
        return self.pictures[0] if self.pictures else None


async def media_of(session: AsyncSession, case_ids: Iterable[UUID]) -> dict[UUID, Media]:
    """Return the pictures and files of each of these cases, without their bytes."""
    found = {case_id: Media() for case_id in case_ids}
    if not found:
        return found
    pictures = select(Picture).where(col(Picture.case_id).in_(found)).order_by(col(Picture.position), col(Picture.id))
    for picture in (await session.exec(pictures)).all():
        found[picture.case_id].pictures.append(picture)
    files = select(Attachment).where(col(Attachment.case_id).in_(found))
    for file in (await session.exec(files.order_by(col(Attachment.position), col(Attachment.id)))).all():
        found[file.case_id].files.append(file)
    return found


async def leads(session: AsyncSession, case_ids: Iterable[UUID]) -> dict[UUID, Picture]:
    """Return the picture that stands for each of these cases, where it has one."""
    wanted = list(case_ids)
    query = select(Picture).where(col(Picture.case_id).in_(wanted), Picture.position == 0)
    return {picture.case_id: picture for picture in (await session.exec(query)).all()} if wanted else {}


async def picture_bytes(session: AsyncSession, case_id: UUID, digest: str, width: int) -> bytes:
    """Return a picture of a case in one of its widths; raises NotFound."""
    if width == WHOLE:
        raise NotFound
    return await _bytes(session, case_id, digest, width)


async def file_bytes(session: AsyncSession, file: Attachment) -> bytes:
    """Return a file as it was sent; raises NotFound."""
    return await _bytes(session, file.case_id, file.digest, WHOLE)


async def file_of(session: AsyncSession, case_id: UUID, file_id: UUID) -> Attachment:
    """Return what is known of a file of a case; raises NotFound."""
    query = select(Attachment).where(Attachment.id == file_id, Attachment.case_id == case_id)
    found = (await session.exec(query)).one_or_none()
    if found is None:
        raise NotFound
    return found


async def picture_of(session: AsyncSession, case_id: UUID, picture_id: UUID) -> Picture:
    """Return what is known of a picture of a case; raises NotFound."""
    query = select(Picture).where(Picture.id == picture_id, Picture.case_id == case_id)
    found = (await session.exec(query)).one_or_none()
    if found is None:
        raise NotFound
    return found


async def _bytes(session: AsyncSession, case_id: UUID, digest: str, width: int) -> bytes:
    found = await session.get(Blob, (case_id, digest, width))
    if found is None:
        raise NotFound
    return found.content
