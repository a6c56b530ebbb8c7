"""Which sector a unit is proposed for, and by which rule."""

import pytest

from services.partners.register import reading
from services.partners.register.sectors import sector_of
from services.partners.register.unit import Unit
from shared.contracts.vocabulary import SECTORS
from tests.support.register import recorded_units


@pytest.mark.parametrize(
    ("name", "form", "industry", "code", "sector", "rule"),
    [
        ("VARDE FORSKNING AS", "AS", "72.190", "2100", "academia", "research"),
        ("HAVINSTITUTTET", "ORGL", "72.100", "6100", "academia", "research"),
        ("UNIVERSITETET I VARDEDAL", "ORGL", "85.421", "6100", "academia", "higher-education"),
        ("VARDE HANDELSHØYSKOLE", "STI", "85.400", "7000", "academia", "higher-education"),
        ("HØGSKULEN PÅ SOLSIDA", "ORGL", "", "6100", "academia", "name"),
        ("KUNSTHØGSKOLEN I VARDE", "ORGL", "84.110", "6100", "academia", "name"),
        ("MILJØ- OG HAVUNIVERSITETET", "SAM", "", None, "academia", "name"),
        ("VARDE UNIVERSITETSSYKEHUS", "ORGL", "86.100", "6100", "public", "public-sector"),
        ("SOLSIDA FOLKEHØGSKOLE", "ORGL", "85.592", "6500", "public", "public-sector"),
        ("SOLSIDA FOLKEHØGSKULE", "ORGL", "85.592", "6500", "public", "public-sector"),
        ("HØGSKOLEGATA 3 AS", "AS", "68.200", "2100", "business", "business-sector"),
        ("SKODDEVIK KOMMUNE", "KOMM", "84.110", "6500", "public", "public-form"),
        ("VARDE FYLKESKOMMUNE", "FYLK", "84.110", "6500", "public", "public-form"),
        ("SKODDEVIK HAVN KF", "KF", "52.221", "1510", "public", "public-form"),
        ("VARDE BYGG FKF", "FKF", "68.320", "1510", "public", "public-form"),
        ("KYSTAVFALL IKS", "IKS", "38.110", "1510", "public", "public-form"),
        ("SKODDEVIK SOKN", "KIRK", "94.910", "6500", "public", "public-form"),
        ("VARDE SYKEHUS HF", "HF", "86.101", "6100", "public", "public-sector"),
        ("GRØNN KYST", "ANNA", "94.991", "7000", "ngo", "ngo-sector"),
        ("SOLSIDA VEL", "FLI", "", None, "ngo", "ngo-form"),
        ("SOLSIDA NÆRINGSFORENING", "FLI", "94.110", "2500", "ngo", "ngo-form"),
        ("STIFTELSEN KYST", "STI", "94.991", "7000", "ngo", "ngo-sector"),
        ("STIFTELSEN KYST", "STI", "", None, "ngo", "ngo-form"),
        ("STIFTELSEN VERFTET", "STI", "30.110", "2100", "ngo", "foundation-in-business"),
        ("STATSKOG SOLSIDA SF", "SF", "02.100", "1110", "business", "state-owned"),
        ("VARDE KRAFT AS", "AS", "35.111", "1120", "business", "state-owned"),
        ("KYSTBUSS AS", "AS", "49.310", "1520", "business", "municipally-owned"),
        ("FJORDGLASS AS", "AS", "23.110", "2100", "business", "business-sector"),
        ("GLASS ANS", "ANS", "23.110", "2300", "business", "business-sector"),
        ("GLASS SA", "SA", "23.110", "2500", "business", "business-sector"),
        ("GLASS", "ENK", "23.110", "8200", "business", "business-sector"),
        ("GLASS AS", "AS", "", None, "business", "nothing-known"),
    ],
)
def test_the_first_rule_that_fits_decides(
    name: str, form: str, industry: str, code: str | None, sector: str, rule: str
) -> None:
    unit = Unit("999990002", name, form, industries=(industry,) if industry else (), sector_code=code)
    proposal = sector_of(unit)
    assert (proposal.sector, proposal.rule) == (sector, rule)
    assert proposal.sector in SECTORS
    assert proposal.text % {"value": proposal.value}


@pytest.mark.parametrize(
    ("code", "owned"), [("1110", True), ("1120", True), ("1510", True), ("1520", True), ("2100", False)]
)
def test_a_business_that_the_public_owns_is_marked(code: str, owned: bool) -> None:
    proposal = sector_of(Unit("999990002", "KRAFT AS", "AS", sector_code=code))
    assert (proposal.sector, proposal.publicly_owned, proposal.certain) == ("business", owned, True)


@pytest.mark.parametrize(("form", "code"), [("STI", "2100"), ("AS", None)])
def test_staff_are_asked_to_look_where_the_register_is_not_clear(form: str, code: str | None) -> None:
    assert not sector_of(Unit("999990002", "KRAFT", form, sector_code=code)).certain


def test_a_side_industry_does_not_make_a_company_academia() -> None:
    unit = Unit("999990002", "FJORDGLASS AS", "AS", industries=("23.110", "72.190"), sector_code="2100")
    assert sector_of(unit).sector == "business"


def test_every_recorded_unit_has_the_sector_one_would_expect() -> None:
    found = {unit.name: sector_of(unit).sector for unit in map(reading.unit, recorded_units()) if not unit.deleted}
    assert found == {
        "FJORDGLASS AS": "business",
        "SKODDEVIK KOMMUNE": "public",
        "UNIVERSITETET I VARDEDAL": "academia",
        "STIFTELSEN GRØNN KYST": "ngo",
        "KYSTBUSS AS": "business",
        "SOLSIDA VEL": "ngo",
        "ØYA FISK ASA": "business",
    }
