"""What events knows of whoever asks, as a file."""

from fastapi import APIRouter, Request
from sqlmodel import col, select
from starlette.responses import Response

from services.events.models import ConcernedPerson, PersonFocusArea, PersonRegion, Segment, SegmentMember, Webinar
from services.events.queries import registrations_of
from shared.auth.policy import require
from shared.web.doors import Reading, Who
from shared.web.i18n import marker as _
from shared.web.own_data import Section, archive

router = APIRouter(prefix="/events", include_in_schema=False)

PART = _("Arrangementer")
LABELS = {
    "webinar": _("Arrangement"),
    "starts_at": _("Starter"),
    "state": _("Svar"),
    "source": _("Svart gjennom"),
    "created_at": _("Svarte først"),
    "updated_at": _("Svarte sist"),
    "language": _("Språk"),
    "active": _("Aktiv"),
    "regions": _("Regioner"),
    "focus_areas": _("Temaer"),
    "segments": _("Utvalg"),
    "title": _("Tittel"),
    "status": _("Status"),
}


@router.get("/me/data")
async def download(request: Request, session: Reading, actor: Who) -> Response:
    """One's answers to webinars, those one made, and what decides which invitations one gets."""
    own = require(actor, "account.secure").person_id
    known = await session.get(ConcernedPerson, own)
    regions = (await session.exec(select(PersonRegion.region).where(PersonRegion.person_id == own))).all()
    areas = (await session.exec(select(PersonFocusArea.focus_area).where(PersonFocusArea.person_id == own))).all()
    member = select(Segment.name).join(SegmentMember, col(SegmentMember.segment_id) == Segment.segment_id)
    segments = (await session.exec(member.where(SegmentMember.person_id == own))).all()
    made = (await session.exec(select(Webinar).where(Webinar.organiser_id == own))).all()
    belonging = {"regions": list(regions), "focus_areas": list(areas), "segments": list(segments)}
    answers = [
        {"webinar": about.title, "starts_at": about.starts_at, **answer.model_dump(include={"state", "source", "created_at", "updated_at"})}
        for answer, about in await registrations_of(session, own)
    ]  # fmt: skip
    sections = [
        Section("answers", _("Svar på invitasjoner"), answers, LABELS),
        Section("known", _("Det som avgjør hva du inviteres til"),
                [{"language": known.language, "active": known.active, **belonging}] if known else [], LABELS),
        Section("organised", _("Arrangementer du har laget"),
                [one.model_dump(include={"title", "status", "starts_at"}) for one in made], LABELS),
    ]  # fmt: skip
    return archive(request, PART, sections)
