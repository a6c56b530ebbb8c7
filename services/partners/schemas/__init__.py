"""What the registry takes in and gives out."""

from services.partners.schemas.fields import Email, Line120, Line200, OrgNumber, Slug, Web
from services.partners.schemas.organisations import OrganisationIn, OrganisationList, OrganisationOut
from services.partners.schemas.people import PersonIn, PersonOut
from services.partners.schemas.regions import RegionOut

__all__ = [
    "Email",
    "Line120",
    "Line200",
    "OrgNumber",
    "OrganisationIn",
    "OrganisationList",
    "OrganisationOut",
    "PersonIn",
    "PersonOut",
    "RegionOut",
    "Slug",
    "Web",
]
