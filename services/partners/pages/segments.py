"""Staff's pages of segments: groups of people by rule, which webinars can be held for."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.responses import Response

from services.partners import queries
from services.partners.errors import Stale
from services.partners.models.segments import Rule, Segment
from services.partners.queries import segments as asked
from services.partners.schemas.segments import RuleIn, SegmentIn
from services.partners.usecases import segments
from shared.auth.actor import Actor
from shared.auth.policy import about, can, regions_open, require
from shared.clock import now
from shared.contracts.vocabulary import FOCUS_AREAS, LANGUAGES, PARTNER_FUNCTIONS, ROLES, SECTORS
from shared.errors import Forbidden, Invalid
from shared.web import forms
from shared.web.doors import Reading, Who, resources, unit
from shared.web.flash import redirect
from shared.web.htmx import wants_fragment
from shared.web.i18n import marker as _

router = APIRouter(prefix="/partners/segments", include_in_schema=False)

LABELS = {
    "name": _("Navn"),
    "regions": _("Regioner"),
    "sectors": _("Sektor"),
    "focus_areas": _("Temaer"),
    "roles": _("Rolle"),
    "functions": _("Funksjon"),
    "languages": _("Språk"),
    "account": _("Klimaregnskap"),
    "account_year": _("År"),
    "certificate": _("Sertifisering"),
}
SAVED = _("Målgruppa er lagret.")
GIVEN_UP = _("Målgruppa er slettet.")
TWO = _("Du kan bare lage målgrupper i dine egne regioner. Velg minst én av dem.")


@router.get("")
async def show_list(request: Request, session: Reading, actor: Who) -> Response:
    """The segments somebody may use."""
    require(actor, "segment.view")
    context = {
        "segments": await asked.segments(session, actor),
        "region_names": await queries.every_region_name(session, request.state.language),
    }
    return resources(request).renderer.page(request, "partners/segments.html", context)


@router.get("/new")
async def show_new(request: Request, session: Reading, actor: Who) -> Response:
    """The form that makes a segment."""
    known = require(actor, "segment.view")
    own = [] if known.is_national else sorted(known.regions)
    values = {"regions": own, "account_year": now().year - 1}
    return await _form_page(request, session, actor, forms.Form[SegmentIn](values), None)


@router.post("/new")
async def save(request: Request, session: Reading, actor: Who) -> Response:
    """Save a segment, or show the form again with what is wrong."""
    require(actor, "segment.view")
    form = await forms.read_form(request, SegmentIn, resources(request).keys.link, LABELS)
    if form.model is not None:
        try:
            async with unit(request) as writing:
                made = await segments.save(writing, actor, form.model)
            return redirect(f"/partners/segments/{made.id}", SAVED)
        except Invalid as refusal:
            form.refused(refusal)
        except Forbidden:
            form.refuse("regions", TWO)
    return await _form_page(request, session, actor, form, None, status=422)


@router.post("/preview")
async def preview(request: Request, session: Reading, actor: Who, segment: UUID | None = None) -> Response:
    """Who a rule names, without saving it: the form again with the number and a few of them, or these alone as a fragment."""
    require(actor, "segment.view")
    found = await _usable(session, actor, segment) if segment else None
    form = await forms.read_form(request, RuleIn, resources(request).keys.link, LABELS)
    typed: forms.Form[Any] = forms.Form({**form._values, **await _kept(request)}, LABELS)
    typed._errors = form._errors
    shown: Rule | None = None
    if form.model is not None:
        try:
            shown = await segments.checked(session, actor, form.model)
        except Invalid as refusal:
            typed.refused(refusal)
        except Forbidden:
            typed.refuse("regions", TWO)
    status = 200 if shown is not None else 422
    if wants_fragment(request):
        renderer = resources(request).renderer
        if shown is None:
            context: dict[str, Any] = {"wrong": [text for *_, text in renderer.form(request, typed).errors]}
        else:
            context = await _members(session, actor, shown)
        return renderer.page(request, "partners/segment_members.html", context, status)
    return await _form_page(request, session, actor, typed, found, status=status, rule=shown)


@router.get("/{segment_id}")
async def show(request: Request, session: Reading, actor: Who, segment_id: UUID) -> Response:
    """A segment: its rule in words, how many belong, and a few of them."""
    found = await _usable(session, actor, segment_id)
    context = {
        "segment": found,
        "rule": found.rule,
        "region_names": await queries.every_region_name(session, request.state.language),
        **await _members(session, actor, found.rule),
    }
    return resources(request).renderer.page(request, "partners/segment.html", context)


@router.get("/{segment_id}/edit")
async def show_edit(request: Request, session: Reading, actor: Who, segment_id: UUID) -> Response:
    """The form that changes a segment."""
    found = await _usable(session, actor, segment_id)
    regions = await queries.heirs(session, found.rule.regions)
    form = forms.Form[SegmentIn]({"account_year": now().year - 1, **_typed(found), "regions": regions})
    return await _form_page(request, session, actor, form, found)


@router.post("/{segment_id}/edit")
async def edit(request: Request, session: Reading, actor: Who, segment_id: UUID) -> Response:
    """Change a segment, or show the form again with what is wrong."""
    found = await _usable(session, actor, segment_id)
    form = await forms.read_form(request, SegmentIn, resources(request).keys.link, LABELS)
    version = None
    if form.model is not None:
        try:
            async with unit(request) as writing:
                await segments.edit(writing, actor, segment_id, form.model)
            return redirect(f"/partners/segments/{segment_id}", SAVED)
        except Stale as refusal:
            form.refused(refusal)
            version = found.version
        except Invalid as refusal:
            form.refused(refusal)
        except Forbidden:
            form.refuse("regions", TWO)
    return await _form_page(request, session, actor, form, found, version, status=422)


@router.post("/{segment_id}/delete")
async def give_up(request: Request, actor: Who, segment_id: UUID) -> Response:
    """Have a segment be none any longer."""
    require(actor, "segment.view")
    await forms.read_form(request, RuleIn, resources(request).keys.link)
    async with unit(request) as writing:
        await segments.give_up(writing, actor, segment_id)
    return redirect("/partners/segments", GIVEN_UP)


async def _usable(session: AsyncSession, actor: Actor | None, segment_id: UUID) -> Segment:
    require(actor, "segment.view")
    found = await asked.segment(session, segment_id)
    require(actor, "segment.manage", await asked.reach_of(session, found.rule))
    return found


async def _kept(request: Request) -> dict[str, str]:
    data = await request.form()
    return {name: str(data[name]) for name in ("name", "version") if name in data}


async def _members(session: AsyncSession, actor: Actor | None, rule: Rule) -> dict[str, Any]:
    count, sample = await asked.count_and_sample(session, actor, rule)
    grants = await queries.grants_of(session, [person.id for person in sample])
    acted_for = {grant.organisation_id for held in grants.values() for grant in held if grant.organisation_id}
    return {
        "count": count,
        "sample": sample,
        "grants": grants,
        "organisations": await queries.organisation_names(session, acted_for),
    }


async def _form_page(
    request: Request,
    session: AsyncSession,
    actor: Actor | None,
    form: forms.Form[Any],
    found: Segment | None,
    version: object = None,
    status: int = 200,
    rule: Rule | None = None,
) -> Response:
    renderer = resources(request).renderer
    names = await queries.region_names(session, request.state.language)
    everywhere = can(actor, "segment.manage", about(national=True))
    context = {
        "form": renderer.form(request, form),
        "segment": found,
        "version": version or form.value("version") or (found.version if found else None),
        "regions": [(slug, names[slug]) for slug in regions_open(actor, "segment.manage", names)],
        "everywhere": everywhere,
        "sectors": SECTORS,
        "focus_areas": FOCUS_AREAS,
        "roles": ROLES,
        "functions": PARTNER_FUNCTIONS,
        "languages": LANGUAGES,
        "shown": rule is not None,
        **(await _members(session, actor, rule) if rule is not None else {}),
    }
    return renderer.page(request, "partners/segment_form.html", context, status)


def _typed(found: Segment) -> dict[str, Any]:
    said = {name: value for name, value in found.rule.model_dump().items() if value is not None}
    return {"name": found.name, **said}
