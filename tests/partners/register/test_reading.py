"""What the register writes, as we read it: the recorded replies, and replies that are odd."""

from datetime import UTC, date, datetime

import pytest

from services.partners.register import reading
from services.partners.register.unit import Removed
from tests.support.register import recorded

GLASS = reading.unit(recorded("unit_999990002"))
MUNICIPALITY = reading.unit(recorded("unit_999990010"))
FOUNDATION = reading.unit(recorded("unit_999990037"))
BANKRUPT = reading.unit(recorded("unit_999990045"))
DELETED = reading.unit(recorded("unit_999990053"))
SMALL = reading.unit(recorded("unit_999990061"))


def test_a_company_is_read_with_all_we_use() -> None:
    assert (GLASS.org_number, GLASS.name, GLASS.display_name) == ("999990002", "FJORDGLASS AS", "Fjordglass AS")
    assert (GLASS.form, GLASS.form_text, GLASS.sector_code) == ("AS", "Aksjeselskap", "2100")
    assert GLASS.website == "https://www.fjordglass.example"
    assert (GLASS.municipality, GLASS.municipality_number, GLASS.country) == ("Arendal", "4203", "NO")
    assert (GLASS.industry, GLASS.industries) == ("23.110", ("23.110", "46.730"))
    assert (GLASS.employees, GLASS.few_employees, GLASS.registered) == (42, False, date(2001, 5, 14))
    assert not any((GLASS.bankrupt, GLASS.winding_up, GLASS.forced_winding_up, GLASS.deleted))


def test_the_written_language_is_a_language_of_ours() -> None:
    assert (GLASS.language, MUNICIPALITY.language, SMALL.language) == ("nb", "nn", None)


def test_one_to_four_employees_are_kept_back_and_are_not_none() -> None:
    assert (FOUNDATION.employees, FOUNDATION.few_employees) == (None, True)
    assert (SMALL.employees, SMALL.few_employees) == (None, False)
    assert reading.unit({**recorded("unit_999990061"), "antallAnsatte": 0}).employees == 0


def test_without_a_business_address_the_postal_one_counts() -> None:
    assert (FOUNDATION.municipality, FOUNDATION.municipality_number) == ("Nordkapp", "5620")


def test_only_number_and_name_are_needed_and_unknown_fields_are_no_matter() -> None:
    assert (SMALL.name, SMALL.form) == ("SOLSIDA VEL", "FLI")
    assert (SMALL.website, SMALL.municipality, SMALL.industry) == (None, None, "")


def test_a_deleted_unit_keeps_its_old_name() -> None:
    assert (DELETED.deleted, DELETED.deleted_on, DELETED.name) == (True, date(2026, 2, 11), "ØYA FISK AS")
    assert BANKRUPT.bankrupt
    assert not BANKRUPT.deleted


def test_a_deleted_unit_is_known_as_such_without_a_day() -> None:
    found = reading.unit({"respons_klasse": "SlettetEnhet", "organisasjonsnummer": "999990053", "navn": "ØYA FISK AS"})
    assert (found.deleted, found.deleted_on, found.form) == (True, None, "")


@pytest.mark.parametrize("odd", [17, ["x"], {"kode": 3}, None, "", True, {}])
@pytest.mark.parametrize(
    "field",
    [
        "organisasjonsform",
        "hjemmeside",
        "forretningsadresse",
        "naeringskode1",
        "antallAnsatte",
        "maalform",
        "slettedato",
    ],
)
def test_a_field_of_an_odd_kind_is_left_out(field: str, odd: object) -> None:
    assert reading.unit({**recorded("unit_999990002"), field: odd}).name == "FJORDGLASS AS"


@pytest.mark.parametrize(
    "reply",
    [
        *(None, [], "x", {}, {"navn": "FJORDGLASS AS"}, {"organisasjonsnummer": "999990002"}),
        *({"organisasjonsnummer": "999990003", "navn": "X"}, {"organisasjonsnummer": 999990002, "navn": "X"}),
    ],
)
def test_what_has_no_name_or_number_is_no_unit(reply: object) -> None:
    with pytest.raises(ValueError, match=r"reply|Organisasjonsnummeret"):
        reading.unit(reply)


def test_of_what_was_removed_only_the_day_is_left() -> None:
    assert reading.removed("999990088", recorded("removed_999990088")) == Removed("999990088", date(2026, 1, 30))
    assert reading.removed("999990088", None) == Removed("999990088")


def test_a_page_gives_its_units_and_one_without_a_hit_has_no_list() -> None:
    assert [unit.name for unit in reading.units(recorded("search_hits"))] == ["FJORDGLASS AS"]
    assert reading.units(recorded("search_none")) == []
    assert reading.changes(recorded("search_none")) == ()


def test_an_unreadable_hit_does_not_hide_the_others() -> None:
    page = {"_embedded": {"enheter": [{"navn": "UTEN NUMMER"}, recorded("unit_999990002")]}}
    assert [unit.name for unit in reading.units(page)] == ["FJORDGLASS AS"]


def test_changes_are_read_in_the_order_they_came() -> None:
    found = reading.changes(recorded("changes"))
    assert [change.kind for change in found] == ["new", "deleted", "changed", "removed", "unknown"]
    assert (found[0].id, found[0].org_number) == (24000001, "999990096")
    assert found[0].at == datetime(2026, 2, 11, 4, 0, 1, 120_000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("www.fjordglass.example", "https://www.fjordglass.example"),
        ("fjordglass.example/om-oss", "https://fjordglass.example/om-oss"),
        ("HTTP://Fjordglass.Example/", "http://fjordglass.example"),
        ("blåbær.example", "https://blåbær.example"),
        *((odd, None) for odd in ("", "ikke oppgitt", "post@fjordglass.example", "javascript:alert(1)", "localhost")),
        *(
            (odd, None)
            for odd in ("127.0.0.1", "fjordglass.example:8080", "http://", "-a.example", "a..example", "//[")
        ),
        ("fjordglass.example/" + "a" * 300, None),
    ],
)
def test_a_website_gets_its_scheme_where_it_is_one(written: str, address: str | None) -> None:
    assert reading.web_address(written) == address
