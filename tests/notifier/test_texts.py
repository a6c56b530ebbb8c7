"""The short ways of making a mail give what the long ways would have given."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.notifier import texts
from services.notifier.calendars import Method, calendar_for
from services.notifier.letters import Draft, line, recipient_address, seal
from services.notifier.models import Webinar
from services.notifier.texts import write
from tests.notifier.support import ROOM, published, text_of

WEBINAR = Webinar.of(published(), "published")
SHARED: dict[str, str | int] = {
    "title": "Om klima",
    "summary": "En <b>kort</b> tekst",
    "title_lang": "nb",
    "when": "i morgen",
    "zone": "",
    "page": "https://kb.example.org/events/1",
    "reason": "",
    "national": True,
    "chosen": False,
    "regions": "",
    "focus_area": "",
}
PAGE = "https://kb.example.org/e"
typed = st.text(st.characters(exclude_categories=["Cs"]), max_size=90)


@given(name=typed, title=typed)
@example(name="<b>& {{ x }} %(y)s", title="\ue000preferences\ue001")
@example(name="\ue000accept\ue001", title="")
@pytest.mark.parametrize("language", ["nb", "en"])
def test_slots_filled_are_what_rendering_for_one_person_gives(language, name: str, title: str) -> None:
    own = {"name": line(name), "preferences": "https://p/?a=1&b", "accept": "https://a/", "decline": "https://d/"}
    shared = {**SHARED, "title": line(title)}
    whole = {
        key: value.translate(texts.MARKS) if isinstance(value, str) else value
        for key, value in {**shared, **own}.items()
    }
    for html, file in ((False, "subject.txt"), (False, "body.txt"), (True, "body.html")):
        environment = texts._environment(language, html=html)
        expected = environment.get_template(f"webinar_invitation/{file}").render({**whole, "lang": language})
        written = write("webinar_invitation", language, shared, own)
        assert {"subject.txt": written.subject, "body.txt": written.text, "body.html": written.html}[file] == expected


@given(name=typed, subject=typed, body=typed)
@example(
    name="Hansen, Per; Avdeling for klima og samfunnsutvikling, evil@x.example",
    subject="a\r\nBcc: b",
    body=".\nFrom x\n",
)
def test_email_reads_what_was_meant(name: str, subject: str, body: str) -> None:
    to = recipient_address(name, "per.hansen@partner.example")
    draft = Draft(
        sender=Address("Koblingsboks", "post", "kb.example.org"),
        to=to,
        subject=subject,
        text=body,
        html=f"<p>{body}</p>",
        message_id="<a@kb.example.org>",
        dated_at=datetime(2026, 3, 1, tzinfo=UTC),
        calendar=b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
        headers=(("Auto-Submitted", "auto-generated"),),
    )
    content = seal(draft).content
    mail = message_from_bytes(content, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    assert [part.defects for part in mail.walk() if part.defects] == []
    assert [address.addr_spec for address in mail["To"].addresses] == ["per.hansen@partner.example"]
    assert " ".join(mail["To"].addresses[0].display_name.split()) == to.display_name
    assert set(mail.keys()) == {
        "From",
        "To",
        "Subject",
        "Message-ID",
        "Date",
        "Auto-Submitted",
        "MIME-Version",
        "Content-Type",
    }
    assert text_of(mail).splitlines() == body.splitlines()
    assert max(map(len, content.split(b"\r\n"))) < 998
    assert b"\n" not in content.replace(b"\r\n", b"")


@given(name=typed)
@pytest.mark.parametrize("method", ["REQUEST", "CANCEL"])
def test_the_calendar_with_one_attendee_filled_in_is_read_whole(method: Method, name: str) -> None:
    from icalendar import Calendar

    to = recipient_address(name, "per.hansen@partner.example")
    made = calendar_for(
        WEBINAR,
        method,
        ("Koblingsboks", "post@kb.example.org"),
        "https://kb.example.org/e",
        (to.display_name, to.addr_spec),
        "NEEDS-ACTION",
    )
    assert all(len(folded) <= 75 for folded in made.split(b"\r\n"))
    calendar = Calendar.from_ical(made)
    [event] = calendar.walk("VEVENT")
    assert calendar["METHOD"] == method
    assert event["ATTENDEE"] == "mailto:per.hansen@partner.example"
    assert event["ATTENDEE"].params["CN"] == (to.display_name or to.addr_spec)
    assert event["STATUS"] == ("CANCELLED" if method == "CANCEL" else "CONFIRMED")


def test_the_room_knows_its_address() -> None:
    assert (ROOM.address.display_name, ROOM.address.addr_spec) == ("Koblingsboks", "post@kb.example.org")
