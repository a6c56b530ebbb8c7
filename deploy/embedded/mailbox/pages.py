"""The mailbox in the browser, under /mailbox: a list, a page for each message, and the same as JSON.

The composition root passes `render`, which makes a response of a template and its context, and puts the folder
`TEMPLATES` on its search path. Mail is foreign text: its HTML is shown in a frame that may run and load nothing.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from deploy.embedded.mailbox.letter import Letter
from deploy.embedded.mailbox.store import Entry, Mailbox, Page
from shared.web.csrf import same_origin

TEMPLATES = Path(__file__).parent / "templates"
VIEWS = ("html", "text", "headers", "calendar", "raw")
FRAME_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; "
        "frame-ancestors 'self'; sandbox"
    ),
    "X-Frame-Options": "SAMEORIGIN",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class Render(Protocol):
    """Makes the response for a page."""

    def __call__(self, request: Request, template: str, context: Mapping[str, Any], /) -> Response: ...


def mailbox_routes(mailbox: Mailbox, render: Render) -> list[Route]:
    """The routes of the mailbox; a message that does not exist answers 404."""
    pages = MailboxPages(mailbox, render)
    return [
        Route("/mailbox", pages.list),
        Route("/mailbox/delete", pages.delete, methods=["POST"]),
        Route("/mailbox/api/messages", pages.api_list),
        Route("/mailbox/api/messages/{id}", pages.api_message),
        Route("/mailbox/{id}", pages.message),
        Route("/mailbox/{id}/html", pages.html),
        Route("/mailbox/{id}/raw", pages.raw),
    ]


class MailboxPages:
    """The endpoints. They are plain functions, so that reading files happens off the event loop."""

    def __init__(self, mailbox: Mailbox, render: Render) -> None:
        self.mailbox = mailbox
        self.render = render

    def list(self, request: Request) -> Response:
        """The messages, newest first."""
        query = request.query_params
        found = self._page(request)
        kept = {name: query[name] for name in ("to", "subject") if query.get(name)}
        context = {
            "found": found,
            "to": query.get("to", ""),
            "subject": query.get("subject", ""),
            "newer": _list_url(kept, found.number - 1) if found.number > 1 else None,
            "older": _list_url(kept, found.number + 1) if found.number < found.pages else None,
        }
        return self.render(request, "mailbox/list.html", context)

    def _page(self, request: Request) -> Page:
        query = request.query_params
        number = query.get("page", "1")
        wanted = int(number) if number.isdecimal() and len(number) < 10 else 1
        return self.mailbox.page(wanted, query.get("to", ""), query.get("subject", ""))

    def _found(self, request: Request) -> tuple[Entry, Letter]:
        name = request.path_params["id"]
        entry, letter = self.mailbox.find(name), self.mailbox.letter(name)
        if entry is None or letter is None:
            raise HTTPException(404)
        return entry, letter

    def message(self, request: Request) -> Response:
        """One message, in the view that ?view= names."""
        entry, letter = self._found(request)
        offered = [view for view in VIEWS if view in ("headers", "raw") or getattr(letter, view)]
        wanted = request.query_params.get("view", "")
        view = wanted if wanted in offered else offered[0]
        context = {"entry": entry, "letter": letter, "views": offered, "view": view}
        return self.render(request, "mailbox/message.html", context)

    def html(self, request: Request) -> Response:
        """The HTML part alone, for the frame of the message page."""
        _, letter = self._found(request)
        return Response(letter.html, media_type="text/html", headers=FRAME_HEADERS)

    def raw(self, request: Request) -> Response:
        """The message as a file to save."""
        entry, letter = self._found(request)
        named = {"Content-Disposition": f'attachment; filename="{entry.id}.eml"'}
        return Response(letter.raw, media_type="message/rfc822", headers={**FRAME_HEADERS, **named})

    def delete(self, request: Request) -> Response:
        """Empties the mailbox; only from one of our own pages."""
        if not same_origin(request):
            raise HTTPException(403)
        self.mailbox.clear()
        return RedirectResponse("/mailbox", status_code=303)

    def api_list(self, request: Request) -> Response:
        """`{"messages": […], "page": n, "pages": n, "total": n}`, filtered by ?to= and ?subject=, paged by ?page=."""
        found = self._page(request)
        messages = [_summary(entry) for entry in found.entries]
        shown = {"messages": messages, "page": found.number, "pages": found.pages, "total": found.total}
        return JSONResponse(shown, headers={"Cache-Control": "no-store"})

    def api_message(self, request: Request) -> Response:
        """One message with its headers (a list of pairs), bodies, attachment names and links."""
        entry, letter = self._found(request)
        parts = {
            name: getattr(letter, name) for name in ("headers", "html", "text", "calendar", "attachments", "links")
        }
        return JSONResponse({**_summary(entry), **parts}, headers={"Cache-Control": "no-store"})


def _summary(entry: Entry) -> dict[str, object]:
    return {
        "id": entry.id,
        "mail_from": entry.mail_from,
        "rcpt_tos": entry.rcpt_tos,
        "received_at": entry.received_at,
        "subject": entry.subject,
        "size": entry.size,
    }


def _list_url(kept: Mapping[str, str], number: int) -> str:
    return "/mailbox?" + urlencode({**kept, "page": number})
