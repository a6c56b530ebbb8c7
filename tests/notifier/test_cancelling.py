"""A cancelled webinar: what has not gone out stays in, and whoever may count on it is told, after their invitation and once."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from icalendar import Calendar

from services.notifier.ledger import Claim
from services.notifier.queries import proof
from services.notifier.tables import delivery
from shared.clock import frozen, now
from shared.db.session import Database
from shared.errors import NotFound
from shared.ids import new_id
from tests.notifier.support import (
    again,
    answered,
    cancelled,
    drain,
    hear,
    mails,
    person,
    published,
    rows,
    states,
    text_of,
)
from tests.support.smtp_faults import DROP_STORED, FaultySink


async def test_cancelled_before_anything_went_out(database: Database, sink: FaultySink) -> None:
    webinar = published()
    await hear(database, person(1), person(2), webinar, cancelled(webinar))
    await drain(database, sink)
    assert mails(sink) == []
    assert await states(database) == {"suppressed": 2}
    assert await states(database, "webinar_cancellation") == {}


async def test_everybody_invited_is_told_in_the_same_calendar_entry(database: Database, sink: FaultySink) -> None:
    webinar = published(sequence=1)
    await hear(database, person(1), webinar)
    await drain(database, sink)
    await hear(database, cancelled(webinar), cancelled(webinar))
    await drain(database, sink)
    invitation, cancellation = mails(sink)
    request, cancel = (Calendar.from_ical(text_of(mail, "calendar")) for mail in (invitation, cancellation))
    assert (request["METHOD"], cancel["METHOD"]) == ("REQUEST", "CANCEL")
    first, second = request.walk("VEVENT")[0], cancel.walk("VEVENT")[0]
    assert first["UID"] == second["UID"]
    assert (first["SEQUENCE"], second["SEQUENCE"]) == (1, 2)
    assert second["STATUS"] == "CANCELLED"
    assert "Foredragsholderen er syk." in text_of(cancellation)


async def test_cancelled_in_the_middle_of_sending(database: Database, sink: FaultySink) -> None:
    webinar = published()
    await hear(database, *(person(number) for number in range(4)), webinar)
    sink.behave("RCPT", "451 4.3.0 Try later", recipient="kari3@")
    await drain(database, sink)
    await hear(database, person(9), cancelled(webinar))
    sink.behave_well()
    await drain(database, sink)
    assert await states(database) == {"sent": 3, "suppressed": 2}
    assert await states(database, "webinar_cancellation") == {"sent": 3}


@pytest.mark.parametrize("state", ["declined", "withdrawn"])
async def test_who_said_no_is_not_told(database: Database, sink: FaultySink, state: str) -> None:
    webinar, no, yes = published(), person(1), person(2)
    await hear(database, no, yes, webinar)
    await drain(database, sink)
    await hear(database, answered(webinar, no, state), answered(webinar, yes), cancelled(webinar))
    await drain(database, sink)
    told = await rows(database, delivery.c.kind == "webinar_cancellation")
    assert [row.person_id for row in told] == [yes.person_id]


async def test_a_no_heard_after_the_cancellation_still_counts(database: Database, sink: FaultySink) -> None:
    webinar, no = published(), person(1)
    await hear(database, no, webinar)
    await drain(database, sink)
    await hear(database, cancelled(webinar), answered(webinar, no, "declined"))
    await drain(database, sink)
    assert await states(database, "webinar_cancellation") == {"suppressed": 1}


async def test_who_signed_up_without_an_invitation_is_told_too(database: Database, sink: FaultySink) -> None:
    webinar, keen = published(), person(1)
    await hear(database, webinar, cancelled(webinar), keen, answered(webinar, keen))
    await drain(database, sink)
    assert await states(database, "webinar_cancellation") == {"sent": 1}
    assert await states(database, "registration_confirmation") == {}


async def test_heard_before_the_publication_it_ends_as_if_in_order(database: Database) -> None:
    webinar = published()
    await hear(database, person(1), cancelled(webinar), webinar)
    assert await rows(database) == []
    async with database.reading() as session:
        with pytest.raises(NotFound):
            await proof(session, webinar.webinar_id)


async def test_an_invitation_nobody_knows_the_fate_of_is_not_repeated_but_taken_back(
    database: Database, sink: FaultySink
) -> None:
    webinar = published()
    await hear(database, person(1), webinar)
    sink.behave("DATA", DROP_STORED, times=1)
    await one_turn(database, sink)
    await hear(database, cancelled(webinar))
    await drain(database, sink)
    assert await states(database) == {"unknown": 1}
    assert await states(database, "webinar_cancellation") == {"sent": 1}
    assert [mail["Subject"].split(":")[0] for mail in mails(sink)] == ["Invitasjon", "Avlyst"]


async def test_a_cancellation_waits_while_its_request_is_in_some_senders_hand(
    database: Database, sink: FaultySink
) -> None:
    webinar = published()
    await hear(database, person(1), webinar)
    held = {"state": "handing_over", "slot": 5, "claim_id": new_id(), "claimed_at": now()}
    await change(database, **held)
    await hear(database, cancelled(webinar))
    await drain(database, sink)
    assert mails(sink) == []
    await change(database, delivery.c.kind == "webinar_invitation", state="sent", claim_id=None, due_at=None)
    await drain(database, sink)
    assert await states(database, "webinar_cancellation") == {"sent": 1}


async def test_an_invitation_put_off_while_the_webinar_is_cancelled_is_dropped(
    database: Database, sink: FaultySink
) -> None:
    webinar = published()
    await hear(database, person(1), webinar)
    claim = new_id()
    await change(database, state="handing_over", slot=5, claim_id=claim, claimed_at=now())
    await hear(database, cancelled(webinar))
    from services.notifier import ledger

    [row] = await rows(database, delivery.c.kind == "webinar_invitation")
    async with database.writing() as session:
        assert await ledger.put_off(await session.connection(), Claim(5, claim), row.id, 1, "451")
    with frozen(now() + timedelta(minutes=2)):
        await drain(database, sink)
    assert mails(sink) == []
    assert await states(database) == {"suppressed": 1}
    assert await states(database, "webinar_cancellation") == {"suppressed": 1}


async def test_a_person_told_of_later_versions_only_hears_once(database: Database, sink: FaultySink) -> None:
    webinar = published()
    await hear(database, person(1), webinar)
    await drain(database, sink)
    word = cancelled(webinar)
    await hear(database, word, again(word))
    await drain(database, sink)
    assert await states(database, "webinar_cancellation") == {"sent": 1}


async def one_turn(database: Database, sink: FaultySink) -> None:
    from tests.notifier.support import sender

    assert await sender(database, sink).turn(Claim(0, new_id()))


async def change(database: Database, *which: Any, **values: Any) -> None:
    async with database.writing() as session:
        await (await session.connection()).execute(sa.update(delivery).where(*which).values(**values))
