"""A sender that ends in mid-work loses nothing, and doubles at most the one mail in its hand, as the same mail."""

import asyncio

import pytest

from services.notifier import ledger
from services.notifier.fail_points import Point
from services.notifier.ledger import Claim
from services.notifier.sending import place
from services.notifier.tables import delivery
from shared.db.session import Database
from shared.ids import new_id
from tests.notifier.support import drain, hear, mails, person, published, rows, sender, states
from tests.support.smtp_faults import FaultySink
from tests.support.wait import until

PEOPLE = 6


class Killed(BaseException):
    """The process is gone: no code of ours runs after this."""


def killing(point: Point, times: int):
    left = times

    def end(reached: Point) -> None:
        nonlocal left
        if reached == point:
            left -= 1
            if left == 0:
                raise Killed

    return end


async def crash(database: Database, sink: FaultySink, point: Point, times: int) -> None:
    with pytest.raises(Killed):
        await drain(database, sink, sender(database, sink, killing(point, times)), slot=3)


@pytest.mark.parametrize(
    ("point", "times", "waiting", "unknown", "doubles"),
    [
        ("claimed", 1, 6, 0, 0),
        ("handing-over", 1, 5, 1, 0),
        ("handing-over", 4, 2, 1, 0),
        ("after-250", 1, 5, 1, 1),
        ("after-250", 6, 0, 1, 1),
    ],
)
async def test_whoever_takes_the_place_settles_what_was_left(
    database: Database, sink: FaultySink, point: Point, times: int, waiting: int, unknown: int, doubles: int
) -> None:
    await hear(database, *(person(number) for number in range(PEOPLE)), published())
    await crash(database, sink, point, times)
    async with database.writing() as session:
        found = await ledger.adopt(await session.connection(), 3, new_id())
    assert found == (waiting, unknown)
    await drain(database, sink)
    assert await states(database) == {"sent": PEOPLE}
    arrived = mails(sink)
    assert len(arrived) == PEOPLE + doubles
    assert len({mail["Message-ID"] for mail in arrived}) == PEOPLE
    assert len({mail.as_bytes() for mail in arrived}) == PEOPLE


async def test_a_mail_whose_second_try_crashes_too_stays_unknown(database: Database, sink: FaultySink) -> None:
    await hear(database, person(), published())
    for _ in range(2):
        await crash(database, sink, "after-250", 1)
        async with database.writing() as session:
            await ledger.adopt(await session.connection(), 3, new_id())
    await drain(database, sink)
    [row] = await rows(database)
    assert (row.state, row.reason, row.due_at) == ("unknown", "crash", None)
    assert len(mails(sink)) == 2


async def test_another_sender_settles_a_place_nobody_takes(database: Database, sink: FaultySink) -> None:
    await hear(database, *(person(number) for number in range(3)), published())
    await crash(database, sink, "handing-over", 2)
    worker = asyncio.create_task(sender(database, sink).run())

    async def all_sent() -> bool:
        return await states(database) == {"sent": 3}

    try:
        await until(all_sent)
    finally:
        worker.cancel()
        await asyncio.gather(worker, return_exceptions=True)
    assert len(mails(sink)) == 3


async def test_a_sender_that_lost_its_place_sends_nothing_more(database: Database, sink: FaultySink) -> None:
    await hear(database, *(person(number) for number in range(3)), published())
    claim, other = Claim(0, new_id()), Claim(0, new_id())
    async with database.writing() as session:
        connection = await session.connection()
        taken = await ledger.take(connection, claim, 50)
        await ledger.adopt(connection, 0, other.id)
        handed = [await ledger.hand_over(connection, claim, row.id, "<x@y>", row.created_at) for row in taken]
    assert handed == [False, False, False]


async def test_a_stopped_sender_finishes_the_mail_in_its_hand_and_puts_the_rest_back(
    database: Database, sink: FaultySink
) -> None:
    await hear(database, *(person(number) for number in range(40)), published())
    worker = asyncio.create_task(sender(database, sink).run())
    await until(lambda: sink.mailbox.accepted > 0)
    worker.cancel()
    await asyncio.gather(worker, return_exceptions=True)
    found = await states(database)
    assert set(found) <= {"sent", "waiting"}
    assert found["sent"] == len(mails(sink))
    assert await rows(database, delivery.c.claim_id.is_not(None)) == []


async def test_two_senders_share_the_work_and_no_mail_goes_twice(database: Database, sink: FaultySink) -> None:
    await hear(database, *(person(number) for number in range(60)), published())
    await asyncio.gather(*(drain(database, sink, slot=slot) for slot in range(2)))
    await drain(database, sink)
    assert len(mails(sink)) == len({mail["To"] for mail in mails(sink)}) == 60


async def test_each_sender_has_a_place_of_its_own(database: Database) -> None:
    async with place(database) as first, place(database) as second:
        assert first is not None
        assert second is not None
        assert (first.number, second.number) == (0, 1)
    async with place(database) as again:
        assert again is not None
        assert again.number == 0
