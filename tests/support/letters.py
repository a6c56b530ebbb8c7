"""Reading what lies in the mailbox, as a mail program would: from the raw bytes."""

from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import icalendar

from deploy.embedded.mailbox.store import Mailbox


@dataclass(frozen=True)
class Sent:
    """One accepted mail: its envelope's recipient, its bytes, and the bytes parsed."""

    to: str
    raw: bytes
    message: EmailMessage

    @property
    def message_id(self) -> str:
        """The Message-ID."""
        return str(self.message["Message-ID"])

    @property
    def subject(self) -> str:
        """The subject, decoded."""
        return str(self.message["Subject"])

    def part(self, kind: str) -> str:
        """Return the text of the first part of a content type."""
        for part in self.message.walk():
            if part.get_content_type() == kind:
                return str(part.get_content())
        raise AssertionError(f"no part {kind} in {self.subject}")

    def calendar(self) -> Any:
        """Return the calendar part, parsed."""
        return icalendar.Calendar.from_ical(self.part("text/calendar"))

    def unfolded_header(self, name: str) -> str:
        """Return a header's raw line, which must not be folded or encoded: mail programs read it as it stands."""
        head = self.raw.replace(b"\r\n", b"\n").split(b"\n\n", 1)[0]
        lines = [line for line in head.split(b"\n") if line.lower().startswith(name.lower().encode() + b":")]
        assert len(lines) == 1, f"{name}: {lines}"
        return lines[0].decode("ascii").split(":", 1)[1].strip()


def all_sent(mailbox: Mailbox, subject: str = "") -> list[Sent]:
    """Return every accepted mail whose subject contains `subject`, oldest first."""
    found = []
    for entry in reversed(mailbox.entries(subject=subject)):
        raw = mailbox.raw(entry.id)
        assert raw is not None
        message = message_from_bytes(raw, policy=policy.default)
        assert isinstance(message, EmailMessage)
        found.append(Sent(entry.rcpt_tos[0], raw, message))
    return found
