"""A published case cited: as files that programs for references read."""

from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.knowledge import queries
from services.knowledge.models import Case, Organisation
from services.knowledge.opendata.catalogue import Publisher
from services.knowledge.opendata.citation import FORMS, Citation, citation
from services.knowledge.presenting import Presenter, presenting_for
from services.knowledge.queries.rows import rows_of
from services.knowledge.telling import Told, told
from shared.errors import NotFound
from shared.web.app import request_url
from shared.web.doors import Reading
from shared.web.exports import disposition

router = APIRouter(prefix="/cases/{case_id}", include_in_schema=False)


@router.get("/citation.{form}")
async def download(request: Request, session: Reading, case_id: UUID, form: Literal["bib", "ris"]) -> Response:
    """The citation of a published case as a file, in the language it was written in."""
    found = next(iter(await queries.published(session, [case_id])), None)
    if found is None:
        raise NotFound
    rows = (await rows_of(session, [case_id]))[case_id]
    own = told(found, rows.translations, found.language)
    organisation = await queries.organisation(session, found.organisation_id)
    presenter = await presenting_for(request, await queries.regions(session))
    media_type, written = FORMS[form]
    cited = citation_of(request, found, own, organisation, presenter)
    headers = {"Content-Disposition": disposition(own.title, form)}
    return Response(written(cited), media_type=media_type, headers=headers)


def citation_of(
    request: Request, case: Case, own: Told, organisation: Organisation | None, presenter: Presenter
) -> Citation:
    """Return the citation of a published case under this library's address and publisher."""
    publisher: Publisher = request.app.state.publisher
    licence = presenter.term("licence", case.licence)
    return citation(case, own, organisation, publisher.name, request_url(request, f"/cases/{case.id}"), licence)
