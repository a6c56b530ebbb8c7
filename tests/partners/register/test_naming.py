"""Names from a register that writes upper case, as people would write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.partners.register.naming import display_name


@pytest.mark.parametrize(
    ("registered", "proposed"),
    [
        ("FJORDGLASS AS", "Fjordglass AS"),
        ("FJORDGLASS  HOLDING   ASA", "Fjordglass Holding ASA"),
        ("AS NORGE", "AS Norge"),
        ("A/S NORDLYS", "A/S Nordlys"),
        ("SKODDEVIK HAVN KF", "Skoddevik Havn KF"),
        ("IKT AGDER IKS", "IKT Agder IKS"),
        ("SAGA DA", "Saga DA"),
        ("DA VINCI AS", "Da Vinci AS"),
        ("ØSTRE ÅS BBL", "Østre Ås BBL"),
        ("MØRE OG ROMSDAL FYLKESKOMMUNE", "Møre og Romsdal fylkeskommune"),
        ("SKODDEVIK KOMMUNE", "Skoddevik kommune"),
        ("VALJO GIELDA", "Valjo gielda"),
        ("UNIVERSITETET I VARDEDAL", "Universitetet i Vardedal"),
        ("HØGSKULEN PÅ SOLSIDA", "Høgskulen på Solsida"),
        ("MILJØ- OG HAVUNIVERSITETET", "Miljø- og havuniversitetet"),
        ("VARDES MILJØ- OG BIOVITENSKAPELIGE UNIVERSITET", "Vardes miljø- og biovitenskapelige universitet"),
        ("SAMEIET BORG I", "Sameiet Borg I"),
        ("SAMEIET BORG II", "Sameiet Borg II"),
        ("HENRIK VIII (NORGE) AS", "Henrik VIII (Norge) AS"),
        ("VI I NORD SA", "Vi i Nord SA"),
        ("FFGT DATA AS", "FFGT Data AS"),
        ("NTNU AMFI AS", "NTNU Amfi AS"),
        ("UIA NYSKAPING AS", "UiA Nyskaping AS"),
        ("ST. OLAV GATE 3 AS", "St. Olav Gate 3 AS"),
        ("T.H. GLASS AS", "T.H. Glass AS"),
        ("GLASS.NO AS", "Glass.no AS"),
        ("NORD-VARDE KRAFT", "Nord-Varde Kraft"),
        ("E-VERKET AS", "E-verket AS"),
        ("O'LEARY & SØNN ANS", "O'Leary & Sønn ANS"),
        ("3D PRINT AS", "3D Print AS"),
        ("ČÁHCESUOLO DUODJI", "Čáhcesuolo Duodji"),
        ("Allerede Skrevet as", "Allerede Skrevet as"),
        ("X", "X"),
        ("", ""),
    ],
)
def test_a_name_is_proposed_as_people_write_it(registered: str, proposed: str) -> None:
    assert display_name(registered) == proposed


@given(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZÆØÅ 0123456789-&/.'()", max_size=60))
def test_only_case_and_spaces_are_ever_changed(name: str) -> None:
    assert display_name(name).upper() == " ".join(name.split())


@given(st.text(max_size=60))
def test_any_text_has_a_proposal_without_spaces_around_it(name: str) -> None:
    assert display_name(name) == display_name(name).strip()
