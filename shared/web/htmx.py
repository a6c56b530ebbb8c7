"""What htmx says in its requests, and what it is told in answers."""

from starlette.requests import Request


def wants_fragment(request: Request) -> bool:
    """Whether the request asks for part of a page; a boosted link asks for the whole."""
    headers = request.headers
    return (
        headers.get("hx-request") == "true"
        and headers.get("hx-boosted") != "true"
        and headers.get("hx-request-type") != "full"
    )
