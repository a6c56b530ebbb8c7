"""Where this installation's parts are: from the environment, else from what `koblingsboks up` wrote into the data folder."""

import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from shared.contracts.catalogue import SERVICES
from shared.settings import ServiceSettings

FILE = "network.json"
PREFIX = "KOBLINGSBOKS_"
COMMON_NAMES = {"smtp_url": "SMTP_URL"}
"""Settings that also go by the name other programs give them; the one with the prefix comes first."""


@dataclass(frozen=True)
class Installation:
    """The addresses of a network that runs, or ran, from a data folder."""

    base_url: str
    nats_url: str
    meili_url: str
    meili_index_key: str
    meili_search_key: str
    smtp_url: str
    demo: bool = False
    demo_people: tuple[str, ...] = ()

    def write(self, data: Path) -> None:
        """Keep it in the data folder, readable by its owner alone."""
        file = data / FILE
        file.touch(mode=0o600)
        file.write_text(json.dumps(asdict(self), indent=2))


def read(data: Path) -> dict[str, Any]:
    """Return what the data folder tells of the installation; empty where it tells nothing."""
    file = data / FILE
    return dict(json.loads(file.read_text())) if file.exists() else {}


def settings(service: str, data: Path, **given: object) -> ServiceSettings:
    """Return a service's settings: `given`, then the environment, then the data folder's own."""
    return _filled(_settings_class(service), data, given)


def _filled(kind: type[ServiceSettings], data: Path, given: dict[str, object]) -> ServiceSettings:
    known = {
        name: value
        for name, value in read(data).items()
        if name in kind.model_fields and PREFIX + name.upper() not in os.environ
    }
    common = {
        name: os.environ[variable]
        for name, variable in COMMON_NAMES.items()
        if name in kind.model_fields and variable in os.environ and PREFIX + variable not in os.environ
    }
    return kind(**{**known, **common, "data": data, **given})


def installed() -> list[str]:
    """Return the services whose code is here: all of them on one machine, one in an image of its own."""
    return [service for service in SERVICES if find_spec(f"services.{service}")]


def common(data: Path, **given: object) -> ServiceSettings:
    """Return the settings all services share, where none of them need be installed."""
    return _filled(ServiceSettings, data, given)


def create_app(service: str) -> Callable[[Any], FastAPI]:
    """Return the composition root of a service."""
    made: Callable[[Any], FastAPI] = import_module(f"services.{service}.app").create_app
    return made


def _settings_class(service: str) -> type[ServiceSettings]:
    if service not in SERVICES:
        raise LookupError(f"there is no service {service}: choose one of {', '.join(SERVICES)}")
    module = import_module(f"services.{service}.settings")
    found: type[ServiceSettings] = getattr(module, f"{service.capitalize()}Settings")
    return found
