"""Errors as people and programs get them: a page in their language, or problem+json (RFC 9457)."""

import logging
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from shared.db.engine import locked_out
from shared.errors import NotFound, Refusal, Unavailable
from shared.web import expired
from shared.web.forms import WRONG, explain
from shared.web.htmx import wants_fragment
from shared.web.i18n import marker as _
from shared.web.render import Renderer

log = logging.getLogger(__name__)

TITLES: dict[int, str] = {
    400: _("Forespørselen er ikke gyldig"),
    401: _("Du må logge inn"),
    403: _("Du har ikke tilgang"),
    404: _("Siden finnes ikke"),
    405: _("Dette kan ikke gjøres her"),
    409: _("Noe har endret seg"),
    410: _("Dette finnes ikke lenger"),
    413: _("Det du sendte, er for stort"),
    422: _("Noe er ikke fylt ut riktig"),
    429: _("For mange forsøk"),
    503: _("Utilgjengelig akkurat nå"),
}
FAILED = _("Noe gikk galt hos oss")
FAILED_TEXT = _("Feilen er notert. Prøv igjen om litt.")


class Problem(BaseModel):
    """An error as problem+json; `errors` names each field at fault."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str = ""
    code: str = ""
    errors: list[dict[str, str]] = []


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the documentation of the errors an operation answers with."""
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        status: {"description": HTTPStatus(status).phrase, "model": Problem, "content": content} for status in statuses
    }


def install(app: FastAPI) -> None:
    """Map refusals and wrong input of `app` to answers, once; faults are the envelope's to hand to :func:`failed`."""
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)


def is_api(request: Request) -> bool:
    """Whether a program asks."""
    return "/api/" in request.url.path


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    if error.status == 401 and request.method == "GET" and not is_api(request) and not wants_fragment(request):
        back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse("/partners/sign-in?" + urlencode({"next": back}), 303)
    if error.status == 401 and (page := await expired.kept(request)):
        return page
    detail = _renderer(request).translate(_language(request), error.message, error.values)
    errors = [{"field": error.field, "detail": detail}] if error.field else []
    return answer(request, error.status, detail, code=error.code, errors=errors)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    if not is_api(request):
        by_path = any(item["loc"][0] == "path" for item in error.errors())
        return answer(request, 404 if by_path else 422, NotFound.text if by_path else "")
    errors = [_fault(request, item) for item in error.errors()]
    detail = "; ".join(f"{item['field'] or item['in']}: {item['detail']}" for item in errors)
    return answer(request, 422, detail, code="invalid", errors=errors)


def _fault(request: Request, item: Any) -> dict[str, str]:
    _, text, values = explain(item)
    said = _renderer(request).translate(_language(request), text, values) if text != WRONG else str(item["msg"])
    return {"field": ".".join(str(part) for part in item["loc"][1:]), "in": str(item["loc"][0]), "detail": said}


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    response = answer(request, error.status_code, "")
    response.headers.update(error.headers or {})
    return response


async def failed(request: Request, error: Exception) -> Response:
    """Log a fault and answer it without telling what it was; a database that is busy or away will be back."""
    if locked_out(error):
        log.warning("%s %s waits for the database: %r", request.method, _asked(request), error)
        return answer(request, Unavailable.status, Unavailable.text, code=Unavailable.code)
    log.error("%s %s failed", request.method, _asked(request), exc_info=error)
    return answer(request, 500, FAILED_TEXT, code="failed")


def _asked(request: Request) -> str:
    """Return the route as the log may name it: without the ids of people, who may ask to be forgotten."""
    return str(getattr(request.scope.get("route"), "path", "an address"))


def answer(
    request: Request, status: int, detail: str, *, code: str = "", errors: list[dict[str, str]] | None = None
) -> Response:
    """Return an error in the form the caller reads."""
    say = _renderer(request).translate
    language = _language(request)
    title = say(language, TITLES.get(status) or (FAILED if status >= 500 else TITLES[400]))
    if is_api(request):
        body = Problem(title=title, status=status, detail=say(language, detail), code=code, errors=errors or [])
        return JSONResponse(body.model_dump(), status, media_type="application/problem+json")
    context = {"status": status, "title": title, "what": say(language, detail)}
    return _renderer(request).page(request, "kit/error.html", context, status)


def _renderer(request: Request) -> Renderer:
    renderer: Renderer = request.app.state.resources.renderer
    return renderer


def _language(request: Request) -> Any:
    return getattr(request.state, "language", "nb")
