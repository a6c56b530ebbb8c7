"""Every door has a lock: a route asks the policy, or stands in the list of those that are open to all, and a visitor gets nothing else."""

import asyncio
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from starlette.routing import Mount

from deploy import installation
from shared.contracts.catalogue import SERVICES
from shared.db.migrate import upgrade
from shared.ids import new_id
from tests.architecture.calls import CAN, REQUIRE, SIGNED_IN, leading_to

AREAS = {"partners": "partners", "knowledge": "cases", "events": "events", "notifier": "mail"}
OF_ALL = {"/{area}/health/live", "/{area}/health/ready", "/{area}/api/docs", "/{area}/api/openapi.json", "/static"}
OPEN: dict[str, set[tuple[str, str]]] = {
    "partners": {
        ("GET", "/partners/api/v1/regions"),
        ("GET", "/partners/api/v1/regions/{slug}"),
        # The link in a mail proves whose claim it is.
        ("GET", "/partners/claim/{token}"),
        ("POST", "/partners/claim/{token}"),
        ("GET", "/partners/{organisation_id}/logo"),
        # Signing in and out; the link's own secret is what signs somebody in.
        ("GET", "/partners/sign-in"),
        ("POST", "/partners/sign-in"),
        ("GET", "/partners/sign-in/{token}"),
        ("POST", "/partners/sign-in/{token}"),
        ("POST", "/partners/sign-in-as"),
        ("GET", "/partners/session/renew"),
        ("POST", "/partners/sign-out"),
        # The link's own secret is what makes an address somebody's.
        ("GET", "/partners/confirm-email/{token}"),
        ("POST", "/partners/confirm-email/{token}"),
        # An issuer's answer is held to the browser that was sent there; its word that a session is over is signed.
        ("GET", "/partners/sign-in-with/{key}"),
        ("POST", "/partners/sign-in-with/{key}/logout"),
        ("GET", "/partners/sign-in-unknown"),
        ("POST", "/partners/sign-in-unknown"),
        # A passkey signs in by itself, or finishes a sign-in that waits in this browser.
        ("POST", "/partners/passkeys/options"),
        ("POST", "/partners/sign-in-passkey"),
        ("GET", "/partners/sign-in-step"),
        ("POST", "/partners/sign-in-step"),
        ("POST", "/partners/sign-in-step/options"),
        # The link in a letter proves who is to be erased; the certificate's address is a secret, and names nobody.
        ("GET", "/partners/erase/{token}"),
        ("POST", "/partners/erase/{token}"),
        ("GET", "/partners/erased/{code}"),
        ("GET", "/partners/privacy"),
    },
    "knowledge": {
        ("GET", "/"),
        ("GET", "/om"),
        ("GET", "/tilgjengelighet"),
        ("GET", "/informasjonskapsler"),
        ("GET", "/robots.txt"),
        ("GET", "/sitemap.xml"),
        ("GET", "/sitemap-{part}.xml"),
        ("GET", "/dcat.ttl"),
        ("GET", "/dcat.jsonld"),
        ("GET", "/cases/{case_id}.jsonld"),
        ("GET", "/cases/{case_id}/citation.{form}"),
        ("GET", "/cases/{case_id}/fact-sheet.pdf"),
        ("GET", "/cases/compare"),
        ("GET", "/cases/compare/export"),
        ("GET", "/cases/fragments/latest"),
        ("GET", "/cases/fragments/suggestions"),
        ("GET", "/cases/finder"),
        ("GET", "/cases/api/v1/search"),
        ("GET", "/cases/api/v1/suggest"),
        ("GET", "/cases/api/v1/impact"),
        ("GET", "/cases/dump.csv"),
        ("GET", "/cases/dump.jsonl"),
        ("GET", "/cases/impact"),
        ("GET", "/cases/impact/export"),
        ("GET", "/cases/api/v1/vocabularies"),
        ("GET", "/cases/api/v1/vocabularies/{code}"),
    },
    "events": {
        ("GET", "/events/calendar.ics"),
        ("GET", "/events/fragments/upcoming"),
        # The link in an invitation proves whose answer it is.
        ("POST", "/events/answer/{webinar_id}/{token}"),
    },
    "notifier": {
        # The link in a mail proves whose wishes they are.
        ("GET", "/mail/preferences/{token}"),
        ("POST", "/mail/preferences/{token}"),
        ("GET", "/mail/unsubscribe/{topic}/{token}"),
        ("POST", "/mail/unsubscribe/{topic}/{token}"),
    },
}
"""Routes that ask nobody who they are. A page that shows more to those who may asks the policy, and stands not here."""


def made(service: str, folder: Path) -> FastAPI:
    """Return a service's application on an empty database."""
    settings = installation.settings(service, folder, watchdog=False)
    return installation.create_app(service)(settings)


def routes(app: FastAPI) -> Iterator[tuple[str, str, Any]]:
    """Yield method, path and handler of every route."""

    def walk(found: Any) -> Iterator[Any]:
        for route in found:
            yield from walk(route.original_router.routes) if hasattr(route, "original_router") else [route]

    for route in walk(app.routes):
        if isinstance(route, Mount):
            yield "GET", route.path, route.app
        else:
            yield from ((method, route.path, inspect.unwrap(route.endpoint)) for method in route.methods - {"HEAD"})


def own_routes(service: str, app: FastAPI) -> list[tuple[str, str, str]]:
    """Return method, path and the handler's full name of every route that is the service's own."""
    common = {path.format(area=AREAS[service]) for path in OF_ALL}
    return [
        (method, path, f"{handler.__module__}.{handler.__qualname__}")
        for method, path, handler in routes(app)
        if path not in common
    ]


@pytest.mark.parametrize("service", SERVICES)
def test_every_route_asks_the_policy_or_is_open_on_purpose(service: str, tmp_path: Path) -> None:
    asks = {
        "GET": leading_to(service, REQUIRE, CAN, SIGNED_IN),
        "change": leading_to(service, REQUIRE, SIGNED_IN),
    }
    found = own_routes(service, made(service, tmp_path))
    unasked = {
        (method, path) for method, path, name in found if name not in asks["GET" if method == "GET" else "change"]
    }
    assert unasked == OPEN[service]


@pytest.mark.parametrize("service", SERVICES)
def test_what_all_services_have_is_there(service: str, tmp_path: Path) -> None:
    paths = {path for _, path, _ in routes(made(service, tmp_path))}
    assert {path.format(area=AREAS[service]) for path in OF_ALL} <= paths


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_keeps_to_its_own_part_of_the_address(service: str, tmp_path: Path) -> None:
    front = {"/", "/om", "/tilgjengelighet", "/informasjonskapsler", "/robots.txt", "/static"}
    front |= {"/sitemap.xml", "/sitemap-{part}.xml", "/dcat.ttl", "/dcat.jsonld"}
    paths = {path for _, path, _ in routes(made(service, tmp_path))}
    strangers = {path for path in paths if path != f"/{AREAS[service]}" and not path.startswith(f"/{AREAS[service]}/")}
    assert strangers <= (front if service == "knowledge" else {"/static"})


@pytest.mark.parametrize("service", SERVICES)
async def test_a_visitor_gets_nothing_from_a_locked_route_but_the_way_to_sign_in(service: str, tmp_path: Path) -> None:
    await asyncio.to_thread(upgrade, service, installation.settings(service, tmp_path).database())
    app = made(service, tmp_path)
    locked = leading_to(service, REQUIRE)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    given_away = []
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as visitor:
        for method, path, name in own_routes(service, app):
            if name in locked:
                answer = await visitor.request(method, _filled(path), json={} if "/api/" in path else None)
                if not _refused(answer):
                    given_away.append((method, path, answer.status_code, answer.headers.get("location")))
    await app.state.resources.database.close()
    assert given_away == []


def _filled(path: str) -> str:
    parts = ["submit" if part == "{step}" else str(new_id()) if "{" in part else part for part in path.split("/")]
    return "/".join(parts)


def _refused(answer: httpx.Response) -> bool:
    to_sign_in = answer.status_code == 303 and answer.headers["location"].startswith("/partners/sign-in?")
    return to_sign_in or answer.status_code in (401, 403, 404, 422)
