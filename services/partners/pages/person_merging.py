"""Staff's pages about people who are registered twice: found, compared, and made one or said to be two."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.responses import Response

from services.partners import queries
from services.partners.models import Person
from services.partners.people_errors import NotMergeable
from services.partners.queries.person_doubles import person_doubles
from services.partners.usecases import person_merging
from shared.auth.actor import Actor
from shared.auth.policy import require
from shared.errors import Conflict, Invalid
from shared.web import forms
from shared.web.doors import Reading, Who, resources, unit
from shared.web.flash import redirect
from shared.web.i18n import marker as _
from shared.web.inputs import Input, storable

router = APIRouter(prefix="/partners/people", include_in_schema=False)

MOST_SHOWN = 20
MERGED = _("Personene er slått sammen.")
PARTED = _("Vi foreslår ikke lenger å slå dem sammen.")
LABELS = {"keep": _("Behold")}


class PairForm(Input):
    """Two people, as a form names them."""

    first: UUID
    second: UUID


class MergeForm(PairForm):
    """Two people to be made one, the versions that were looked at, and which of them stays."""

    first_version: int
    second_version: int
    keep: Literal["first", "second"]


@router.get("/doubles")
async def show_doubles(request: Request, session: Reading, actor: Who) -> Response:
    """The people of one's own regions who may be registered twice."""
    signed_in = require(actor, "work.view")
    pairs = await person_doubles(session, None if signed_in.is_national else signed_in.regions)
    names = await queries.region_names(session, request.state.language)
    context = {"pairs": pairs, "region_names": names}
    return resources(request).renderer.page(request, "partners/person_doubles.html", context)


@router.get("/merge")
async def compare(request: Request, session: Reading, actor: Who, first: UUID, second: UUID) -> Response:
    """Two people side by side, and what would be carried over."""
    return await _page(request, session, actor, first, second, forms.Form[MergeForm]({"keep": "first"}))


@router.post("/merge")
async def merge(request: Request, session: Reading, actor: Who) -> Response:
    """Make two people one, or show them again with what is wrong."""
    require(actor, "work.view")
    form = await forms.read_form(request, MergeForm, resources(request).keys.link, LABELS)
    first, second = _ids(form)
    if form.model is not None:
        given = form.model
        versions = {given.first: given.first_version, given.second: given.second_version}
        survivor, loser = (first, second) if given.keep == "first" else (second, first)
        try:
            async with unit(request) as writing:
                await person_merging.merge(writing, actor, survivor, loser, versions)
            return redirect(f"/partners/people/{survivor}", MERGED)
        except (Invalid, Conflict) as refusal:
            form.refused(refusal)
    return await _page(request, session, actor, first, second, form, 422)


@router.post("/part")
async def part(request: Request, actor: Who) -> Response:
    """Remember that two people are two."""
    require(actor, "work.view")
    form = await forms.read_form(request, PairForm, resources(request).keys.link)
    first, second = _ids(form)
    async with unit(request) as writing:
        await person_merging.part(writing, actor, first, second)
    return redirect("/partners/people/doubles", PARTED)


@router.get("/{person_id}/merge")
async def find_other(
    request: Request,
    session: Reading,
    actor: Who,
    person_id: UUID,
    q: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """Look for the other record of a person."""
    require(actor, "work.view")
    found = await queries.person_in_reach(session, actor, person_id)
    wanted = queries.PeopleFilter(q.strip() if storable(q) and q.strip() else found.name)
    _total, hits = await queries.people(session, actor, wanted, 1, MOST_SHOWN)
    context = {"person": found, "q": wanted.q, "hits": [one for one in hits if one.id != found.id]}
    return resources(request).renderer.page(request, "partners/person_merge_find.html", context)


def _ids(form: forms.Form[MergeForm] | forms.Form[PairForm]) -> tuple[UUID, UUID]:
    try:
        return UUID(str(form.value("first"))), UUID(str(form.value("second")))
    except ValueError as wrong:
        raise NotMergeable from wrong


async def _page(
    request: Request,
    session: AsyncSession,
    actor: Actor | None,
    first_id: UUID,
    second_id: UUID,
    form: forms.Form[MergeForm],
    status: int = 200,
) -> Response:
    require(actor, "work.view")
    if first_id == second_id:
        raise NotMergeable
    first = await queries.person_in_reach(session, actor, first_id)
    second = await queries.person_in_reach(session, actor, second_id)
    await person_merging.may_merge(session, actor, first, second)
    renderer = resources(request).renderer
    context = {
        "form": renderer.form(request, form),
        "first": first,
        "second": second,
        "carried": [
            (mine[0], mine[1], theirs[1])
            for mine, theirs in zip(
                await person_merging.preview(session, first.id),
                await person_merging.preview(session, second.id),
                strict=True,
            )
        ],
        "roles": await _roles(session, request, first, second),
    }
    return renderer.page(request, "partners/person_merge.html", context, status)


async def _roles(session: AsyncSession, request: Request, *people: Person) -> dict[UUID, list[tuple[str, str]]]:
    grants = await queries.grants_to_come(session, [person.id for person in people])
    acted_for = {grant.organisation_id for held in grants.values() for grant in held if grant.organisation_id}
    organisations = await queries.organisation_names(session, acted_for)
    regions = await queries.region_names(session, request.state.language)
    return {
        person_id: [
            (
                grant.role,
                organisations.get(grant.organisation_id, "")
                if grant.organisation_id
                else regions.get(grant.region or "", ""),
            )
            for grant in held
        ]
        for person_id, held in grants.items()
    }
