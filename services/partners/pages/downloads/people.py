"""Lists of people as files. That one was taken out is written to the audit."""

from collections.abc import AsyncIterator, Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.responses import Response

from services.partners import queries
from services.partners.models import Person, PersonGrant
from services.partners.pages.people import people_filter
from services.partners.queries.person_doubles import person_doubles
from services.partners.queries.reach import people_by_id, people_ids
from services.partners.usecases.exporting import note_taken_out
from shared.auth.policy import about, can, require
from shared.contracts.vocabulary import Language
from shared.sheets.table import Column
from shared.web.doors import Reading, Who, resources, unit
from shared.web.exports import Format, hand_out
from shared.web.i18n import marker as _
from shared.web.labels import FUNCTION_LABELS, LANGUAGE_LABELS, ROLE_LABELS

router = APIRouter(prefix="/partners", include_in_schema=False)

PIECE = 500
"""How many people are read at a time."""
PEOPLE, DOUBLES, COLLEAGUES = _("Personer"), _("Registrert to ganger?"), _("Folk i %(name)s")
WHO = (
    Column("name", _("Navn")),
    Column("email", _("E-postadresse")),
    Column("title", _("Stilling")),
    Column("phone", _("Telefon")),
    Column("language", _("Språk")),
)
COLUMNS = (
    *WHO,
    Column("roles", _("Roller"), "list"),
    Column("holds_for", _("Gjelder"), "list"),
    Column("functions", _("Oppgaver"), "list"),
    Column("region", _("Region")),
    Column("active", _("Aktiv"), "boolean"),
    Column("email_refused_at", _("E-post kommer ikke fram"), "datetime"),
    Column("external_id", _("Ekstern id")),
    Column("id", _("Id")),
)
DOUBLE_COLUMNS = (
    Column("first_name", _("Den ene")),
    Column("first_email", _("Den enes e-postadresse")),
    Column("second_name", _("Den andre")),
    Column("second_email", _("Den andres e-postadresse")),
    Column("why", _("Hvorfor")),
    Column("regions", _("Region"), "list"),
    Column("first_id", _("Den enes id")),
    Column("second_id", _("Den andres id")),
)
COLLEAGUE_COLUMNS = (
    Column("name", _("Navn")),
    Column("email", _("E-postadresse")),
    Column("role", _("Rolle")),
    Column("functions", _("Oppgaver"), "list"),
    Column("since", _("Fra og med"), "date"),
    Column("until", _("Til"), "date"),
    Column("active", _("Aktiv"), "boolean"),
    Column("email_refused_at", _("E-post kommer ikke fram"), "datetime"),
)


@router.get("/people/export")
async def people(
    request: Request,
    session: Reading,
    actor: Who,
    q: Annotated[str, Query(max_length=200)] = "",
    region: Annotated[str, Query(max_length=60)] = "",
    organisation: Annotated[str, Query(max_length=60)] = "",
    role: Annotated[str, Query(max_length=20)] = "",
    function: Annotated[str, Query(max_length=20)] = "",
    format: Format = "xlsx",
) -> Response:
    """The people of one's own regions with the roles they hold; national staff take out all."""
    known = require(actor, "person.list")
    names = await queries.region_names(session, request.state.language)
    wanted = people_filter(q, region if region in names else "", organisation, role, function)
    ids = await people_ids(session, actor, wanted)
    told = {
        "searched": bool(wanted.q),
        "region": wanted.region,
        "organisation_id": wanted.organisation_id,
        "role": wanted.role,
        "function": wanted.function,
    }
    async with unit(request) as writing:
        note_taken_out(writing, known, "people", len(ids), [wanted.region] if wanted.region else [], told)
    return await hand_out(request, PEOPLE, COLUMNS, people_rows(request, ids), format)


@router.get("/people/doubles/export")
async def doubles(request: Request, session: Reading, actor: Who, format: Format = "xlsx") -> Response:
    """The people of one's own regions who may be registered twice."""
    known = require(actor, "work.view")
    pairs = await person_doubles(session, None if known.is_national else known.regions)
    names = await queries.region_names(session, request.state.language)
    rows = [
        {
            **{f"first_{name}": getattr(pair.first, name) for name in ("name", "email", "id")},
            **{f"second_{name}": getattr(pair.second, name) for name in ("name", "email", "id")},
            "why": resources(request).renderer.translate(request.state.language, pair.why),
            "regions": [names.get(slug, slug) for slug in pair.regions],
        }
        for pair in pairs
    ]
    async with unit(request) as writing:
        note_taken_out(writing, known, "people_doubles", len(rows))
    return await hand_out(request, DOUBLES, DOUBLE_COLUMNS, rows, format)


@router.get("/{organisation_id}/people/export")
async def colleagues(
    request: Request, session: Reading, actor: Who, organisation_id: UUID, format: Format = "xlsx"
) -> Response:
    """Who acts for an organisation, a row for each role; for its own admins, its regions' staff and auditors."""
    found = await queries.organisation(session, organisation_id)
    regions = (await queries.regions_of(session, [found.id]))[found.id]
    target = about(*regions, organisation_id=found.id)
    known = actor if actor and can(actor, "colleague.manage", target) else require(actor, "person.view", target)
    held = await queries.acting_for(session, found.id)
    say, language = resources(request).renderer.translate, request.state.language
    rows = [
        {
            **person.model_dump(include={"name", "email", "active", "email_refused_at"}),
            "role": say(language, ROLE_LABELS[grant.role]),
            "functions": [say(language, FUNCTION_LABELS[one]) for one in grant.functions],
            "since": grant.since,
            "until": grant.until,
        }
        for person, grant in held
    ]
    async with unit(request) as writing:
        note_taken_out(writing, known, "colleagues", len(rows), regions, {"organisation_id": found.id})
    return await hand_out(request, COLLEAGUES, COLLEAGUE_COLUMNS, rows, format, name=found.name)


async def people_rows(request: Request, ids: Sequence[UUID]) -> AsyncIterator[dict[str, Any]]:
    """Yield a row of :data:`COLUMNS` for each of the people with these ids, read a few hundred at a time."""
    database, language = resources(request).database, request.state.language
    for start in range(0, len(ids), PIECE):
        async with database.reading() as session:
            found = await people_by_id(session, ids[start : start + PIECE])
            rows = await _rows(session, request, found, language)
        for row in rows:
            yield row


async def _rows(
    session: AsyncSession, request: Request, found: Sequence[Person], language: Language
) -> list[dict[str, Any]]:
    grants = await queries.grants_of(session, [one.id for one in found])
    acted_for = {grant.organisation_id for held in grants.values() for grant in held if grant.organisation_id}
    organisations = await queries.organisation_names(session, acted_for)
    regions = await queries.every_region_name(session, language)

    def say(text: str) -> str:
        return resources(request).renderer.translate(language, text)

    def place(grant: PersonGrant) -> str:
        return (
            organisations.get(grant.organisation_id, "")
            if grant.organisation_id
            else regions.get(grant.region or "", "")
        )

    return [
        {
            **one.model_dump(
                include={"id", "name", "email", "title", "phone", "active", "email_refused_at", "external_id"}
            ),
            "language": say(LANGUAGE_LABELS[one.language]),
            "roles": [say(ROLE_LABELS[grant.role]) for grant in grants[one.id]],
            "holds_for": [place(grant) for grant in grants[one.id]],
            "functions": sorted({say(FUNCTION_LABELS[name]) for grant in grants[one.id] for name in grant.functions}),
            "region": regions.get(one.region or "", one.region),
        }
        for one in found
    ]
