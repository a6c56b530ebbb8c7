"""Importing organisations: every wrong row told of by row, column and remedy, nothing of it stored, and the same again changes nothing."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import pytest
from sqlmodel import select

from services.partners.models import FormerName, Membership, Organisation
from services.partners.queries.regions import memberships
from services.partners.usecases.importing.organisation_rows import EXAMPLE_COLUMNS, EXAMPLE_ROWS
from shared.clock import frozen
from shared.contracts.partners import OrganisationRecorded, PersonStated
from shared.sheets.table import Table
from shared.sheets.write import csv_parts
from tests.partners.importing import Rows, as_csv, as_xlsx, digest, entered, imported, outcomes, sent, told
from tests.partners.losing_rights import LOSSES, REMEDY, Loss, confirmed_after, confirmed_before
from tests.partners.support import NATIONAL, audited, organisation, person
from tests.partners.wrong_organisations import (
    ASK,
    AT,
    EIK,
    HEAD,
    NEW,
    SIV,
    WRONG,
    registry,
    row,
)
from tests.support.apps import ServiceApp

KIND = "organisations"
MARCH = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_march() -> Iterator[None]:
    with frozen(MARCH):
        yield


async def one(partners: ServiceApp, name: str) -> Organisation:
    async with partners.database.reading() as session:
        return (await session.exec(select(Organisation).where(Organisation.name == name))).one()


async def held(partners: ServiceApp, found: Organisation) -> list[tuple[str, str, date, date | None]]:
    async with partners.database.reading() as session:
        rows = await memberships(session, found.id)
    return sorted((one.region, one.kind, one.since, one.until) for one in rows)


def test_there_are_more_than_twenty_kinds_of_wrong_rows() -> None:
    assert len({(column, remedy) for _row, column, remedy in WRONG}) >= 20


@pytest.mark.parametrize("as_file", [as_csv, as_xlsx])
async def test_each_kind_of_wrong_row_is_told_by_row_column_and_remedy_and_nothing_of_it_is_stored(
    partners: ServiceApp, as_file: Callable[[Rows, tuple[str, ...]], bytes]
) -> None:
    await registry(partners)
    rows = [cells for cells, _, _ in WRONG]
    before = await digest(partners.database, but_imports=True)
    found = await imported(partners, as_file(rows, HEAD), SIV, kind=KIND)
    said = await told(partners, found)
    for number, (_row, column, remedy) in enumerate(WRONG, 2):
        assert said[number] == [(f"rad {number}, {column}", remedy)]
    assert await digest(partners.database, but_imports=True) == before
    assert (found.counts["rows"], found.counts["new"], found.counts["corrected"]) == (len(rows), 0, 0)
    assert found.counts["foreign"] == 2


@pytest.mark.parametrize("as_file", [as_csv, as_xlsx])
async def test_the_right_rows_are_entered_beside_wrong_ones(
    partners: ServiceApp, as_file: Callable[[Rows, tuple[str, ...]], bytes]
) -> None:
    good = row(
        "Nye Furu AS",
        id="f-1",
        number=f"NO {NEW[:3]} {NEW[3:6]} {NEW[6:]} MVA",
        sector="bedrift",
        region="Klimapartnere Agder, rogaland",
        since="01.06.2025" if as_file is as_csv else date(2025, 6, 1),
        municipality=4203,
        county="Agder",
        website="www.furu.example.org",
        nace="30.120",
        employees="1 200",
        status="Aktiv",
        language="nynorsk",
        form="as",
    )
    found = await imported(partners, as_file([row(id="x", sector="Fiske"), good], HEAD), kind=KIND)
    assert (found.counts["wrong"], found.counts["stored_new"]) == (1, 1)
    made = await one(partners, "Nye Furu AS")
    assert (made.external_id, made.org_number, made.sector, made.status) == ("f-1", NEW, "business", "active")
    assert (made.municipality_number, made.website, made.nace_code) == (
        "4203",
        "https://www.furu.example.org",
        "30.120",
    )
    assert (made.nace_theme, made.employees, made.language, made.legal_form) == ("industry", 1200, "nn", "AS")
    assert (made.verified_on, made.version) == (None, 1)
    june = date(2025, 6, 1)
    assert await held(partners, made) == [("agder", "member", june, None), ("rogaland", "member", june, None)]
    [fact] = await partners.facts(OrganisationRecorded)
    assert (fact.name, fact.regions, fact.version) == ("Nye Furu AS", ["agder", "rogaland"], 1)
    [entry] = await audited(partners, made.id)
    assert (entry.action, entry.actor_id) == ("organisation.imported", NATIONAL.person_id)


@pytest.mark.parametrize("as_file", [as_csv, as_xlsx])
async def test_the_same_file_again_changes_nothing(
    partners: ServiceApp, as_file: Callable[[Rows, tuple[str, ...]], bytes]
) -> None:
    await registry(partners)
    rows = [
        row("Eik AS", id="eik", number=EIK, website="eik.example.org", employees=12),
        row("Ask AS", id="ask", number=ASK, region="Agder", since="01.01.2024"),
        row("Ny AS", id="ny", region="Agder", kind="Gjest", since="01.01.2026", until="01.01.2027"),
        row("Ny AS", id="ny", sector=None, region="Oslo", since="01.02.2026"),
        row("Ferdig AS", id="ferdig", region="Oslo", since="01.02.2020", until="01.02.2021"),
    ]
    first = await imported(partners, as_file(rows, HEAD), kind=KIND)
    assert (first.counts["stored_new"], first.counts["stored_corrected"]) == (2, 3)
    before = await digest(partners.database, but_imports=True)
    again = await imported(partners, as_file(rows, HEAD), kind=KIND)
    assert (again.counts["unchanged"], again.counts["new"], again.counts["corrected"]) == (5, 0, 0)
    assert await digest(partners.database, but_imports=True) == before


async def test_an_empty_cell_leaves_what_is_there_and_a_correction_changes_only_what_it_states(
    partners: ServiceApp,
) -> None:
    await imported(
        partners,
        as_csv([row(id="n", website="n.example.org", employees=3, status="Partner på pause")], HEAD),
        kind=KIND,
    )
    await imported(partners, as_csv([("n", "Ny AS", 4)], ("Eksternt id", "Virksomhet", "Ansatte")), kind=KIND)
    made = await one(partners, "Ny AS")
    assert (made.website, made.employees, made.status, made.version) == ("https://n.example.org", 4, "paused", 2)
    assert [region for region, *_ in await held(partners, made)] == ["agder"]
    entries = await audited(partners, made.id)
    assert [entry.action for entry in entries] == ["organisation.imported"] * 2
    assert entries[1].changes.keys() == {"employees"}


async def test_a_new_name_is_taken_over_and_the_old_one_remembered_and_an_old_name_changes_nothing(
    partners: ServiceApp,
) -> None:
    await imported(partners, as_csv([row("Gamle Furu AS", id="f")], HEAD), kind=KIND)
    await imported(partners, as_csv([row("Nye Furu AS", id="f")], HEAD), kind=KIND)
    made = await one(partners, "Nye Furu AS")
    async with partners.database.reading() as session:
        former = (await session.exec(select(FormerName.name).where(FormerName.organisation_id == made.id))).all()
    assert former == ["Gamle Furu AS"]
    old = await imported(partners, as_csv([row("Gamle Furu AS", id="f")], HEAD), kind=KIND)
    assert old.counts["unchanged"] == 1
    assert await told(partners, old, "warn") == {
        2: [(f"rad 2, {AT['C']}", "Virksomheten het dette før. Navnet i registeret, Nye Furu AS, beholdes.")]
    }


async def test_what_is_unlikely_waits_for_somebody_to_confirm_it(partners: ServiceApp) -> None:
    await registry(partners)
    async with partners.database.writing() as session:
        holt = (await session.exec(select(Organisation).where(Organisation.name == "Holt AS"))).one()
        [there] = await memberships(session, holt.id)
        there.since, there.until = date(2020, 1, 1), date(2025, 1, 1)
        session.add(there)
    rows = [
        row("Helt Andre SA", number=ASK),
        row("Eik AS", id="eik", number=NEW),
        row("Alm AS", id="alm-2"),
        row("Holt AS", id="holt"),
    ]
    found = await imported(partners, as_csv(rows, HEAD), kind=KIND)
    assert (found.counts["doubtful"], found.counts.get("stored_new", 0)) == (4, 0)
    assert await told(partners, found, "doubt") == {
        2: [
            (
                f"rad 2, {AT['C']}",
                "I registeret heter virksomheten Ask AS. Er det den samme, kryss av; ellers rett nummeret.",
            )
        ],
        3: [
            (
                f"rad 3, {AT['B']}",
                f"I registeret har virksomheten nummeret {spaced(EIK)}. Kryss av hvis den har fått nytt nummer.",
            )
        ],
        4: [
            (
                f"rad 4, {AT['C']}",
                "Det finnes allerede en virksomhet som heter Alm AS. Kryss av hvis dette er en annen.",
            )
        ],
        5: [
            (
                f"rad 5, {AT['E']}",
                "Partnerskapet i Agder sluttet 01.01.2025. Kryss av hvis virksomheten er med igjen fra i dag.",
            )
        ],
    }
    last = await imported(partners, as_csv(rows, HEAD), because="Regionen har spurt dem", kind=KIND)
    assert (last.counts["stored_new"], last.counts["stored_corrected"]) == (1, 3)
    again = await imported(partners, as_csv(rows, HEAD), kind=KIND)
    assert again.counts["unchanged"] == 4


def spaced(number: str) -> str:
    return "\u00a0".join((number[:3], number[3:6], number[6:]))


async def test_a_partnership_is_dated_anew_and_ended_and_the_people_there_are_told_of(partners: ServiceApp) -> None:
    eik = await organisation(partners, "Eik AS", "agder", org_number=EIK)
    await person(partners, organisation_id=eik)
    await imported(
        partners, as_csv([row("Eik AS", number=EIK, since="01.01.2020", until="01.03.2026")], HEAD), kind=KIND
    )
    made = await one(partners, "Eik AS")
    assert await held(partners, made) == [("agder", "member", date(2020, 1, 1), date(2026, 3, 1))]
    assert (await partners.facts(PersonStated))[-1].regions == []


async def test_rows_of_one_organisation_may_not_name_the_same_region_twice(partners: ServiceApp) -> None:
    rows = [row(id="n", since="01.01.2024"), row(id="n", since="01.01.2024"), row(id="n", region="Oslo")]
    found = await sent(partners, as_csv(rows, HEAD), kind=KIND)
    assert await told(partners, found) == {3: [(f"rad 3, {AT['A']}", "Rad 2 sier det samme. Ta bort den ene raden.")]}
    assert await outcomes(partners, found) == {2: "new", 3: "wrong", 4: "corrected"}


async def test_staff_enter_their_own_partners_and_change_no_status_others_share(partners: ServiceApp) -> None:
    eik = await organisation(partners, "Eik AS", "agder", "oslo", org_number=EIK)
    rows = [
        row("Eik AS", number=EIK, region=None, website="eik.example.org"),
        row("Ask AS", number=ASK, website="ask.example.org"),
    ]
    assert (await imported(partners, as_csv(rows, HEAD), SIV, kind=KIND)).counts["stored_new"] == 1
    found = await imported(
        partners, as_csv([row("Eik AS", number=EIK, region=None, status="Sluttet")], HEAD), SIV, kind=KIND
    )
    assert found.counts["foreign"] == 1
    assert await told(partners, found) == {
        2: [
            (
                f"rad 2, {AT['N']}",
                "Eik AS er partner i flere regioner enn dine. La cellen stå tom, eller be nasjonalt kontor importere raden.",
            )
        ]
    }
    assert [entry.actor_id for entry in await audited(partners, eik)][1:] == [SIV.person_id]


async def test_rights_lost_between_check_and_entering_enter_nothing(partners: ServiceApp) -> None:
    eik = await organisation(partners, "Eik AS", "agder", org_number=EIK)
    made = await sent(partners, as_csv([row("Eik AS", number=EIK, region=None, employees=3)], HEAD), SIV, KIND)
    async with partners.database.writing() as session:
        [there] = (await session.exec(select(Membership).where(Membership.organisation_id == eik))).all()
        there.region = "oslo"
        session.add(there)
    found = await entered(partners, made, SIV)
    assert found.counts["stored_failed"] == 1
    assert (await one(partners, "Eik AS")).employees is None


async def test_rights_lost_since_the_file_was_sent_enter_nothing(partners: ServiceApp) -> None:
    await organisation(partners, "Eik AS", "oslo", org_number=EIK)
    rows = [row("Eik AS", number=EIK, region=None, employees=3), row("Osloask AS", number=ASK, region="Oslo")]
    file = as_csv([*rows, row("Agderask AS", number=NEW)], HEAD)
    found = await confirmed_after(partners, file, KIND)
    assert (found.counts["new"], found.counts["corrected"]) == (2, 1)
    assert (found.counts["stored_new"], found.counts["stored_failed"]) == (1, 2)
    assert await told(partners, found) == {number: [(f"rad {number}", REMEDY)] for number in (2, 3)}
    async with partners.database.reading() as session:
        kept = (await session.exec(select(Organisation).order_by(Organisation.name))).all()
    assert [(one.name, one.employees) for one in kept] == [("Agderask AS", None), ("Eik AS", None)]


@pytest.mark.parametrize("loss", LOSSES)
async def test_rights_lost_since_the_file_was_confirmed_enter_nothing(partners: ServiceApp, loss: Loss) -> None:
    found = await confirmed_before(partners, as_csv([row(number=NEW)], HEAD), KIND, loss)
    assert (found.status, found.counts["stored_failed"]) == ("done", 1)
    assert await told(partners, found) == {2: [("rad 2", REMEDY)]}
    async with partners.database.reading() as session:
        assert (await session.exec(select(Organisation))).all() == []


@pytest.mark.parametrize(
    ("head", "remedy"),
    [
        (("Virksomhet", "Sektor"), "verken «Eksternt id» eller «Org.nr.»"),
        (("Org.nr.", "Sektor"), "Kolonnen «Virksomhet» mangler"),
        (("Org.nr.", "Virksomhet", "Region", "Regioner"), "betyr det samme"),
    ],
)
async def test_a_file_with_wrong_columns_is_told_of_as_a_whole(
    partners: ServiceApp, head: tuple[str, ...], remedy: str
) -> None:
    found = await sent(partners, as_csv([["x"] * len(head)], head), kind=KIND)
    assert [remedy in one["problem"] % one["values"] for one in found.problems] == [True]
    assert found.counts["rows"] == 0


@pytest.mark.parametrize(
    "head",
    [
        ("Ekstern id", "Organisasjonsnummer", "Verksemd", "Sektor", "Regionar", "Tilsette"),
        ("External ID", "Organisation number", "Company", "Sector", "Regions", "Employees"),
        ("external_id", "org_number", "name", "sector", "regions", "employees"),
    ],
)
async def test_headings_are_known_in_three_languages(partners: ServiceApp, head: tuple[str, ...]) -> None:
    await imported(partners, as_xlsx([(17, int(EIK), "Eik AS", "business", "Agder", 5)], head), kind=KIND)
    made = await one(partners, "Eik AS")
    assert (made.external_id, made.org_number, made.sector, made.employees) == ("17", EIK, "business", 5)


async def test_the_example_is_itself_a_file_that_is_entered(partners: ServiceApp) -> None:
    parts = [part async for part in csv_parts(Table("Eksempel", EXAMPLE_COLUMNS, EXAMPLE_ROWS))]
    found = await imported(partners, b"".join(parts), kind=KIND)
    assert (found.counts["stored_new"], found.counts["wrong"]) == (2, 0)
