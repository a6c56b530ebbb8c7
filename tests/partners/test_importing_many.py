"""Importing many rows: entered together, and each still by itself where something is in its way."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from services.partners.import_runner import carry_on
from services.partners.models import Import, Organisation, Person
from services.partners.queries.imports import import_rows
from services.partners.usecases.importing import KINDS
from services.partners.usecases.importing.confirming import confirm
from shared import audit
from shared.clock import frozen
from shared.contracts.partners import OrganisationRecorded, PersonStated
from tests.partners import wrong_organisations, wrong_people
from tests.partners.importing import HEAD as ACCOUNT_HEAD
from tests.partners.importing import Rows, as_csv, imported, sent
from tests.partners.support import NATIONAL, audited, org_number, organisation, person
from tests.partners.wrong_organisations import row as firm
from tests.partners.wrong_people import EIK, placeless
from tests.partners.wrong_people import row as human
from tests.support.apps import ServiceApp

HEADS = {"organisations": wrong_organisations.HEAD, "people": wrong_people.HEAD, "accounts": ACCOUNT_HEAD}
NUMBERS = sorted({org_number(serial * 20) for serial in range(70)})
FASTER = "Noen andre har endret"


@pytest.fixture(autouse=True)
def in_march() -> Iterator[None]:
    with frozen(datetime(2026, 3, 2, 12, tzinfo=UTC)):
        yield


@contextmanager
def counted(partners: ServiceApp) -> Iterator[list[str]]:
    """Count the statements that change something, or ask to."""
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        said.append(statement)

    engine = partners.database.writer.sync_engine
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


def rows_of(kind: str, numbers: Sequence[str], year: int) -> Rows:
    """Return a row for each number: new where the year is."""
    if kind == "organisations":
        return [firm(f"Firma {number} AS", id=f"{year}-{number}", region="Agder") for number in numbers]
    if kind == "people":
        return [human(f"{year}-{number}@example.org", number=number) for number in numbers]
    return [(number, None, year, 10) for number in numbers]


async def many(partners: ServiceApp) -> None:
    """Have every number be an organisation's."""
    rows = [firm(f"Virksomhet {number}", number=number) for number in NUMBERS]
    await imported(partners, as_csv(rows, HEADS["organisations"]), kind="organisations")


async def failed(partners: ServiceApp, made: Import) -> dict[int, str]:
    """Return why rows were left out, by row."""
    async with partners.database.reading() as session:
        rows = await import_rows(session, made.id, failed=True)
    return {one.number: one.problems[-1]["problem"] for one in rows}


async def confirmed(partners: ServiceApp, made: Import) -> list[str]:
    """Have a file that was sent be entered; returns the statements it took."""
    async with partners.database.writing() as session:
        await confirm(session, NATIONAL, KINDS[made.kind], made.id)
    with counted(partners) as said:
        await carry_on(partners.database)
    return said


@pytest.mark.parametrize("kind", sorted(KINDS))
async def test_fifty_rows_more_take_no_statement_more(partners: ServiceApp, kind: str) -> None:
    await many(partners)
    took = []
    for year, rows in ((2023, 10), (2025, 60)):
        made = await sent(partners, as_csv(rows_of(kind, NUMBERS[:rows], year), HEADS[kind]), kind=kind)
        assert made.counts["new"] == rows
        took.append(len(await confirmed(partners, made)))
    few, more = took
    assert more <= few
    assert few < 50


async def test_an_address_somebody_else_took_since_the_check_keeps_only_its_own_row_back(partners: ServiceApp) -> None:
    await wrong_people.registry(partners)
    ids = [f"p{place}" for place in range(9)]
    await imported(
        partners, as_csv([human(f"{one}@example.org", id=one) for one in ids], wrong_people.HEAD), kind="people"
    )
    stated, moved = len(await partners.facts(PersonStated)), [human(f"{one}@example.net", id=one) for one in ids]
    made = await sent(partners, as_csv(moved, wrong_people.HEAD), kind="people")
    await person(partners, "p4@example.net")
    await confirmed(partners, made)
    told = await failed(partners, made)
    assert (list(told), FASTER in told[6]) == ([6], True)
    async with partners.database.reading() as session:
        found = (await session.exec(select(Person).where(col(Person.external_id).in_(ids)))).all()
        assert await audit.broken(session) is None
    assert {one.email for one in found} == {f"{one}@example.{'org' if one == 'p4' else 'net'}" for one in ids}
    for one in found:
        assert len(await audited(partners, one.id)) == one.version == (1 if one.external_id == "p4" else 2)
    assert len(await partners.facts(PersonStated)) == stated + 1 + 8


async def test_a_number_somebody_else_took_since_the_check_keeps_only_its_own_row_back(partners: ServiceApp) -> None:
    ids = [f"f{place}" for place in range(5)]
    await imported(
        partners, as_csv([firm(f"Firma {one}", id=one) for one in ids], HEADS["organisations"]), kind="organisations"
    )
    rows = [firm(f"Firma {one}", id=one, number=number) for one, number in zip(ids, NUMBERS, strict=False)]
    made = await sent(partners, as_csv(rows, HEADS["organisations"]), kind="organisations")
    await organisation(partners, "Raskere AS", org_number=NUMBERS[0])
    await confirmed(partners, made)
    told = await failed(partners, made)
    assert (list(told), FASTER in told[2]) == ([2], True)
    async with partners.database.reading() as session:
        found = (await session.exec(select(Organisation).where(col(Organisation.external_id).in_(ids)))).all()
    assert {one.external_id: one.org_number for one in found} == dict(zip(ids, [None, *NUMBERS[1:5]], strict=True))
    assert len(await partners.facts(OrganisationRecorded)) == 5 + 1 + 4


async def test_rows_about_the_same_person_are_entered_one_after_another(partners: ServiceApp) -> None:
    await wrong_people.registry(partners)
    rows = [
        human("ny@example.org", id="ny", role="Partneransvarlig"),
        human("to@example.org", id="to"),
        human("ny@example.org", id="ny", number=wrong_people.ASK),
        human("ny@example.org", id="ny", number=None, role="Fagfelle", region="Agder"),
    ]
    made = await imported(partners, as_csv(rows, wrong_people.HEAD), kind="people")
    assert (made.counts["stored_new"], made.counts["stored_corrected"]) == (2, 2)
    stated = [one for one in await partners.facts(PersonStated) if one.email == "ny@example.org"]
    assert [(one.version, one.roles) for one in stated] == [
        (1, ["partner_admin"]),
        (2, ["partner_admin", "partner_member"]),
        (3, ["partner_admin", "partner_member", "reviewer"]),
    ]
    assert [one.changes.keys() for one in await audited(partners, stated[0].person_id)][1:] == [{"roles"}, {"roles"}]


async def test_of_the_networks_own_one_stays_whatever_a_file_says(partners: ServiceApp) -> None:
    emails = ["en@example.org", "to@example.org"]
    for email in emails:
        await person(partners, email, role="national")
    rows = [placeless(email, name="Ask Prøve", active="nei") for email in emails]
    made = await imported(partners, as_csv(rows, wrong_people.HEAD), kind="people", because="Sluttet")
    assert (made.counts["stored_corrected"], list(await failed(partners, made))) == (1, [3])
    async with partners.database.reading() as session:
        found = (await session.exec(select(Person.email).where(col(Person.active).is_(True)))).all()
    assert list(found) == ["to@example.org"]


async def test_an_organisation_known_since_the_check_is_changed_and_not_entered_twice(partners: ServiceApp) -> None:
    made = await sent(
        partners, as_csv([firm("Eik AS", number=EIK, employees=7)], HEADS["organisations"]), kind="organisations"
    )
    eik = await organisation(partners, "Eik AS", org_number=EIK)
    await confirmed(partners, made)
    async with partners.database.reading() as session:
        [found] = (await session.exec(select(Organisation))).all()
    assert (found.id, found.employees, found.version) == (eik, 7, 2)
