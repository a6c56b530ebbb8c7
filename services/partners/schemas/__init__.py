"""What the registry takes in and gives out."""

from services.partners.schemas.fields import Email, Line120, Line200, OrgNumber, Slug, Web
from services.partners.schemas.organisations import (
    OrganisationEdit,
    OrganisationIn,
    OrganisationList,
    OrganisationOut,
    ProposalOut,
    TopicCode,
)
from services.partners.schemas.people import PersonIn, PersonOut
from services.partners.schemas.regions import RegionOut

__all__ = [
    "Email",
    "Line120",
    "Line200",
    "OrgNumber",
    "OrganisationEdit",
    "OrganisationIn",
    "OrganisationList",
    "OrganisationOut",
    "PersonIn",
    "PersonOut",
    "ProposalOut",
    "RegionOut",
    "Slug",
    "TopicCode",
    "Web",
]
