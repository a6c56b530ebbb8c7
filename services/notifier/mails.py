"""The mails: what each kind says, to whom, in their language."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.utils import parseaddr
from functools import cached_property, lru_cache
from typing import Any

from babel.lists import format_list

from services.notifier import library_letters
from services.notifier.addresses import Links
from services.notifier.calendars import Method, calendar_for, times
from services.notifier.letters import Draft, Letter, display_name, line, message_id, recipient_address, seal
from services.notifier.letters_asked import ALSO_INACTIVE, FORM, KINDS, address_for, told
from services.notifier.models import Kind, Recipient, Webinar
from services.notifier.queries import Knowledge
from services.notifier.texts import say, write
from shared.contracts.vocabulary import Language
from shared.web import formats, labels
from shared.web.i18n import LOCALES

NORWAY = "Europe/Oslo"


class NotYet(Exception):
    """Something the mail needs has not been heard of; it waits."""


class Unwanted(Exception):
    """The mail is not to be sent after all; `reason` says why."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True)
class Mailroom:
    """Writes mails for one installation. `sender` is the From line's name and address, `domain` that of the Message-IDs."""

    sender: str
    domain: str
    links: Links

    def write(self, row: Any, known: Knowledge, dated_at: datetime) -> Letter:
        """Return the mail a delivery (`row`) owes; raises NotYet, Unwanted or Unusable."""
        person = known.people.get(row.person_id)
        if person is None:
            raise NotYet
        kind: Kind = row.kind
        if not person.active and kind not in ALSO_INACTIVE:
            raise Unwanted("inactive")
        if not person.email:
            raise Unwanted("no_address")
        if not (to := address_for(kind, person)):
            raise NotYet
        if row.person_id in known.refused and to == person.email and kind != "sign_in":
            raise Unwanted("refused")
        return _Writing(self, row, person, known, dated_at).letter(WRITERS[kind])

    @cached_property
    def address(self) -> Address:
        """The address mails come from."""
        name, email = parseaddr(self.sender)
        local, _, host = email.rpartition("@")
        return Address(display_name(name), local, host)


@dataclass(frozen=True)
class _Writing:
    """One mail being written."""

    room: Mailroom
    row: Any
    person: Recipient
    known: Knowledge
    dated_at: datetime

    def letter(self, writer: "Writer") -> Letter:
        parts = writer(self)
        language: Language = parts.language or self.person.language
        preferences = self.room.links.preferences(self.person.person_id)
        own = {"name": line(self.person.name), "preferences": preferences, **parts.own}
        texts = write(parts.form or self.row.kind, language, parts.shared, own)
        to = recipient_address(own["name"], address_for(self.row.kind, self.person))
        calendar = self._calendar(parts, to) if parts.webinar and parts.method else None
        return seal(
            Draft(
                sender=self.room.address,
                to=to,
                subject=texts.subject,
                text=texts.text,
                html=texts.html,
                message_id=message_id(self.row.id, self.room.domain),
                dated_at=self.dated_at,
                calendar=calendar,
                method=parts.method or "REQUEST",
                headers=(*_automatic(), *(self._bulk() if parts.bulk else ()), *_reply_to(parts.answers_to)),
            )
        )

    def webinar(self) -> Webinar:
        found = self.known.webinars.get(self.row.webinar_id)
        if found is None:
            raise NotYet
        return found

    def held(self) -> Webinar:
        """Return the webinar where it is still to be held."""
        found = self.webinar()
        if found.status == "cancelled":
            raise Unwanted("cancelled")
        return found

    @property
    def answer(self) -> str | None:
        """What the person answered."""
        return self.known.answers.get((self.row.webinar_id, self.row.person_id))

    def told(self, webinar: Webinar) -> dict[str, str | int]:
        """Return what everybody reads about a webinar."""
        start, end = times(webinar)
        links, language = self.room.links, self.person.language
        zone = start.tzinfo
        return {
            "title": line(webinar.title),
            "summary": webinar.summary,
            "title_lang": webinar.language,
            "when": _when(start, end, language, str(zone)),
            "zone": "" if webinar.time_zone == NORWAY else str(zone),
            "page": links.webinar(webinar.id),
            "reason": line(webinar.reason),
        }

    def answers(self, webinar: Webinar) -> dict[str, str]:
        """Return this person's links to say yes and no."""
        person_id = self.person.person_id
        return {choice: self.room.links.answer(webinar.id, person_id, choice) for choice in ("accept", "decline")}

    def why(self, webinar: Webinar) -> dict[str, str | int]:
        """Return the audience rule for the words that say why one gets the mail."""
        rule, language = webinar.rule, self.person.language
        names = [
            self.known.regions[slug].name(language) if slug in self.known.regions else slug for slug in rule.regions
        ]
        return {
            "national": rule.scope == "national",
            "chosen": rule.segment_id is not None,
            "regions": _listed(names, language),
            "focus_area": say(language, labels.FOCUS_AREA_LABELS[rule.focus_area]) if rule.focus_area else "",
        }

    def _calendar(self, parts: "Parts", to: Address) -> bytes:
        assert parts.webinar is not None
        assert parts.method is not None
        sender = self.room.address
        organiser = (sender.display_name, sender.addr_spec)
        page = self.room.links.webinar(parts.webinar.id)
        attendee = (to.display_name, to.addr_spec)
        return calendar_for(parts.webinar, parts.method, organiser, page, attendee, parts.attends)

    def _bulk(self) -> tuple[tuple[str, str], ...]:
        mailto = f"<mailto:{self.room.address.addr_spec}?subject=unsubscribe>"
        return (
            ("List-Id", f"<webinars.{self.room.domain}>"),
            ("List-Unsubscribe", f"<{self.room.links.unsubscribe(self.person.person_id, 'webinars')}>, {mailto}"),
            ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        )


@dataclass(frozen=True)
class Parts:
    """What one kind of mail adds to the common frame: `shared` is the same for all its readers, `own` for this one."""

    shared: dict[str, str | int]
    own: dict[str, str]
    webinar: Webinar | None = None
    method: Method | None = None
    attends: str = "NEEDS-ACTION"
    bulk: bool = False
    language: Language | None = None
    form: str | None = None
    answers_to: Recipient | None = None


Writer = Callable[[_Writing], Parts]


def _invitation(mail: _Writing) -> Parts:
    webinar = mail.held()
    return Parts({**mail.told(webinar), **mail.why(webinar)}, mail.answers(webinar), webinar, "REQUEST", bulk=True)


def _confirmation(mail: _Writing) -> Parts:
    webinar = mail.held()
    if mail.answer != "registered":
        raise Unwanted(mail.answer or "withdrawn")
    return Parts(mail.told(webinar), mail.answers(webinar), webinar, "REQUEST", "ACCEPTED")


def _cancellation(mail: _Writing) -> Parts:
    webinar = mail.webinar()
    if (webinar.id, mail.person.person_id) not in mail.known.reached and mail.answer != "registered":
        raise Unwanted("not_invited")
    return Parts(mail.told(webinar), {}, webinar, "CANCEL")


def _sign_in(mail: _Writing) -> Parts:
    minutes = max(1, round((mail.row.not_after - mail.dated_at).total_seconds() / 60))
    language: Language = mail.row.content["language"]
    return Parts({"minutes": minutes}, {"link": mail.room.links.sign_in(mail.row.subject_id)}, language=language)


def _changes_requested(mail: _Writing) -> Parts:
    content = mail.row.content
    link = mail.room.links.case(mail.row.subject_id)
    return Parts({"title": line(content["title"]), "reason": content["reason"].strip(), "link": link}, {})


def _letter_asked(mail: _Writing) -> Parts:
    said = told(mail.row, mail.room.links, mail.known.regions)
    return Parts(said.shared, said.own, language=mail.row.content["language"], form=FORM)


def _library_letter(mail: _Writing) -> Parts:
    other = mail.known.people.get(library_letters.other_id(mail.row) or mail.row.id)
    reachable = other is not None and other.active and bool(other.email)
    if mail.row.kind in library_letters.ANSWERED and not reachable:
        raise Unwanted("other_gone")
    said = library_letters.told(mail.row, other, mail.room.links, mail.known.regions, mail.person)
    return Parts(said.shared, said.own, form=FORM, answers_to=other if reachable else None)


WRITERS: dict[Kind, Writer] = {
    "webinar_invitation": _invitation,
    "webinar_cancellation": _cancellation,
    "registration_confirmation": _confirmation,
    "sign_in": _sign_in,
    "case_changes_requested": _changes_requested,
    **dict.fromkeys(KINDS, _letter_asked),
    **dict.fromkeys(library_letters.KINDS, _library_letter),
}


def _reply_to(other: Recipient | None) -> tuple[tuple[str, str], ...]:
    # The address alone: names beyond ASCII would have to be encoded, and the letter tells the name.
    return (("Reply-To", recipient_address("", other.email).addr_spec),) if other else ()


def _automatic() -> tuple[tuple[str, str], ...]:
    return (("Auto-Submitted", "auto-generated"), ("X-Auto-Response-Suppress", "All"))


@lru_cache(maxsize=256)
def _when(start: datetime, end: datetime, language: Language, zone: str) -> str:
    return formats.interval(start, end, language, zone)


def _listed(names: list[str], language: Language) -> str:
    return format_list(sorted(names), locale=LOCALES[language]) if names else ""
