"""Codes that travel in facts. Their labels live with the pages (`shared.web.labels`)."""

from typing import Literal, get_args

FocusArea = Literal["scope3", "energy", "nature", "leadership", "green_business"]
Sector = Literal["public", "business", "academia", "ngo"]
Scope = Literal[1, 2, 3]
Language = Literal["nb", "nn", "en"]
Role = Literal[
    "national", "region_lead", "region_staff", "reviewer", "partner_admin", "partner_member", "group_lead", "auditor"
]
PartnerFunction = Literal["top_leader", "climate_lead", "communications", "invoice", "other"]

FOCUS_AREAS: tuple[FocusArea, ...] = get_args(FocusArea)
SECTORS: tuple[Sector, ...] = get_args(Sector)
SCOPES: tuple[Scope, ...] = get_args(Scope)
LANGUAGES: tuple[Language, ...] = get_args(Language)
ROLES: tuple[Role, ...] = get_args(Role)
PARTNER_FUNCTIONS: tuple[PartnerFunction, ...] = get_args(PartnerFunction)
