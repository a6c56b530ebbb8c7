"""The tiny service as an application: a page, a form, an API and one route for everything that may go wrong."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import httpx
from fastapi import APIRouter, FastAPI, Query, Request
from pydantic import EmailStr, Field, StringConstraints, field_validator
from starlette.responses import Response

from shared.auth.actor import Actor
from shared.auth.session import issue
from shared.contracts.vocabulary import FocusArea
from shared.errors import Conflict, Forbidden, NotFound, SignInNeeded, Unavailable
from shared.outbox import record
from shared.settings import ServiceSettings
from shared.web import forms
from shared.web.app import build, compose
from shared.web.doors import Who, Writing, resources
from shared.web.flash import redirect
from shared.web.idempotency import idempotent
from shared.web.inputs import Input, Line
from tests.shared import tiny

router = APIRouter()
BAD_NUMBER = "Organisasjonsnummeret er allerede registrert på %(name)s."
REFUSALS = {
    "401": SignInNeeded,
    "403": Forbidden,
    "404": NotFound,
    "409": Conflict,
    "503": Unavailable,
}


class TinyForm(Input):
    """One field of every kind."""

    name: Line
    email: EmailStr | None = None
    seats: Annotated[int, Field(ge=1, le=500)] | None = None
    effect: Decimal | None = None
    code: Annotated[str, StringConstraints(pattern="^[a-z]+$")] | None = None
    topics: list[FocusArea] = Field(default=[], max_length=2)

    @field_validator("name")
    @classmethod
    def _no_shouting(cls, value: str) -> str:
        if value.isupper():
            raise ValueError("Du har ikke tilgang til å gjøre dette.")
        return value


class CountIn(Input):
    """How much to count."""

    id: int = Field(ge=1)
    text: str = ""


@router.get("/cases", include_in_schema=False)
async def page(request: Request, actor: Who, page: Annotated[int, Query(ge=1)] = 1) -> Response:
    """Show a page that names who asks."""
    context = {"title": actor.name if actor else "Besøkende", "lead": str(page)}
    return resources(request).renderer.page(request, "kit/message.html", context)


@router.post("/cases/form", include_in_schema=False)
async def form(request: Request) -> Response:
    """Take the form in, or show it again."""
    found = resources(request)
    given = await forms.read_form(request, TinyForm, found.keys.link, {"name": "Navn", "email": "E-postadresse"})
    if given.model is not None:
        return redirect("/cases", "Du er logget inn.")
    say = found.renderer.translate
    shown = given.translated(lambda text, values=None: say(request.state.language, text, values))
    return found.renderer.page(request, "tiny/form.html", {"form": shown}, 422)


@router.get("/cases/fails/{what}", include_in_schema=False)
@router.get("/cases/api/v1/fails/{what}")
async def fails(what: str) -> None:
    """Fail in the way that is asked for."""
    if what == "500":
        raise RuntimeError("hemmelig detalj")
    raise REFUSALS[what]()


@router.get("/cases/api/v1/items/{number}")
async def item(number: int) -> int:
    """Return the number."""
    return number


@router.post("/cases/api/v1/counters", status_code=201)
@idempotent(status=201)
async def count(request: Request, session: Writing, actor: Who, given: CountIn) -> dict[str, Any]:
    """Make a counter, slowly, and tell the network."""
    session.add(tiny.Counter(id=given.id))
    await session.flush()
    await asyncio.sleep(0.05)
    await record(session, tiny.organisation())
    if given.text == "nei":
        raise Conflict
    return {"id": given.id, "text": given.text, "by": actor.name if actor else None}


def create_app(settings: ServiceSettings) -> FastAPI:
    """Return the tiny service; it holds the session's private key, so that the tests can sign people in."""
    return build(compose(settings, tiny.HOUSE, Path(__file__).parent, signs=True), "cases", "prøve", [router])


def token(app: FastAPI, actor: Actor, **given: Any) -> str:
    """Return a signed token for `actor`."""
    private = app.state.resources.keys.private
    assert private is not None
    return issue(private, actor, **given)


@asynccontextmanager
async def client(app: FastAPI, actor: Actor | None = None, cookie: str = "") -> AsyncIterator[httpx.AsyncClient]:
    """Open a browser-like client, signed in as `actor` or with this session cookie; faults are answers, not exceptions."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    session = token(app, actor) if actor else cookie
    cookies = {"session": session} if session else {}
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver", cookies=cookies) as opened:
        yield opened
