"""What the register of organisations tells, as values of ours."""

from typing import Any

from services.partners.models import Organisation
from services.partners.register.sectors import sector_of
from services.partners.register.unit import Unit
from shared.clock import today_in_norway
from shared.contracts.vocabulary import Sector

ADDED = (
    *("legal_form", "nace_code", "nace_text", "employees", "municipality", "municipality_number", "website"),
    "language",
)
"""What is filled in later where nobody has."""


def proposed(unit: Unit) -> dict[str, Any]:
    """Return the values of a new organisation that `unit` is; None where the register does not tell."""
    return {
        "org_number": unit.org_number,
        "name": unit.display_name,
        "sector": sector_of(unit).sector,
        "municipality": unit.municipality,
        "municipality_number": unit.municipality_number,
        "website": unit.website,
        "legal_form": unit.form or None,
        "nace_code": unit.industry or None,
        "nace_text": unit.industry_text[:200] or None,
        "employees": unit.employees,
        "language": unit.language,
    }


def vouched(org_number: str | None, sector: Sector, unit: Unit | None) -> dict[str, Any]:
    """Return what is kept of where an organisation's number and sector come from, `unit` being the register's word, if any."""
    today = today_in_norway()
    if unit is None or unit.deleted or unit.org_number != org_number:
        return {"sector_source": "staff", "sector_reason": "", "sector_value": "", "sector_on": today}
    said = sector_of(unit)
    if said.sector != sector:
        return {
            "verified_on": today,
            "sector_source": "staff",
            "sector_reason": "",
            "sector_value": "",
            "sector_on": today,
        }
    return {
        "verified_on": today,
        "sector_source": "register",
        "sector_reason": said.text,
        "sector_value": said.value,
        "sector_on": today,
    }


def borne_out(organisation: Organisation, unit: Unit) -> dict[str, Any]:
    """Return what changes where the register bears an organisation out: the day, and what was empty."""
    told = proposed(unit)
    filled = {name: told[name] for name in ADDED if getattr(organisation, name) is None and told[name] is not None}
    return {**filled, "verified_on": today_in_norway()}
