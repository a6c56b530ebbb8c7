"""A case as a row of a file: what is chosen by its name, figures as numbers, rows of impact and funding each on a line."""

from collections.abc import Callable, Sequence
from typing import Any, get_args

from services.knowledge.models import Case, Status
from services.knowledge.pages.labels import LABELS
from services.knowledge.presenting import Presenter
from services.knowledge.queries.rows import Rows
from services.knowledge.schemas import ImpactIn
from shared.contracts.vocabulary import Language
from shared.sheets.table import Column, Kind
from shared.web.formats import number
from shared.web.i18n import marker as _
from shared.web.labels import LANGUAGE_LABELS

STATUS_LABELS: dict[Status, str] = {
    "draft": _("Utkast"),
    "in_review": _("Til gjennomsyn"),
    "changes_requested": _("Sendt tilbake"),
    "approved": _("Godkjent"),
    "published": _("Publisert"),
    "archived": _("Arkivert"),
}
assert set(STATUS_LABELS) == set(get_args(Status))
KINDS: dict[str, Kind] = {
    "focus_areas": "list",
    "scopes": "list",
    "measure_types": "list",
    "scope3_categories": "list",
    "industries": "list",
    "sdgs": "list",
    "keywords": "list",
    "municipalities": "list",
    "prerequisites": "list",
    "org_sizes": "list",
    "impacts": "list",
    "fundings": "list",
    "contributors": "list",
    "year_start": "integer",
    "year_end": "integer",
    "period_start": "date",
    "period_end": "date",
    "latitude": "decimal",
    "longitude": "decimal",
    "grant_nok": "integer",
    "capex_nok": "integer",
    "opex_nok_per_year": "integer",
    "saving_nok_per_year": "integer",
    "lifetime_years": "integer",
    "staff_hours": "integer",
    "price_year": "integer",
    "tco2e_per_year": "decimal",
    "energy_kwh_per_year": "decimal",
}
LEFT_OUT = {
    "challenge", "objective", "solution", "implementation", "results", "lessons", "advice", "stakeholders",
    "legal_background", "transferability_text", "links", "relations", "contact",
}  # fmt: skip
"""The story and what leads elsewhere: the page has them, and a row of a sheet has no room."""
COLUMNS = (
    *(Column(name, label, KINDS.get(name, "text")) for name, label in LABELS.items() if name not in LEFT_OUT),
    Column("payback_years", _("År til investeringen er tjent inn"), "decimal"),
    Column("nok_per_tonne", _("Kroner per tonn"), "integer"),
    Column("nok_per_tonne_basis", _("Kroner per tonn er regnet over")),
    Column("other_languages", _("Også på"), "list"),
    Column("status", _("Status")),
    Column("published_at", _("Publisert"), "datetime"),
    Column("external_id", _("Ekstern id")),
    Column("href", _("Adresse")),
)
TERMS = {"sector": "sector", "project_status": "project_status", "maturity": "maturity", "effort": "effort"} | {
    "licence": "licence",
    "transferability": "transferability",
}
LISTS = {
    "focus_areas": "focus_area",
    "scope3_categories": "scope3_category",
    "industries": "industry",
    "sdgs": "sdg",
    "municipalities": "municipality",
    "org_sizes": "org_size",
}
BASES = {
    "lifetime": _("levetiden"),
    "total": _("alle tonnene"),
    "yearly": _("tonnene i ett år"),
}


def row(
    case: Case, rows: Rows, presenter: Presenter, language: Language, say: Callable[[str], str], href: str
) -> dict[str, Any]:
    """Return a case as a row of a file in the reader's language."""
    price = rows.price(case)
    named = {
        name: presenter.term(vocabulary, getattr(case, name))
        for name, vocabulary in TERMS.items()
        if getattr(case, name)
    }
    return {
        **case.model_dump(include={column.key for column in COLUMNS}),
        **dict.fromkeys(TERMS, ""),
        **named,
        **{name: presenter.terms(vocabulary, getattr(case, name)) for name, vocabulary in LISTS.items()},
        "region": presenter.region(case.region),
        "language": say(LANGUAGE_LABELS[case.language]),
        "scopes": [str(scope) for scope in case.scopes],
        "measure_types": [presenter.measure(name) for name in case.measure_types],
        "impacts": [told(one, presenter, language) for one in rows.impacts],
        "fundings": [f"{one.source}: {number(one.nok, language)} kr" for one in rows.fundings],
        "contributors": [f"{one.name} ({presenter.term('contributor_role', one.role)})" for one in rows.contributors],
        "payback_years": rows.payback(case).value,
        "nok_per_tonne": None if price.value is None else int(price.value),
        "nok_per_tonne_basis": say(BASES[price.basis]) if price.basis else "",
        "other_languages": [say(label) for code, label in LANGUAGE_LABELS.items() if code in case.other_languages],
        "status": say(STATUS_LABELS[case.status]),
        "href": href,
    }


def told(impact: ImpactIn, presenter: Presenter, language: Language) -> str:
    """Return a figure with how it was found and who verified it: `Energi spart: 12 kWh, per år (målt; ikke kontrollert)`."""
    return f"{presenter.term('metric', impact.metric)}: {figure(impact, presenter, language)}"


def figure(impact: ImpactIn, presenter: Presenter, language: Language) -> str:
    """Return a figure without what it is of: `12 kWh, per år (målt; ikke kontrollert)`."""
    value = f"{number(impact.value, language)} {presenter.term('unit', impact.unit)}"
    per = impact.per_unit if impact.per == "unit" else presenter.term("per", impact.per)
    trust: Sequence[str] = (presenter.term("method", impact.method), presenter.term("verification", impact.verified_by))
    return f"{value}, {per.lower()} ({'; '.join(trust).lower()})"
