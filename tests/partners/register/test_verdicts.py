"""What the register says otherwise than we do."""

from dataclasses import replace
from datetime import date

import pytest

from services.partners.register import reading
from services.partners.register.unit import Removed, Unit
from services.partners.register.verdicts import Kept, compared, same_name
from tests.support.register import recorded

GLASS = reading.unit(recorded("unit_999990002"))
DELETED = reading.unit(recorded("unit_999990053"))
HEIR = reading.unit(recorded("unit_999990096"))
KEPT = Kept("999990002", "Fjordglass AS", "Arendal", "business")
GONE = Kept("999990053", "Øya Fisk AS", "Loftvik", "business")


def test_where_all_is_well_nothing_is_found() -> None:
    assert compared(KEPT, GLASS) == []


@pytest.mark.parametrize(
    ("told", "code", "severity", "text"),
    [
        (None, "unknown", "grave", "Enhetsregisteret kjenner ikke organisasjonsnummeret 999990002."),
        (Removed("999990002", date(2026, 1, 30)), "removed", "grave", "Fjordglass AS er fjernet fra Enhetsregisteret."),
        (replace(GLASS, deleted=True), "deleted", "grave", "Fjordglass AS er slettet i Enhetsregisteret."),
        (replace(GLASS, bankrupt=True, winding_up=True), "bankrupt", "grave", "Fjordglass AS er konkurs."),
        (replace(GLASS, forced_winding_up=True), "forced-winding-up", "grave", "Fjordglass AS er under tvangsavvikling"),
        (replace(GLASS, winding_up=True), "winding-up", "grave", "Fjordglass AS er under avvikling."),
        (replace(GLASS, name="FJORDGLASS NORGE AS"), "renamed", "change", "Virksomheten heter nå Fjordglass Norge AS."),
        (replace(GLASS, municipality="Grimstad"), "moved", "change", "Fjordglass AS har adresse i Grimstad. Hos oss står det Arendal."),
        (replace(GLASS, form="STI", sector_code="7000"), "sector", "note", "Registeret tyder på en annen sektor"),
    ],
)  # fmt: skip
def test_what_has_happened_is_said_once(told: Unit | Removed | None, code: str, severity: str, text: str) -> None:
    (finding,) = compared(KEPT, told)
    assert (finding.code, finding.severity) == (code, severity)
    assert str(finding).startswith(text)


def test_several_things_are_said_gravest_first_with_what_to_take_over() -> None:
    told = replace(GLASS, bankrupt=True, name="NYGLASS AS", municipality="Grimstad", form="KOMM")
    found = compared(KEPT, told)
    assert [finding.code for finding in found] == ["bankrupt", "renamed", "moved", "sector"]
    assert [dict(finding.proposal) for finding in found] == [
        {},
        {"name": "Nyglass AS"},
        {"municipality": "Grimstad"},
        {"sector": "public"},
    ]


def test_a_deleted_unit_with_one_living_namesake_may_have_been_merged_into_it() -> None:
    (finding,) = compared(GONE, DELETED, [DELETED, HEIR, GLASS])
    assert (finding.code, finding.on) == ("merged", date(2026, 2, 11))
    assert finding.proposal == {"org_number": "999990096"}
    assert str(finding).startswith("Øya Fisk AS er slettet. Øya Fisk ASA (999990096) har samme navn")


@pytest.mark.parametrize("others", [[], [GLASS], [DELETED], [HEIR, replace(HEIR, org_number="999990029")]])
def test_without_exactly_one_namesake_nobody_is_named(others: list[Unit]) -> None:
    assert [finding.code for finding in compared(GONE, DELETED, others)] == ["deleted"]


def test_a_sector_that_staff_chose_or_the_register_is_unsure_of_is_not_questioned() -> None:
    assert compared(replace(KEPT, sector=None), replace(GLASS, form="KOMM")) == []
    assert compared(KEPT, replace(GLASS, form="STI")) == []


@pytest.mark.parametrize(
    "kept", ["Guovdageaidnu – Kautokeino", "Kautokeino", "Guovdageaidnu", "KAUTOKEINO", " kautokeino/guovdageaidnu"]
)
def test_a_place_is_known_by_each_of_its_names(kept: str) -> None:
    told = replace(GLASS, municipality="Guovdageaidnu - Kautokeino")
    assert compared(replace(KEPT, municipality=kept), told) == []


def test_a_place_that_one_side_does_not_know_is_no_move() -> None:
    assert compared(replace(KEPT, municipality=None), GLASS) == []
    assert compared(KEPT, replace(GLASS, municipality=None)) == []
    assert [
        f.code for f in compared(replace(KEPT, municipality="Sør-Varanger"), replace(GLASS, municipality="Varanger"))
    ] == ["moved"]


@pytest.mark.parametrize(
    ("ours", "theirs", "same"),
    [
        ("Fjordglass AS", "FJORDGLASS AS", True),
        ("Fjordglass", "FJORDGLASS AS", True),
        ("Fjord-Glass  A/S", "FJORD GLASS AS", True),
        ("Fjordglass AS", "FJORDGLASS ASA", False),
        ("Fjordglass AS", "FJORDGLASS", False),
        ("Fjordglas AS", "FJORDGLASS AS", False),
        ("AS", "AS", True),
    ],
)
def test_names_differ_when_people_would_say_so(ours: str, theirs: str, same: bool) -> None:
    assert same_name(ours, theirs) is same


def test_the_same_news_has_the_same_key_and_other_news_another() -> None:
    renamed, again = (compared(KEPT, replace(GLASS, name=name))[0].key for name in ("NYGLASS AS", "NYGLASS AS"))
    other = compared(KEPT, replace(GLASS, name="ANNET AS"))[0].key
    assert renamed == again
    assert renamed != other
