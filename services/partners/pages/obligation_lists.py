"""Obligations as lists to download: every light with its reason, and the basis for the fee."""

from collections.abc import Sequence
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.requests import Request

from services.partners import queries
from services.partners.models import Organisation
from services.partners.pages.shown import FIGURE_LABELS, OBLIGATION_LABELS, shown
from services.partners.queries.standing import Standing
from shared.sheets.table import Column
from shared.web.doors import resources
from shared.web.i18n import marker as _

Found = Sequence[tuple[Organisation, Standing]]
WHY = _("%(obligation)s: hvorfor")
OF_ALL = (
    ("org_number", _("Organisasjonsnummer"), "text"),
    ("name", _("Navn"), "text"),
    ("regions", _("Regioner"), "list"),
)
OF_FEE = (
    ("sector", _("Sektor"), "text"),
    ("employees", _("Ansatte"), "integer"),
    ("year", _("År"), "integer"),
    ("paid", _("Betalt"), "boolean"),
    ("paid_on", _("Betalt dato"), "date"),
    ("note", _("Merknad"), "text"),
)


def light_columns(request: Request) -> list[Column]:
    """Return the columns of :func:`light_rows`."""
    made = _columns(request, OF_ALL)
    for name, label in OBLIGATION_LABELS.items():
        said = _say(request, label)
        made += [Column(name, said), Column(f"{name}_why", _say(request, WHY, obligation=said))]
    return [*made, *(Column(name, _say(request, label), "decimal") for name, label in FIGURE_LABELS.items())]


async def light_rows(request: Request, session: AsyncSession, found: Found) -> list[dict[str, Any]]:
    """Return a row for each organisation: its lights in words with their reasons, and the figures of its account."""
    regions = await queries.regions_of(session, [one.id for one, _standing in found])
    rows = []
    for one, standing in found:
        row: dict[str, Any] = {"org_number": one.org_number, "name": one.name, "regions": regions[one.id]}
        for light in shown(request, standing.verdicts):
            row |= {light.name: light.word, f"{light.name}_why": light.reason}
        rows.append(row | (dict(standing.account.figures) if standing.account else {}))
    return rows


def fee_columns(request: Request) -> list[Column]:
    """Return the columns of :func:`fee_rows`."""
    return _columns(request, (*OF_ALL, *OF_FEE))


async def fee_rows(session: AsyncSession, found: Found) -> list[dict[str, Any]]:
    """Return a row for each organisation: what an invoice goes by, and whether the fee is paid; None where nothing is noted."""
    regions = await queries.regions_of(session, [one.id for one, _standing in found])
    return [
        {
            "org_number": one.org_number,
            "name": one.name,
            "regions": regions[one.id],
            "sector": one.sector,
            "employees": one.employees,
            "year": standing.year,
            "paid": standing.fee.paid if standing.fee else None,
            "paid_on": standing.fee.paid_on if standing.fee else None,
            "note": standing.fee.note if standing.fee else "",
        }
        for one, standing in found
    ]


def _columns(request: Request, columns: Sequence[tuple[str, str, Any]]) -> list[Column]:
    return [Column(key, _say(request, label), kind) for key, label, kind in columns]


def _say(request: Request, text: str, **values: object) -> str:
    return resources(request).renderer.translate(request.state.language, text, values)
