"""Saying where each organisation, person, case and webinar goes: many at a time, those nobody decided first."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import ValidationError
from starlette.responses import RedirectResponse, Response

from services.partners import queries
from services.partners.models import MovedKind
from services.partners.queries.rearrangements import rearrangement
from services.partners.schemas.fields import Slug
from services.partners.usecases.rearranging import drafting
from services.partners.usecases.rearranging.planning import planned
from shared.auth.policy import about, require
from shared.errors import Conflict, Invalid
from shared.web import forms
from shared.web.doors import Reading, Who, resources, unit
from shared.web.flash import redirect
from shared.web.i18n import marker as _
from shared.web.inputs import Input
from shared.web.paging import Paging

BASE = "/partners/regions/rearrangements"
router = APIRouter(prefix=BASE, include_in_schema=False)

KIND_LABELS: dict[MovedKind, str] = {
    "organisation": _("Virksomheter"),
    "person": _("Personer"),
    "case": _("Eksempler"),
    "webinar": _("Webinarer"),
}
LABELS = {"ids": _("Hvem det gjelder"), "targets": _("Ny region")}
ASSIGNED = _("Valget er lagret.")
NOBODY = _("Kryss av for hvem det gjelder.")
NOWHERE = _("Velg hvilken region de skal til.")
PER_PAGE = 100
Where = Annotated[
    str, Query(max_length=60, description="Only those that go to this region; `?`: those nobody decided.")
]


class AssignForm(Input):
    """Those that are ticked, and where they go. `how`: to the regions chosen, nowhere, or as the rules say."""

    ids: list[UUID] = []
    targets: list[Slug] = []
    how: str = "to"

    def decision(self) -> list[str] | None:
        """Return the regions chosen, none where it ends, None for what the rules say."""
        return None if self.how == "rule" else [] if self.how == "end" else self.targets


@router.get("/{rearrangement_id}/assign/{kind}")
async def show(
    request: Request,
    session: Reading,
    actor: Who,
    rearrangement_id: UUID,
    kind: MovedKind,
    to: Where = "",
    page: Annotated[int, Query(ge=1, le=1_000)] = 1,
) -> Response:
    """What moves of one kind, with the form that says where to."""
    require(actor, "region.rearrange", about(national=True))
    return await _page(request, session, (rearrangement_id, kind, to, page), forms.Form[AssignForm]({}, LABELS))


@router.post("/{rearrangement_id}/assign/{kind}")
async def assign(
    request: Request,
    session: Reading,
    actor: Who,
    rearrangement_id: UUID,
    kind: MovedKind,
    to: Where = "",
    page: Annotated[int, Query(ge=1, le=1_000)] = 1,
) -> Response:
    """Take over where those that are ticked go, or show the form again with what is wrong."""
    require(actor, "region.rearrange", about(national=True))
    form = await forms.read_form(request, AssignForm, resources(request).keys.link, LABELS)
    if form.model is not None and not form.model.ids:
        form.refuse("ids", NOBODY)
    elif form.model is not None and form.model.how == "to" and not form.model.targets:
        form.refuse("targets", NOWHERE)
    elif form.model is not None:
        decision = form.model.decision()
        try:
            async with unit(request) as writing:
                await drafting.assign(writing, actor, rearrangement_id, kind, dict.fromkeys(form.model.ids, decision))
            return redirect(f"{BASE}/{rearrangement_id}/assign/{kind}?to={to}", ASSIGNED)
        except (Invalid, Conflict, ValidationError) as refusal:
            if isinstance(refusal, ValidationError):
                raise
            form.refused(refusal)
    return await _page(request, session, (rearrangement_id, kind, to, page), form, status=422)


async def _page(
    request: Request,
    session: Reading,
    asked: tuple[UUID, MovedKind, str, int],
    form: forms.Form[AssignForm],
    status: int = 200,
) -> Response:
    rearrangement_id, kind, to, number = asked
    found = await rearrangement(session, rearrangement_id)
    if not found.is_open or not found.targets:
        return RedirectResponse(f"{BASE}/{found.id}", 303)
    plan = await planned(session, found)
    asked_for = [line for line in plan.of(kind) if not line.follows]
    chosen = [
        line for line in asked_for if not to or (line.targets is None if to == "?" else to in (line.targets or ()))
    ]
    paging = Paging(min(number, Paging(1, PER_PAGE, len(chosen)).pages), PER_PAGE, len(chosen))
    renderer, language = resources(request).renderer, request.state.language
    new = {one["slug"]: one[f"name_{language}"] for one in found.targets if not one["existing"]}
    context = {
        "form": renderer.form(request, form),
        "found": found,
        "kind": kind,
        "label": KIND_LABELS[kind],
        "lines": chosen[max(paging.first - 1, 0) : paging.last],
        "to": to,
        "undecided": sum(line.targets is None for line in asked_for),
        "counts": plan.counts(kind),
        "total": len(asked_for),
        "follow": sum(line.follows for line in plan.of(kind)),
        "paging": paging,
        "names": {**await queries.every_region_name(session, language), **new},
    }
    return renderer.page(request, "partners/rearrangement_assign.html", context, status)
