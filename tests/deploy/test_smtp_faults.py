"""The misbehaving SMTP server misbehaves as it is told, and as the client library shows it."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiosmtplib
import pytest

from tests.support.smtp_faults import DROP, DROP_STORED, HANG, HANG_STORED, Fault, FaultySink, Verb, faulty_smtp

MAIL = b"Subject: hei\r\n\r\nhei\r\n"


@pytest.fixture
async def sink(tmp_path: Path) -> AsyncIterator[FaultySink]:
    async with faulty_smtp(tmp_path) as made:
        yield made


async def send(sink: FaultySink, *to: str) -> dict[str, aiosmtplib.SMTPResponse]:
    async with aiosmtplib.SMTP(hostname="127.0.0.1", port=sink.port, timeout=0.5) as client:
        refused, _ = await client.sendmail("a@b.example", list(to or ["c@d.example"]), MAIL)
        return refused


async def test_without_rules_mail_is_kept(sink: FaultySink) -> None:
    assert await send(sink) == {}
    assert sink.mailbox.accepted == 1


async def test_one_refused_recipient_is_told_in_the_answer_only(sink: FaultySink) -> None:
    sink.behave("RCPT", "550 5.1.1 No such person", recipient="gone@")
    refused = await send(sink, "gone@d.example", "here@d.example")
    assert refused["gone@d.example"].code == 550
    assert sink.mailbox.entries()[0].rcpt_tos == ("here@d.example",)


async def test_a_rule_holds_as_often_as_it_says(sink: FaultySink) -> None:
    sink.behave("RCPT", "451 4.3.0 Try later", times=2)
    for _ in range(2):
        with pytest.raises(aiosmtplib.SMTPRecipientsRefused):
            await send(sink)
    await send(sink)
    assert sink.mailbox.accepted == 1
    assert sink.seen["RCPT"] == 3


async def test_421_closes_the_connection(sink: FaultySink) -> None:
    sink.behave("MAIL", "421 4.3.2 Closing")
    client = aiosmtplib.SMTP(hostname="127.0.0.1", port=sink.port, timeout=2)
    await client.connect()
    with pytest.raises(aiosmtplib.SMTPSenderRefused, match="421"):
        await client.sendmail("a@b.example", ["c@d.example"], MAIL)
    with pytest.raises(aiosmtplib.SMTPServerDisconnected):
        await client.noop()


@pytest.mark.parametrize("answer", ["452 4.3.1 Full", "552 5.3.4 Too big", "554 5.7.1 No"])
async def test_a_refused_message_is_not_kept(sink: FaultySink, answer: str) -> None:
    sink.behave("DATA", answer)
    with pytest.raises(aiosmtplib.SMTPDataError, match=answer[:3]):
        await send(sink)
    assert sink.mailbox.accepted == 0


@pytest.mark.parametrize(("fault", "kept"), [(DROP, 0), (DROP_STORED, 1), (HANG, 0), (HANG_STORED, 1)])
async def test_silence_after_the_final_dot(sink: FaultySink, fault: Fault, kept: int) -> None:
    sink.behave("DATA", fault, times=1)
    with pytest.raises((aiosmtplib.SMTPServerDisconnected, aiosmtplib.SMTPReadTimeoutError)):
        await send(sink)
    assert sink.mailbox.accepted == kept
    sink.behave_well()
    await send(sink)
    assert sink.mailbox.accepted == kept + 1


@pytest.mark.parametrize("verb", ["EHLO", "MAIL", "RCPT"])
async def test_hanging_at_a_verb_is_a_time_out(sink: FaultySink, verb: Verb) -> None:
    sink.behave(verb, HANG)
    with pytest.raises((aiosmtplib.SMTPServerDisconnected, aiosmtplib.SMTPTimeoutError)):
        await send(sink)
    assert sink.mailbox.accepted == 0


async def test_after_the_block_connections_are_refused(tmp_path: Path) -> None:
    async with faulty_smtp(tmp_path) as sink:
        await send(sink)
    with pytest.raises(aiosmtplib.SMTPConnectError):
        await send(sink)
    async with faulty_smtp(tmp_path, sink.port) as again:
        await send(again)
        assert len(again.mailbox.entries()) == 2
