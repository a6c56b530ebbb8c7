"""How needs are shown: what the board can be narrowed to, and in which words the reasons of a match are told."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

from fastapi import Request

from services.knowledge.presenting import Presenter
from services.knowledge.queries.needs import NeedSort, NeedsWanted
from shared.contracts.vocabulary import FOCUS_AREAS, SCOPES
from shared.web.doors import resources
from shared.web.i18n import marker as _
from shared.web.labels import SCOPE_LABELS

REASONS = {
    "words": _("begge handler om %(what)s"),
    "measure_type": _("samme type tiltak: %(what)s"),
    "focus_area": _("samme satsingsområde: %(what)s"),
    "scope": _("samme scope: %(what)s"),
    "sector": _("samme sektor: %(what)s"),
    "region": _("samme region: %(what)s"),
}
VOCABULARIES = {"measure_type": "measure_type", "focus_area": "focus_area", "sector": "sector"}


def reasons_in_words(request: Request, presenter: Presenter, reasons: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return why two were matched, in the reader's language."""
    say = resources(request).renderer.translate
    language = request.state.language
    told = []
    for one in reasons:
        kind, values = one["kind"], one["values"]
        if kind in VOCABULARIES:
            names = presenter.terms(VOCABULARIES[kind], values)
        elif kind == "scope":
            names = [say(language, SCOPE_LABELS[value]) for value in values]
        elif kind == "region":
            names = [presenter.region(value) for value in values]
        else:
            names = [f"«{value}»" for value in values]
        told.append(say(language, REASONS[kind], {"what": ", ".join(names)}))
    return told


@dataclass(frozen=True)
class Choice:
    """Something the board can be narrowed to."""

    name: str
    value: str
    text: str
    chosen: bool


GROUPS = {"region": _("Region"), "focus_area": _("Satsingsområde"), "scope": _("Scope")}
SORTS: dict[NeedSort, str] = {"deadline": _("Frist"), "newest": _("Nyeste først")}


def board_context(request: Request, presenter: Presenter) -> tuple[NeedsWanted, dict[str, Any]]:
    """Return what the board's address asks for, and its choices; what is no choice is passed over."""
    say = partial(resources(request).renderer.translate, request.state.language)
    choices = _choices(request, presenter, say)
    chosen = [one for one in choices if one.chosen]
    values = {name: tuple(one.value for one in chosen if one.name == name) for name in GROUPS}
    sort: NeedSort = "newest" if request.query_params.get("sort") == "newest" else "deadline"
    wanted = NeedsWanted(values["region"], values["focus_area"], tuple(map(int, values["scope"])), sort)
    return wanted, {
        "groups": [_group(name, say(label), choices) for name, label in GROUPS.items()],
        "active": [
            {"label": one.text, "group": say(GROUPS[one.name]), "remove_href": _without(one, chosen)} for one in chosen
        ],
        "kept": [(one.name, one.value) for one in chosen],
        "sort": sort,
        "sorts": [(code, say(label)) for code, label in SORTS.items()],
    }


def _choices(request: Request, presenter: Presenter, say: Callable[[str], str]) -> list[Choice]:
    named = [
        *(("region", slug, presenter.region(slug)) for slug in presenter.regions_today()),
        *(("focus_area", code, presenter.term("focus_area", code)) for code in FOCUS_AREAS),
        *(("scope", str(number), say(SCOPE_LABELS[number])) for number in SCOPES),
    ]
    given = request.query_params
    return [Choice(name, value, text, value in given.getlist(name)) for name, value, text in named]


def _group(name: str, label: str, choices: Sequence[Choice]) -> dict[str, Any]:
    options = [{"value": one.value, "label": one.text, "selected": one.chosen} for one in choices if one.name == name]
    return {"name": name, "label": label, "open": True, "options": options}


def _without(left_out: Choice, chosen: Sequence[Choice]) -> str:
    rest = [(one.name, one.value) for one in chosen if one != left_out]
    return f"/cases/needs?{urlencode(rest)}" if rest else "/cases/needs"
