"""Pages about the site itself, and what robots are told."""

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response

from shared.web.app import request_url
from shared.web.doors import resources

router = APIRouter(include_in_schema=False)

ROBOTS = (
    "User-agent: *",
    "Disallow: /cases/new",
    "Disallow: /cases/mine",
    "Disallow: /mail",
    "Disallow: /partners/sign-in",
)


@router.get("/om")
async def about(request: Request) -> Response:
    """What Koblingsboks is."""
    return resources(request).renderer.page(request, "knowledge/about.html")


@router.get("/tilgjengelighet")
async def accessibility(request: Request) -> Response:
    """The accessibility statement."""
    return resources(request).renderer.page(request, "knowledge/accessibility.html")


@router.get("/informasjonskapsler")
async def cookies(request: Request) -> Response:
    """Which cookies are set, and why."""
    return resources(request).renderer.page(request, "knowledge/cookies.html")


@router.get("/robots.txt")
async def robots(request: Request) -> Response:
    """What robots may visit."""
    return PlainTextResponse("\n".join((*ROBOTS, f"Sitemap: {request_url(request, '/sitemap.xml')}", "")))
