"""What the notifier knows of whoever asks, as a file."""

import sqlalchemy as sa
from fastapi import APIRouter, Request
from sqlmodel import select
from starlette.responses import Response

from services.notifier.models import EarlierAddress, Preference, Recipient
from services.notifier.tables import delivery, recipient_focus_area, recipient_region, registration, webinar
from shared.auth.policy import require
from shared.web.doors import Reading, Who
from shared.web.i18n import marker as _
from shared.web.own_data import Section, archive

router = APIRouter(prefix="/mail", include_in_schema=False)

PART = _("E-post")
LABELS = {
    "name": _("Navn"),
    "email": _("E-postadresse"),
    "pending_email": _("Adresse som venter på bekreftelse"),
    "refused_email": _("Adresse som ble avvist"),
    "earlier": _("Tidligere adresser"),
    "language": _("Språk"),
    "active": _("Aktiv"),
    "regions": _("Regioner"),
    "focus_areas": _("Temaer"),
    "kind": _("Slag"),
    "state": _("Tilstand"),
    "reason": _("Årsak"),
    "content": _("Innhold"),
    "created_at": _("Laget"),
    "handed_over_at": _("Sendt"),
    "ended_at": _("Avsluttet"),
    "topic": _("Tema"),
    "wanted": _("Ønsket"),
    "changed_at": _("Endret"),
    "title": _("Arrangement"),
}


@router.get("/me/data")
async def download(request: Request, session: Reading, actor: Who) -> Response:
    """One's address, every mail that was owed to one, and what one wants."""
    own = require(actor, "account.secure").person_id
    connection = await session.connection()
    known = await session.get(Recipient, own)
    of = {
        name: list((await connection.execute(sa.select(table.c[column]).where(table.c.person_id == own))).scalars())
        for name, table, column in (
            ("regions", recipient_region, "region"),
            ("focus_areas", recipient_focus_area, "focus_area"),
        )
    }
    wishes = (await session.exec(select(Preference).where(Preference.person_id == own))).all()
    told = [
        delivery.c[name] for name in ("kind", "state", "reason", "content", "created_at", "handed_over_at", "ended_at")
    ]
    mails = await connection.execute(
        sa.select(*told).where(delivery.c.person_id == own).order_by(delivery.c.created_at)
    )
    answers = await connection.execute(
        sa.select(webinar.c.title, registration.c.state)
        .join(webinar, webinar.c.id == registration.c.webinar_id)
        .where(registration.c.person_id == own)
    )
    earlier = (await session.exec(select(EarlierAddress.address).where(EarlierAddress.person_id == own))).all()
    address = known.model_dump(exclude={"person_id", "version"}) if known else {}
    sections = [
        Section("address", _("Adressen din"), [{**address, **of, "earlier": sorted(earlier)}] if known else [], LABELS),
        Section("mails", _("E-post til deg"), [dict(row) for row in mails.mappings()], LABELS),
        Section("wishes", _("Ønsker om e-post"), [one.model_dump(exclude={"person_id"}) for one in wishes], LABELS),
        Section("answers", _("Svar vi har hørt om"), [dict(row) for row in answers.mappings()], LABELS),
    ]
    return archive(request, PART, sections)
