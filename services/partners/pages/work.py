"""The work list: where staff begin their day."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.responses import Response

from services.partners import queries
from services.partners.queries.work import KIND_LABELS, Item, waiting
from shared.auth.actor import Actor
from shared.auth.policy import require
from shared.web.doors import Reading, Who, resources

router = APIRouter(prefix="/partners/work", include_in_schema=False)


@dataclass(frozen=True)
class Reach:
    """Where somebody looks for what waits: the regions `chosen` among their `own`, or, without any, all of these.

    `regions` are the slugs of either, None for everywhere; `names` are those of all regions.
    """

    names: Mapping[str, str]
    own: list[str]
    chosen: list[str]
    regions: frozenset[str] | None


@dataclass(frozen=True)
class Narrowed:
    """The work list: `all` that waits for somebody, what of it is `near`, and of that the `items` of the kinds `wanted`."""

    all: list[Item]
    near: list[Item]
    items: list[Item]
    wanted: list[str]


def reach(actor: Actor, names: Mapping[str, str], region: Sequence[str]) -> Reach:
    """Return where `actor` looks who asked for the regions `region`."""
    own = sorted(names) if actor.is_national else sorted(actor.regions)
    chosen = [slug for slug in region if slug in own]
    everywhere = None if actor.is_national else actor.regions
    return Reach(names, own, chosen, frozenset(chosen) if chosen else everywhere)


async def narrowed(session: AsyncSession, actor: Actor, where: Reach, kind: Sequence[str]) -> Narrowed:
    """Return what waits for `actor`, narrowed to where they look and to the kinds they asked for."""
    found = await waiting(session, None if actor.is_national else actor.regions)
    near = [item for item in found if not where.chosen or set(where.chosen) & set(item.regions)]
    wanted = [one for one in kind if one in KIND_LABELS]
    return Narrowed(found, near, [item for item in near if not wanted or item.kind in wanted], wanted)


@router.get("")
async def show(
    request: Request,
    session: Reading,
    actor: Who,
    region: Annotated[Sequence[str], Query(max_length=20)] = (),
    kind: Annotated[Sequence[str], Query(max_length=20)] = (),
) -> Response:
    """What waits for the staff member who looks: each with the one button that resolves it."""
    signed_in = require(actor, "work.view")
    names = await queries.region_names(session, request.state.language)
    where = reach(signed_in, names, region)
    found = await narrowed(session, signed_in, where, kind)
    kinds = Counter(item.kind for item in found.near)
    context = {
        "items": found.items,
        "kinds": [(one, KIND_LABELS[one], kinds[one]) for one in KIND_LABELS if kinds[one] or one in found.wanted],
        "wanted": found.wanted,
        "regions": [(slug, names.get(slug, slug)) for slug in where.own] if len(where.own) > 1 else [],
        "chosen": where.chosen,
        "region_names": names,
        "total": len(found.all),
    }
    return resources(request).renderer.page(request, "partners/work.html", context)
