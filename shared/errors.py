"""Refusals: what a verb or noun says when it will not do a thing. Doors map them once to status, page and log level."""

from collections.abc import Mapping
from typing import ClassVar

from shared.web.i18n import marker as _


class Refusal(Exception):
    """A named refusal.

    `text` is said to people (an interface string in bokmål, translated by the door with `values` filled in); `field` names the
    input at fault, where one is.
    """

    status: ClassVar[int] = 409
    code: ClassVar[str] = "refused"
    text: ClassVar[str] = _("Det lot seg ikke gjøre.")

    def __init__(self, text: str | None = None, *, field: str | None = None, **values: object) -> None:
        self.message = text or self.text
        self.field = field
        self.values: Mapping[str, object] = values
        super().__init__(self.message % values if values else self.message)


class NotFound(Refusal):
    """What was asked for does not exist, or this actor may not know that it does."""

    status = 404
    code = "not-found"
    text = _("Vi fant ikke det du leter etter.")


class Forbidden(Refusal):
    """The actor is known, and may not do this."""

    status = 403
    code = "forbidden"
    text = _("Du har ikke tilgang til å gjøre dette.")


class SignInNeeded(Refusal):
    """Nobody is signed in, and this needs somebody."""

    status = 401
    code = "sign-in-needed"
    text = _("Du må logge inn for å gjøre dette.")


class Invalid(Refusal):
    """An input is wrong: `field` names it and the text says the remedy."""

    status = 422
    code = "invalid"
    text = _("Noe i det du sendte, er ikke gyldig.")


class Conflict(Refusal):
    """Somebody else changed the thing first."""

    status = 409
    code = "conflict"
    text = _("Noen andre har endret dette i mellomtiden. Last siden på nytt og prøv igjen.")


class Unavailable(Refusal):
    """A part this needs is not answering just now; trying again later is right."""

    status = 503
    code = "unavailable"
    text = _("Tjenesten er utilgjengelig akkurat nå. Prøv igjen om litt.")
