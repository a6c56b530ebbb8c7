"""What the library knows of whoever asks, as a file."""

from fastapi import APIRouter, Request
from sqlmodel import col, select
from starlette.responses import Response

from services.knowledge.models import Case, Need, Revision
from shared.auth.policy import require
from shared.web.doors import Reading, Who
from shared.web.i18n import marker as _
from shared.web.own_data import Section, archive

router = APIRouter(prefix="/cases", include_in_schema=False)

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
}
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
            "done",
            _("Det du har gjort"),
            [{"title": title, **one.model_dump(include={"action", "note", "fields", "at"})} for one, title in done],
            LABELS,
        ),
    ]
    return archive(request, PART, sections)
