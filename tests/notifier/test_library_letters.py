"""Letters the library asks for: each once, answered straight to the other, whose address stands in no fact and on no page."""

import re
from datetime import timedelta
from typing import Any, get_args

import pytest
from pydantic import ValidationError

from services.notifier.library_letters import ANSWERED
from services.notifier.tables import delivery
from shared.clock import now
from shared.contracts.knowledge import LibraryLetterAsked, LibraryLetterContent, LibraryLetterKind
from shared.contracts.partners import PersonStated
from shared.contracts.vocabulary import LANGUAGES, Language
from shared.db.session import Database
from shared.ids import new_id
from tests.notifier.support import BASE, again, drain, hear, mails, person, rows, text_of
from tests.notifier.test_letters import vestland
from tests.support.smtp_faults import FaultySink

KINDS: tuple[LibraryLetterKind, ...] = get_args(LibraryLetterKind)
FULL = LibraryLetterContent(
    title="Elektriske <lastebiler>",
    other="Bø & Sønns tippbiler",
    organisation="Maskin <AS>",
    region="vestland",
    text="Hva <kostet>\nde?",
    count=3,
    path="/cases/needs/x?svar=ja",
)


def asked(who: PersonStated, letter: LibraryLetterKind = "introduction", **changes: Any) -> LibraryLetterAsked:
    values: dict[str, Any] = {
        "letter_id": new_id(),
        "person_id": who.person_id,
        "letter": letter,
        "content": FULL,
        "not_after": now() + timedelta(days=7),
        "version": 1,
    }
    return LibraryLetterAsked(**{**values, **changes})


@pytest.mark.parametrize("content", [FULL, LibraryLetterContent()], ids=["full", "empty"])
@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_letter_is_whole_in_every_language(
    database: Database, sink: FaultySink, language: Language, content: LibraryLetterContent
) -> None:
    one, other = person(1, language=language), person(2, name="Ola Øye")
    letters = [asked(one, kind, content=content, reply_to_id=other.person_id) for kind in KINDS]
    await hear(database, vestland(), one, other, *letters)
    await drain(database, sink)
    arrived = mails(sink)
    assert len(arrived) == len(KINDS)
    for mail in arrived:
        text, html = text_of(mail), text_of(mail, "html")
        assert mail["Subject"].strip()
        assert f'<html lang="{language}">' in html
        assert "<AS>" not in html
        assert [gap for gap in ("None", "%(", "{{", "  ", " ,", " .", "\n: ", "«»") if gap in text] == []
        assert re.findall(r'<img|(?:src|href)="(?!https://kb\.example\.org/)', html) == []


async def test_each_of_two_gets_one_mail_that_answers_the_other(database: Database, sink: FaultySink) -> None:
    one, other = person(1, name="Kari Å"), person(2, name="Ola Øye")
    pair = [asked(one, reply_to_id=other.person_id), asked(other, reply_to_id=one.person_id)]
    await hear(database, one, other, *pair, *pair, *(again(each) for each in pair))
    await drain(database, sink)
    found = {mail["To"].addresses[0].addr_spec: mail for mail in mails(sink)}
    assert len(mails(sink)) == 2
    assert found[one.email]["Reply-To"].addresses[0].addr_spec == other.email
    assert found[other.email]["Reply-To"].addresses[0].addr_spec == one.email
    assert "Ola Øye" in text_of(found[one.email])
    assert other.email not in text_of(found[one.email])
    assert f"{BASE}{FULL.path}" in text_of(found[one.email])
    assert not any(address in pair[0].encoded().decode() for address in (one.email, other.email))


@pytest.mark.parametrize("kind", KINDS)
async def test_a_letter_that_is_nothing_without_the_other_does_not_leave_when_they_are_gone(
    database: Database, sink: FaultySink, kind: LibraryLetterKind
) -> None:
    one, other = person(1), person(2)
    await hear(database, one, other, again(other, active=False), asked(one, kind, reply_to_id=other.person_id))
    await drain(database, sink)
    assert len(mails(sink)) == (0 if kind in ANSWERED else 1)
    assert all(mail["Reply-To"] is None for mail in mails(sink))


async def test_of_somebody_erased_no_letter_to_others_keeps_a_trace(database: Database, sink: FaultySink) -> None:
    one, other = person(1), person(2)
    before, late = (asked(one, reply_to_id=other.person_id) for _ in range(2))
    await hear(database, one, other, before, again(other, name="", email="", erased=True), late)
    await drain(database, sink)
    assert mails(sink) == []
    [row] = await rows(database, delivery.c.person_id == one.person_id)
    assert (row.state, row.content) == ("suppressed", {})


async def test_answers_go_to_the_record_that_took_the_others_place(database: Database, sink: FaultySink) -> None:
    one, double, survivor = person(1), person(2), person(3)
    letter = asked(one, reply_to_id=double.person_id)
    merged = again(double, active=False, merged_into=survivor.person_id)
    await hear(database, one, double, survivor, letter, merged, asked(one, reply_to_id=double.person_id))
    await drain(database, sink)
    found = mails(sink)
    assert [mail["Reply-To"].addresses[0].addr_spec for mail in found] == [survivor.email] * 2


async def test_a_letter_whose_time_is_over_is_not_owed(database: Database) -> None:
    one = person()
    await hear(database, one, asked(one, "need_matched", not_after=now() - timedelta(seconds=1)))
    assert await rows(database) == []


@pytest.mark.parametrize("path", ["https://elsewhere.example", "//elsewhere.example", "/partners", "/cases/\r\nX: y"])
def test_a_button_leads_nowhere_but_into_the_library(path: str) -> None:
    with pytest.raises(ValidationError):
        LibraryLetterContent(path=path)
