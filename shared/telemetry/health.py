"""Health: whether the process lives, and whether it can do its work."""

import logging
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

log = logging.getLogger(__name__)

Check = Callable[[], Awaitable[str]]
"""Returns an empty text where all is well, else what is wrong in one line."""


def health_routes(area: str, checks: dict[str, Check]) -> list[Route]:
    """Return `/<area>/health/live` and `/<area>/health/ready`."""

    async def live(_request: Request) -> JSONResponse:
        return JSONResponse({"status": "live"})

    async def ready(_request: Request) -> JSONResponse:
        problems = {
            name: text for name, text in [(name, await _told(name, check)) for name, check in checks.items()] if text
        }
        return JSONResponse(
            {"status": "ready" if not problems else "not ready", "problems": problems}, 200 if not problems else 503
        )

    return [Route(f"/{area}/health/live", live), Route(f"/{area}/health/ready", ready)]


async def _told(name: str, check: Check) -> str:
    try:
        return await check()
    except Exception as error:
        log.warning("the check of %s failed: %r", name, error)
        return f"could not be checked: {type(error).__name__}"
