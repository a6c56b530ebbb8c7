"""Only our own pages change things: the browser says where a request comes from, and forms carry their session's token."""

import hmac
from urllib.parse import urlsplit

from starlette.requests import Request

from shared.auth.actor import Actor
from shared.errors import Forbidden
from shared.web.i18n import marker as _

SAFE = ("GET", "HEAD", "OPTIONS")
FIELD = "csrf_token"
HEADER = "x-csrf-token"


class ForeignForm(Forbidden):
    """The request does not come from one of our own pages."""

    code = "foreign-form"
    text = _(
        "Skjemaet kom ikke fra denne siden, eller siden har stått åpen for lenge. Last siden på nytt og prøv igjen."
    )


def token(key: bytes, actor: Actor | None) -> str:
    """Return the token of the actor's session; visitors have none."""
    return hmac.digest(key, f"csrf|{actor.session_id}".encode(), "sha256")[:16].hex() if actor else ""


def same_origin(request: Request) -> bool:
    """Whether the browser says that the request comes from this site; a client that is no browser says nothing and passes."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")


def check(request: Request, key: bytes, given: str) -> None:
    """Raise ForeignForm unless the form carries the token of the session it is sent in."""
    actor: Actor | None = request.state.actor
    expected = token(key, actor)
    if actor and not actor.by_token and not hmac.compare_digest(given.encode(), expected.encode()):
        raise ForeignForm
