"""Suggestions while somebody types, from all there is to search for: the same for pages and programs."""

from fastapi import Request

from services.knowledge import asking
from services.knowledge.presenting import address, presenting_for
from services.knowledge.search.asked import SearchAway
from services.knowledge.search.suggesting import MOST, Suggestion
from shared.web.inputs import storable

LONGEST_TYPED = 100


async def suggestions(request: Request, typed: str, limit: int = MOST) -> list[Suggestion]:
    """Return what may be meant by what is typed so far; nothing while the engine is away."""
    typed = typed.strip()[:LONGEST_TYPED]
    if not storable(typed):
        return []
    presenter = await presenting_for(request, await request.app.state.regions.all())
    names = {"region": presenter.regions(), "measure_type": presenter.measures()}
    try:
        return await asking.searcher(request).suggest(typed, names, limit)
    except SearchAway:
        return []


def leads_to(suggestion: Suggestion) -> str:
    """Return where somebody goes who takes it."""
    return f"/cases/{suggestion.id}" if suggestion.kind == "case" else address(suggestion.wanted)
