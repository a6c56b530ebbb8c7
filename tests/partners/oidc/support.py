"""Going to the tests' issuer and coming back, as browsers do."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import httpx

from services.partners.models import Identity
from tests.partners.support import org_number, person
from tests.support.apps import ServiceApp
from tests.support.issuer import CLIENT_ID, CLIENT_SECRET, Claims, DevIssuer

KARI: Claims = {"sub": "kari", "name": "Kari Prøve", "email": "ask@example.org", "email_verified": True}
START = "/partners/sign-in-with/dev"
BACK = f"{START}/back"


def configured(dev: DevIssuer, **given: Any) -> dict[str, Any]:
    secret = {} if "private_key" in given else {"client_secret": CLIENT_SECRET}
    return {
        "key": "dev",
        "name": "Prøvekontoen",
        "issuer": dev.url,
        "client_id": CLIENT_ID,
        **secret,
        **given,
    }


NUMBER, OTHER = org_number(1), org_number(40)
Serving = Callable[..., Any]


async def come_with(issuer: DevIssuer, visitor: httpx.AsyncClient, next: str = "/") -> httpx.Response:
    """Go to the issuer and come back, as a browser does."""
    away = await visitor.get(START, params={"next": next})
    assert away.status_code == 303
    return await visitor.get(issuer.signed_in_at(away.headers["location"]))


async def linked(partners: ServiceApp, issuer: DevIssuer, **given: Any) -> UUID:
    """Enter somebody whom the issuer's Kari is linked to."""
    person_id = await person(partners, "ask@example.org", **given)
    async with partners.database.writing() as session:
        session.add(Identity(person_id=person_id, key="dev", issuer=issuer.url, subject="kari"))
    return person_id


def is_in(visitor: httpx.AsyncClient) -> bool:
    return "session" in visitor.cookies


def without(name: str) -> Callable[[Claims], Claims]:
    return lambda claims: {key: value for key, value in claims.items() if key != name}


def with_claims(**given: Any) -> Callable[[Claims], Claims]:
    return lambda claims: claims | given
