"""An address the mail server does not know: told to the registry once, and held until there is another."""

import pytest

from services.notifier.tables import delivery, recipient
from services.notifier.transport import address_refused
from shared.clock import now
from shared.contracts.notifier import AddressRefused
from shared.contracts.partners import PersonStated
from shared.db.session import Database
from tests.notifier.support import again, drain, facts_said, hear, mails, make_due, person, published, rows
from tests.notifier.test_letters import asked
from tests.notifier.test_mails import sign_in
from tests.support.smtp_faults import FaultySink

UNKNOWN = "550 5.1.1 <kari1@partner.example>: Kari Nordmann is not here"


async def told(database: Database) -> list[AddressRefused]:
    said = [row for row in await facts_said(database) if row.subject == AddressRefused.subject]
    return [AddressRefused.decoded(row.payload) for row in said]


async def refused_once(database: Database, sink: FaultySink, one: PersonStated, answer: str = UNKNOWN) -> None:
    sink.behave("RCPT", answer, recipient="kari1@")
    await hear(database, one, asked(one))
    await drain(database, sink)


async def test_a_refused_address_is_told_once_and_without_personal_data(database: Database, sink: FaultySink) -> None:
    one, other = person(1, version=4), person(2)
    await hear(database, other)
    await refused_once(database, sink, one)
    await hear(database, published(), asked(one), asked(other))
    await drain(database, sink)
    [fact] = await told(database)
    assert (fact.person_id, fact.version) == (one.person_id, 4)
    assert fact.reply == "550 5.1.1 Bad destination mailbox address"
    assert not any(word in fact.encoded() for word in (b"kari", b"Kari", b"partner.example"))
    assert {mail["To"].addresses[0].addr_spec for mail in mails(sink)} == {other.email}


async def test_further_mail_to_a_refused_address_is_held_without_asking_the_server(
    database: Database, sink: FaultySink
) -> None:
    one = person(1)
    await refused_once(database, sink, one)
    asked_before = sink.seen["RCPT"]
    await hear(database, asked(one), published())
    await drain(database, sink)
    assert sink.seen["RCPT"] == asked_before
    held = await rows(database, delivery.c.state == "suppressed")
    assert {(row.reason, row.due_at) for row in held} == {("refused", None)}
    assert len(held) == 2


async def test_two_mails_in_one_go_ask_the_server_once(database: Database, sink: FaultySink) -> None:
    one = person(1)
    sink.behave("RCPT", UNKNOWN, recipient="kari1@")
    await hear(database, one, asked(one), asked(one), asked(one))
    await drain(database, sink)
    assert sink.seen["RCPT"] == 1
    assert sorted(row.state for row in await rows(database)) == ["failed", "suppressed", "suppressed"]


async def test_another_address_is_written_to_at_once_and_may_be_refused_in_its_turn(
    database: Database, sink: FaultySink
) -> None:
    one = person(1)
    await refused_once(database, sink, one)
    moved = again(one, email="kari.ny@partner.example")
    await hear(database, moved, asked(one))
    await drain(database, sink)
    assert [entry.rcpt_tos for entry in sink.mailbox.entries()] == [("kari.ny@partner.example",)]
    sink.behave("RCPT", UNKNOWN, recipient="kari.ny@")
    await hear(database, asked(one))
    await drain(database, sink)
    assert [fact.version for fact in await told(database)] == [one.version, moved.version]


async def test_another_word_about_the_same_address_changes_nothing(database: Database, sink: FaultySink) -> None:
    one = person(1)
    await refused_once(database, sink, one)
    await hear(database, again(one, name="Kari N. Nordmann"), asked(one))
    await drain(database, sink)
    assert mails(sink) == []
    assert len(await told(database)) == 1


async def test_a_sign_in_link_is_tried_all_the_same_and_ends_the_hold_where_it_is_taken(
    database: Database, sink: FaultySink
) -> None:
    one = person(1)
    await refused_once(database, sink, one)
    await hear(database, sign_in(one))
    await drain(database, sink)
    assert (mails(sink), len(await told(database))) == ([], 1)
    sink.behave_well()
    await hear(database, sign_in(one))
    await drain(database, sink)
    await hear(database, asked(one))
    await drain(database, sink)
    assert len(mails(sink)) == 2


@pytest.mark.parametrize(
    "answer",
    ["550 5.7.1 Blocked by policy", "550 Blocked", "554 5.7.606 Banned", "550 5.1.8 Bad sender", "450 5.1.1 Busy"],
)
async def test_policy_and_passing_trouble_hold_nothing(database: Database, sink: FaultySink, answer: str) -> None:
    one = person(1)
    await refused_once(database, sink, one, answer)
    sink.behave_well()
    await hear(database, asked(one))
    await make_due(database)
    await drain(database, sink)
    assert await told(database) == []
    assert mails(sink) != []


async def test_a_refusal_of_the_sender_or_of_the_text_holds_nobody(database: Database, sink: FaultySink) -> None:
    one = person(1)
    sink.behave("MAIL", "550 5.1.1 Who are you", times=1)
    sink.behave("DATA", "550 5.1.1 Not this", times=1)
    await hear(database, one, asked(one), asked(one), asked(one))
    await drain(database, sink)
    assert await told(database) == []
    assert len(mails(sink)) == 1


async def test_an_address_yet_to_be_confirmed_is_nobodys_when_it_is_refused(
    database: Database, sink: FaultySink
) -> None:
    one = person(1, pending_email="ny@partner.example")
    sink.behave("RCPT", UNKNOWN, recipient="ny@")
    await hear(database, one, asked(one, "confirm_email"), asked(one))
    await drain(database, sink)
    assert await told(database) == []
    assert [entry.rcpt_tos for entry in sink.mailbox.entries()] == [(one.email,)]


async def test_an_address_can_be_confirmed_while_the_old_one_is_refused(database: Database, sink: FaultySink) -> None:
    one = person(1)
    await refused_once(database, sink, one)
    await hear(database, again(one, pending_email="ny@partner.example"), asked(one, "confirm_email"))
    await drain(database, sink)
    assert [entry.rcpt_tos for entry in sink.mailbox.entries()] == [("ny@partner.example",)]


async def test_nothing_of_a_refused_address_stays_when_its_person_is_erased(
    database: Database, sink: FaultySink
) -> None:
    one = person(1)
    await refused_once(database, sink, one)
    await hear(database, again(one, name="", email="", erased=True, at=now()))
    async with database.reading() as session:
        connection = await session.connection()
        assert (await connection.execute(recipient.select())).all() == []


@pytest.mark.parametrize(
    ("code", "reply", "said"),
    [
        (550, "5.1.1 kari@x.example unknown", "550 5.1.1 Bad destination mailbox address"),
        (550, "5.2.1 disabled", "550 5.2.1 Mailbox disabled"),
        (550, "5.1.10", "550 5.1.10 Recipient address has null MX"),
        (550, "5.1.16 new", ""),
        (550, "no 5.1.1 at the front", ""),
        (450, "5.1.1 busy", ""),
        (550, "", ""),
    ],
)
def test_a_refusal_of_the_address_is_known_by_its_codes(code: int, reply: str, said: str) -> None:
    assert address_refused(code, reply) == said
