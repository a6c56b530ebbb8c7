"""Letters the registry asks for: each once, none too late, none that was called back, and each whole whatever is missing."""

import re
from datetime import date, timedelta
from typing import Any, get_args

import pytest
from pydantic import ValidationError

from services.notifier.letters_asked import LETTERS, NAMELESS, PRIVATE
from services.notifier.tables import delivery
from shared.auth.links import secret
from shared.clock import now
from shared.contracts.partners import (
    LetterAsked,
    LetterContent,
    LetterKind,
    LetterWithdrawn,
    PersonStated,
    RegionRecorded,
)
from shared.contracts.vocabulary import LANGUAGES, Language
from shared.db.session import Database
from shared.ids import new_id
from tests.notifier.support import BASE, KEY, again, drain, hear, mails, make_due, person, published, rows, text_of
from tests.support.smtp_faults import FaultySink

KINDS: tuple[LetterKind, ...] = get_args(LetterKind)
FULL = LetterContent(
    organisation_id=new_id(),
    organisation="Bø & Sønn <AS>",
    region="vestland",
    year=2025,
    deadline=date(2026, 5, 1),
    days_left=14,
    reason="Vi finner ikke <deg>\ni registeret.",
)


def asked(who: PersonStated, letter: LetterKind = "account_reminder", **changes: Any) -> LetterAsked:
    values: dict[str, Any] = {
        "letter_id": new_id(),
        "person_id": who.person_id,
        "letter": letter,
        "language": who.language,
        "content": FULL,
        "not_after": now() + timedelta(days=7),
        "version": 1,
    }
    return LetterAsked(**{**values, **changes})


def withdrawn(letter: LetterAsked) -> LetterWithdrawn:
    return LetterWithdrawn(letter_id=letter.letter_id, version=2)


def vestland() -> RegionRecorded:
    names = {"name_nb": "Vestland", "name_nn": "Vestland", "name_en": "Vestland"}
    return RegionRecorded(region_id=new_id(), version=1, slug="vestland", tile_row=1, tile_column=1, **names)


async def test_a_letter_asked_for_twice_is_sent_once(database: Database, sink: FaultySink) -> None:
    one = person()
    letter = asked(one)
    await hear(database, one, letter, letter, again(letter))
    await drain(database, sink)
    assert [mail["Subject"] for mail in mails(sink)] == ["14 dager igjen til å levere klimaregnskapet for 2025"]


async def test_two_letters_of_a_kind_are_two_mails(database: Database, sink: FaultySink) -> None:
    one = person()
    await hear(database, one, asked(one), asked(one))
    await drain(database, sink)
    assert len(mails(sink)) == 2


async def test_a_letter_whose_time_is_over_is_not_owed(database: Database) -> None:
    one = person()
    await hear(database, one, asked(one, not_after=now() - timedelta(seconds=1)))
    assert await rows(database) == []


async def test_a_letter_that_could_not_leave_in_time_stays(database: Database, sink: FaultySink) -> None:
    one = person()
    letter = asked(one, not_after=now() + timedelta(milliseconds=1))
    await hear(database, one, letter)
    await drain(database, sink)
    assert mails(sink) == []


async def test_a_letter_called_back_before_it_left_does_not_leave(database: Database, sink: FaultySink) -> None:
    one = person()
    letter, other = asked(one), asked(one, "account_overdue")
    await hear(database, one, letter, other, withdrawn(letter), again(withdrawn(letter)))
    await drain(database, sink)
    assert [mail["Subject"] for mail in mails(sink)] == ["Vi mangler klimaregnskapet for 2025"]
    [held] = await rows(database, delivery.c.subject_id == letter.letter_id)
    assert (held.state, held.reason, held.due_at) == ("suppressed", "withdrawn", None)


async def test_a_letter_called_back_before_it_was_heard_of_does_not_leave(database: Database, sink: FaultySink) -> None:
    one = person()
    letter = asked(one)
    await hear(database, one, withdrawn(letter), again(withdrawn(letter)), letter, again(letter))
    await drain(database, sink)
    assert mails(sink) == []
    [held] = await rows(database, delivery.c.subject_id == letter.letter_id)
    assert (held.state, held.reason) == ("suppressed", "withdrawn")


async def test_a_letter_that_left_is_not_called_back(database: Database, sink: FaultySink) -> None:
    one = person()
    letter = asked(one)
    await hear(database, one, letter)
    await drain(database, sink)
    await hear(database, withdrawn(letter), letter)
    await drain(database, sink)
    [sent] = await rows(database)
    assert (sent.state, len(mails(sink))) == ("sent", 1)


async def test_a_letter_waits_for_its_person_to_be_heard_of(database: Database, sink: FaultySink) -> None:
    one = person()
    await hear(database, asked(one))
    await drain(database, sink)
    await hear(database, one)
    await make_due(database)
    await drain(database, sink)
    assert len(mails(sink)) == 1


async def test_a_letter_to_confirm_overtakes_reminders_and_invitations(database: Database, sink: FaultySink) -> None:
    people = [person(number) for number in range(5)]
    await hear(database, *people, *(asked(one) for one in people), published(), asked(people[0], "confirm_erasure"))
    await drain(database, sink)
    subjects = [mail["Subject"] for mail in mails(sink)]
    assert subjects[0] == "Bekreft at opplysningene dine skal slettes"
    assert [subject[:10] for subject in subjects[1:6]] == ["Invitasjon"] * 5


async def test_an_address_is_confirmed_at_the_address_itself(database: Database, sink: FaultySink) -> None:
    one = person(pending_email="ny@partner.example")
    letter = asked(one, "confirm_email")
    await hear(database, one, letter)
    await drain(database, sink)
    [mail] = mails(sink)
    assert [entry.rcpt_tos for entry in sink.mailbox.entries()] == [("ny@partner.example",)]
    assert f"{BASE}/partners/confirm-email/{secret(KEY, 'confirm-email', letter.letter_id)}" in text_of(mail)
    for kind in ("plain", "html"):
        assert "Kari" not in text_of(mail, kind)
        assert "/mail/preferences/" not in text_of(mail, kind)
    assert mail["To"].addresses[0].display_name == ""


async def test_a_letter_to_confirm_waits_for_the_address(database: Database, sink: FaultySink) -> None:
    one = person()
    await hear(database, one, asked(one, "confirm_email"))
    await drain(database, sink)
    assert mails(sink) == []
    await hear(database, again(one, pending_email="ny@partner.example"))
    await make_due(database)
    await drain(database, sink)
    assert [entry.rcpt_tos for entry in sink.mailbox.entries()] == [("ny@partner.example",)]


async def test_the_link_to_confirm_an_erasure_is_stored_nowhere(database: Database, sink: FaultySink) -> None:
    one = person()
    letter = asked(one, "confirm_erasure")
    await hear(database, one, letter)
    await drain(database, sink)
    derived = secret(KEY, "erase", letter.letter_id)
    [mail] = mails(sink)
    assert f"{BASE}/partners/erase/{derived}" in text_of(mail)
    assert derived not in str(await rows(database))


@pytest.mark.parametrize("content", [FULL, LetterContent()], ids=["full", "empty"])
@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_letter_is_whole_in_every_language(
    database: Database, sink: FaultySink, language: Language, content: LetterContent
) -> None:
    one = person(language=language, pending_email="ny@partner.example")
    await hear(database, vestland(), one, *(asked(one, kind, content=content) for kind in KINDS))
    await drain(database, sink)
    arrived = mails(sink)
    assert len(arrived) == len(KINDS)
    for mail in arrived:
        text, html = text_of(mail), text_of(mail, "html")
        assert mail["Subject"].strip()
        assert f'<html lang="{language}">' in html
        assert "<AS>" not in html
        assert [gap for gap in ("None", "%(", "{{", "  ", " ,", " .", "\n: ") if gap in text] == []
        assert html.count('class="button"') <= 1
        assert mail["List-Unsubscribe"] is None
        assert mail["Auto-Submitted"] == "auto-generated"
        assert re.findall(r'<img|(?:src|href)="(?!https://kb\.example\.org/)', html) == []


@pytest.mark.parametrize("letter", sorted(NAMELESS))
async def test_no_name_somebody_typed_beside_an_address_is_said_there(
    database: Database, sink: FaultySink, letter: LetterKind
) -> None:
    one = person(name="Vinn en million på spill.example", pending_email="ny@partner.example")
    await hear(database, one, asked(one, letter))
    await drain(database, sink)
    assert b"spill" not in b"".join(mail.as_bytes() for mail in mails(sink))
    assert len(mails(sink)) == 1


@pytest.mark.parametrize("content", [FULL, LetterContent()], ids=["full", "empty"])
async def test_an_invitation_leads_through_the_sign_in_to_the_organisation(
    database: Database, sink: FaultySink, content: LetterContent
) -> None:
    one = person()
    await hear(database, one, asked(one, "invited_to_registry", content=content))
    await drain(database, sink)
    further = f"?next=/partners/{content.organisation_id}" if content.organisation_id else ""
    assert f": {BASE}/partners/sign-in{further}\n" in text_of(mails(sink)[0]).replace("\r", "")


async def test_a_refusal_quotes_its_reason(database: Database, sink: FaultySink) -> None:
    one = person()
    await hear(database, one, asked(one, "claim_rejected"))
    await drain(database, sink)
    [mail] = mails(sink)
    assert "> Vi finner ikke <deg>\n> i registeret." in text_of(mail).replace("\r", "")
    assert "&lt;deg&gt;" in text_of(mail, "html")
    assert f"{BASE}/partners/{FULL.organisation_id}" in text_of(mail)


@pytest.mark.parametrize(
    ("days_left", "subject"),
    [
        (1, "1 dag igjen til å levere klimaregnskapet for 2025"),
        (0, "I dag er fristen for å levere klimaregnskapet for 2025"),
        (None, "Husk å levere klimaregnskapet for 2025"),
    ],
)
async def test_a_reminder_says_how_long_there_is(
    database: Database, sink: FaultySink, days_left: int | None, subject: str
) -> None:
    one = person()
    await hear(database, one, asked(one, content=FULL.model_copy(update={"days_left": days_left})))
    await drain(database, sink)
    [mail] = mails(sink)
    assert mail["Subject"] == subject
    assert "Fristen er 1. mai 2026." in text_of(mail)


async def test_a_person_who_is_gone_gets_no_letters(database: Database, sink: FaultySink) -> None:
    gone, inactive = person(1), person(2)
    await hear(database, gone, inactive, asked(gone), asked(inactive))
    await hear(database, again(gone, name="", email="", erased=True), again(inactive, active=False), asked(gone))
    await drain(database, sink)
    assert mails(sink) == []
    assert await rows(database, delivery.c.person_id == gone.person_id) == []
    (nobodys,) = await rows(database, delivery.c.reason == "erased")
    assert (nobodys.state, nobodys.content) == ("suppressed", {})


def test_a_kind_nobody_knows_is_no_letter() -> None:
    one = asked(person()).model_dump(mode="json")
    with pytest.raises(ValidationError):
        LetterAsked.model_validate({**one, "letter": "birthday"})


def test_every_kind_is_described_by_the_fields_there_are() -> None:
    assert set(LETTERS) == set(KINDS)
    assert {name for about in LETTERS.values() for name in about.fills} == set(LetterContent.model_fields)
    assert {kind for kind, about in LETTERS.items() if about.unproven} <= NAMELESS <= PRIVATE
