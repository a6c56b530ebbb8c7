"""A version of a case beside an earlier one, field by field."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.knowledge import queries
from services.knowledge.differing import Piece, in_entries, in_words
from services.knowledge.pages.audit_words import LABELS
from services.knowledge.presenting import Presenter, presenting_for
from services.knowledge.queries.revisions import compared
from services.knowledge.queries.rows import organisation_names
from shared.auth.policy import about, require
from shared.web.doors import Reading, Who, resources
from shared.web.labels import LANGUAGE_LABELS

router = APIRouter(prefix="/cases", include_in_schema=False)

FOLLOWS = {"measure_codes", "tco2e_per_year", "energy_kwh_per_year", "grant_nok"}
"""Fields that follow from others which are shown."""
VOCABULARIES = {
    "focus_areas": "focus_area", "sector": "sector", "project_status": "project_status", "maturity": "maturity",
    "transferability": "transferability", "effort": "effort", "licence": "licence", "org_sizes": "org_size", "sdgs": "sdg",
    "industries": "industry", "scope3_categories": "scope3_category", "municipalities": "municipality", "metric": "metric",
    "unit": "unit", "per": "per", "method": "method", "verified_by": "verification", "role": "contributor_role",
    "kind": "relation",
}  # fmt: skip
"""The vocabulary that names the codes of a field, of a case or of its rows."""


@dataclass(frozen=True)
class Difference:
    """A field that differs: what it is called, and its lines, each as pieces that stand, went or came."""

    name: str
    label: str
    lines: list[list[Piece]]


@router.get("/{case_id}/history/{version}")
async def show(
    request: Request, session: Reading, actor: Who, case_id: UUID, version: int, since: int | None = None
) -> Response:
    """What a version changed from the one before, or from version `since`. For those who may read the case's history."""
    found = await queries.readable(session, actor, case_id)
    require(actor, "case.read-unpublished", about(found.region, author_id=found.author_id))
    both = await compared(session, found, version, since)
    presenter = await presenting_for(request, await queries.regions(session))
    wording = Wording(request, presenter, await organisation_names(session, _organisations(both.fields)))
    context = {
        "case": found,
        "compared": both,
        "choices": [one for one in await queries.history(session, case_id) if one.version < version],
        "differences": [wording.difference(name, *pair) for name, pair in both.fields.items() if name not in FOLLOWS],
        "besides": [wording.field(name) for name in both.besides],
    }
    return resources(request).renderer.page(request, "knowledge/history.html", context)


class Wording:
    """Says in the reader's language what fields hold. `names`: of the organisations they name."""

    def __init__(self, request: Request, presenter: Presenter, names: dict[UUID, str]) -> None:
        self._request = request
        self._presenter = presenter
        self._names = {str(id): name for id, name in names.items()}

    def difference(self, name: str, before: Any, after: Any) -> Difference:
        """Return a field that differs: a text word by word, a list entry by entry."""
        label = self.field(name)
        if isinstance(before or after, list):
            return Difference(
                name, label, [[one] for one in in_entries(self._list(name, before), self._list(name, after))]
            )
        return Difference(name, label, _lines(in_words(self._word(name, before), self._word(name, after))))

    def field(self, name: str) -> str:
        """Return what a field is called."""
        return self._say(LABELS.fields.get(name, name))

    def _list(self, name: str, values: list[Any] | None) -> list[str]:
        return [self._row(one) if isinstance(one, dict) else self._word(name, one) for one in values or []]

    def _row(self, row: dict[str, Any]) -> str:
        told = [
            (self.field(name), self._row(value) if isinstance(value, dict) else self._word(name, value))
            for name, value in row.items()
        ]
        return ", ".join(f"{label}: {value}" for label, value in told if value)

    def _word(self, name: str, value: Any) -> str:
        if value is None:
            return ""
        if name in VOCABULARIES:
            return self._presenter.term(VOCABULARIES[name], value)
        if name == "language":
            return self._say(LANGUAGE_LABELS.get(value, value))
        if name == "region":
            return self._presenter.region(value)
        return self._names.get(str(value), str(value))

    def _say(self, text: str) -> str:
        return resources(self._request).renderer.translate(self._request.state.language, text)


def _lines(marked: list[Piece]) -> list[list[Piece]]:
    """Return marked text with its line breaks as lines; an empty line is left out."""
    lines: list[list[Piece]] = [[]]
    for piece in marked:
        first, *others = piece.text.split("\n")
        lines[-1].append(Piece(piece.kind, first))
        lines.extend([Piece(piece.kind, text)] for text in others)
    return [line for line in lines if any(piece.text.strip() for piece in line)]


def _organisations(fields: dict[str, tuple[Any, Any]]) -> list[UUID]:
    """Return the organisations that differing fields name."""
    direct = [one for one in fields.get("organisation_id", ()) if one]
    rows = [row for side in fields.get("contributors", ()) for row in side or []]
    return [UUID(one) for one in (*direct, *(row["organisation_id"] for row in rows)) if one]
