"""The mails: what each kind says, to whom, in their language."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.utils import parseaddr
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from babel.lists import format_list
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from services.notifier.addresses import Links
from services.notifier.calendars import Method, calendar_for, times
from services.notifier.letters import Draft, Letter, display_name, line, message_id, recipient_address, seal
from services.notifier.models import Kind, Recipient, Webinar
from services.notifier.queries import Knowledge
from shared.clock import now
from shared.contracts.vocabulary import Language
from shared.web import formats, labels
from shared.web.i18n import LOCALES, translations

HERE = Path(__file__).parent
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
        """Return the mail a delivery (`row`) owes; raises NotYet, Unwanted, or ValueError where the address cannot be used."""
        person = known.people.get(row.person_id)
        if person is None:
            raise NotYet
        if not person.email or not person.active:
            raise Unwanted("erased" if person.erased else "no_address" if person.active else "inactive")
        kind: Kind = row.kind
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
        context = {
            "name": line(self.person.name),
            "preferences": self.room.links.preferences(self.person.person_id),
            "lang": language,
            **parts.context,
        }
        texts = [
            _template(language, html, f"{self.row.kind}/{file}").render(context)
            for html, file in ((False, "subject.txt"), (False, "body.txt"), (True, "body.html"))
        ]
        to = recipient_address(self.person.name, self.person.email)
        calendar = self._calendar(parts, to) if parts.webinar and parts.method else None
        return seal(
            Draft(
                sender=self.room.address,
                to=to,
                subject=texts[0],
                text=texts[1],
                html=texts[2],
                message_id=message_id(self.row.id, self.room.domain),
                dated_at=self.dated_at,
                calendar=calendar,
                method=parts.method or "REQUEST",
                headers=(*_automatic(), *(self._bulk() if parts.bulk else ())),
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

    def told(self, webinar: Webinar) -> dict[str, Any]:
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
            "accept": links.answer(webinar.id, self.person.person_id, "accept"),
            "decline": links.answer(webinar.id, self.person.person_id, "decline"),
            "reason": line(webinar.reason),
        }

    def why(self, webinar: Webinar) -> dict[str, Any]:
        rule = webinar.rule
        say = translations(self.person.language, (HERE / "locale",)).gettext
        names = [
            self.known.regions[slug].name(self.person.language) if slug in self.known.regions else slug
            for slug in rule.regions
        ]
        return {
            "national": rule.scope == "national",
            "regions": _listed(names, self.person.language),
            "focus_area": say(labels.FOCUS_AREA_LABELS[rule.focus_area]) if rule.focus_area else "",
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
    """What one kind of mail adds to the common frame."""

    context: dict[str, Any]
    webinar: Webinar | None = None
    method: Method | None = None
    attends: str = "NEEDS-ACTION"
    bulk: bool = False
    language: Language | None = None


Writer = Callable[[_Writing], Parts]


def _invitation(mail: _Writing) -> Parts:
    webinar = mail.held()
    return Parts({**mail.told(webinar), **mail.why(webinar)}, webinar, "REQUEST", bulk=True)


def _confirmation(mail: _Writing) -> Parts:
    webinar = mail.held()
    if mail.answer != "registered":
        raise Unwanted(mail.answer or "withdrawn")
    return Parts(mail.told(webinar), webinar, "REQUEST", "ACCEPTED")


def _cancellation(mail: _Writing) -> Parts:
    webinar = mail.webinar()
    if (webinar.id, mail.person.person_id) not in mail.known.reached and mail.answer != "registered":
        raise Unwanted("not_invited")
    return Parts(mail.told(webinar), webinar, "CANCEL")


def _sign_in(mail: _Writing) -> Parts:
    minutes = max(1, round((mail.row.not_after - now()).total_seconds() / 60))
    language: Language = mail.row.content["language"]
    return Parts({"link": mail.room.links.sign_in(mail.row.subject_id), "minutes": minutes}, language=language)


def _changes_requested(mail: _Writing) -> Parts:
    content = mail.row.content
    link = mail.room.links.case(mail.row.subject_id)
    return Parts({"title": line(content["title"]), "reason": content["reason"].strip(), "link": link})


WRITERS: dict[Kind, Writer] = {
    "webinar_invitation": _invitation,
    "webinar_cancellation": _cancellation,
    "registration_confirmation": _confirmation,
    "sign_in": _sign_in,
    "case_changes_requested": _changes_requested,
}


def _automatic() -> tuple[tuple[str, str], ...]:
    return (("Auto-Submitted", "auto-generated"), ("X-Auto-Response-Suppress", "All"))


@lru_cache(maxsize=256)
def _when(start: datetime, end: datetime, language: Language, zone: str) -> str:
    return formats.interval(start, end, language, zone)


def _listed(names: list[str], language: Language) -> str:
    return format_list(sorted(names), locale=LOCALES[language]) if names else ""


_environments: dict[tuple[Language, bool], Environment] = {}


def _template(language: Language, html: bool, name: str) -> Any:
    if (language, html) not in _environments:
        _environments[language, html] = _environment(language, html)
    return _environments[language, html].get_template(name)


def _environment(language: Language, html: bool) -> Environment:
    made = Environment(
        loader=FileSystemLoader(HERE / "templates" / "mail"),
        autoescape=html,  # noqa: S701 plain text has nothing to escape
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    made.policies["ext.i18n.trimmed"] = True
    catalogue = translations(language, (HERE / "locale",))
    made.install_gettext_callables(  # type: ignore[attr-defined]
        catalogue.gettext, catalogue.ngettext, newstyle=True, pgettext=catalogue.pgettext, npgettext=catalogue.npgettext
    )
    return made
