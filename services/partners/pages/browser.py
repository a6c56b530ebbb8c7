"""The browser somebody signs in with: the cookie a sign-in is bound to, the session cookie, and what it can do."""

import re
import secrets
from datetime import timedelta

from fastapi import Request
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.responses import RedirectResponse, Response

from services.partners.agents import agent_of
from services.partners.models import Method, Person, SecondStep, Session
from services.partners.settings import PartnersSettings
from services.partners.sign_in_errors import BegunTooOften
from services.partners.usecases import sessions
from services.partners.usecases.asking import begun_seldom_enough
from services.partners.usecases.passkeys import RelyingParty
from services.partners.usecases.sessions import Entry
from shared.auth.actor import Actor
from shared.auth.links import digest
from shared.auth.policy import can
from shared.auth.session import LIFETIME, issue
from shared.contracts.vocabulary import Role
from shared.web.doors import resources, unit
from shared.web.envelope import session_cookie
from shared.web.flash import local, redirect
from shared.web.i18n import marker as _

BOUND = timedelta(hours=1)
SECRET = re.compile(r"[A-Za-z0-9_-]{43}")
STEP_PATH = "/partners/sign-in-step"
WORK_PATH = "/partners/work"
WELCOME = _("Du er logget inn.")


class Binding:
    """A secret only this browser has: what was begun in it is finished in it."""

    def __init__(self, request: Request) -> None:
        self._secure = resources(request).settings.secure_cookies
        given = request.cookies.get(self._name, "")
        self._secret = given if SECRET.fullmatch(given) else ""

    @property
    def digest(self) -> str:
        """What stands in the database for this browser; empty where it has no secret."""
        return digest(self._secret) if self._secret else ""

    def made(self) -> "Binding":
        """Return it with a secret, made where there is none."""
        self._secret = self._secret or secrets.token_urlsafe(32)
        return self

    def keep(self, response: Response) -> None:
        """Have the browser keep the secret for a while."""
        response.set_cookie(
            self._name,
            self._secret,
            max_age=int(BOUND.total_seconds()),
            httponly=True,
            secure=self._secure,
            samesite="lax",
        )

    def forget(self, response: Response) -> None:
        """Have the browser forget it."""
        response.delete_cookie(self._name, secure=self._secure, httponly=True, samesite="lax")

    @property
    def _name(self) -> str:
        return "__Host-sign-in" if self._secure else "sign-in"


def settings_of(request: Request) -> PartnersSettings:
    """Return the registry's settings."""
    settings = resources(request).settings
    assert isinstance(settings, PartnersSettings)
    return settings


def lasting(request: Request) -> tuple[timedelta, timedelta]:
    """Return how long a session lasts without use, and at all."""
    settings = settings_of(request)
    return timedelta(hours=settings.session_idle_hours), timedelta(days=settings.session_days)


def party_of(request: Request) -> RelyingParty | None:
    """Return whom passkeys are for; None where browsers offer none under our address."""
    return RelyingParty.of(settings_of(request).base_url)


def needing(request: Request) -> tuple[Role, ...]:
    """Return the roles that need a passkey: none where there can be no passkeys."""
    return tuple(settings_of(request).passkey_required_for) if party_of(request) else ()


async def count_begun(request: Request) -> None:
    """Count a sign-in that begins, before anything else is looked at; raises BegunTooOften alike for everybody from there."""
    client = request.client.host if request.client else ""
    async with unit(request) as session:
        seldom = await begun_seldom_enough(
            session, resources(request).keys.link, client, settings_of(request).sign_in_most_begun
        )
    if not seldom:
        raise BegunTooOften


def entry_of(request: Request, method: Method, back: str = "/", *, strong: bool = False) -> Entry:
    """Return how and where somebody comes in."""
    agent = agent_of(request.headers.get("user-agent", ""))
    return Entry(method, Binding(request).digest, agent, back, strong)


async def come_in(
    session: AsyncSession, before: Actor | None, person: Person, came: Session | SecondStep
) -> Actor | None:
    """Return who is now signed in, whose session before is over; None where a passkey is asked for first."""
    if isinstance(came, SecondStep):
        return None
    if before is not None and not before.by_token:
        await sessions.end(session, before.session_id)
    return await sessions.actor_of(session, person, came.id)


def welcome(request: Request, actor: Actor | None, back: str) -> RedirectResponse:
    """Return the way on for somebody who came in, or to the passkey they must show first."""
    if actor is None:
        step = redirect(STEP_PATH)
        step.headers["Cache-Control"] = "no-store"
        return step
    response = redirect(_start(actor) if back == "/" else local(back), WELCOME)
    Binding(request).forget(response)
    return signed_in(request, actor, response)


def _start(actor: Actor) -> str:
    """Where somebody begins who asked for nothing else: staff at what waits for them."""
    return WORK_PATH if can(actor, "work.view") else "/"


def signed_in(request: Request, actor: Actor, response: RedirectResponse) -> RedirectResponse:
    """Give the browser the session's cookie."""
    found = resources(request)
    assert found.keys.private is not None
    secure = found.settings.secure_cookies
    # The cookie outlives its token, so that a token past its time can still be renewed from the session's row.
    kept = int(lasting(request)[1].total_seconds())
    token = issue(found.keys.private, actor, LIFETIME)
    response.set_cookie(session_cookie(secure), token, max_age=kept, httponly=True, secure=secure, samesite="lax")
    response.headers["Cache-Control"] = "no-store"
    return response


def signed_out(request: Request, response: Response) -> Response:
    """Take the session's cookie away."""
    secure = resources(request).settings.secure_cookies
    response.delete_cookie(session_cookie(secure), secure=secure, httponly=True, samesite="lax")
    response.headers["Cache-Control"] = "no-store"
    return response
