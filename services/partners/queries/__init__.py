"""Questions to the registry, by what they are about."""

from services.partners.queries.dated import not_over, running
from services.partners.queries.organisations import (
    Filter,
    cases_of,
    counts_by_region,
    counts_by_sector,
    directory,
    organisation,
    organisation_names,
    organisations_by_name,
    regions_of,
)
from services.partners.queries.people import (
    grants_of,
    grants_to_come,
    people,
    people_of,
    person,
    person_by_email,
    regions_of_people,
)
from services.partners.queries.regions import all_regions, region_names

__all__ = [
    "Filter",
    "all_regions",
    "cases_of",
    "counts_by_region",
    "counts_by_sector",
    "directory",
    "grants_of",
    "grants_to_come",
    "not_over",
    "organisation",
    "organisation_names",
    "organisations_by_name",
    "people",
    "people_of",
    "person",
    "person_by_email",
    "region_names",
    "regions_of",
    "regions_of_people",
    "running",
]
