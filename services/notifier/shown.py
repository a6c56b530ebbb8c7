"""How sends and deliveries are shown: names of states and reasons, and the sum as the kit's proof bar takes it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.notifier.models import SendKind
from services.notifier.queries import Proof
from shared.web.i18n import marker as _

KIND_LABELS: dict[SendKind, str] = {"invitation": _("Invitasjoner"), "cancellation": _("Avlysninger")}
GROUP_LABELS: dict[str, str] = {
    "sent": _("sendt"),
    "waiting": _("venter"),
    "suppressed": _("holdt tilbake"),
    "failed": _("feilet"),
    "unknown": _("usikre"),
}
GROUP_KINDS = {"sent": "success", "waiting": "info", "suppressed": "neutral", "failed": "danger", "unknown": "warning"}
STATE_LABELS: dict[str, tuple[str, str]] = {
    "waiting": (_("Venter"), "info"),
    "claimed": (_("Står for tur"), "info"),
    "handing_over": (_("Leveres nå"), "info"),
    "sent": (_("Sendt"), "success"),
    "deferred": (_("Utsatt, prøves igjen"), "info"),
    "failed": (_("Feilet"), "danger"),
    "suppressed": (_("Holdt tilbake"), "neutral"),
    "unknown": (_("Usikker"), "warning"),
}
REASON_LABELS: dict[str, str] = {
    "no_address": _("Personen har ingen e-postadresse."),
    "preference": _("Personen har valgt bort slike e-poster."),
    "inactive": _("Personen er ikke lenger aktiv."),
    "erased": _("Personen er slettet."),
    "merged": _("Personen sto registrert to ganger, og får e-posten én gang."),
    "cancelled": _("Webinaret ble avlyst før e-posten var sendt."),
    "declined": _("Personen har takket nei."),
    "withdrawn": _("Personen har meldt seg av."),
    "expired": _("Tiden gikk ut før e-posten kunne leveres."),
    "refused": _("E-posttjeneren avviste e-posten eller adressen."),
    "not_invited": _("Invitasjonen kom aldri fram, så det er ikke noe å avlyse."),
    "bad_address": _("E-postadressen kan ikke brukes."),
    "unwritable": _("E-posten kunne ikke skrives."),
    "no_answer": _(
        "E-posttjeneren svarte ikke etter at e-posten var levert. Den sendes én gang til, med samme kjennetegn."
    ),
    "crash": _("Utsendingen ble avbrutt midt i leveringen. E-posten sendes én gang til, med samme kjennetegn."),
}


@dataclass(frozen=True)
class ShownSend:
    """A send as the templates show it."""

    about: UUID
    kind: SendKind
    title: str
    lang: str
    frozen: int
    later: int
    audience: int
    parts: list[dict[str, Any]]
    final: bool
    waiting: int
    sent: int
    created_at: Any
    completed_at: Any
    href: str

    @classmethod
    def of(cls, proof: Proof, translate: Any) -> "ShownSend":
        """Return `proof` for the templates; `translate` puts interface strings into the reader's language."""
        send, sums = proof.send, proof.sums
        path = f"/mail/sends/{send.about}"
        suffix = f"?kind={send.kind}&" if send.kind != "invitation" else "?"
        parts = [
            {
                "label": translate(label),
                "value": getattr(sums, name),
                "kind": GROUP_KINDS[name],
                "href": f"{path}{suffix}state={name}#leveringer",
            }
            for name, label in GROUP_LABELS.items()
        ]
        return cls(
            about=send.about,
            kind=send.kind,
            title=proof.webinar.title,
            lang=proof.webinar.language,
            frozen=send.frozen,
            later=send.later,
            audience=sums.audience,
            parts=parts,
            final=sums.final,
            waiting=sums.waiting,
            sent=sums.sent,
            created_at=send.created_at,
            completed_at=send.completed_at,
            href=path + (f"?kind={send.kind}" if send.kind != "invitation" else ""),
        )
