"""What the registry refuses of erasing people."""

from shared.errors import Conflict, Invalid, Refusal
from shared.web.i18n import marker as _


class SoleContact(Conflict):
    """Organisations would be left without anybody: somebody else must be named there first."""

    code = "sole-contact"
    text = _("Personen er den eneste kontakten for %(organisations)s. En annen må navngis der først.")


class ErasureGone(Refusal):
    """The link that confirms an erasure was used or taken back, or its time is over."""

    status = 410
    code = "erasure-gone"
    text = _(
        "Lenken er brukt, trukket tilbake eller for gammel. Ingenting er slettet. Be om en ny fra siden om opplysningene dine."
    )


class ReasonForErasure(Invalid):
    """Staff erase somebody without saying why."""

    code = "erasure-reason"
    text = _("Skriv hvorfor personen slettes, for eksempel hvordan ønsket kom inn.")
