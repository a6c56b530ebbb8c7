"""What the codes of the contracts are called, in bokmål; the catalogues hold the rest."""

from shared.contracts.vocabulary import FocusArea, Language, PartnerFunction, Role, Scope, Sector
from shared.web.i18n import marker as _

FOCUS_AREA_LABELS: dict[FocusArea, str] = {
    "scope3": _("Verdikjede og innkjøp"),
    "energy": _("Energi"),
    "nature": _("Natur"),
    "leadership": _("Klimaledelse"),
    "green_business": _("Grønn forretningsutvikling"),
}
SECTOR_LABELS: dict[Sector, str] = {
    "public": _("Offentlig sektor"),
    "business": _("Næringsliv"),
    "academia": _("Akademia"),
    "ngo": _("Ideell organisasjon"),
}
SCOPE_LABELS: dict[Scope, str] = {
    1: _("Scope 1: direkte utslipp"),
    2: _("Scope 2: innkjøpt energi"),
    3: _("Scope 3: verdikjeden"),
}
LANGUAGE_LABELS: dict[Language, str] = {"nb": _("Bokmål"), "nn": _("Nynorsk"), "en": _("Engelsk")}
ROLE_LABELS: dict[Role, str] = {
    "national": _("Nasjonal koordinator"),
    "region_lead": _("Regionleder"),
    "region_staff": _("Regionmedarbeider"),
    "reviewer": _("Fagfelle"),
    "partner_admin": _("Partneransvarlig"),
    "partner_member": _("Partner"),
    "group_lead": _("Gruppeleder"),
    "auditor": _("Revisor"),
}
FUNCTION_LABELS: dict[PartnerFunction, str] = {
    "top_leader": _("Toppleder"),
    "climate_lead": _("Klimaansvarlig"),
    "communications": _("Kommunikasjon"),
    "invoice": _("Faktura"),
    "other": _("Annet"),
}
