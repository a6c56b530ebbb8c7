"""What finds something where a search finds nothing."""

from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from services.knowledge.presenting import FACET_LABELS, FIGURES, address
from services.knowledge.search.filters import Wanted
from services.knowledge.search.language import canonical
from services.knowledge.search.query import SearchAway, Searcher
from shared.web.i18n import marker as _


async def ways_out(searcher: Searcher, wanted: Wanted) -> list[dict[str, Any]]:
    """Return searches that find something: one facet less, one word alone, or a word close by."""
    narrower = [(FACET_LABELS[facet], wanted.without(facet)) for facet in wanted.narrowed()]
    if wanted.ranges:
        narrower.append((FIGURES, replace(wanted, page=1, ranges=())))
    words = list(dict.fromkeys(wanted.q.split()))[:6]
    alone = [replace(wanted, q=word, page=1) for word in words if len(words) > 1]
    bare = [replace(Wanted(q=wanted.q), sort=wanted.sort)] if wanted.q and len(narrower) > 1 else []
    tried = [search for _label, search in narrower] + alone + bare
    try:
        counts = await searcher.count(tried)
        near = await _near(searcher, wanted) if wanted.q else []
    except SearchAway:
        return []
    said: list[tuple[str, dict[str, Any]]] = [
        (_("Uten avgrensingen %(what)s"), {"what": label}) for label, _s in narrower
    ]
    said += [(_("Bare ordet «%(what)s»"), {"what": search.q}) for search in alone]
    said += [(_("Uten noen avgrensinger"), {}) for _s in bare]
    found = [
        {"text": text, "values": values, "count": count, "href": address(search)}
        for (text, values), count, search in zip(said, counts, tried, strict=True)
        if count
    ]
    return sorted(found, key=lambda way: -int(str(way["count"]))) + near


async def _near(searcher: Searcher, wanted: Wanted) -> list[dict[str, Any]]:
    """Return kinds of measures whose names are close to what was typed."""
    known = (await searcher.search(Wanted(per_page=1), {})).facets["measure_type"]
    folded = {" ".join(canonical(label)): label for label in known}
    close = get_close_matches(" ".join(canonical(wanted.q)), folded, n=3, cutoff=0.6)
    return [
        {
            "text": _("Mente du «%(what)s»?"),
            "values": {"what": folded[each]},
            "count": known[folded[each]],
            "href": address(Wanted(measure_type=(folded[each],))),
        }
        for each in close
    ]
