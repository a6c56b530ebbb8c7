"""A line about what just happened, carried over one redirect in a cookie."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from shared.web.page import Flash

COOKIE = "flash"
KINDS = ("success", "info", "warning", "danger")


def redirect(to: str, text: str = "", kind: str = "success") -> RedirectResponse:
    """Return a See Other to `to` that shows `text` (an interface string) there."""
    response = RedirectResponse(to, 303)
    if text:
        value = urlsafe_b64encode(json.dumps([kind, text]).encode()).decode()
        response.set_cookie(COOKIE, value, max_age=60, httponly=True, samesite="lax")
    return response


def read(request: Request) -> list[Flash]:
    """Return the lines that came with the request."""
    try:
        kind, text = json.loads(urlsafe_b64decode(request.cookies.get(COOKIE, "")))
    except (ValueError, TypeError, RecursionError):
        return []
    return [Flash(kind, str(text)[:500])] if kind in KINDS else []


def forget(request: Request, response: Response) -> None:
    """Take the lines away once they are shown."""
    if COOKIE in request.cookies:
        response.delete_cookie(COOKIE)


def local(address: str | None, otherwise: str = "/") -> str:
    """Return `address` where it lies on this site, else `otherwise`: nobody is sent elsewhere by a parameter."""
    if (
        not address
        or not address.startswith("/")
        or address.startswith(("//", "/\\"))
        or any(ord(sign) < 32 for sign in address)
    ):
        return otherwise
    parts = urlsplit(address)
    return address if not parts.scheme and not parts.netloc else otherwise
