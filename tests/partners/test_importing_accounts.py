"""Importing accounts: every wrong row told of by row, column and remedy, nothing of it stored, and the same again changes nothing."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from sqlmodel import select

from services.partners.import_errors import ImportConfirmed, NoSuchRow, ReasonForUnlikely
from services.partners.import_runner import carry_on
from services.partners.models import ClimateAccount, Import, ImportRow, Letter, Organisation
from services.partners.models.accounts import account_subject
from services.partners.queries.imports import import_rows, progress_of
from services.partners.usecases.importing import KINDS, confirming
from services.partners.usecases.importing.confirming import confirm, step, sweep
from services.partners.usecases.importing.kinds import cell_error
from services.partners.usecases.letters import ask
from shared.auth.actor import Actor, Grant
from shared.clock import frozen
from shared.contracts.partners import LetterWithdrawn
from shared.errors import Forbidden, NotFound
from shared.ids import new_id
from tests.partners.importing import HEAD, Rows, as_csv, as_xlsx, imported, sent, versions
from tests.partners.losing_rights import LOSSES, REMEDY, Loss, confirmed_after, confirmed_before
from tests.partners.support import NATIONAL, org_number, organisation, person, stored
from tests.support.apps import ServiceApp

MARCH = datetime(2026, 3, 2, 12, tzinfo=UTC)
EIK, ASK, ALM, LEFT, DOUBLE, BJERK = (org_number(serial) for serial in (0, 10, 20, 30, 40, 50))
ACCOUNTS = KINDS["accounts"]


@pytest.fixture(autouse=True)
def in_march() -> Iterator[None]:
    with frozen(MARCH):
        yield


async def problems(partners: ServiceApp, made: Import, level: str = "wrong") -> dict[int, list[str]]:
    async with partners.database.reading() as session:
        rows = await import_rows(session, made.id)
    found = {row.number: [str(cell_error(one)) for one in row.problems if one["level"] == level] for row in rows}
    return {number: told for number, told in found.items() if told}


async def accounts(partners: ServiceApp) -> list[ClimateAccount]:
    async with partners.database.reading() as session:
        return list((await session.exec(select(ClimateAccount))).all())


WRONG: tuple[tuple[tuple[object, ...], str, str], ...] = (
    # what the row says, the column that is told, and what is told with its remedy
    (("974760674", "Eik AS", 2025, 10), "A (Org.nr.)", "ni siffer; se etter om to er byttet om"),
    ((org_number(900), "Ukjent AS", 2025, 10), "A (Org.nr.)", "registrer virksomheten først"),
    ((None, "Eik AS", 2025, 10), "A (Org.nr.)", "Cellen er tom. Fyll den ut"),
    ((EIK, "Eik AS", 2013, -5), "D (Scope 1 (tCO2e))", "Det minste som kan stå her, er 0"),
    ((EIK, "Eik AS", 2012, "mye"), "D (Scope 1 (tCO2e))", "er ikke et tall. Skriv for eksempel"),
    ((EIK, "Eik AS", 2026, 10), "C (År)", "Året er ikke over"),
    ((EIK, "Eik AS", 1925, 10), "C (År)", "Det minste som kan stå her, er 1990"),
    ((EIK, "Eik AS", None, 10), "C (År)", "Cellen er tom. Fyll den ut"),
    ((EIK, "Eik AS", "2024,5", 10), "C (År)", "Skriv tallet uten desimaler"),
    ((EIK, "Eik AS", 2023, "#REF!"), "D (Scope 1 (tCO2e))", "Rett formelen, eller skriv verdien"),
    ((EIK, "Eik AS", 2022), "D (Scope 1 (tCO2e))", "Oppgi minst ett tall"),
    ((EIK, "Eik AS", 2021, 10, None, None, "Excel-arket vårt"), "G (Verktøy)", "Skriv ett av disse: Klimakost"),
    ((EIK, "Eik AS", 2020, "12 %"), "D (Scope 1 (tCO2e))", "er en prosent. Skriv utslippet i tonn"),
    ((EIK, "Eik AS", 2019, "1200 kg"), "D (Scope 1 (tCO2e))", "er i kilo. Del på 1000"),
    ((EIK, "Eik AS", 2018, "12 tonn"), "D (Scope 1 (tCO2e))", "Ta bort «tonn»"),
    ((EIK, "Eik AS", 2017, "1.234"), "D (Scope 1 (tCO2e))", "Skriv 1234 eller 1,234"),
    ((EIK, "Eik AS", 2016, 9_000_000_000), "D (Scope 1 (tCO2e))", "Det meste som kan stå her, er 1000000000"),
    ((EIK, "Eik AS", 2015, 10, None, None, None, "eik/regnskap"), "H (Lenke)", "Skriv hele adressen, med https://"),
    ((LEFT, "Lind AS", 2025, 10), "A (Org.nr.)", "er ikke partner lenger. Ta bort raden"),
    ((DOUBLE, "Doblet AS", 2025, 10), "A (Org.nr.)", "er slått sammen med Alm AS. Bruk nummeret"),
    ((BJERK, "Bjerk AS", 2025, 10), "A (Org.nr.)", "ikke partner i noen av dine regioner. Be regionen"),
    ((ASK, "Ask AS", 2024, 10), "A (Org.nr.)", "gjelder samme virksomhet og år, med ulike tall"),
    ((ASK, "Ask AS", 2024, 11), "A (Org.nr.)", "gjelder samme virksomhet og år, med ulike tall"),
    ((EIK, "Eik AS", 2014, "10**15"), "D (Scope 1 (tCO2e))", "er ikke et tall"),
)


async def registry(partners: ServiceApp) -> dict[str, UUID]:
    made = {
        number: await organisation(partners, name, region, org_number=number)
        for number, name, region in (
            (EIK, "Eik AS", "agder"),
            (ASK, "Ask AS", "agder"),
            (ALM, "Alm AS", "agder"),
            (LEFT, "Lind AS", "agder"),
            (DOUBLE, "Doblet AS", "agder"),
            (BJERK, "Bjerk AS", "vestland"),
        )
    }
    async with partners.database.writing() as session:
        lind, double, alm = [await session.get_one(Organisation, made[one]) for one in (LEFT, DOUBLE, ALM)]
        lind.become({"status": "left"})
        double.merge_into(alm)
        session.add_all([lind, double])
    return made


@pytest.mark.parametrize("as_file", [as_csv, as_xlsx])
async def test_each_kind_of_wrong_row_is_told_by_row_column_and_remedy_and_nothing_of_it_is_stored(
    partners: ServiceApp, as_file: Callable[[Rows], bytes]
) -> None:
    made = await registry(partners)
    siv = Actor(new_id(), new_id(), "Siv", (Grant("region_staff", "agder"),))
    good = (ALM, "Alm AS", 2025, "1 234,5", 7, 900, "Klimakost", "https://example.org/alm")
    found = await imported(partners, as_file([*(row for row, _, _ in WRONG), good]), siv)
    told = await problems(partners, found)
    for number, (_row, column, remedy) in enumerate(WRONG, 2):
        assert len(told[number]) == 1, told[number]
        assert told[number][0].startswith(f"rad {number}, kolonne {column}: "), told[number]
        assert remedy in told[number][0]
    [kept] = await accounts(partners)
    assert (kept.organisation_id, kept.scope1, kept.source) == (made[ALM], Decimal("1234.5"), "import")
    assert (found.status, found.counts["stored_new"], found.content) == ("done", 1, None)
    assert (found.counts["unknown"], found.counts["foreign"]) == (1, 1)
    assert found.counts["rows"] == len(WRONG) + 1


async def test_the_same_file_again_changes_nothing_and_a_corrected_figure_is_a_new_version(
    partners: ServiceApp,
) -> None:
    made = await registry(partners)
    rows = [(EIK, "Eik AS", 2024, 100), (EIK, "Eik AS", 2025, 90), (ASK, "Ask", 2025, 5, 6, 7)]
    first, again = [await imported(partners, as_xlsx(rows)) for _ in range(2)]
    assert (first.counts["stored_new"], again.counts["new"], again.counts["unchanged"]) == (3, 0, 3)
    assert len(await accounts(partners)) == 3
    corrected = await imported(partners, as_csv([(EIK, "Eik AS", 2025, "91,5"), *rows[::2]]))
    assert (corrected.counts["stored_corrected"], corrected.counts["unchanged"]) == (1, 2)
    newest, *_ = await versions(partners, made[EIK])
    assert (newest.revision, newest.scope1, newest.import_id) == (2, Decimal("91.5"), corrected.id)


async def test_an_empty_cell_leaves_what_was_delivered_before(partners: ServiceApp) -> None:
    made = await registry(partners)
    await imported(partners, as_csv([(EIK, "Eik AS", 2025, 10, 20, 30, "Klimakost", "https://example.org/eik")]))
    await imported(partners, as_csv([(EIK, None, 2025, 11)], HEAD[:4]))
    newest, _ = await versions(partners, made[EIK])
    assert list(newest.figures.values()) == [11, 20, None, 30]
    assert (newest.tool, newest.link) == ("klimakost", "https://example.org/eik")


@pytest.mark.parametrize(("figure", "told"), [(1000, "minst ti ganger"), (10, "høyst en tidel"), (100_000, "i kilo")])
async def test_an_unlikely_row_waits_for_a_tick_and_a_reason(partners: ServiceApp, figure: int, told: str) -> None:
    made = await registry(partners)
    rows = [(EIK, "Eik AS", 2024, 100), (EIK, "Eik AS", 2025, figure), (ASK, "Ask AS", 2025, 3)]
    found = await sent(partners, as_csv(rows))
    assert (found.counts["new"], found.counts["doubtful"]) == (3, 1)
    assert told in (await problems(partners, found, "doubt"))[3][0]
    async with partners.database.writing() as session:
        with pytest.raises(ReasonForUnlikely):
            await confirm(session, NATIONAL, ACCOUNTS, found.id, chosen={3: " "})
        with pytest.raises(NoSuchRow):
            await confirm(session, NATIONAL, ACCOUNTS, found.id, chosen={2: "Ja"})
    await imported(partners, as_csv(rows))
    assert [one.year for one in await versions(partners, made[EIK])] == [2024]
    last = await imported(partners, as_csv(rows), because="Kjøpte et verft")
    assert (last.counts["stored_new"], last.counts["unchanged"]) == (1, 2)
    newest, _ = await versions(partners, made[EIK])
    assert (newest.scope1, newest.note) == (Decimal(figure), "Kjøpte et verft")


async def test_another_name_is_worth_a_look_and_is_entered(partners: ServiceApp) -> None:
    await registry(partners)
    found = await imported(partners, as_csv([(EIK, "EIK", 2025, 1), (ASK, "Furu AS", 2025, 2)]))
    assert (await problems(partners, found, "warn")).keys() == {3}
    assert found.counts["stored_new"] == 2


@pytest.mark.parametrize(
    ("head", "remedy"),
    [
        (("Org.nr.", "År", "Scope 2"), "markedsbasert"),
        (("Org.nr.", "År", "Scope 1 (kg CO2e)"), "Del tallene på 1000"),
        (("Org.nr.", "Scope 1"), "Kolonnen «År» mangler"),
        (("Org.nr.", "År", "Scope 1", "Direkte utslipp"), "betyr det samme"),
        (("Org.nr.", "År", "Kommentar"), "ingen kolonne med tall"),
    ],
)
async def test_a_file_with_wrong_columns_is_told_of_as_a_whole(
    partners: ServiceApp, head: tuple[str, ...], remedy: str
) -> None:
    await registry(partners)
    found = await imported(partners, as_csv([(EIK, 2025, 10, 11)[: len(head)]], head))
    assert [remedy in str(cell_error(one)) for one in found.problems] == [True]
    assert (found.counts["rows"], await accounts(partners)) == (0, [])


@pytest.mark.parametrize(
    "head",
    [
        ("Organisasjonsnummer", "Namn", "Rekneskapsår", "Direkte utslepp", "Scope 2 stadbasert"),
        ("Organisation number", "Company", "Year", "Scope 1 tonnes CO2e", "Scope 2 location-based"),
        ("ORGNR", "verksemd", "år", "scope 1", "Scope 2 (lokasjon) tCO2e"),
    ],
)
async def test_headings_are_known_in_three_languages(partners: ServiceApp, head: tuple[str, ...]) -> None:
    made = await registry(partners)
    await imported(partners, as_xlsx([(int(EIK), "Eik", 2025, 10, 11)], head))
    [kept] = await versions(partners, made[EIK])
    assert [kept.scope1, kept.scope2_location] == [10, 11]


async def test_what_was_cut_off_goes_on_where_it_was_without_doubles(
    partners: ServiceApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await registry(partners)
    monkeypatch.setattr(confirming, "AT_ONCE", 2)
    years = range(2015, 2026)
    found = await sent(partners, as_csv([(EIK, "Eik AS", year, 100 + year) for year in years]))
    async with partners.database.writing() as session:
        await confirm(session, NATIONAL, ACCOUNTS, found.id)
    async with partners.database.writing() as session:
        assert await step(session, found.id)

    async def killed_before_it_was_committed() -> None:
        async with partners.database.writing() as session:
            await step(session, found.id)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await killed_before_it_was_committed()
    async with partners.database.reading() as session:
        assert await progress_of(session, found.id) == (2, 11)
    await carry_on(partners.database)
    await carry_on(partners.database)
    kept = await versions(partners, made[EIK])
    assert [(one.year, one.revision) for one in kept] == [(year, 1) for year in reversed(years)]


async def test_somebody_who_was_faster_is_not_overwritten(partners: ServiceApp) -> None:
    made = await registry(partners)
    found = await sent(partners, as_csv([(EIK, "Eik AS", 2025, 10), (ASK, "Ask AS", 2025, 3)]))
    await imported(partners, as_csv([(EIK, "Eik AS", 2025, 12)]))
    async with partners.database.writing() as session:
        await confirm(session, NATIONAL, ACCOUNTS, found.id)
    await carry_on(partners.database)
    assert [one.scope1 for one in await versions(partners, made[EIK])] == [12]
    async with partners.database.reading() as session:
        [row] = await import_rows(session, found.id, failed=True)
    assert "Noen andre har endret" in row.problems[-1]["problem"]


async def test_the_letters_about_an_imported_account_are_called_back(partners: ServiceApp) -> None:
    made = await registry(partners)
    kari = await stored(partners, await person(partners, organisation_id=made[EIK]))
    async with partners.database.writing() as session:
        await ask(session, kari, "account_reminder", account_subject(made[EIK], 2025))
    await imported(partners, as_csv([(EIK, "Eik AS", 2025, 10)]))
    assert len(await partners.facts(LetterWithdrawn)) == 1
    async with partners.database.reading() as session:
        [letter] = (await session.exec(select(Letter))).all()
    assert letter.withdrawn_at == MARCH


async def test_an_import_is_its_makers_and_is_confirmed_once(partners: ServiceApp) -> None:
    await registry(partners)
    siv, per = [Actor(new_id(), new_id(), name, (Grant("region_staff", "agder"),)) for name in ("Siv", "Per")]
    found = await sent(partners, as_csv([(EIK, "Eik AS", 2025, 10)]), siv)
    async with partners.database.writing() as session:
        with pytest.raises(NotFound):
            await confirm(session, per, ACCOUNTS, found.id)
        with pytest.raises(Forbidden):
            await confirm(session, Actor(new_id(), new_id(), "Ask", (Grant("auditor"),)), ACCOUNTS, found.id)
        await confirm(session, siv, ACCOUNTS, found.id)
        with pytest.raises(ImportConfirmed):
            await confirm(session, NATIONAL, ACCOUNTS, found.id)


async def test_a_file_nobody_confirms_is_forgotten_after_a_week(partners: ServiceApp) -> None:
    await registry(partners)
    await sent(partners, as_csv([(EIK, "Eik AS", 2025, 10)]))
    async with partners.database.writing() as session:
        assert await sweep(session) == 0
    with frozen(datetime(2026, 3, 9, 13, tzinfo=UTC)):
        async with partners.database.writing() as session:
            assert await sweep(session) == 1
    async with partners.database.reading() as session:
        assert ((await session.exec(select(Import))).all(), (await session.exec(select(ImportRow))).all()) == ([], [])


async def test_of_another_regions_prospect_nothing_is_told(partners: ServiceApp) -> None:
    await organisation(partners, "Kanskje AS", "vestland", org_number=BJERK, status="prospect")
    siv = Actor(new_id(), new_id(), "Siv", (Grant("region_staff", "agder"),))
    made = await sent(partners, as_csv([(BJERK, "", 2025, 10)]), siv)
    (told,) = (await problems(partners, made)).values()
    assert "Vi kjenner ingen virksomhet" in told[0]
    assert "Kanskje" not in told[0]


async def test_rights_lost_since_the_file_was_sent_enter_nothing(partners: ServiceApp) -> None:
    made = await registry(partners)
    rows = [(BJERK, "Bjerk AS", 2025, 10), (EIK, "Eik AS", 2025, 10)]
    found = await confirmed_after(partners, as_csv(rows), "accounts")
    assert (found.counts["new"], found.counts["stored_new"], found.counts["stored_failed"]) == (2, 1, 1)
    assert await problems(partners, found) == {2: [f"rad 2: {REMEDY}"]}
    assert [one.organisation_id for one in await accounts(partners)] == [made[EIK]]


@pytest.mark.parametrize("loss", LOSSES)
async def test_rights_lost_since_the_file_was_confirmed_enter_nothing(partners: ServiceApp, loss: Loss) -> None:
    await registry(partners)
    found = await confirmed_before(partners, as_csv([(EIK, "Eik AS", 2025, 10)]), "accounts", loss)
    assert (found.status, found.counts["stored_failed"]) == ("done", 1)
    assert await problems(partners, found) == {2: [f"rad 2: {REMEDY}"]}
    assert await accounts(partners) == []
