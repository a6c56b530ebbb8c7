"""The issuers people may sign in with, as the pages reach them."""

from fastapi import Request

from services.partners.oidc.provider import Provider
from services.partners.resources import PartnersResources
from services.partners.sign_in_errors import IssuerAway, IssuerRefused
from shared.errors import NotFound
from shared.web.app import request_url


def issuers(request: Request) -> dict[str, Provider]:
    """Return the configured issuers by key."""
    found: PartnersResources = request.app.state.resources
    return found.issuers


def issuer(request: Request, key: str) -> Provider:
    """Return an issuer; raises NotFound where none has this key."""
    found = issuers(request).get(key)
    if found is None:
        raise NotFound
    return found


def redirect_uri(request: Request, key: str) -> str:
    """Return the address an issuer sends people back to."""
    return request_url(request, f"/partners/sign-in-with/{key}/back")


async def end_session_url(request: Request, key: str) -> str:
    """Return where a session at the issuer is ended; empty where that is not offered, or the issuer is away."""
    found = issuers(request).get(key)
    if found is None:
        return ""
    try:
        return await found.end_session_url(request_url(request, "/"))
    except (IssuerAway, IssuerRefused):
        return ""
