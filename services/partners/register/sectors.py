"""Which of our sectors a unit belongs to: a proposal with its reason, for staff to accept or change."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from services.partners.register.unit import Unit
from shared.contracts.vocabulary import Sector
from shared.web.i18n import marker as _

RESEARCH = "72"
HIGHER_EDUCATION = "85.4"
SCHOLARLY_FORMS = {"SAM", "ORGL"}
SCHOLARLY = re.compile(
    r"universitet(et)?\b|(?<!folke)h(øg|øy)(skole|skule)[nr]?\b|(?<!folke)høgskulen?\b", re.IGNORECASE
)
"""Universities and colleges by name, in bokmål and nynorsk; no hospital and no folk high school."""
PUBLIC_FORMS = {"KOMM", "FYLK", "STAT", "KF", "FKF", "IKS", "KIRK"}
PUBLIC_SECTORS = {"6100", "6500"}
NGO_FORMS = {"FLI", "STI"}
NGO_SECTOR = "7000"
FOUNDATION = "STI"
STATE_OWNED = {"1110", "1120"}
MUNICIPALLY_OWNED = {"1510", "1520"}


@dataclass(frozen=True)
class SectorProposal:
    """A sector and the rule that gave it. `text` is said to staff, with `value` filled in as `%(value)s`.

    `publicly_owned`: a business owned by state or municipality. `certain` is False where staff ought to look.
    """

    sector: Sector
    rule: str
    text: str
    value: str = ""
    publicly_owned: bool = False
    certain: bool = True


Rule = Callable[[Unit], SectorProposal | None]


def sector_of(unit: Unit) -> SectorProposal:
    """Return the sector of the first rule that fits: academia, public, non-profit, else business."""
    return next(filter(None, (rule(unit) for rule in RULES)), None) or _business(unit)


def _by_industry(unit: Unit) -> SectorProposal | None:
    code = unit.industry
    if code.startswith(HIGHER_EDUCATION):
        return SectorProposal("academia", "higher-education", _("Næringskoden %(value)s er høyere utdanning."), code)
    if code.split(".")[0] == RESEARCH:
        return SectorProposal("academia", "research", _("Næringskoden %(value)s er forskning."), code)
    return None


def _by_name(unit: Unit) -> SectorProposal | None:
    found = SCHOLARLY.search(unit.name) if unit.form in SCHOLARLY_FORMS else None
    if not found:
        return None
    return SectorProposal("academia", "name", _("Navnet tyder på et universitet eller en høgskole."))


def _by_public_form(unit: Unit) -> SectorProposal | None:
    if unit.form not in PUBLIC_FORMS:
        return None
    return SectorProposal("public", "public-form", _("Organisasjonsformen %(value)s er offentlig."), unit.form)


def _by_public_sector(unit: Unit) -> SectorProposal | None:
    if unit.sector_code not in PUBLIC_SECTORS:
        return None
    return SectorProposal(
        "public", "public-sector", _("Sektorkoden %(value)s er stat eller kommune."), unit.sector_code
    )


def _by_ngo_sector(unit: Unit) -> SectorProposal | None:
    if unit.sector_code != NGO_SECTOR:
        return None
    return SectorProposal("ngo", "ngo-sector", _("Sektorkoden %(value)s er ideelle organisasjoner."), NGO_SECTOR)


def _by_ngo_form(unit: Unit) -> SectorProposal | None:
    if unit.form not in NGO_FORMS:
        return None
    if unit.form == FOUNDATION and unit.sector_code:
        text = _("En stiftelse med sektorkoden %(value)s kan drive næring. Se etter om den er ideell.")
        return SectorProposal("ngo", "foundation-in-business", text, unit.sector_code, certain=False)
    return SectorProposal("ngo", "ngo-form", _("Organisasjonsformen %(value)s er forening eller stiftelse."), unit.form)


def _business(unit: Unit) -> SectorProposal:
    code = unit.sector_code or ""
    if code in STATE_OWNED:
        text = _("Sektorkoden %(value)s er næringsliv som staten eier.")
        return SectorProposal("business", "state-owned", text, code, publicly_owned=True)
    if code in MUNICIPALLY_OWNED:
        text = _("Sektorkoden %(value)s er næringsliv som kommuner eier.")
        return SectorProposal("business", "municipally-owned", text, code, publicly_owned=True)
    if code:
        return SectorProposal("business", "business-sector", _("Sektorkoden %(value)s er næringsliv."), code)
    text = _("Registeret oppgir ingen sektor. Se etter om det er næringsliv.")
    return SectorProposal("business", "nothing-known", text, certain=False)


RULES: tuple[Rule, ...] = (_by_industry, _by_name, _by_public_form, _by_public_sector, _by_ngo_sector, _by_ngo_form)
