"""The library's public pages: the front page, the search, a case."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Request
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.responses import RedirectResponse, Response

from services.knowledge import asking, presenting, queries, relaxing
from services.knowledge.completing import leads_to, suggestions
from services.knowledge.models import EDITABLE, Case, Translation
from services.knowledge.opendata.article import article, in_page
from services.knowledge.pages import adoptions
from services.knowledge.pages.citing import citation_of
from services.knowledge.presenting import presenting_for
from services.knowledge.queries.media import leads, media_of
from services.knowledge.queries.rows import linked, linking, organisation_names, retold_in, rows_of, told_in
from services.knowledge.search.document import visible
from services.knowledge.search.filters import Wanted, parameters
from services.knowledge.search.finding import find
from services.knowledge.search.meaning import Meaning
from services.knowledge.telling import told
from services.knowledge.usecases.editorial import target
from services.knowledge.usecases.translating import may_translate
from shared.auth.actor import Actor
from shared.auth.policy import can
from shared.clock import now
from shared.uploads.files import KINDS
from shared.web.app import request_url
from shared.web.doors import Reading, Who, resources
from shared.web.htmx import wants_fragment
from shared.web.paging import Paging

router = APIRouter(include_in_schema=False)

LATEST = 6
FRESH = timedelta(minutes=10)
"""For so long after its publication a case's page tells staff how it came into the search."""


@router.get("/")
async def front(request: Request, session: Reading) -> Response:
    """The front page."""
    regions = await queries.regions(session)
    counts = await queries.counts_by_region(session)
    presenter = await presenting_for(request, regions)
    context = {
        "presenter": presenter,
        "figures_": await queries.key_figures(session),
        "latest": await cards(request, [visible(case) for case in await queries.latest(session, LATEST)]),
        "counties": presenter.counties(counts, Wanted()),
    }
    return resources(request).renderer.page(request, "knowledge/front.html", context)


@router.get("/cases")
async def search(request: Request, actor: Who) -> Response:
    """The search: the whole page, or the hits alone while somebody types."""
    known = await request.app.state.regions.all()
    asked = asking.lenient(request)
    wanted = replace(asked, region=queries.heirs(known, asked.region))
    wanted = asking.by_today(wanted, await request.app.state.terms.all())
    if (wanted.region, wanted.measure_type) != (asked.region, asked.measure_type) and request.method == "GET":
        return RedirectResponse(f"/cases?{urlencode(parameters(wanted))}", 301)
    places = await request.app.state.regions.places()
    found = await find(asking.searcher(request), resources(request).database, wanted, places)
    meaning = found.meaning or Meaning(wanted)
    presenter = await presenting_for(request, known)
    ways_out = [] if found.total else await relaxing.ways_out(asking.searcher(request), wanted)
    context = {
        "presenter": presenter,
        "wanted": wanted,
        "found": found,
        "cards": await cards(request, found.documents, found.meaning),
        "groups": presenter.groups(meaning.wanted, found),
        "counties": [] if found.degraded else presenter.counties(found.facets["region"], meaning.wanted),
        "active": presenter.understood(wanted, meaning.intents) + presenter.active(wanted),
        "corrected": presenter.corrected(wanted, meaning.corrections),
        "kept": parameters(wanted),
        "ways_out": [{**way, "text": _said(request, way)} for way in ways_out],
        "paging": Paging(wanted.page, wanted.per_page, found.reachable),
        "may_draft": may_draft(actor),
        "may_export": can(actor, "case.read-unpublished"),
    }
    template = "knowledge/hits.html" if wants_fragment(request) else "knowledge/search.html"
    return resources(request).renderer.page(request, template, context)


@router.get("/cases/fragments/suggestions")
async def suggestions_fragment(request: Request, q: str = "") -> Response:
    """What may be meant by what is typed so far, for the search box."""
    found = await suggestions(request, q)
    return resources(request).renderer.page(
        request, "knowledge/suggestions.html", {"found": found, "leads_to": leads_to}
    )


@router.get("/cases/fragments/latest")
async def latest_fragment(request: Request, session: Reading) -> Response:
    """The three newest cases, for other pages to embed."""
    context = {
        "presenter": await presenting_for(request, await queries.regions(session)),
        "latest": await cards(request, [visible(case) for case in await queries.latest(session, 3)]),
    }
    return resources(request).renderer.page(request, "knowledge/latest.html", context)


async def show(request: Request, session: AsyncSession, actor: Actor | None, case_id: UUID) -> Response:
    """A case. One that was taken out of the library says so at its old address."""
    found = await queries.case(session, case_id)
    if found.status == "archived" and not queries.may_read(actor, found):
        return resources(request).renderer.page(request, "knowledge/gone.html", {}, 410)
    found = await queries.readable(session, actor, case_id)
    shown = await whole(request, session, found)
    url = request_url(request, f"/cases/{case_id}")
    context = {
        **shown,
        "article": in_page(
            article(found, shown["told"], shown["presenter"], shown["organisation"], url, shown["media"].pictures)
        ),
        "cited": citation_of(request, found, shown["told"], shown["organisation"], shown["presenter"])
        if found.status == "published"
        else None,
        "may": rights(actor, found),
        "is_editable": found.status in EDITABLE,
        "history": await queries.history(session, case_id) if queries.may_read(actor, found) else [],
        "viewer_id": actor.person_id if actor else None,
        "is_fresh": is_fresh(found),
        **await adoptions.connected(session, actor, found),
    }
    return resources(request).renderer.page(request, "knowledge/case.html", context)


async def whole(request: Request, session: AsyncSession, found: Case) -> dict[str, Any]:
    """Return what shows all of a case: its rows, and its texts in the language that was asked for or the reader's."""
    rows = (await rows_of(session, [found.id]))[found.id]
    wanted = request.query_params.get("text", request.state.language)
    changed = await retold_in(session, found.id) if rows.translations else []
    members = [row.organisation_id for row in rows.contributors if row.organisation_id is not None]
    return {
        "case": found,
        "rows": rows,
        "media": (await media_of(session, [found.id]))[found.id],
        "kinds": KINDS,
        "told": told(found, rows.translations, wanted, changed),
        "presenter": await presenting_for(request, await queries.regions(session)),
        "organisation": await queries.organisation(session, found.organisation_id),
        "names": await organisation_names(session, members),
        "targets": await linked(session, rows),
        "back": await linking(session, found.id),
    }


async def freshness(request: Request, session: AsyncSession, actor: Actor | None, case_id: UUID) -> Response:
    """The line that tells how long it took until a case could be found; asks again until it is known."""
    found = await queries.readable(session, actor, case_id)
    return resources(request).renderer.page(request, "knowledge/freshness.html", {"case": found})


async def cards(
    request: Request, found: Sequence[Mapping[str, Any]], meaning: Meaning | None = None
) -> list[dict[str, Any]]:
    """Return found documents as their cards show them: each with its picture, and in the reader's language where it is told in that."""
    language = request.state.language
    elsewhere = [
        UUID(one["id"])
        for one in found
        if one["language"] != language and language in (one.get("other_languages") or ())
    ]
    async with resources(request).database.reading() as session:
        translated: Mapping[UUID, Translation] = await told_in(session, elsewhere, language) if elsewhere else {}
        pictures = await leads(session, [UUID(one["id"]) for one in found])
    return [
        presenting.card(presenting.retold(one, translated.get(id)), meaning) | {"picture": pictures.get(id)}
        for one, id in ((one, UUID(one["id"])) for one in found)
    ]


def may_draft(actor: Actor | None) -> bool:
    """Whether somebody may start a case anywhere."""
    return actor is not None and actor.is_staff


def rights(actor: Actor | None, found: Case) -> dict[str, bool]:
    """Return the steps `actor` may take with a case, whatever its status."""
    about = target(found)
    return {
        "edit": can(actor, "case.edit", about),
        "submit": can(actor, "case.submit", about),
        "review": can(actor, "case.review", about),
        "publish": can(actor, "case.publish", about),
        "archive": can(actor, "case.archive", about),
        "translate": may_translate(actor, found),
    }


def waits_for(actor: Actor, found: Case) -> bool:
    """Whether a case on its way waits for `actor`."""
    if found.status in ("draft", "changes_requested"):
        return found.author_id == actor.person_id
    return rights(actor, found)["review" if found.status == "in_review" else "publish"]


def is_fresh(found: Case) -> bool:
    """Whether a case was published a moment ago."""
    return found.status == "published" and found.published_at is not None and now() - found.published_at < FRESH


def _said(request: Request, way: Mapping[str, Any]) -> str:
    say = resources(request).renderer.translate
    language = request.state.language
    return say(language, way["text"], {name: say(language, value) for name, value in way["values"].items()})
