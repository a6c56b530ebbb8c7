"""The kinds of field the registry takes in."""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, EmailStr, StringConstraints

from services.partners import orgnumber
from shared.web.i18n import marker as _

WEB = _("Skriv en hel adresse som begynner med https://.")


ONE_LINE = _("Skriv på én linje, uten usynlige styretegn.")


EMAIL_TOO_LONG = _("E-postadressen er for lang: høyst 254 tegn.")


MOST_EMAIL = 254


def one_line(text: str) -> str:
    """Return `text` where it is one line; raises ValueError for control characters, which would break a mail's header."""
    if any(sign < " " or "\x7f" <= sign <= "\x9f" or sign in "\u2028\u2029" for sign in text):
        raise ValueError(ONE_LINE)
    return text


def web_address(text: str) -> str:
    """Return `text` where it is an address on the web; raises ValueError with the remedy."""
    try:
        parts = urlsplit(text)
        if parts.scheme not in ("https", "http") or not parts.hostname or any(sign.isspace() for sign in text):
            raise ValueError(WEB)
    except ValueError as error:
        raise ValueError(WEB) from error
    return one_line(text)


def mail_address(text: str) -> str:
    """Return `text` in lower case, the form in which addresses are kept and compared; raises ValueError."""
    if len(lowered := text.lower()) > MOST_EMAIL:
        raise ValueError(EMAIL_TOO_LONG)
    return one_line(lowered)


Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,60}$")]


OrgNumber = Annotated[str, AfterValidator(orgnumber.normalised)]


Email = Annotated[EmailStr, AfterValidator(mail_address)]


Web = Annotated[str, StringConstraints(max_length=300), AfterValidator(web_address)]


Line120 = Annotated[str, StringConstraints(min_length=1, max_length=120), AfterValidator(one_line)]


Line200 = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(one_line)]


VERSION = "When editing: the version that was read; without it, the last to write wins."


VERSION_READ = "The version that was read: a change made from an older one is refused."
