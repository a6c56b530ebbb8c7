"""Forms that stood open until the sign-in ran out: what was typed comes back, to be sent again once the session is renewed."""

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from shared.web.htmx import wants_fragment
from shared.web.render import Renderer

TYPED = "application/x-www-form-urlencoded"
RENEW = "/partners/session/renew?" + urlencode({"next": "/partners/me"})
"""Who cannot renew any more is led from there to sign in."""


async def kept(request: Request) -> Response | None:
    """Return a page that holds what was typed, for a form whose session's token is past its time; None for all else.

    The form's own token is kept as it came and checked when it is sent again: nothing is vouched for here. Files are not kept.
    """
    by_form = request.headers.get("content-type", "").partition(";")[0].strip().lower() == TYPED
    renewable = getattr(request.state, "ran_out", False)
    if (
        request.method != "POST"
        or not by_form
        or not renewable
        or "/api/" in request.url.path
        or wants_fragment(request)
    ):
        return None
    data = await request.form(max_files=0, max_fields=500)
    renderer: Renderer = request.app.state.resources.renderer
    context = {
        "action": request.url.path + (f"?{request.url.query}" if request.url.query else ""),
        "fields": [(name, str(value)) for name, value in data.multi_items()],
        "renew": RENEW,
    }
    page = renderer.page(request, "kit/expired.html", context, 401)
    page.headers["Cache-Control"] = "no-store"
    return page
