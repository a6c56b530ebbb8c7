"""What stands in a mail: one recipient whatever people are called, headers that survive, links that carry their own proof."""

import re
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from uuid import UUID

import pytest
from icalendar import Calendar

from services.notifier.letters import NAME_LENGTH
from services.notifier.tables import delivery
from shared.auth.links import read_link, secret
from shared.clock import now
from shared.contracts.events import Audience
from shared.contracts.knowledge import CaseChangesRequested
from shared.contracts.partners import PersonStated, RegionRecorded, SignInRequested
from shared.contracts.vocabulary import Language
from shared.db.session import Database
from shared.ids import new_id
from tests.notifier.support import (
    BASE,
    KEY,
    answered,
    cancelled,
    drain,
    hear,
    mails,
    person,
    published,
    raw,
    rows,
    states,
    text_of,
)
from tests.support.smtp_faults import FaultySink

HOSTILE = [
    "Hansen, Per; Avdeling for klima, miljø og samfunnsutvikling i fylkeskommunen, evil@attacker.example",
    "Hansen, Per; Avdeling for klima og samfunnsutvikling i fylkeskommunen og kommunene, evil@attacker.example",
    "Kari\r\nBcc: evil@attacker.example",
    'Kari" <evil@attacker.example>, "Per',
    "\u202eelpmaxe.rekcatta@live\u202c Nordmann",
    "Åse Ødegård Ærlig 🌱" * 6,
    "{{ 7 * 7 }} {% raw %} %(name)s",
    "<script>alert(1)</script>",
    "()[]:;,\\",
    "عبد الله",
]


@pytest.fixture(params=["sqlite"])
def database(database: Database) -> Database:
    """The mails are the same on both databases."""
    return database


@pytest.mark.parametrize("name", HOSTILE)
async def test_no_name_adds_a_recipient_or_a_header(database: Database, sink: FaultySink, name: str) -> None:
    one = person(name=name)
    await hear(database, one, published(title=f"Om {name}"))
    await drain(database, sink)
    [entry] = sink.mailbox.entries()
    assert entry.rcpt_tos == (one.email,)
    [mail] = mails(sink)
    assert [address.addr_spec for address in mail["To"].addresses] == [one.email]
    assert len(mail["To"].addresses[0].display_name) <= NAME_LENGTH
    assert mail["Bcc"] is None
    assert mail["Cc"] is None
    assert mail.defects == []
    assert all(part.defects == [] for part in mail.walk())
    assert "<script>" not in text_of(mail, "html")
    assert "49" not in mail["Subject"]
    event = Calendar.from_ical(text_of(mail, "calendar")).walk("VEVENT")[0]
    assert event["ATTENDEE"] == f"mailto:{one.email}"


async def test_the_headers_bulk_mail_needs_stand_unfolded_in_the_raw_bytes(
    database: Database, sink: FaultySink
) -> None:
    one = person()
    await hear(database, one, published())
    await drain(database, sink)
    content = raw(sink, sink.mailbox.entries()[0].id)
    head = content.partition(b"\r\n\r\n")[0].replace(b"\n", b"").split(b"\r")
    lines = dict(line.split(b": ", 1) for line in head if b": " in line)
    found = re.fullmatch(
        rb"<https://kb\.example\.org/mail/unsubscribe/webinars/([\w-]{43})>, <mailto:post@kb\.example\.org\?subject=unsubscribe>",
        lines[b"List-Unsubscribe"],
    )
    assert found
    assert read_link(KEY, "preferences", found[1].decode()) == one.person_id
    assert lines[b"List-Unsubscribe-Post"] == b"List-Unsubscribe=One-Click"
    assert lines[b"List-Id"] == b"<webinars.kb.example.org>"
    assert lines[b"Auto-Submitted"] == b"auto-generated"
    assert lines[b"X-Auto-Response-Suppress"] == b"All"
    assert re.fullmatch(rb"<[0-9a-f]{32}@kb\.example\.org>", lines[b"Message-ID"])
    assert b"=?utf-8?" not in lines[b"List-Unsubscribe"]


async def test_the_invitation_carries_the_calendar_twice(database: Database, sink: FaultySink) -> None:
    webinar = published(local_start=now().replace(tzinfo=None, microsecond=0) + timedelta(days=7))
    await hear(database, person(), webinar)
    await drain(database, sink)
    [mail] = mails(sink)
    types = [part.get_content_type() for part in mail.walk()]
    assert types == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
        "application/ics",
    ]
    inline, attached = (part for part in mail.walk() if part.get_content_subtype() in ("calendar", "ics"))
    assert (inline["Content-Type"].params["method"], inline["Content-Transfer-Encoding"]) == ("REQUEST", "base64")
    assert attached.get_filename() == "invite.ics"
    assert inline.get_payload(decode=True) == attached.get_payload(decode=True)
    calendar = Calendar.from_ical(attached.get_payload(decode=True))
    assert calendar["METHOD"] == "REQUEST"
    assert [zone["TZID"] for zone in calendar.walk("VTIMEZONE")] == ["Europe/Oslo"]
    [event] = calendar.walk("VEVENT")
    assert event["UID"] == webinar.uid
    assert event["SEQUENCE"] == webinar.sequence
    assert event["STATUS"] == "CONFIRMED"
    assert event["ORGANIZER"] == "mailto:post@kb.example.org"
    assert not isinstance(event["ATTENDEE"], list)
    assert event["DTSTART"].dt.replace(tzinfo=None) == webinar.local_start
    assert event["DTSTART"].dt.utcoffset() in (timedelta(hours=1), timedelta(hours=2))


async def test_a_zone_nobody_knows_gives_the_time_in_utc(database: Database, sink: FaultySink) -> None:
    webinar = published(time_zone="Nowhere/Land")
    await hear(database, person(), webinar)
    await drain(database, sink)
    [mail] = mails(sink)
    event = Calendar.from_ical(text_of(mail, "calendar")).walk("VEVENT")[0]
    assert event["DTSTART"].dt == webinar.starts_at


@pytest.mark.parametrize(
    ("language", "subject", "words"),
    [
        ("nb", "Invitasjon: ", ["Du er invitert til et webinar.", "Ja, jeg blir med", "norsk tid", "Vestland"]),
        ("nn", "Invitasjon: ", ["Du er invitert til eit webinar.", "Ja, eg blir med", "norsk tid", "Vestland"]),
        ("en", "Invitation: ", ["You are invited to a webinar.", "Yes, I will join", "Norwegian time", "Vestland"]),
    ],
)
async def test_a_mail_is_in_its_readers_language(
    database: Database, sink: FaultySink, language: Language, subject: str, words: list[str]
) -> None:
    names = {"name_nb": "Vestland", "name_nn": "Vestland", "name_en": "Vestland"}
    region = RegionRecorded(region_id=new_id(), version=1, slug="vestland", tile_row=1, tile_column=1, **names)
    rule = Audience(scope="regions", regions=["vestland"], focus_area="scope3")
    await hear(database, region, person(language=language), published(audience=rule))
    await drain(database, sink)
    [mail] = mails(sink)
    assert mail["Subject"].startswith(subject)
    for kind in ("plain", "html"):
        assert [word for word in words if word not in text_of(mail, kind)] == []
    assert f'<html lang="{language}">' in text_of(mail, "html")


async def test_the_answer_links_carry_their_proof(database: Database, sink: FaultySink) -> None:
    one, webinar = person(), published()
    await hear(database, one, webinar)
    await drain(database, sink)
    [mail] = mails(sink)
    pattern = rf"{BASE}/events/answer/{webinar.webinar_id}/([\w-]{{43}})\?choice=(accept|decline)"
    for kind in ("plain", "html"):
        links = re.findall(pattern, text_of(mail, kind))
        assert [choice for _, choice in links] == ["accept", "decline"]
        assert {read_link(KEY, "answer", token, webinar.webinar_id) for token, _ in links} == {one.person_id}


async def test_a_registration_is_confirmed_once_and_whatever_they_prefer(database: Database, sink: FaultySink) -> None:
    one, webinar = person(), published()
    yes = answered(webinar, one)
    await hear(database, one, webinar, yes, yes)
    await drain(database, sink)
    [mail] = [mail for mail in mails(sink) if mail["Subject"].startswith("Du er påmeldt")]
    event = Calendar.from_ical(text_of(mail, "calendar")).walk("VEVENT")[0]
    assert event["ATTENDEE"].params["PARTSTAT"] == "ACCEPTED"
    assert event["UID"] == webinar.uid
    assert mail["List-Unsubscribe"] is None


async def test_a_confirmation_waits_for_what_it_is_about(database: Database, sink: FaultySink) -> None:
    one, webinar = person(), published()
    await hear(database, answered(webinar, one))
    await drain(database, sink)
    assert await states(database, "registration_confirmation") == {"waiting": 1}
    await hear(database, one, webinar)
    from tests.notifier.support import make_due

    await make_due(database)
    await drain(database, sink)
    assert await states(database, "registration_confirmation") == {"sent": 1}


async def test_a_withdrawal_before_the_confirmation_went_out_stops_it(database: Database, sink: FaultySink) -> None:
    one, webinar = person(), published()
    yes = answered(webinar, one)
    no = yes.model_copy(update={"id": new_id(), "version": 2, "state": "withdrawn"})
    await hear(database, one, webinar, no, yes)
    await drain(database, sink)
    assert await states(database, "registration_confirmation") == {}


async def test_a_sign_in_link_overtakes_ten_thousand_invitations(database: Database, sink: FaultySink) -> None:
    one = person()
    await hear(database, one, *(person(number) for number in range(2, 60)), published())
    asked = sign_in(one)
    await hear(database, asked)
    from services.notifier.ledger import Claim
    from tests.notifier.support import sender

    await sender(database, sink).turn(Claim(0, new_id()))
    first = mails(sink)[0]
    assert f"{BASE}/partners/sign-in/{secret(KEY, 'sign-in', asked.request_id)}" in text_of(first)
    [row] = await rows(database, delivery.c.kind == "sign_in")
    assert "sign-in" not in str(row.content)
    assert first["List-Unsubscribe"] is None


async def test_a_sign_in_link_whose_time_is_over_is_not_sent(database: Database, sink: FaultySink) -> None:
    one = person()
    await hear(database, one, sign_in(one, minutes=-1))
    assert await rows(database) == []


async def test_the_author_reads_why_a_case_came_back(database: Database, sink: FaultySink) -> None:
    author = person(language="nn")
    case_id = new_id()
    fact = CaseChangesRequested(
        case_id=case_id,
        version=4,
        title="Elvarebil i heimetenesta",
        region="vestland",
        language="nn",
        author_id=author.person_id,
        reason="Kva år gjeld talet?\nOg kva er <grunnlaget>?",
    )
    await hear(database, author, fact, fact.model_copy(update={"id": new_id(), "author_id": None}))
    await drain(database, sink)
    [mail] = mails(sink)
    assert "Elvarebil i heimetenesta" in mail["Subject"]
    assert "> Kva år gjeld talet?\n> Og kva er <grunnlaget>?" in text_of(mail).replace("\r", "")
    assert "&lt;grunnlaget&gt;" in text_of(mail, "html")
    assert f"{BASE}/cases/{case_id}" in text_of(mail)


async def test_an_address_that_cannot_be_written_fails_alone(database: Database, sink: FaultySink) -> None:
    await hear(database, person(1, email="kåre@partner.example"), person(2), person(3, email="nobody"), published())
    await drain(database, sink)
    assert await states(database) == {"sent": 1, "failed": 2}
    assert {row.reason for row in await rows(database, delivery.c.state == "failed")} == {"bad_address"}
    assert sink.mailbox.accepted == 1


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
async def test_every_kind_of_mail_is_whole_in_every_language(
    database: Database, sink: FaultySink, language: Language
) -> None:
    one, webinar = person(language=language), published()
    other = published(title="Et annet webinar")
    case = CaseChangesRequested(
        case_id=new_id(), version=1, title="T", region="r", language=language, author_id=one.person_id, reason="R"
    )
    await hear(database, one, webinar, other, answered(webinar, one), sign_in(one, language=language), case)
    await drain(database, sink)
    await hear(database, cancelled(other))
    await drain(database, sink)
    arrived = mails(sink)
    assert len(arrived) == 6
    for mail in arrived:
        reparsed = message_from_bytes(mail.as_bytes(), EmailMessage)
        assert reparsed.get_all("To") is not None
        assert "{{" not in text_of(mail)
        assert f'lang="{language}"' in text_of(mail, "html")


def sign_in(who: PersonStated, minutes: int = 10, language: Language = "nb") -> SignInRequested:
    expires = now() + timedelta(minutes=minutes)
    request_id: UUID = new_id()
    return SignInRequested(
        request_id=request_id, person_id=who.person_id, language=language, expires_at=expires, version=1
    )
