"""One's own data: what each part of the network knows, as files."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.partners.audit_words import FIELD_LABELS
from services.partners.usecases.own_data import gathered
from shared.auth.policy import require
from shared.web.doors import Reading, Who, resources
from shared.web.i18n import marker as _
from shared.web.own_data import Section, archive

router = APIRouter(prefix="/partners/me/data", include_in_schema=False)

PART = _("Registeret")
PARTS = (
    (
        PART,
        _(
            "Navn, adresse, roller, innlogginger, passnøkler, token, brev, rader i regneark og hva som er notert om deg."
        ),
        "/partners/me/data/download",
    ),
    (_("Arrangementer"), _("Påmeldinger, og hva som avgjør hvilke invitasjoner du får."), "/events/me/data"),
    (_("E-post"), _("E-post vi har sendt deg, og hva du vil ha."), "/mail/me/data"),
    (_("Eksempler"), _("Eksempler du har skrevet, og det du har gjort med dem."), "/cases/me/data"),
)
TITLES: dict[str, str] = {
    "person": _("Registrert om deg"),
    "person_grant": _("Roller"),
    "person_alias": _("Andre systemers id for deg"),
    "session": _("Innlogginger"),
    "sign_in_request": _("Lenker for å logge inn"),
    "second_step": _("Innlogginger som ventet på passnøkkel"),
    "api_token": _("API-token"),
    "identity": _("Tilkoblede kontoer"),
    "issuer_attempt": _("Innlogginger hos andre"),
    "passkey": _("Passnøkler"),
    "passkey_challenge": _("Bruk av passnøkler"),
    "letter": _("Brev registeret har bedt om"),
    "organisation_claim": _("Krav om å ta over profiler"),
    "import_row": _("Rader om deg i regneark som er lest inn"),
    "erasure": _("Ønsker om å bli slettet"),
    "noted_about": _("Notert om deg i endringsloggen"),
    "done": _("Gjort av deg"),
}
LABELS = {
    **FIELD_LABELS,
    "at": _("Når"),
    "action": _("Hva"),
    "organisation": _("Virksomhet"),
    "changes": _("Endret"),
    "subject_kind": _("Gjelder"),
    "asked_at": _("Bedt om"),
    "created_at": _("Registrert"),
    "updated_at": _("Sist endret"),
    "started_at": _("Startet"),
    "used_at": _("Sist brukt"),
    "ended_at": _("Avsluttet"),
    "last_active_at": _("Sist innom"),
    "agent": _("Nettleser"),
    "file_name": _("Fil"),
    "number": _("Rad"),
    "given": _("Opplysninger"),
}


@router.get("")
async def show(request: Request, actor: Who) -> Response:
    """What there is to take out, and where."""
    require(actor, "account.secure")
    return resources(request).renderer.page(request, "partners/own_data.html", {"parts": PARTS})


@router.get("/download")
async def download(request: Request, session: Reading, actor: Who) -> Response:
    """What the registry knows of whoever asks."""
    actor = require(actor, "account.secure")
    found = await gathered(session, actor.person_id)
    return archive(request, PART, [Section(key, TITLES[key], rows, LABELS) for key, rows in found.items()])
