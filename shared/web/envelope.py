"""What surrounds every request: who asks, in which language, under which id, and the headers that guard the answer."""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote, urlencode

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.auth import session as sessions
from shared.auth.actor import Actor
from shared.auth.keys import Keyring
from shared.auth.uses import TokenUses
from shared.contracts.vocabulary import LANGUAGES
from shared.ids import new_id
from shared.telemetry.correlation import correlation_id
from shared.web import csrf
from shared.web.i18n import marker as _
from shared.web.i18n import negotiate

BODY_LIMIT = 12 * 1024 * 1024
LANGUAGE_COOKIE = "lang"
RENEW_PATH = "/partners/session/renew"
UNRENEWED = ("/partners/session/", "/partners/sign-")
READING = ("GET", "HEAD", "OPTIONS", "QUERY")
READS_ONLY = _("Tokenet kan bare lese. Lag et token som også kan skrive, for å endre noe.")
NOT_HERE = _("Tokenet gjelder ikke denne delen av tjenesten. Lag et token som også gjelder her.")
POLICY = "; ".join(
    [
        "default-src 'none'",
        *(f"{kind}-src 'self'" for kind in ("script", "style", "font", "connect", "frame", "manifest")),
        "img-src 'self' data:",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}

Admitted = Callable[[Actor], Awaitable[Actor | None]]
"""Gives somebody with a valid token the rights they hold now; None where they are let in no longer."""
Refuse = Callable[[Request, int, str], Response]
Fail = Callable[[Request, Exception], Awaitable[Response]]
"""Answers a fault; it is raised again afterwards, for the server's log."""


def session_cookie(secure: bool) -> str:
    """Return the session cookie's name; browsers hold `__Host-` cookies to this host and to https."""
    return "__Host-session" if secure else "session"


class Envelope:
    """ASGI middleware round a whole service."""

    def __init__(
        self,
        app: ASGIApp,
        keys: Keyring,
        admitted: Admitted,
        refuse: Refuse,
        *,
        secure: bool,
        service: str,
        uses: TokenUses,
        fail: Fail | None = None,
    ) -> None:
        self.app = app
        # Within the envelope, so that the answer to a fault carries its headers, and its log the request's id.
        self._answering = ServerErrorMiddleware(self._inside, handler=fail)
        self._keys = keys
        self._admitted = admitted
        self._refuse = refuse
        self._secure = secure
        self._service = service
        self._uses = uses

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive)
        given = request.headers.get("x-correlation-id", "")
        token = correlation_id.set(given if given.isascii() and given.isalnum() and len(given) <= 64 else new_id().hex)
        try:
            await self._answering(scope, receive, self._guarded(request, send))
        finally:
            correlation_id.reset(token)

    async def _inside(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        request.state.language = _language(request)
        request.state.actor = None
        actor, stale = await self._identify(request)
        request.state.actor = actor
        if refusal := self._wrong(request, actor):
            await refusal(scope, receive, send)
        elif stale and _navigates(request) and not request.url.path.startswith(UNRENEWED):
            back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            to = f"{RENEW_PATH}?{urlencode({'next': back}, quote_via=quote)}"
            await RedirectResponse(to, 303)(scope, receive, send)
        else:
            await self.app(scope, _limited(receive), send)

    def _wrong(self, request: Request, actor: Actor | None) -> Response | None:
        if not _readable(request):
            return self._refuse(request, 400, "")
        if int(request.headers.get("content-length") or 0) > BODY_LIMIT:
            return self._refuse(request, 413, "")
        by_program = actor is not None and actor.by_token
        if beyond := self._beyond(request, actor):
            return self._refuse(request, 403, beyond)
        if request.method not in csrf.SAFE and not by_program and not csrf.same_origin(request):
            return self._refuse(request, 403, csrf.ForeignForm.text)
        return None

    def _beyond(self, request: Request, actor: Actor | None) -> str:
        """Return why this is more than the actor's token may be used for; empty where it is not."""
        limits = actor.limits if actor else None
        if limits is None:
            return ""
        if self._service not in limits.services:
            return NOT_HERE
        return "" if limits.writes or request.method in READING else READS_ONLY

    async def _identify(self, request: Request) -> tuple[Actor | None, bool]:
        kind, _, bearer = request.headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer":
            found = sessions.read(self._keys.public, bearer.strip(), "api")
        elif cookie := request.cookies.get(session_cookie(self._secure)):
            found = sessions.read(self._keys.public, cookie, "session")
            if found is None:
                request.state.ran_out = sessions.ran_out(self._keys.public, cookie)
                return None, True
        else:
            return None, False
        actor = await self._admitted(found[0]) if found else None
        if found is None or actor is None:
            return None, False
        if actor.limits is not None:
            self._uses.note(actor.session_id)
        return actor, not actor.by_token and found[1] > sessions.RENEW_AFTER.total_seconds()

    def _guarded(self, request: Request, send: Send) -> Send:
        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("X-Correlation-Id", correlation_id.get())
                if self._secure:
                    headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
                if (chosen := request.query_params.get("lang")) in LANGUAGES:
                    headers.append("Set-Cookie", f"{LANGUAGE_COOKIE}={chosen}; Max-Age=31536000; Path=/; SameSite=Lax")
            await send(message)

        return guarded


def _language(request: Request) -> Any:
    for given in (request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE)):
        if given in LANGUAGES:
            return given
    return negotiate(request.headers.get("accept-language", ""))


def _navigates(request: Request) -> bool:
    mode = request.headers.get("sec-fetch-mode")
    asks = mode == "navigate" if mode else "text/html" in request.headers.get("accept", "")
    return request.method == "GET" and asks and "/api/" not in request.url.path and "hx-request" not in request.headers


def _readable(request: Request) -> bool:
    length = request.headers.get("content-length", "0")
    return (
        (length.isdecimal() and len(length) < 20)
        and "%00" not in request.url.query
        and "%00" not in request.scope.get("raw_path", b"").decode("latin-1")
        and "\x00" not in request.url.path
    )


def _limited(receive: Receive) -> Receive:
    taken = 0

    async def limited() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > BODY_LIMIT:
            raise HTTPException(413)
        return message

    return limited
