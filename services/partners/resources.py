"""What the registry is composed of beyond what every service has."""

from dataclasses import dataclass, field

from fastapi import Request

from services.partners.oidc.provider import Provider
from services.partners.register.client import Register
from shared.web.app import Resources


@dataclass
class PartnersResources(Resources):
    """The registry's parts: `register` asks the register of organisations, or never asks; `issuers` sign people in, by key."""

    register: Register = field(default_factory=lambda: Register(""))
    issuers: dict[str, Provider] = field(default_factory=dict)


def register_of(request: Request) -> Register:
    """Return who asks the register of organisations."""
    found: PartnersResources = request.app.state.resources
    return found.register
