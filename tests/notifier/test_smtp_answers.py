"""What a mail server may answer, and what becomes of the mail: every row of the list of SMTP faults."""

import pytest

from services.notifier.tables import delivery
from shared.db.session import Database
from tests.notifier.support import drain, hear, mails, make_due, person, published, rows, sender, states
from tests.support.smtp_faults import DROP, DROP_STORED, HANG, HANG_STORED, Fault, FaultySink, Verb

PEOPLE = 5


@pytest.fixture
async def invited(database: Database) -> Database:
    await hear(database, *(person(number) for number in range(PEOPLE)), published())
    return database


@pytest.mark.parametrize(
    ("verb", "answer"),
    [
        ("MAIL", "451 4.3.0 Try later"),
        ("RCPT", "450 4.2.1 Mailbox busy"),
        ("RCPT", "451 4.7.1 Greylisted"),
        ("RCPT", "452 4.2.2 Mailbox full"),
        ("DATA", "452 4.3.1 Disk full"),
    ],
)
async def test_a_refusal_for_now_is_tried_again_a_minute_later(
    invited: Database, sink: FaultySink, verb: Verb, answer: str
) -> None:
    sink.behave(verb, answer, times=1)
    await drain(invited, sink)
    [put_off] = await rows(invited, delivery.c.state == "deferred")
    assert put_off.attempts == 1
    assert 59 < (put_off.due_at - put_off.handed_over_at).total_seconds() < 62
    assert answer[:3] in put_off.last_error
    await make_due(invited)
    await drain(invited, sink)
    assert await states(invited) == {"sent": PEOPLE}
    assert len(mails(sink)) == PEOPLE


@pytest.mark.parametrize(
    ("verb", "answer"),
    [
        ("RCPT", "550 5.1.1 No such person"),
        ("RCPT", "553 5.1.3 Bad address"),
        ("DATA", "552 5.3.4 Too big"),
        ("DATA", "554 5.7.1 Not wanted"),
    ],
)
async def test_a_refusal_for_good_is_never_tried_again(
    invited: Database, sink: FaultySink, verb: Verb, answer: str
) -> None:
    sink.behave(verb, answer, recipient="kari2@")
    await drain(invited, sink)
    await make_due(invited)
    await drain(invited, sink)
    [failed] = await rows(invited, delivery.c.state == "failed")
    assert (failed.attempts, failed.reason, failed.last_error[:3]) == (0, "refused", answer[:3])
    assert await states(invited) == {"sent": PEOPLE - 1, "failed": 1}
    assert sink.seen["RCPT"] == PEOPLE


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA"])
async def test_421_keeps_everything_waiting_and_loses_nothing(invited: Database, sink: FaultySink, verb: Verb) -> None:
    sink.behave(verb, "421 4.3.2 Closing")
    worker = sender(invited, sink, backoff=(60.0,))
    await drain(invited, sink, worker)
    assert await states(invited) == {"waiting": PEOPLE}
    assert sink.seen[verb] == 1
    sink.behave_well()
    await make_due(invited)
    await drain(invited, sink)
    assert len(mails(sink)) == PEOPLE


async def test_a_refused_connection_keeps_everything_waiting(invited: Database, sink: FaultySink) -> None:
    worker = sender(invited, sink)
    port, sink.port = sink.port, 1
    await drain(invited, sink)
    assert await states(invited) == {"waiting": PEOPLE}
    sink.port = port
    await drain(invited, sink, worker)
    assert await states(invited) == {"sent": PEOPLE}


@pytest.mark.parametrize("fault", [DROP_STORED, HANG_STORED])
async def test_silence_after_the_final_dot_is_unknown_and_sent_once_more_as_the_same_mail(
    invited: Database, sink: FaultySink, fault: Fault
) -> None:
    sink.behave("DATA", fault, times=1)
    await drain(invited, sink)
    assert await states(invited) == {"sent": PEOPLE}
    arrived = mails(sink)
    assert len(arrived) == PEOPLE + 1
    assert len({mail["Message-ID"] for mail in arrived}) == PEOPLE
    twice = [mail for mail in arrived if mail["To"] == arrived[0]["To"]]
    assert len(twice) == 2
    assert twice[0].as_bytes() == twice[1].as_bytes()


@pytest.mark.parametrize("fault", [DROP, HANG, DROP_STORED, HANG_STORED])
async def test_a_mail_unknown_twice_stays_unknown(database: Database, sink: FaultySink, fault: Fault) -> None:
    await hear(database, person(), published())
    sink.behave("DATA", fault)
    for _ in range(4):
        await drain(database, sink)
        await make_due(database)
    assert await states(database) == {"unknown": 1}
    assert sink.seen["DATA"] == 2


@pytest.mark.parametrize("fault", [HANG, DROP])
@pytest.mark.parametrize("verb", ["MAIL", "RCPT"])
async def test_silence_before_the_message_puts_it_off_and_loses_nothing(
    invited: Database, sink: FaultySink, verb: Verb, fault: Fault
) -> None:
    sink.behave(verb, fault, times=1)
    await drain(invited, sink)
    await until_sent(invited, sink)
    assert len(mails(sink)) == PEOPLE


@pytest.mark.parametrize("fault", [HANG, DROP])
async def test_a_server_that_does_not_greet_is_away(invited: Database, sink: FaultySink, fault: Fault) -> None:
    sink.behave("EHLO", fault, times=1)
    await drain(invited, sink)
    assert await states(invited) == {"waiting": PEOPLE}
    await until_sent(invited, sink)


async def test_one_mail_that_is_put_off_does_not_hold_up_the_others(invited: Database, sink: FaultySink) -> None:
    sink.behave("RCPT", "451 4.3.0 Try later", recipient="kari0@")
    await drain(invited, sink)
    assert await states(invited) == {"sent": PEOPLE - 1, "deferred": 1}


async def test_a_connection_carries_a_hundred_mails_at_most(database: Database, sink: FaultySink) -> None:
    await hear(database, *(person(number) for number in range(130)), published())
    await drain(database, sink)
    assert sink.seen["EHLO"] == 2
    assert len(mails(sink)) == 130


async def until_sent(database: Database, sink: FaultySink) -> None:
    for _ in range(5):
        await make_due(database)
        await drain(database, sink)
    assert await states(database) == {"sent": PEOPLE}
