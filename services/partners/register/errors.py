"""What is said when the register of organisations cannot be asked."""

from typing import Self

from shared.errors import Unavailable
from shared.web.i18n import marker as _


class RegisterAway(Unavailable):
    """The register does not answer, or not as documented: what it would have told is typed by hand and verified later.

    `again_in`: the seconds after which it asks to be asked again, where it says so.
    """

    code = "register-away"
    text = _("Enhetsregisteret svarer ikke akkurat nå. Skriv inn opplysningene for hånd; de kan kontrolleres senere.")
    again_in: float | None = None

    @classmethod
    def after(cls, again_in: float | None) -> Self:
        """Return the refusal with the time the register asks for."""
        refusal = cls()
        refusal.again_in = again_in
        return refusal


class RegisterUnused(RegisterAway):
    """This installation never asks the register: the setting `register_url` is empty."""

    code = "register-unused"
    text = _("Enhetsregisteret er ikke koblet til her. Skriv inn opplysningene for hånd.")
