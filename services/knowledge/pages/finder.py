"""The guided finder: four questions for those who do not know our words; each answer narrows the search, and any can be passed over."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from services.knowledge import asking
from services.knowledge.presenting import Presenter, Translate, address, presenting_for
from services.knowledge.search.asked import SearchAway
from services.knowledge.search.filters import Range, Wanted, parameters
from services.knowledge.search.query import Searcher
from shared.web.doors import resources
from shared.web.i18n import marker as _

router = APIRouter(prefix="/cases/finder", include_in_schema=False)


@dataclass(frozen=True)
class Question:
    """A question, its short name among the steps, and the facet its answers are choices of; none where they are `NEEDS`."""

    short: str
    text: str
    facet: str = ""


QUESTIONS = (
    Question(_("Hvem dere er"), _("Hva slags virksomhet er dere?"), "sector"),
    Question(_("Hva dere vil"), _("Hva vil dere få til?"), "focus_area"),
    Question(_("Hvor"), _("Hvor vil dere hente erfaringer fra?"), "region"),
    Question(_("Hva dere må vite"), _("Hva er viktigst å få vite?")),
)
NEEDS: tuple[tuple[str, Callable[[Wanted], Wanted]], ...] = (
    (_("Hvor mye utslippene går ned"), lambda wanted: _known(wanted, "tonnes")),
    (_("Hva det koster"), lambda wanted: _known(wanted, "cost")),
    (_("Hvilken støtte andre har fått"), lambda wanted: _known(wanted, "support")),
    (_("Hvordan det gikk til slutt"), lambda wanted: wanted.narrowed_to("status", "completed")),
)


@router.get("")
async def ask(request: Request) -> Response:
    """A question with its answers, each with how many cases it leaves. Steps count from 1; after the last come the hits."""
    wanted = replace(asking.lenient(request), q="")
    step = _step(request)
    say = partial(resources(request).renderer.translate, request.state.language)
    presenter = await presenting_for(request, await request.app.state.regions.all())
    try:
        answers, total = await _answers(asking.searcher(request), presenter, QUESTIONS[step - 1], wanted)
    except SearchAway:
        # The search page says what is the matter, and finds what it can.
        return RedirectResponse(address(wanted), 303)
    context = {
        "question": say(QUESTIONS[step - 1].text),
        "steps": [_shown(number, step, wanted, presenter, say) for number in range(1, len(QUESTIONS) + 1)],
        "answers": [(say(text), count, _after(step, left)) for text, left, count in answers],
        "pass_href": _after(step, wanted) if step < len(QUESTIONS) else None,
        "total": total,
        "hits_href": address(wanted),
    }
    return resources(request).renderer.page(request, "knowledge/finder.html", context)


async def _answers(
    searcher: Searcher, presenter: Presenter, question: Question, wanted: Wanted
) -> tuple[list[tuple[str, Wanted, int]], int]:
    """Return the answers that leave something, and how many cases are left without one; raises SearchAway."""
    found = await searcher.search(replace(wanted, per_page=1), {})
    if not question.facet:
        given = [(text, narrowed(wanted)) for text, narrowed in NEEDS]
        counts = await searcher.count([each for _text, each in given])
        offered = [(text, each, count) for (text, each), count in zip(given, counts, strict=True)]
    else:
        options = presenter.options_of(question.facet, wanted, found)
        offered = [(one["label"], wanted.narrowed_to(question.facet, one["value"]), one["count"]) for one in options]
    return [each for each in offered if each[-1]], found.total


def _known(wanted: Wanted, name: str) -> Wanted:
    """Only cases that tell a figure."""
    others = tuple(each for each in wanted.ranges if each.name != name)
    return replace(wanted, ranges=(*others, Range(name, least=1)))


def _step(request: Request) -> int:
    given = request.query_params.get("step", "1")
    return min(max(int(given), 1), len(QUESTIONS)) if given.isdecimal() and len(given) < 3 else 1


def _shown(number: int, step: int, wanted: Wanted, presenter: Presenter, say: Translate) -> dict[str, Any]:
    """Return a step; those that are done tell their answer, and lead back to it."""
    question = QUESTIONS[number - 1]
    if number >= step:
        return {"label": say(question.short), "state": "current" if number == step else "todo"}
    answer = ", ".join(presenter.choice(question.facet, value) for value in wanted.chosen(question.facet))
    label = f"{say(question.short)}: {answer}" if answer else say(question.short)
    return {"label": label, "state": "done", "href": _address(number, wanted)}


def _after(step: int, wanted: Wanted) -> str:
    return _address(step + 1, wanted) if step < len(QUESTIONS) else address(wanted)


def _address(step: int, wanted: Wanted) -> str:
    return f"/cases/finder?{urlencode([('step', step), *parameters(wanted)])}"
