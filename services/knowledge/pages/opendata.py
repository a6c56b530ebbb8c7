"""Open data: all cases as files, a case as linked data, the sitemap and the catalogue of data."""

from collections.abc import AsyncIterator
from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from services.knowledge import queries
from services.knowledge.opendata import sitemap
from services.knowledge.opendata.article import article
from services.knowledge.opendata.catalogue import Publisher, catalogue
from services.knowledge.opendata.dump import COLUMNS, cells, line, records
from services.knowledge.opendata.licences import CC_BY_ADDRESS
from services.knowledge.opendata.rdf import Resource, json_ld, turtle
from services.knowledge.presenting import presenting_for
from services.knowledge.queries.media import media_of
from services.knowledge.queries.opendata import addresses, extent
from services.knowledge.queries.rows import rows_of
from services.knowledge.telling import told
from shared.errors import NotFound
from shared.sheets.table import Table
from shared.sheets.write import csv_parts
from shared.web.app import request_url
from shared.web.doors import Reading, resources

router = APIRouter(include_in_schema=False)

XML = "application/xml"
LINKED = "application/ld+json"


@router.get("/cases/dump.jsonl")
async def dump_lines(request: Request) -> Response:
    """All published cases as JSON lines, as the import of cases reads them."""
    found = records(resources(request).database, request_url(request, ""))
    return _file((line(one) async for one in found), "cases.jsonl", "application/jsonl; charset=utf-8")


@router.get("/cases/dump.csv")
async def dump_sheet(request: Request) -> Response:
    """All published cases as CSV, a line each."""
    found = records(resources(request).database, request_url(request, ""))
    table = Table("cases", COLUMNS, (cells(one) async for one in found))
    return _file(csv_parts(table, ","), "cases.csv", "text/csv; charset=utf-8")


@router.get("/cases/{case_id}.jsonld")
async def linked(request: Request, session: Reading, case_id: UUID) -> Response:
    """A published case as schema.org has it, in the language it was written in."""
    found = next(iter(await queries.published(session, [case_id])), None)
    if found is None:
        raise NotFound
    rows = (await rows_of(session, [case_id]))[case_id]
    presenter = await presenting_for(request, await queries.regions(session))
    organisation = await queries.organisation(session, found.organisation_id)
    own = told(found, rows.translations, found.language)
    pictures = (await media_of(session, [case_id]))[case_id].pictures
    data = article(found, own, presenter, organisation, request_url(request, f"/cases/{case_id}"), pictures)
    return JSONResponse(data, media_type=LINKED)


@router.get("/sitemap.xml")
async def whole_sitemap(request: Request, session: Reading) -> Response:
    """The addresses of all that is public, or of the sitemaps that have them."""
    many, _changed = await extent(session)
    room = sitemap.MOST - len(sitemap.PAGES)
    if many <= room:
        return Response(sitemap.sitemap(await _addresses(request, session, 1)), media_type=XML)
    parts = range(1, -(-many // room) + 1)
    return Response(sitemap.index(request_url(request, f"/sitemap-{part}.xml") for part in parts), media_type=XML)


@router.get("/sitemap-{part}.xml")
async def part_of_sitemap(request: Request, session: Reading, part: int) -> Response:
    """A part of the sitemap; parts count from 1."""
    found = await _addresses(request, session, part) if 0 < part < sitemap.MOST else []
    if not found:
        raise NotFound
    return Response(sitemap.sitemap(found), media_type=XML)


@router.get("/dcat.ttl")
async def catalogue_turtle(request: Request, session: Reading) -> Response:
    """What open data there is, for catalogues of data to harvest, as Turtle."""
    return Response(turtle(await _catalogue(request, session)), media_type="text/turtle; charset=utf-8")


@router.get("/dcat.jsonld")
async def catalogue_linked(request: Request, session: Reading) -> Response:
    """The same as JSON-LD."""
    return JSONResponse(json_ld(await _catalogue(request, session)), media_type=LINKED)


async def _catalogue(request: Request, session: Reading) -> list[Resource]:
    _many, changed = await extent(session)
    found: Publisher = request.app.state.publisher
    return catalogue(found, request_url(request, ""), changed, resources(request).renderer.translate)


async def _addresses(request: Request, session: Reading, part: int) -> list[tuple[str, datetime | None]]:
    room = sitemap.MOST - len(sitemap.PAGES)
    cases = await addresses(session, (part - 1) * room, room)
    pages: list[tuple[str, datetime | None]] = [(request_url(request, path), None) for path in sitemap.PAGES]
    return [*(pages if part == 1 else []), *((request_url(request, f"/cases/{one}"), at) for one, at in cases)]


def _file(parts: AsyncIterator[bytes], name: str, media: str) -> Response:
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Link": f'<{CC_BY_ADDRESS}>; rel="license"',
    }
    return StreamingResponse(parts, media_type=media, headers=headers)
