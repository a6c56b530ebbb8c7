"""Erasing people: asked for, confirmed by mail, carried out at once, and kept from being undone."""

import json
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
import sqlalchemy as sa
from sqlmodel import select

from services.partners.models import Agreement, Base, Erasure, Import, ImportRow, Letter, Person
from services.partners.people_errors import LastNational
from services.partners.privacy_errors import ErasureGone, ReasonForErasure, SoleContact
from services.partners.queries.privacy import erasures_to_help, settled
from services.partners.schemas import PersonIn
from services.partners.usecases import erasing, forgetting, people
from services.partners.usecases.loading import load
from shared import audit
from shared.auth.access import admitted
from shared.auth.actor import Actor, Grant
from shared.auth.links import secret
from shared.clock import frozen, now, today_in_norway
from shared.contracts.events import EventsErased
from shared.contracts.knowledge import KnowledgeErased
from shared.contracts.notifier import NotifierErased
from shared.contracts.partners import AccessStated, LetterAsked, PersonStated
from shared.errors import Forbidden, NotFound
from shared.ids import new_id
from shared.sheets.from_workbook import MOST_UNPACKED
from tests.partners import support
from tests.partners.importing import as_csv, as_xlsx
from tests.partners.support import org_number
from tests.support.apps import ServiceApp

KEY = b"key of the tests"
NAME = "Åse Ørnulfsdatter"
WHO = {"name": NAME, "email": "ase@example.org"}


async def somebody(partners: ServiceApp, **given: Any) -> UUID:
    """Enter a person with a name of their own."""
    if not given.keys() & {"region", "organisation_id"} and given.get("role") != "national":
        given["region"] = "agder"
    async with partners.database.writing() as session:
        return (await people.register(session, support.NATIONAL, PersonIn(**{**WHO, **given}))).id


async def me(partners: ServiceApp, person_id: UUID) -> Actor:
    return await support.actor(partners, person_id)


async def asked(partners: ServiceApp, actor: Actor) -> str:
    """Ask to be erased, and return the secret of the link in the letter."""
    async with partners.database.writing() as session:
        made = await erasing.ask(session, actor, KEY)
        letter = (await session.exec(select(Letter).where(Letter.subject_id == made.id))).one()
    return secret(KEY, "erase", letter.id)


async def confirmed(partners: ServiceApp, token: str) -> Erasure:
    async with partners.database.writing() as session:
        return await erasing.confirm(session, token)


async def erased(partners: ServiceApp, person_id: UUID) -> Erasure:
    return await confirmed(partners, await asked(partners, await me(partners, person_id)))


async def every_value(partners: ServiceApp) -> str:
    """Return all that stands in every table, as one text."""
    found = []
    async with partners.database.reading() as session:
        connection = await session.connection()
        for table in Base.metadata.sorted_tables:
            found += [repr(tuple(row)) for row in (await connection.execute(sa.select(table))).all()]
    return "\n".join(found)


async def test_the_letter_asks_and_nothing_is_gone_before_its_link_is_used(partners: ServiceApp) -> None:
    person_id = await somebody(partners)
    await asked(partners, await me(partners, person_id))
    [letter] = await partners.facts(LetterAsked)
    assert (letter.letter, letter.person_id) == ("confirm_erasure", person_id)
    assert letter.not_after - letter.at <= timedelta(hours=24)
    assert (await support.stored(partners, person_id)).name == NAME


async def test_nothing_in_any_table_tells_of_an_erased_person(partners: ServiceApp) -> None:
    organisation_id = await support.organisation(partners)
    await support.person(partners, "igjen@example.org", organisation_id=organisation_id, role="partner_admin")
    person_id = await somebody(partners, organisation_id=organisation_id, external_id="crm-4711", title="Leder")
    actor = await me(partners, person_id)
    async with partners.database.writing() as session:
        session.add(
            Agreement(
                organisation_id=organisation_id, text_version="1", signed_on=today_in_norway(), signer_id=person_id
            )
        )
        audit.note(session, actor, "organisation.edited", audit.Subject("organisation", organisation_id),
                   {"contact": "x"}, {"contact": NAME})  # fmt: skip
    await confirmed(partners, await asked(partners, actor))
    await said_by_all(partners, person_id)
    outbox = partners.database.tables.outbox
    async with partners.database.writing() as session:
        await (await session.connection()).execute(sa.delete(outbox))
    left = await every_value(partners)
    assert [
        word
        for word in (NAME, "rnulfsdatter", "ase@example.org", "crm-4711", str(person_id), person_id.hex)
        if word in left
    ] == []
    async with partners.database.reading() as session:
        assert await audit.broken(session) is None


async def said_by_all(partners: ServiceApp, person_id: UUID) -> None:
    """Have every service say that it has forgotten."""
    for kind in (KnowledgeErased, EventsErased, NotifierErased):
        async with partners.database.writing() as session:
            await erasing.note_erased(session, kind(person_id=person_id, version=2))


async def test_the_network_is_told_with_empty_words_and_a_newer_version(partners: ServiceApp) -> None:
    person_id = await somebody(partners)
    before = (await partners.facts(PersonStated))[-1]
    await erased(partners, person_id)
    stated, access = (await partners.facts(PersonStated))[-1], (await partners.facts(AccessStated))[-1]
    assert (stated.person_id, stated.erased, stated.name, stated.email, stated.active) == (
        person_id,
        True,
        "",
        "",
        False,
    )
    assert (access.person_id, access.erased, access.grants) == (person_id, True, [])
    assert stated.version > before.version


async def test_whoever_is_erased_is_let_in_nowhere_any_more(partners: ServiceApp) -> None:
    person_id = await somebody(partners)
    actor = await me(partners, person_id)
    await confirmed(partners, await asked(partners, actor))
    async with partners.database.reading() as session:
        assert await admitted(session, actor) is None


async def test_a_link_erases_once_and_not_after_a_day(partners: ServiceApp) -> None:
    first, second = await somebody(partners), await somebody(partners, email="to@example.org")
    token = await asked(partners, await me(partners, first))
    await confirmed(partners, token)
    with pytest.raises(ErasureGone):
        await confirmed(partners, token)
    late = await asked(partners, await me(partners, second))
    with frozen(now() + timedelta(hours=24, seconds=1)), pytest.raises(ErasureGone):
        await confirmed(partners, late)
    with pytest.raises(ErasureGone):
        await confirmed(partners, "guessed")


async def test_a_wish_can_be_taken_back(partners: ServiceApp) -> None:
    person_id = await somebody(partners)
    actor = await me(partners, person_id)
    token = await asked(partners, actor)
    async with partners.database.writing() as session:
        await erasing.take_back(session, actor)
    with pytest.raises(ErasureGone):
        await confirmed(partners, token)
    assert (await support.stored(partners, person_id)).name == NAME


async def test_the_only_contact_waits_until_the_region_has_named_another(partners: ServiceApp) -> None:
    organisation_id = await support.organisation(partners, "Eik AS", "agder")
    person_id = await somebody(partners, organisation_id=organisation_id, role="partner_admin")
    actor = await me(partners, person_id)
    async with partners.database.writing() as session:
        made = await erasing.ask(session, actor, KEY)
        assert (made.blocked_at is not None, made.digest) == (True, None)
    assert await partners.facts(LetterAsked) == []
    async with partners.database.reading() as session:
        [item] = await erasures_to_help(session, frozenset({"agder"}))
        assert item.values == {"person": NAME, "organisations": "Eik AS"}
        assert await erasures_to_help(session, frozenset({"oslo"})) == []
    await support.person(partners, "ny@example.org", organisation_id=organisation_id, role="partner_admin")
    async with partners.database.reading() as session:
        assert await erasures_to_help(session, frozenset({"agder"})) == []
    await confirmed(partners, await asked(partners, actor))


async def test_one_who_became_the_only_contact_meanwhile_is_not_erased(partners: ServiceApp) -> None:
    organisation_id = await support.organisation(partners)
    other = await support.person(partners, "annen@example.org", organisation_id=organisation_id, role="partner_admin")
    person_id = await somebody(partners, organisation_id=organisation_id, role="partner_admin")
    token = await asked(partners, await me(partners, person_id))
    await erased(partners, other)
    with pytest.raises(SoleContact, match="Eik AS"):
        await confirmed(partners, token)


async def test_the_last_of_the_networks_own_is_not_erased(partners: ServiceApp) -> None:
    person_id = await somebody(partners, role="national")
    with pytest.raises(LastNational):
        await erased(partners, person_id)


async def test_staff_erase_whose_address_is_dead_and_say_why(partners: ServiceApp) -> None:
    person_id = await somebody(partners)
    staff = Actor(new_id(), new_id(), "Stab", (Grant("region_staff", "agder"),))
    async with partners.database.writing() as session:
        with pytest.raises(ReasonForErasure):
            await erasing.erase_now(session, staff, person_id, " ")
    async with partners.database.writing() as session:
        made = await erasing.erase_now(session, staff, person_id, "Ringte 3. mars.")
    assert made.confirmed_at is not None
    entries = partners.database.tables.audit
    async with partners.database.reading() as session:
        query = sa.select(entries.c.actor_id).where(entries.c.action == "person.erased")
        assert (await (await session.connection()).execute(query)).scalars().all() == [staff.person_id]


@pytest.mark.parametrize(
    ("grant", "refusal"),
    [(Grant("region_staff", "oslo"), NotFound), (Grant("auditor"), Forbidden), (Grant("partner_member"), Forbidden)],
)
async def test_others_erase_nobody(partners: ServiceApp, grant: Grant, refusal: type[Exception]) -> None:
    person_id = await somebody(partners)
    stranger = Actor(new_id(), new_id(), "Fremmed", (grant,))
    async with partners.database.writing() as session:
        with pytest.raises(refusal):
            await erasing.erase_now(session, stranger, person_id, "Fordi.")


async def test_it_is_done_when_every_service_has_said_so_and_then_nobody_knows_whose_it_was(
    partners: ServiceApp,
) -> None:
    person_id = await somebody(partners)
    made = await erased(partners, person_id)
    async with partners.database.reading() as session:
        assert await settled(session, [person_id]) == set()
    await said_by_all(partners, person_id)
    await said_by_all(partners, person_id)
    async with partners.database.reading() as session:
        found = await session.get(Erasure, made.id)
        assert found is not None
        assert (found.missing, found.completed_at is not None, found.person_id) == ([], True, None)
        assert await settled(session, [person_id]) == {person_id}


async def test_a_service_that_stays_silent_for_a_day_raises_one_alarm(
    partners: ServiceApp, caplog: pytest.LogCaptureFixture
) -> None:
    person_id = await somebody(partners)
    await erased(partners, person_id)
    async with partners.database.writing() as session:
        await erasing.note_erased(session, EventsErased(person_id=person_id, version=2))
        assert await erasing.warn(session) == 0
    with frozen(now() + timedelta(hours=25)):
        async with partners.database.writing() as session:
            assert await erasing.warn(session) == 1
        async with partners.database.writing() as session:
            assert await erasing.warn(session) == 0
        async with partners.database.reading() as session:
            [item] = await erasures_to_help(session, None)
            assert (item.urgent, item.values) == (True, {"services": "knowledge, notifier"})
            assert await erasures_to_help(session, frozenset({"agder"})) == []
    assert "missing: knowledge, notifier" in caplog.text


async def test_an_import_does_not_bring_anybody_back_and_says_what_to_do(partners: ServiceApp) -> None:
    line = {"kind": "person", "external_id": "crm-1", "name": NAME, "email": "ase@example.org", "region": "agder"}
    report = await load(partners.database, [json.dumps(line)], dry_run=False, progress=lambda _: None)
    assert report.new == 1
    async with partners.database.reading() as session:
        person_id = (await session.exec(select(Person.id))).one()
    await erased(partners, person_id)
    again = await load(partners.database, [json.dumps(line)], dry_run=False, progress=lambda _: None)
    [error] = again.errors
    assert (error.line, error.field) == (1, "external_id")
    assert "take the line out" in error.text
    async with partners.database.reading() as session:
        assert (await session.exec(select(Person))).all() == []


async def test_the_address_is_free_for_somebody_new(partners: ServiceApp) -> None:
    first = await somebody(partners)
    await erased(partners, first)
    second = await somebody(partners)
    assert second != first
    assert (await support.stored(partners, second)).email == "ase@example.org"


def test_every_column_that_can_hold_a_person_is_decided_about() -> None:
    gone = {table.__table__.name for table in forgetting.GONE}
    nameless = {(table.__table__.name, name) for table, name in forgetting.NAMELESS}
    nameless |= {(table.__table__.name, name) for table, names in forgetting.BETWEEN for name in names}
    undecided = []
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            theirs = any(key.column.table.name == "person" for key in column.foreign_keys)
            deed = isinstance(column.type, sa.Uuid) and column.name.endswith(
                ("_by", "signer_id", "author_id", "person_id")
            )
            decided = table.name in gone or (table.name, column.name) in nameless or table.name in ("person", "access")
            if (theirs or deed) and not decided and (table.name, column.name) != ("erasure", "person_id"):
                undecided.append(f"{table.name}.{column.name}")
    assert undecided == []


def workbook_of(text: str) -> bytes:
    return as_xlsx([(org_number(1), text, 2025, 1, 1, 1, "", "")])


def bombed(text: str) -> bytes:
    file = BytesIO(workbook_of(text))
    with ZipFile(file, "a", ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/bomb.bin", bytes(MOST_UNPACKED + 1))
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "kept"),
    [
        (as_csv([(org_number(1), NAME, 2025)]), False),
        (workbook_of(NAME), False),
        (workbook_of("ASE@example.org"), False),
        (bombed("Noe annet"), False),
        (b"PK\x03\x04 skadet", False),
        (as_csv([(org_number(1), "Noe annet", 2025)]), True),
        (workbook_of("Noe annet"), True),
    ],
    ids=["csv", "workbook", "address", "zip bomb", "damaged", "other csv", "other workbook"],
)
async def test_a_file_nobody_confirmed_is_let_go_where_it_tells_of_them_or_cannot_be_read(
    partners: ServiceApp, content: bytes, kept: bool
) -> None:
    person_id = await somebody(partners)
    made = Import.of("accounts", f"regnskap fra {NAME}.xlsx", content, support.NATIONAL)
    async with partners.database.writing() as session:
        session.add(made)
    await erased(partners, person_id)
    async with partners.database.reading() as session:
        found = await session.get(Import, made.id)
    assert found is not None
    assert (found.content, found.file_name) == (content if kept else None, "accounts")


async def test_rows_about_them_are_emptied_and_no_others(partners: ServiceApp) -> None:
    person_id = await somebody(partners)
    made = Import.of("people", "folk.csv", b"", support.NATIONAL)
    given = {"import_id": made.id, "outcome": "new"}
    rows = [
        ImportRow(number=2, title=NAME, given={"name": NAME}, problems=[{"values": {"name": NAME}}], **given),
        ImportRow(number=3, subject_id=person_id, title="Noen", note="Sa det selv", chosen=True, **given),
        ImportRow(number=4, title="Kari Varig", given={"name": "Kari Varig"}, **given),
        ImportRow(number=5, given={"email": "ase@example.org"}, result="new", **given),
    ]
    async with partners.database.writing() as session:
        session.add(made)
        await session.flush()
        session.add_all(rows)
    await erased(partners, person_id)
    async with partners.database.reading() as session:
        found = (await session.exec(select(ImportRow).order_by(ImportRow.number))).all()  # type: ignore[arg-type]
    assert [(one.subject_id, one.title, one.given, one.problems, one.note) for one in found] == [
        (None, "", {}, [], ""),
        (None, "", {}, [], ""),
        (None, "Kari Varig", {"name": "Kari Varig"}, [], ""),
        (None, "", {}, [], ""),
    ]
