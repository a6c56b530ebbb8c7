"""Splitting, merging and renaming regions, step by step: the regions that take over, who goes where, the dry run, the day."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.responses import Response

from services.partners import queries
from services.partners.models import Rearrangement, RearrangementKind
from services.partners.pages.assigning import KIND_LABELS
from services.partners.pages.regions import LABELS as REGION_LABELS
from services.partners.pages.regions import NATIONAL, county_names
from services.partners.queries.rearrangements import rearrangement, rearrangements
from services.partners.schemas.fields import Slug
from services.partners.schemas.rearrangements import Definition, KnownRegion, NewRegion
from services.partners.schemas.regions import PARALLEL, NewRegionForm
from services.partners.usecases.rearranging import drafting, executing
from services.partners.usecases.rearranging.planning import KINDS
from services.partners.usecases.rearranging.telling import namings, told
from shared.auth.actor import Actor
from shared.auth.policy import require
from shared.contracts.vocabulary import LANGUAGES
from shared.errors import Conflict, Invalid
from shared.web import forms
from shared.web.doors import Reading, Who, resources, unit
from shared.web.flash import redirect
from shared.web.i18n import marker as _
from shared.web.inputs import Input

BASE = "/partners/regions/rearrangements"
router = APIRouter(prefix=BASE, include_in_schema=False)

WHAT_LABELS = {"split": _("Del en region"), "merge": _("Slå sammen regioner"), "rename": _("Gi en region nytt navn")}
STATE_LABELS = {
    "draft": _("Under arbeid"),
    "scheduled": _("Planlagt"),
    "executed": _("Gjennomført"),
    "abandoned": _("Avbrutt"),
}
LABELS = {**REGION_LABELS, "sources": _("Regioner"), "kind": _("Hva skal skje"), "effective": _("Dag")}
STARTED = _("Ingenting er endret ennå. Bestem først hvilke regioner som tar over.")
DEFINED = _("Regionene som tar over, er lagret.")
SCHEDULED = _("Omorganiseringen er planlagt, og gjennomføres den dagen.")
DONE = _("Omorganiseringen er gjennomført.")
ABANDONED = _("Omorganiseringen er avbrutt. Ingenting er endret.")


class StartForm(Input):
    """What is to be done with which regions."""

    kind: RearrangementKind
    sources: list[Slug] = []


class TargetForm(Input):
    """A region there is already that takes over, or one that no longer does."""

    slug: Slug
    takes_guests: bool = False


class GuestsForm(Input):
    """Until when organisations stay guests where they did not go."""

    guests_until: date | None = None
    takes_guests: list[Slug] = []


class DayForm(Input):
    """When it happens, by the version somebody looked at."""

    when: Literal["now", "day"] = "day"
    effective: date | None = None
    version: int


class Nothing(BaseModel):
    """A form with a button alone."""


@router.get("")
async def list_all(
    request: Request, session: Reading, actor: Who, region: Annotated[str, Query(max_length=60)] = ""
) -> Response:
    """All operations on regions, and the form that begins one."""
    require(actor, "region.rearrange", NATIONAL)
    form = forms.Form[StartForm]({"sources": [region] if region else [], "kind": "split"}, LABELS)
    return await _list_page(request, session, form)


@router.post("")
async def start(request: Request, session: Reading, actor: Who) -> Response:
    """Begin an operation, or show the form again with what is wrong."""
    require(actor, "region.rearrange", NATIONAL)
    form = await forms.read_form(request, StartForm, resources(request).keys.link, LABELS)
    if form.model is not None:
        try:
            async with unit(request) as writing:
                made = await drafting.start(writing, actor, form.model.kind, form.model.sources)
            return redirect(f"{BASE}/{made.id}", STARTED, "info")
        except (Invalid, Conflict) as refusal:
            form.refused(refusal)
    return await _list_page(request, session, form, status=422)


@router.get("/{rearrangement_id}")
async def show(request: Request, session: Reading, actor: Who, rearrangement_id: UUID) -> Response:
    """The dry run: everything that moves, from where to where, and what keeps it from being done; afterwards what moved."""
    require(actor, "region.rearrange", NATIONAL)
    return await _show_page(request, session, rearrangement_id, forms.Form[DayForm]({}, LABELS))


@router.post("/{rearrangement_id}/schedule")
async def schedule(request: Request, session: Reading, actor: Who, rearrangement_id: UUID) -> Response:
    """Have it happen on a day, or at once."""
    require(actor, "region.rearrange", NATIONAL)
    form = await forms.read_form(request, DayForm, resources(request).keys.link, LABELS)
    at_once = form.model is not None and form.model.when == "now"
    if form.model is not None and (at_once or form.model.effective):
        try:
            async with unit(request) as writing:
                day = executing.today() if at_once else form.model.effective
                assert day is not None
                await drafting.schedule(writing, actor, rearrangement_id, day, form.model.version)
                if at_once:
                    await executing.execute(writing, actor, rearrangement_id)
            return redirect(f"{BASE}/{rearrangement_id}", DONE if at_once else SCHEDULED)
        except (Invalid, Conflict) as refusal:
            form.refused(refusal)
    elif form.model is not None:
        form.refuse("effective", forms.TEXTS["missing"])
    return await _show_page(request, session, rearrangement_id, form, status=422)


@router.post("/{rearrangement_id}/abandon")
async def abandon(request: Request, session: Reading, actor: Who, rearrangement_id: UUID) -> Response:
    """Give it up: nothing is changed."""
    form = await forms.read_form(request, Nothing, resources(request).keys.link, LABELS)
    try:
        async with unit(request) as writing:
            await drafting.abandon(writing, actor, rearrangement_id)
        return redirect(f"{BASE}/{rearrangement_id}", ABANDONED)
    except Conflict as refusal:
        form.refused(refusal)
    return await _show_page(request, session, rearrangement_id, form, status=422)


@router.get("/{rearrangement_id}/targets")
async def show_targets(request: Request, session: Reading, actor: Who, rearrangement_id: UUID) -> Response:
    """The regions that take over, and the forms that add one."""
    require(actor, "region.rearrange", NATIONAL)
    found = await rearrangement(session, rearrangement_id)
    return await _targets_page(request, session, found, forms.Form[Any](await _first_values(session, found), LABELS))


@router.post("/{rearrangement_id}/targets/new")
async def add_new(request: Request, session: Reading, actor: Who, rearrangement_id: UUID) -> Response:
    """Have a new region take over."""
    require(actor, "region.rearrange", NATIONAL)
    found = await rearrangement(session, rearrangement_id)
    form: forms.Form[Any] = await forms.read_form(request, NewRegionForm, resources(request).keys.link, LABELS)
    if form.model is not None:
        new = NewRegion.model_validate({**form.model.given(), "host": form.model.host or ""})
        kept = [] if found.kind != "split" else [one for one in _targets(found) if one.slug != new.slug]
        if await _defined(
            request, actor, found, Definition(targets=[*kept, new], guests_until=found.guests_until), form
        ):
            return redirect(f"{BASE}/{found.id}/targets", DEFINED)
    return await _targets_page(request, session, found, form, status=422)


@router.post("/{rearrangement_id}/targets/known")
async def add_known(request: Request, session: Reading, actor: Who, rearrangement_id: UUID) -> Response:
    """Have a region there is already take over."""
    require(actor, "region.rearrange", NATIONAL)
    found = await rearrangement(session, rearrangement_id)
    form: forms.Form[Any] = await forms.read_form(request, TargetForm, resources(request).keys.link, LABELS)
    if form.model is not None:
        known = KnownRegion(slug=form.model.slug)
        kept = [] if found.kind != "split" else [one for one in _targets(found) if one.slug != known.slug]
        given = Definition(targets=[*kept, known], guests_until=found.guests_until)
        if await _defined(request, actor, found, given, form):
            return redirect(f"{BASE}/{found.id}/targets", DEFINED)
    return await _targets_page(request, session, found, form, status=422)


@router.post("/{rearrangement_id}/targets/remove")
async def remove(request: Request, session: Reading, actor: Who, rearrangement_id: UUID) -> Response:
    """Have a region not take over after all."""
    require(actor, "region.rearrange", NATIONAL)
    found = await rearrangement(session, rearrangement_id)
    form: forms.Form[Any] = await forms.read_form(request, TargetForm, resources(request).keys.link, LABELS)
    if form.model is not None:
        kept = [one for one in _targets(found) if one.slug != form.model.slug]
        if await _defined(request, actor, found, Definition(targets=kept, guests_until=found.guests_until), form):
            return redirect(f"{BASE}/{found.id}/targets", DEFINED)
    return await _targets_page(request, session, found, form, status=422)


@router.post("/{rearrangement_id}/targets/guests")
async def keep_guests(request: Request, session: Reading, actor: Who, rearrangement_id: UUID) -> Response:
    """Say where organisations that went elsewhere stay guests, and until when."""
    require(actor, "region.rearrange", NATIONAL)
    found = await rearrangement(session, rearrangement_id)
    form: forms.Form[Any] = await forms.read_form(request, GuestsForm, resources(request).keys.link, LABELS)
    if form.model is not None:
        open_to = set(form.model.takes_guests)
        marked = [one.model_copy(update={"takes_guests": one.slug in open_to}) for one in _targets(found)]
        given = Definition(targets=marked, guests_until=form.model.guests_until)
        if await _defined(request, actor, found, given, form):
            return redirect(f"{BASE}/{found.id}/targets", DEFINED)
    return await _targets_page(request, session, found, form, status=422)


def _targets(found: Rearrangement) -> list[NewRegion | KnownRegion]:
    return [(KnownRegion if one["existing"] else NewRegion).model_validate(one) for one in found.targets]


async def _defined(
    request: Request, actor: Actor | None, found: Rearrangement, given: Definition, form: forms.Form[Any]
) -> bool:
    try:
        async with unit(request) as writing:
            await drafting.define(writing, actor, found.id, given)
    except (Invalid, Conflict) as refusal:
        form.refused(refusal)
        return False
    return True


async def _first_values(session: AsyncSession, found: Rearrangement) -> dict[str, Any]:
    """What a new region's form begins with: the language and host of what it comes after, and for a new name all of it."""
    source = await queries.region(session, found.sources[0])
    if found.kind != "rename":
        return {"language": source.language, "host": source.host}
    parallel = {f"name_{one['language']}": one["name"] for one in source.parallel_names}
    return {**source.model_dump(), **parallel, "counties": source.covers}


async def _hosts(session: AsyncSession, found: Rearrangement) -> dict[str, str]:
    """Return who will run the office of each region that takes over; where nobody said, who ran that of the first that closes."""
    known = {one.slug: one.host for one in await queries.every_region(session)}
    before = known.get(found.sources[0], "")
    said = {one["slug"]: one.get("host") for one in found.targets}
    return {slug: known.get(slug, before) if host is None else host for slug, host in said.items()}


async def _list_page(request: Request, session: AsyncSession, form: forms.Form[Any], status: int = 200) -> Response:
    renderer, language = resources(request).renderer, request.state.language
    context = {
        "form": renderer.form(request, form),
        "rearrangements": await rearrangements(session),
        "regions": list((await queries.region_names(session, language)).items()),
        "names": await queries.every_region_name(session, language),
        "what": WHAT_LABELS,
        "states": STATE_LABELS,
    }
    return renderer.page(request, "partners/rearrangements.html", context, status)


async def _show_page(
    request: Request, session: AsyncSession, rearrangement_id: UUID, form: forms.Form[Any], status: int = 200
) -> Response:
    renderer, language = resources(request).renderer, request.state.language
    found = await rearrangement(session, rearrangement_id)
    plan = await told(session, found)
    context = {
        "form": renderer.form(request, form),
        "found": found,
        "plan": plan,
        "segments": await namings(session, found),
        "kinds": [(kind, KIND_LABELS[kind], plan.of(kind)) for kind in KINDS],
        "names": {**await queries.every_region_name(session, language), **new_names(found, language)},
        "what": WHAT_LABELS,
        "states": STATE_LABELS,
    }
    return renderer.page(request, "partners/rearrangement.html", context, status)


async def _targets_page(
    request: Request, session: AsyncSession, found: Rearrangement, form: forms.Form[Any], status: int = 200
) -> Response:
    renderer, language = resources(request).renderer, request.state.language
    names = await queries.region_names(session, language)
    counties = await county_names(session, request)
    context = {
        "form": renderer.form(request, form),
        "found": found,
        "known": [(slug, name) for slug, name in names.items() if slug not in (*found.sources, *found.opened)],
        "names": {**await queries.every_region_name(session, language), **new_names(found, language)},
        "hosts": await _hosts(session, found),
        "labels_of": LABELS,
        "parallel": PARALLEL,
        "counties": [(number, f"{number} {counties[number]}") for number in sorted(counties)],
        "languages": LANGUAGES,
        "national": True,
        "what": WHAT_LABELS,
    }
    return renderer.page(request, "partners/rearrangement_targets.html", context, status)


def new_names(found: Rearrangement, language: str) -> dict[str, str]:
    """Return the names of the regions an operation opens, by slug."""
    return {one["slug"]: one[f"name_{language}"] for one in found.targets if not one["existing"]}
