"""The mailbox keeps every message it says yes to, exactly as it came."""

import asyncio
import json
import logging
import smtplib
import time
from collections.abc import AsyncIterator
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from pathlib import Path

import aiosmtplib
import pytest

from deploy.embedded.mailbox.letter import Letter, decoded_header
from deploy.embedded.mailbox.smtp import Keeper, smtp_server
from deploy.embedded.mailbox.store import Mailbox
from tests.support.servers import smtp_sink
from tests.support.wait import until


def invitation(subject: str = "Velkommen til webinar om ås og fjøs") -> EmailMessage:
    """A mail with text, HTML and calendar parts and an attachment."""
    message = EmailMessage()
    message["From"] = "Koblingsboks <ikke-svar@koblingsboks.example>"
    message["To"] = "Kari Nordmann <kari@kommune.example>"
    message["Subject"] = subject
    message.set_content("Hei! Se https://koblingsboks.example/events/1?a=1.\n")
    message.add_alternative('<p>Hei <a href="https://koblingsboks.example/events/1">her</a></p>', subtype="html")
    message.add_alternative("BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n", subtype="calendar")
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="møteplan.pdf")
    return message


@pytest.fixture
async def sink(tmp_path: Path) -> AsyncIterator[tuple[int, Mailbox]]:
    """A port that takes mail, and the mailbox it goes to."""
    mailbox = Mailbox(tmp_path)
    async with smtp_server(Keeper(mailbox), 0) as port:
        yield port, mailbox


async def send(port: int, raw: bytes, to: list[str], sender: str = "fra@koblingsboks.example") -> str:
    async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port, timeout=10) as client:
        _, answer = await client.sendmail(sender, to, raw)
        return answer


async def test_the_bytes_are_kept_as_they_came(sink: tuple[int, Mailbox]) -> None:
    port, mailbox = sink
    raw = b"Subject: hei\r\nX-Odd: \xe5\r\n\r\n.linje med punktum\r\n\r\n" + "blåbær\r\n".encode()
    await send(port, raw, ["kari@kommune.example", "ola@kommune.example"])
    [entry] = mailbox.entries()
    assert mailbox.raw(entry.id) == raw
    assert entry.rcpt_tos == ("kari@kommune.example", "ola@kommune.example")
    assert entry.mail_from == "fra@koblingsboks.example"
    assert entry.size == len(raw)


async def test_the_same_message_twice_is_kept_and_counted_twice(sink: tuple[int, Mailbox]) -> None:
    port, mailbox = sink
    for _ in range(2):
        await send(port, b"Message-ID: <same@x>\r\n\r\nhei\r\n", ["kari@kommune.example"])
    assert len(mailbox.entries()) == mailbox.accepted == 2


async def test_many_at_once_are_all_kept_in_order(sink: tuple[int, Mailbox]) -> None:
    port, mailbox = sink
    await asyncio.gather(*(send(port, f"Subject: {n}\r\n\r\n".encode(), ["a@b.example"]) for n in range(40)))
    assert mailbox.accepted == len(mailbox.entries()) == 40
    assert {entry.subject for entry in mailbox.entries()} == {str(number) for number in range(40)}
    assert [entry.id for entry in mailbox.entries()] == sorted((entry.id for entry in mailbox.entries()), reverse=True)


async def test_what_cannot_be_kept_is_answered_with_try_later(sink: tuple[int, Mailbox]) -> None:
    port, mailbox = sink
    mailbox.folder.rmdir()
    with pytest.raises(aiosmtplib.SMTPDataError) as caught:
        await send(port, b"Subject: hei\r\n\r\n", ["a@b.example"])
    assert caught.value.code == 452
    assert mailbox.accepted == 0


async def test_the_answer_names_the_kept_message(sink: tuple[int, Mailbox]) -> None:
    port, mailbox = sink
    answer = await send(port, b"Subject: hei\r\n\r\n", ["a@b.example"])
    assert answer.split()[-1] == mailbox.entries()[0].id


async def test_addresses_stay_out_of_the_log(sink: tuple[int, Mailbox], caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    await send(sink[0], b"Subject: hei\r\n\r\n", ["a@b.example"])
    assert "a@b.example" not in caplog.text


async def test_leaving_the_server_ends_open_connections(tmp_path: Path) -> None:
    client = aiosmtplib.SMTP(timeout=5)
    async with smtp_server(Keeper(Mailbox(tmp_path)), 0) as port:
        await client.connect(hostname="127.0.0.1", port=port)
    await until(lambda: not client.is_connected, 5, "the connection to end")


def test_every_yes_survives_kill_9(tmp_path: Path) -> None:
    """What was answered with 250 before the kill is there after it; nothing else is damaged."""
    with smtp_sink(tmp_path) as sink:
        accepted = 0
        for round_ in range(5):
            client = smtplib.SMTP("127.0.0.1", sink.port, timeout=10)
            for number in range(20):
                client.sendmail("a@b.example", ["c@d.example"], f"Subject: {round_}-{number}\r\n\r\nhei\r\n".encode())
                accepted += 1
            sink.kill()
            client.close()
            sink.start()
        subjects = [entry.subject for entry in sink.mailbox.entries()]
        assert len(subjects) == accepted
        assert subjects[0] == "4-19"
        assert subjects[-1] == "0-0"


def test_a_half_written_message_is_not_listed(tmp_path: Path) -> None:
    mailbox = Mailbox(tmp_path)
    mailbox.save(b"Subject: hel\r\n\r\n", "a@b.example", ["c@d.example"])
    (mailbox.folder / ".20260101T000000000000Z-000001-00000000.eml.tmp").write_bytes(b"halv")
    (mailbox.folder / "20260101T000000000000Z-000001-00000000.json").write_text("{}")
    assert [entry.subject for entry in Mailbox(tmp_path).entries()] == ["hel"]


def test_the_list_is_paged_and_filtered(tmp_path: Path) -> None:
    mailbox = Mailbox(tmp_path)
    for number in range(7):
        to = "Kari@kommune.example" if number % 2 else "ola@fylke.example"
        mailbox.save(f"Subject: =?utf-8?q?L=C3=B8p_{number}?=\r\n\r\n".encode(), "a@b.example", [to])
    assert [entry.subject for entry in mailbox.page(2, size=3).entries] == ["Løp 3", "Løp 2", "Løp 1"]
    assert mailbox.page(2, size=3).pages == 3
    assert mailbox.page(99, size=3).number == 3
    assert [entry.subject for entry in mailbox.page(to="kari@").entries] == ["Løp 5", "Løp 3", "Løp 1"]
    assert mailbox.page(subject="LØP 4").total == 1
    assert mailbox.clear() == 7
    assert mailbox.page().entries == []


def test_four_thousand_messages_list_quickly(tmp_path: Path) -> None:
    folder = tmp_path / "mailbox"
    folder.mkdir()
    for number in range(4000):
        name = f"20260101T00000000{number:04d}Z-{number:06d}-0000000a"
        fields = {"id": name, "mail_from": "", "rcpt_tos": ["a"], "received_at": "", "subject": "s", "size": 1}
        (folder / f"{name}.json").write_text(json.dumps(fields))
        (folder / f"{name}.eml").touch()
    mailbox = Mailbox(tmp_path)
    mailbox.page()
    begun = time.perf_counter()
    assert mailbox.page().total == 4000
    assert time.perf_counter() - begun < 1


@pytest.mark.parametrize("name", ["../secrets/key", "x", "", "20260101T000000000000Z-000001-0000000a/../../x"])
def test_only_names_of_messages_are_looked_up(tmp_path: Path, name: str) -> None:
    assert Mailbox(tmp_path).raw(name) is None
    assert Mailbox(tmp_path).find(name) is None


def test_a_letter_comes_apart_in_its_parts() -> None:
    letter = Letter.parse(invitation().as_bytes(policy=SMTP_POLICY))
    assert letter.header("subject") == "Velkommen til webinar om ås og fjøs"
    assert letter.text.startswith("Hei!")
    assert "<p>Hei" in letter.html
    assert "METHOD:REQUEST" in letter.calendar
    assert letter.attachments == ("møteplan.pdf",)
    assert letter.links == ("https://koblingsboks.example/events/1", "https://koblingsboks.example/events/1?a=1")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff\xfe",
        b"Subject: =?nonsense?q?hei?=\r\nContent-Type: text/plain; charset=nonsense\r\n\r\n\xe5",
        b"Subject: =?utf-8?b?!!!!?=\r\nTo: <a@b\r\nContent-Type: multipart/mixed; boundary\r\n\r\n--x",
        b'Content-Type: multipart/mixed; boundary="x"\r\n\r\n--x\r\nContent-Type: message/rfc822\r\n\r\n--x--',
        b"Content-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!not base64!!!",
        b"Content-Disposition: attachment; filename*=nonsense''%ff%fe\r\n\r\nx",
        b"Subject: " + b"a" * 100_000,
        b"Content-Type: text/html\r\n\r\n<a href='javascript:alert(1)'><![CDATA[<a href=\"//x\"><!--",
    ],
)
def test_no_mail_is_too_broken_to_show(raw: bytes, tmp_path: Path) -> None:
    letter = Letter.parse(raw)
    assert not any(link.startswith(("javascript:", "//")) for link in letter.links)
    assert isinstance(letter.source, str)
    mailbox = Mailbox(tmp_path)
    assert mailbox.find(mailbox.save(raw, "", [])) == mailbox.entries()[0]


def test_a_header_with_line_breaks_is_one_line() -> None:
    assert decoded_header("hei\r\n på deg") == "hei på deg"
    assert decoded_header(None) == ""


async def test_a_store_told_to_forget_an_address_throws_its_mail_away_and_no_other(sink: tuple[int, Mailbox]) -> None:
    port, mailbox = sink
    for to in ("kari@kommune.example", "Kari@Kommune.example", "okari@kommune.example"):
        await send(port, b"Subject: hei\r\n\r\nhei\r\n", [to])
    async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port, timeout=10) as client:
        await client.ehlo()
        assert client.supports_extension("xforget")
        answer = await client.execute_command(b"XFORGET", b"<kari@kommune.example>")
        assert (answer.code, answer.message) == (250, "2.0.0 Forgot 2")
        assert (await client.execute_command(b"XFORGET")).code == 501
    assert [entry.rcpt_tos for entry in mailbox.entries()] == [("okari@kommune.example",)]
    assert len(list(mailbox.folder.iterdir())) == 2
