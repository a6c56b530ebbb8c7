"""What is said when the register of organisations cannot be asked."""

from shared.errors import Unavailable
from shared.web.i18n import marker as _


class RegisterAway(Unavailable):
    """The register does not answer, or not as documented: what it would have told is typed by hand and verified later.

    `cause`: in English, for the log. `again_in`: the seconds after which it asks to be asked again, where it says so.
    """

    code = "register-away"
    text = _("Enhetsregisteret svarer ikke akkurat nå. Skriv inn opplysningene for hånd; de kan kontrolleres senere.")

    def __init__(self, cause: str = "", again_in: float | None = None) -> None:
        super().__init__()
        self.cause = cause
        self.again_in = again_in


class RegisterUnused(RegisterAway):
    """This installation never asks the register: the setting `register_url` is empty."""

    code = "register-unused"
    text = _("Enhetsregisteret er ikke koblet til her. Skriv inn opplysningene for hånd.")
