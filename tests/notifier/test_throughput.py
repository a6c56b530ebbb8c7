"""How fast it goes, printed and never judged: machines differ. `make bench` compares it with the raw parts."""

import time

from shared.db.session import Database
from tests.notifier.support import drain, hear, mails, person, published, states
from tests.support.smtp_faults import FaultySink

PEOPLE = 200


async def test_the_rate_is_shown_and_everybody_is_reached(database: Database, sink: FaultySink) -> None:
    await hear(database, *(person(number) for number in range(PEOPLE)), published())
    started = time.perf_counter()
    await drain(database, sink)
    seconds = time.perf_counter() - started
    print(f"\n{database.url.split('+')[0]}: {PEOPLE / seconds:.0f} mails/s into a mailbox that syncs each to disk")
    assert await states(database) == {"sent": PEOPLE}
    assert len({mail["To"] for mail in mails(sink)}) == PEOPLE
