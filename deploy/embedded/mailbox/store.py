"""The mailbox on disk: one raw `.eml` per accepted message, and a `.json` beside it with the envelope."""

import itertools
import json
import os
import re
import secrets
import threading
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from deploy.embedded.mailbox.letter import Letter, decoded_header, headers_of

NAME = re.compile(r"\d{8}T\d{12}Z-\d{6,}-[0-9a-f]{8}")
PAGE_SIZE = 50


@dataclass(frozen=True)
class Entry:
    """One message in the list. `received_at` is UTC in ISO 8601; `mail_from` and `rcpt_tos` are the SMTP envelope."""

    id: str
    mail_from: str
    rcpt_tos: tuple[str, ...]
    received_at: str
    subject: str
    size: int

    @property
    def received(self) -> datetime:
        """When it was accepted, in UTC."""
        return datetime.fromisoformat(self.received_at)


@dataclass(frozen=True)
class Page:
    """Entries `number` (from 1) of `pages`; `total` counts all that match."""

    entries: Sequence[Entry]
    number: int
    pages: int
    total: int


class Mailbox:
    """The messages in `<data>/mailbox`. Several processes may read it; `accepted` counts what this object has saved."""

    def __init__(self, data: Path) -> None:
        self.folder = data / "mailbox"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.accepted = 0
        self._numbers: Iterator[int] = itertools.count(self._last_number() + 1)
        self._counting = threading.Lock()
        self._known: dict[str, Entry] = {}

    def _last_number(self) -> int:
        return max((int(name.split("-")[1]) for name in self._names()), default=0)

    def _names(self) -> list[str]:
        names = (entry.name.removesuffix(".eml") for entry in os.scandir(self.folder) if entry.name.endswith(".eml"))
        return sorted((name for name in names if NAME.fullmatch(name)), reverse=True)

    def save(self, content: bytes, mail_from: str, rcpt_tos: Sequence[str]) -> str:
        """Keeps one message and returns its id, when the bytes are safely on disk; OSError when they are not.

        Nothing is ever recognised as a repetition: each call keeps one more message.
        """
        with self._counting:
            number = next(self._numbers)
        now = datetime.now(UTC)
        name = f"{now:%Y%m%dT%H%M%S%f}Z-{number:06d}-{secrets.token_hex(4)}"
        subject = decoded_header(headers_of(content)["Subject"])
        entry = Entry(name, mail_from, tuple(rcpt_tos), now.isoformat(), subject, len(content))
        self._write(self.folder / f"{name}.json", json.dumps(asdict(entry)).encode())
        self._write(self.folder / f"{name}.eml", content)
        self._sync_folder()
        with self._counting:
            self.accepted += 1
        return name

    def _write(self, file: Path, content: bytes) -> None:
        draft = file.with_name(f".{file.name}.tmp")
        with draft.open("wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(file)

    def _sync_folder(self) -> None:
        handle = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def entries(self, to: str = "", subject: str = "") -> list[Entry]:
        """All messages, newest first, whose envelope recipient and subject contain the given text in any case."""
        names = self._names()
        known = {name: self._known.get(name) or self._entry(name) for name in names}
        self._known = {name: entry for name, entry in known.items() if entry}
        wanted_to, wanted_subject = to.strip().casefold(), subject.strip().casefold()
        return [
            entry
            for entry in self._known.values()
            if any(wanted_to in recipient.casefold() for recipient in entry.rcpt_tos or ("",))
            and wanted_subject in entry.subject.casefold()
        ]

    def _entry(self, name: str) -> Entry | None:
        try:
            fields = json.loads((self.folder / f"{name}.json").read_bytes())
        except FileNotFoundError:
            return None
        return Entry(**{**fields, "rcpt_tos": tuple(fields["rcpt_tos"])})

    def page(self, number: int = 1, to: str = "", subject: str = "", size: int = PAGE_SIZE) -> Page:
        """One page of `entries`; a number outside the range gives the nearest page."""
        found = self.entries(to, subject)
        pages = max(1, -(-len(found) // size))
        number = min(max(1, number), pages)
        return Page(found[(number - 1) * size : number * size], number, pages, len(found))

    def find(self, name: str) -> Entry | None:
        """The entry with this id, or None."""
        return self._known.get(name) or self._entry(name) if NAME.fullmatch(name) else None

    def raw(self, name: str) -> bytes | None:
        """The message as it came over the wire, or None when there is none with this id."""
        if not NAME.fullmatch(name):
            return None
        try:
            return (self.folder / f"{name}.eml").read_bytes()
        except FileNotFoundError:
            return None

    def letter(self, name: str) -> Letter | None:
        """The message taken apart, or None when there is none with this id."""
        raw = self.raw(name)
        return Letter.parse(raw) if raw is not None else None

    def forget(self, address: str) -> int:
        """Deletes the messages to an address, whatever its case, and returns how many there were."""
        wanted = address.strip().casefold()
        return self._delete([one.id for one in self.entries() if wanted in map(str.casefold, one.rcpt_tos)])

    def clear(self) -> int:
        """Deletes all messages and returns how many there were."""
        return self._delete(self._names())

    def _delete(self, names: Sequence[str]) -> int:
        for name in names:
            (self.folder / f"{name}.eml").unlink(missing_ok=True)
            (self.folder / f"{name}.json").unlink(missing_ok=True)
        return len(names)
