"""What the library knows of whoever asks, as a file."""

from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

from fastapi import APIRouter, Request
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.responses import Response

from services.knowledge.models import Adoption, Attachment, Case, Need, Picture, Question, Revision
from shared.auth.policy import require
from shared.web.doors import Reading, Who
from shared.web.i18n import marker as _
from shared.web.own_data import Section, archive

router = APIRouter(prefix="/cases", include_in_schema=False)

Item = TypeVar("Item", Picture, Attachment)
PART = _("Eksempler")
LABELS = {
    "title": _("Tittel"),
    "status": _("Status"),
    "created_at": _("Laget"),
    "published_at": _("Publisert"),
    "contact_since": _("Sagt ja til å svare"),
    "action": _("Hva"),
    "note": _("Merknad"),
    "fields": _("Felt"),
    "at": _("Når"),
    "text": _("Fortell mer"),
    "wanted_by": _("Senest"),
    "asked_at": _("Spurt"),
    "answered_at": _("Besvart"),
    "alt": _("Hva bildet viser"),
    "credit": _("Fotograf eller kilde"),
    "uploaded_at": _("Lagt til"),
    "address": _("Adresse"),
}
TAKEN_UP = {"status", "note", "created_at"}
ASKED = {"asked_at", "answered_at"}
NEED = {"title", "text", "status", "created_at", "wanted_by"}


@router.get("/me/data")
async def download(request: Request, session: Reading, actor: Who) -> Response:
    """The cases one wrote, reviewed or answers for, the needs one posted, and each step one took."""
    own = require(actor, "account.secure").person_id
    written = (await session.exec(select(Case).where(Case.author_id == own).order_by(col(Case.created_at)))).all()
    reviewed = (await session.exec(select(Case).where(Case.reviewer_id == own).order_by(col(Case.created_at)))).all()
    answered = (await session.exec(select(Case).where(Case.contact_id == own).order_by(col(Case.created_at)))).all()
    steps = select(Revision, Case.title).join(Case, col(Case.id) == Revision.case_id).where(Revision.actor_id == own)
    done = (await session.exec(steps.order_by(col(Revision.at)))).all()
    posted = (await session.exec(select(Need).where(Need.poster_id == own).order_by(col(Need.created_at)))).all()
    pictures = await _uploaded(session, Picture, own)
    files = await _uploaded(session, Attachment, own)
    adopted = (await session.exec(select(Adoption).where(Adoption.adopter_id == own).order_by(col(Adoption.id)))).all()
    asked = (await session.exec(select(Question).where(Question.asker_id == own).order_by(col(Question.id)))).all()
    told = {"title", "status", "created_at", "published_at"}
    sections = [
        Section("written", _("Eksempler du har skrevet"), [one.model_dump(include=told) for one in written], LABELS),
        Section("reviewed", _("Eksempler du har vurdert"), [one.model_dump(include=told) for one in reviewed], LABELS),
        Section(
            "answering",
            _("Eksempler du svarer på spørsmål om"),
            [one.model_dump(include={"title", "status", "contact_since"}) for one in answered],
            LABELS,
        ),
        Section("needs", _("Behov du har lagt ut"), [one.model_dump(include=NEED) for one in posted], LABELS),
        Section(
            "pictures",
            _("Bilder du har lagt til"),
            [
                {**one.model_dump(include={"alt", "credit", "uploaded_at"}), "address": one.address(one.sizes[-1][0])}
                for one in pictures
            ],
            LABELS,
        ),
        Section(
            "files",
            _("Filer du har lagt til"),
            [{**one.model_dump(include={"title", "uploaded_at"}), "address": one.address} for one in files],
            LABELS,
        ),
        Section("adopted", _("Eksempler dere prøver"), [one.model_dump(include=TAKEN_UP) for one in adopted], LABELS),
        Section("asked", _("Spørsmål du har stilt"), [one.model_dump(include=ASKED) for one in asked], LABELS),
        Section(
            "done",
            _("Det du har gjort"),
            [{"title": title, **one.model_dump(include={"action", "note", "fields", "at"})} for one, title in done],
            LABELS,
        ),
    ]
    return archive(request, PART, sections)


async def _uploaded(session: AsyncSession, table: type[Item], own: UUID) -> Sequence[Item]:
    query = select(table).where(table.uploader_id == own).order_by(col(table.uploaded_at))
    return (await session.exec(query)).all()
