"""Codes that travel in facts. Their labels live with the pages (`shared.web.labels`)."""

from typing import Literal, get_args

FocusArea = Literal["scope3", "energy", "nature", "leadership", "green_business"]
Sector = Literal["public", "business", "academia", "ngo"]
Scope = Literal[1, 2, 3]
Language = Literal["nb", "nn", "en"]
Role = Literal["national", "region_staff", "partner_member"]

FOCUS_AREAS: tuple[FocusArea, ...] = get_args(FocusArea)
SECTORS: tuple[Sector, ...] = get_args(Sector)
SCOPES: tuple[Scope, ...] = get_args(Scope)
LANGUAGES: tuple[Language, ...] = get_args(Language)
ROLES: tuple[Role, ...] = get_args(Role)
