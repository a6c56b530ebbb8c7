"""On a real NATS and a real mail server: what is said becomes mail, and the sums are told."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import nats
import pytest
from nats.js import JetStreamContext

from services.notifier.app import create_app
from services.notifier.queries import proof
from services.notifier.settings import NotifierSettings
from shared.auth.links import secret
from shared.bus import streams
from shared.contracts.catalogue import heard_by
from shared.contracts.notifier import SendCompleted
from shared.errors import NotFound
from shared.ids import new_id
from tests.notifier.support import again, mails, person, published, rows, text_of
from tests.notifier.test_letters import asked, withdrawn
from tests.support.servers import Nats, nats_server
from tests.support.smtp_faults import FaultySink
from tests.support.wait import until

ROOM = 16 * 1024**3


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nats]:
    with nats_server(tmp_path_factory.mktemp("notifier-nats"), ROOM) as server:
        yield server


@pytest.fixture
async def jetstream(broker: Nats) -> AsyncIterator[JetStreamContext]:
    connection = await nats.connect(broker.url)
    made = connection.jetstream()
    await streams.establish(made)
    yield made
    await connection.close()


@pytest.fixture
async def running(
    broker: Nats, jetstream: JetStreamContext, sink: FaultySink, sqlite_template: Path, tmp_path: Path
) -> AsyncIterator[Any]:
    (tmp_path / "notifier.db").write_bytes(sqlite_template.read_bytes())
    smtp = f"smtp://127.0.0.1:{sink.port}"
    app = create_app(NotifierSettings(data=tmp_path, nats_url=broker.url, watchdog=False, smtp_url=smtp))
    async with app.router.lifespan_context(app):
        await until(app.state.resources.bus.alive, what="the bus to be joined")
        yield app.state.resources


def test_the_notifier_hears_just_what_the_catalogue_says(tmp_path: Path) -> None:
    app = create_app(NotifierSettings(data=tmp_path))
    assert app.state.resources.bus.ear.facts == heard_by("notifier")


async def test_a_published_webinar_becomes_mail_and_sums(
    running: Any, jetstream: JetStreamContext, sink: FaultySink
) -> None:
    people, webinar = [person(number) for number in range(5)], published()
    told = await jetstream.subscribe(SendCompleted.subject, ordered_consumer=True)
    twice = again(webinar, version=webinar.version)
    for fact in (*people[:3], webinar, twice, *people[3:]):
        await jetstream.publish(fact.address(), fact.encoded(), headers={"Nats-Msg-Id": str(new_id())})

    async def all_sent() -> bool:
        async with running.database.reading() as session:
            try:
                shown = await proof(session, webinar.webinar_id)
            except NotFound:
                return False
        return shown.sums.sent == len(people) and shown.send.completed_at is not None

    await until(all_sent, timeout=20)
    assert sorted(mail["To"].addresses[0].addr_spec for mail in mails(sink)) == [one.email for one in people]

    async def last_sums() -> bool:
        message = await told.next_msg(timeout=10)
        said = SendCompleted.decoded(message.data)
        return said.about == webinar.webinar_id and (said.audience, said.sent) == (5, 5)

    await until(last_sums)


async def test_a_letter_the_registry_asks_for_becomes_mail_unless_it_is_called_back(
    running: Any, jetstream: JetStreamContext, sink: FaultySink
) -> None:
    one = person(active=False)
    called_back, letter = asked(one, "claim_rejected"), asked(one, "claim_requested")
    for fact in (withdrawn(called_back), one, called_back, letter):
        await jetstream.publish(fact.address(), fact.encoded(), headers={"Nats-Msg-Id": str(new_id())})

    async def settled() -> bool:
        return {row.state for row in await rows(running.database)} == {"sent", "suppressed"}

    await until(settled, timeout=20)
    [mail] = mails(sink)
    assert f"/partners/claim/{secret(running.keys.link, 'claim', letter.letter_id)}" in text_of(mail)
