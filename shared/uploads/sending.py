"""The file in a form, and a kept file on its way back."""

from starlette.datastructures import UploadFile
from starlette.requests import Request

from shared.uploads.files import Kind, Sent
from shared.web.exports import disposition

GUARDED = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
}


async def sent_file(request: Request, field: str, most: int) -> Sent | None:
    """Return the one file of a form, read no further than a byte beyond `most`; None where none was chosen.

    It is asked for before the form is read: the request keeps the parts, so that the form is read from the same.
    """
    part = (await request.form(max_files=1, max_fields=50)).get(field)
    if not isinstance(part, UploadFile) or not part.filename:
        return None
    return Sent(part.filename, await part.read(most + 1))


def saved(kind: Kind, name: str) -> dict[str, str]:
    """Return the headers of a file that is saved under `name`, and neither shown nor run by a browser."""
    return {**GUARDED, "Content-Disposition": disposition(name, kind.ending)}
