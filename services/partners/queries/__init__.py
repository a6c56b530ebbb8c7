"""Questions to the registry, by what they are about."""

from services.partners.queries.dated import not_over, running
from services.partners.queries.facets import Faceted, Filter, faceted, organisations_in_order
from services.partners.queries.organisations import (
    cases_of,
    organisation,
    organisation_by_number,
    organisation_names,
    organisations_by_name,
    regions_of,
    survivor,
)
from services.partners.queries.people import (
    acting_for,
    grant,
    grants_ever,
    grants_of,
    grants_to_come,
    people_of,
    person,
    person_by_email,
    regions_answering,
    regions_of_people,
)
from services.partners.queries.reach import (
    PeopleFilter,
    belonging_to,
    has_function,
    people,
    people_in_reach,
    person_in_reach,
)
from services.partners.queries.regions import (
    all_regions,
    every_region,
    every_region_name,
    heirs,
    region,
    region_names,
)

__all__ = [
    "Faceted",
    "Filter",
    "PeopleFilter",
    "acting_for",
    "all_regions",
    "belonging_to",
    "cases_of",
    "every_region",
    "every_region_name",
    "faceted",
    "grant",
    "grants_ever",
    "grants_of",
    "grants_to_come",
    "has_function",
    "heirs",
    "not_over",
    "organisation",
    "organisation_by_number",
    "organisation_names",
    "organisations_by_name",
    "organisations_in_order",
    "people",
    "people_in_reach",
    "people_of",
    "person",
    "person_by_email",
    "person_in_reach",
    "region",
    "region_names",
    "regions_answering",
    "regions_of",
    "regions_of_people",
    "running",
    "survivor",
]
