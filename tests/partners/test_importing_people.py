"""Importing people: every wrong row told of by row, column and remedy, nothing of it stored, and the same again changes nothing."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import select

from services.partners.models import Import, ImportRow, Person, Session
from services.partners.schemas.people import RoleEnd, RoleIn
from services.partners.usecases import erasing, roles
from services.partners.usecases.importing.person_rows import EXAMPLE_COLUMNS, EXAMPLE_ROWS
from services.partners.usecases.sign_in import start
from shared.auth.actor import Actor, Grant
from shared.clock import frozen
from shared.contracts.partners import AccessStated, PersonStated
from shared.ids import new_id
from shared.sheets.table import Table
from shared.sheets.write import csv_parts
from tests.partners.importing import Rows, as_csv, as_xlsx, digest, entered, imported, outcomes, sent, told
from tests.partners.losing_rights import LOSSES, REMEDY, Loss, confirmed_after, confirmed_before
from tests.partners.support import NATIONAL, actor, audited, organisation, person, running_grants
from tests.partners.wrong_people import ASK, AT, EIK, HEAD, SIV, WRONG, placeless, registry, row
from tests.support.apps import ServiceApp

KIND = "people"
MARCH = datetime(2026, 3, 2, 12, tzinfo=UTC)
LENE = Actor(new_id(), new_id(), "Lene", (Grant("region_lead", "agder"),))


@pytest.fixture(autouse=True)
def in_march() -> Iterator[None]:
    with frozen(MARCH):
        yield


async def everybody(partners: ServiceApp) -> list[Person]:
    async with partners.database.reading() as session:
        return list((await session.exec(select(Person).order_by(Person.email))).all())


async def one(partners: ServiceApp, email: str) -> Person:
    [found] = [person for person in await everybody(partners) if person.email == email]
    return found


async def held(partners: ServiceApp, email: str) -> list[tuple[str, str | None, bool, date, date | None]]:
    grants = await running_grants(partners, (await one(partners, email)).id)
    return sorted((one.role, one.region, one.organisation_id is not None, one.since, one.until) for one in grants)


def test_there_are_more_than_twenty_kinds_of_wrong_rows() -> None:
    assert len({(column, remedy) for _row, column, remedy in WRONG}) >= 20


@pytest.mark.parametrize("as_file", [as_csv, as_xlsx])
async def test_each_kind_of_wrong_row_is_told_by_row_column_and_remedy_and_nothing_of_it_is_stored(
    partners: ServiceApp, as_file: Callable[[Rows, tuple[str, ...]], bytes]
) -> None:
    await registry(partners)
    before = await digest(partners.database, but_imports=True)
    found = await imported(partners, as_file([cells for cells, _, _ in WRONG], HEAD), SIV, kind=KIND)
    said = await told(partners, found)
    for number, (_row, column, remedy) in enumerate(WRONG, 2):
        assert said[number] == [(f"rad {number}, {AT[column]}", remedy)]
    assert await digest(partners.database, but_imports=True) == before
    assert (found.counts["new"], found.counts["corrected"], found.counts["unchanged"]) == (0, 0, 0)
    assert (found.counts["rows"], found.counts["unknown"], found.counts["foreign"]) == (len(WRONG), 2, 5)


@pytest.mark.parametrize("as_file", [as_csv, as_xlsx])
async def test_the_right_rows_are_entered_beside_wrong_ones_and_nobody_is_signed_in_by_it(
    partners: ServiceApp, as_file: Callable[[Rows, tuple[str, ...]], bytes]
) -> None:
    await registry(partners)
    good = row(
        " Kari@Example.org",
        id=17,
        name="Kari Ås",
        phone=91234567,
        language="engelsk",
        focus="Energi; Natur",
        role="Hovedkontakt; Fagfelle",
        region="Agder",
        functions="Daglig leder, Klimaansvarlig",
        since="01.01.2025",
        title="Direktør",
        called="EIK",
    )
    found = await imported(partners, as_file([row("x"), good], HEAD), kind=KIND)
    assert (found.counts["wrong"], found.counts["stored_new"], found.content) == (1, 1, None)
    kari = await one(partners, "kari@example.org")
    assert (kari.external_id, kari.name, kari.phone, kari.language) == ("17", "Kari Ås", "91234567", "en")
    assert (kari.focus_areas, kari.title, kari.region) == (["energy", "nature"], "Direktør", None)
    assert (kari.verified_at, kari.last_active_at, kari.version) == (None, None, 1)
    since = date(2025, 1, 1)
    assert await held(partners, "kari@example.org") == [
        ("partner_admin", None, True, since, None),
        ("reviewer", "agder", False, since, None),
    ]
    fact = (await partners.facts(PersonStated))[-1]
    assert (fact.roles, fact.regions) == (["partner_admin", "reviewer"], ["agder"])
    assert fact.functions == ["climate_lead", "top_leader"]
    assert len((await partners.facts(AccessStated))[-1].grants) == 2
    [entry] = await audited(partners, kari.id)
    assert (entry.action, entry.actor_id) == ("person.imported", NATIONAL.person_id)


@pytest.mark.parametrize("as_file", [as_csv, as_xlsx])
async def test_the_same_file_again_changes_nothing(
    partners: ServiceApp, as_file: Callable[[Rows, tuple[str, ...]], bytes]
) -> None:
    await registry(partners)
    rows = [
        row("ny@example.org", id="ny", role="Partneransvarlig", functions="Toppleder", since="01.01.2025"),
        row("ny@example.org", id="ny", number=ASK, until="01.01.2027"),
        row("ny@example.org", id="ny", number=ASK, role="Partneransvarlig", since="01.01.2020", until="01.01.2021"),
        row("uten@example.org", phone="+47 912 34 567"),
        placeless("bare@example.org", region="Agder"),
        placeless("fag@example.org", role="Fagfelle, Revisor", region="Oslo, Agder"),
        row("gro@example.org", id="gro", name="Gro Ask", number=None, focus="Energi"),
    ]
    first = await imported(partners, as_file(rows, HEAD), kind=KIND)
    assert (first.counts["stored_new"], first.counts["stored_corrected"]) == (4, 3)
    assert len(await held(partners, "fag@example.org")) == 4
    assert (await one(partners, "bare@example.org")).region == "agder"
    before = await digest(partners.database, but_imports=True)
    again = await imported(partners, as_file(rows, HEAD), kind=KIND)
    assert (again.counts["unchanged"], again.counts["new"], again.counts["corrected"]) == (7, 0, 0)
    assert await digest(partners.database, but_imports=True) == before


async def test_first_and_last_names_may_stand_apart_and_somebody_new_is_written_to_in_their_regions_language(
    partners: ServiceApp,
) -> None:
    head = ("Fornavn", "Etternavn", "Epost", "Fylke")
    await imported(partners, as_csv([("Åse", "Bø Lie", "a@example.org", "Vestland")], head), kind=KIND)
    [made] = await everybody(partners)
    assert (made.name, made.language, made.region) == ("Åse Bø Lie", "nn", "vestland")


async def test_an_empty_cell_leaves_what_is_there_and_no_role_is_taken_away(partners: ServiceApp) -> None:
    await registry(partners)
    await imported(partners, as_csv([row(id="ny", phone="912", role="Partneransvarlig")], HEAD), kind=KIND)
    head = ("Eksternt id", "Navn", "E-post", "Telefon")
    await imported(partners, as_csv([("ny", None, None, "913")], head), kind=KIND)
    made = await one(partners, "ny@example.org")
    assert (made.name, made.phone, made.version) == ("Nina Ny", "913", 2)
    assert [role for role, *_ in await held(partners, "ny@example.org")] == ["partner_admin"]
    entries = await audited(partners, made.id)
    assert entries[-1].changes.keys() == {"phone"}


async def test_a_role_ends_where_the_row_says_when(partners: ServiceApp) -> None:
    await registry(partners)
    await imported(partners, as_csv([row(role="Partneransvarlig")], HEAD), kind=KIND)
    await imported(partners, as_csv([row(role="Partneransvarlig", until="01.04.2026")], HEAD), kind=KIND)
    assert await held(partners, "ny@example.org") == [("partner_admin", None, True, MARCH.date(), date(2026, 4, 1))]


async def test_another_address_ends_sessions_and_is_nobodys_until_confirmed(partners: ServiceApp) -> None:
    await registry(partners)
    await imported(partners, as_csv([row(id="ny")], HEAD), kind=KIND)
    made = await one(partners, "ny@example.org")
    async with partners.database.writing() as session:
        await start(session, await session.get_one(Person, made.id))
    await imported(partners, as_csv([row("bytta@example.org", id="ny")], HEAD), because="Ringte", kind=KIND)
    moved = await one(partners, "bytta@example.org")
    assert (moved.id, moved.verified_at) == (made.id, None)
    async with partners.database.reading() as session:
        assert [one for one in (await session.exec(select(Session))).all() if one.ended_at is None] == []


async def test_what_is_unlikely_waits_for_somebody_to_confirm_it(partners: ServiceApp) -> None:
    await registry(partners)
    await imported(
        partners,
        as_csv([row(), row("egen@example.org", id="e", name="Eva"), row("post@example.org", name="Per Å")], HEAD),
        kind=KIND,
    )
    ny, eva = await one(partners, "ny@example.org"), await one(partners, "egen@example.org")
    [grant] = await running_grants(partners, ny.id)
    with frozen(MARCH + timedelta(days=2)):
        async with partners.database.writing() as session:
            await roles.end(session, NATIONAL, ny.id, grant.id, RoleEnd())
            (await session.get_one(Person, eva.id)).seen(by_link=True)
        rows = [row(), row("annen@example.org", id="e", name="Eva"), row("post@example.org", name="Ola Ø")]
        found = await imported(partners, as_csv(rows, HEAD), kind=KIND)
        assert (found.counts["doubtful"], found.counts.get("stored_corrected", 0)) == (3, 0)
        assert await told(partners, found, "doubt") == {
            2: [
                (f"rad 2, {AT['G']}", "Rollen ble avsluttet 04.03.2026. Kryss av hvis den skal gis på nytt fra i dag.")
            ],
            3: [
                (
                    f"rad 3, {AT['C']}",
                    "Personen har selv bekreftet adressen som står i registeret. Kryss av hvis adressen i filen skal ta over.",
                )
            ],
            4: [
                (
                    f"rad 4, {AT['B']}",
                    "I registeret har Per Å denne adressen. Er det den samme, kryss av; ellers rett adressen.",
                )
            ],
        }
        last = await imported(partners, as_csv(rows, HEAD), because="De har ringt", kind=KIND)
        assert last.counts["stored_corrected"] == 3
        again = await imported(partners, as_csv(rows, HEAD), kind=KIND)
        assert again.counts["unchanged"] == 3


async def test_a_region_enters_people_of_its_partners_and_leaders_give_its_other_roles_by_hand(
    partners: ServiceApp,
) -> None:
    await registry(partners)
    rows = [
        row(role="Partneransvarlig"),
        placeless("to@example.org", region="Agder"),
        placeless("tre@example.org", role="Regionmedarbeider", region="Agder"),
        placeless("fire@example.org", role="Nasjonal koordinator"),
    ]
    for who in (SIV, LENE):
        found = await sent(partners, as_csv(rows, HEAD), who, KIND)
        assert await outcomes(partners, found) == {2: "new", 3: "new", 4: "foreign", 5: "foreign"}
    await entered(partners, found, LENE)
    assert [one.email for one in await everybody(partners) if one.version == 1 and one.name == "Nina Ny"] == [
        "ny@example.org",
        "to@example.org",
    ]


async def test_rights_lost_since_the_file_was_sent_enter_nothing(partners: ServiceApp) -> None:
    await registry(partners)
    rows = [
        placeless("sinsen@example.org", region="Oslo"),
        placeless("rikets@example.org", role="Nasjonal koordinator"),
        placeless("faglig@example.org", role="Fagfelle", region="Agder"),
        placeless("agder@example.org", region="Agder"),
    ]
    found = await confirmed_after(partners, as_csv(rows, HEAD), KIND)
    assert (found.counts["new"], found.counts["stored_new"], found.counts["stored_failed"]) == (4, 1, 3)
    assert await told(partners, found) == {number: [(f"rad {number}", REMEDY)] for number in (2, 3, 4)}
    assert [one.email for one in await everybody(partners) if one.name == "Nina Ny"] == ["agder@example.org"]


@pytest.mark.parametrize("loss", LOSSES)
async def test_rights_lost_since_the_file_was_confirmed_enter_nothing(partners: ServiceApp, loss: Loss) -> None:
    found = await confirmed_before(
        partners, as_csv([placeless("rikets@example.org", role="Nasjonal")], HEAD), KIND, loss
    )
    assert (found.status, found.counts["stored_failed"]) == ("done", 1)
    assert await told(partners, found) == {2: [("rad 2", REMEDY)]}
    assert "rikets@example.org" not in [one.email for one in await everybody(partners)]


async def test_a_confirmed_file_gains_no_rights_given_since(partners: ServiceApp) -> None:
    siv = await person(partners, "siv@example.org", role="region_staff", region="agder")
    found = await sent(
        partners, as_csv([placeless("a@example.org", region="Agder")], HEAD), await actor(partners, siv), KIND
    )
    async with partners.database.writing() as session:
        await roles.give(session, NATIONAL, siv, RoleIn(role="national"))
    found.confirm(LENE, {})
    assert found.within(await actor(partners, siv)).grants == (Grant("region_staff", "agder"),)


async def test_whoever_is_erased_between_check_and_entering_does_not_come_back(partners: ServiceApp) -> None:
    await registry(partners)
    await person(partners, "liv.prove@example.org", external_id="liv-prove")
    liv = await one(partners, "liv.prove@example.org")
    found = await sent(partners, as_csv([row("liv.prove@example.org", id="liv-prove", title="Sjef")], HEAD), kind=KIND)
    async with partners.database.writing() as session:
        await erasing.erase_now(session, NATIONAL, liv.id, "Ba om det på telefon")
    found = await entered(partners, found)
    assert found.counts["stored_failed"] == 1
    assert "liv.prove@example.org" not in [one.email for one in await everybody(partners)]
    async with partners.database.reading() as session:
        kept = (await session.exec(select(ImportRow).where(ImportRow.import_id == found.id))).one()
        assert (kept.title, kept.given, (await session.get_one(Import, found.id)).content) == ("", {}, None)


async def test_an_address_confirmed_between_check_and_entering_is_not_written_over(partners: ServiceApp) -> None:
    await registry(partners)
    await imported(partners, as_csv([row(id="ny")], HEAD), kind=KIND)
    found = await sent(partners, as_csv([row("bytta@example.org", id="ny")], HEAD), kind=KIND)
    async with partners.database.writing() as session:
        (await session.get_one(Person, (await one(partners, "ny@example.org")).id)).seen(by_link=True)
    found = await entered(partners, found)
    assert found.counts["stored_failed"] == 1
    assert (await one(partners, "ny@example.org")).verified_at == MARCH


async def test_the_last_of_the_networks_own_is_not_put_out_of_use(partners: ServiceApp) -> None:
    await person(partners, "sjef@example.org", role="national")
    found = await imported(
        partners, as_csv([row("sjef@example.org", number=None, active="nei")], HEAD), kind=KIND, because="x"
    )
    assert found.counts["stored_failed"] == 1
    assert (await one(partners, "sjef@example.org")).active


@pytest.mark.parametrize(
    ("head", "remedy"),
    [
        (("Navn", "Org.nr."), "Kolonnen «E-post» mangler"),
        (("E-post", "Fornavn"), "ingen kolonne med navn"),
        (("E-post", "Navn", "Mail"), "betyr det samme"),
    ],
)
async def test_a_file_with_wrong_columns_is_told_of_as_a_whole(
    partners: ServiceApp, head: tuple[str, ...], remedy: str
) -> None:
    found = await sent(partners, as_csv([["x"] * len(head)], head), kind=KIND)
    assert [remedy in one["problem"] % one["values"] for one in found.problems] == [True]


@pytest.mark.parametrize(
    "head",
    [
        ("Ekstern id", "Namn", "E-post", "Mobil", "Målform", "Orgnr", "Oppgåver"),
        ("External id", "Full name", "Email", "Phone", "Language", "Org. number", "Functions"),
        ("external_id", "name", "email", "phone", "language", "organisation_number", "functions"),
    ],
)
async def test_headings_are_known_in_three_languages(partners: ServiceApp, head: tuple[str, ...]) -> None:
    await registry(partners)
    rows = [(7, "Åse Ås", "a@example.org", "912 34 567", "Nynorsk", int(EIK), "CEO")]
    found = await imported(partners, as_xlsx(rows, head), kind=KIND)
    assert await told(partners, found) == {}
    made = await one(partners, "a@example.org")
    [grant] = await running_grants(partners, made.id)
    assert (made.external_id, made.phone, made.language, grant.functions) == ("7", "912 34 567", "nn", ["top_leader"])


async def test_the_example_is_itself_a_file_that_is_entered(partners: ServiceApp) -> None:
    await organisation(partners, "Eksempel AS", org_number="999990002")
    parts = [part async for part in csv_parts(Table("Eksempel", EXAMPLE_COLUMNS, EXAMPLE_ROWS))]
    found = await imported(partners, b"".join(parts), kind=KIND)
    assert (found.counts["stored_new"], found.counts["wrong"]) == (2, 0)
