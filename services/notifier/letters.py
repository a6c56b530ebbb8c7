"""From texts to the bytes of a mail.

Python's `email` writes From and Subject and checks addresses; the rest is ASCII of our own making and is put together here,
because assembling a message object costs more than all other work on a mail. Tests prove by parsing that `email` reads what
was meant.
"""

from base64 import b64encode, encodebytes
from binascii import b2a_qp
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email import policy
from email.errors import MessageError
from email.headerregistry import Address
from email.utils import format_datetime
from functools import lru_cache
from hashlib import sha256
from unicodedata import category
from uuid import UUID

POLICY = policy.SMTP.clone(max_line_length=998)
"""Lines may be as long as SMTP allows: folding takes the quotes off long names, and would kill List-Unsubscribe."""
WORDS = policy.SMTP
"""For texts beyond ASCII: an encoded word may not be longer than 75 signs."""
NAME_LENGTH = 60
UNUSABLE = "the address cannot be used"
WORD_BYTES = 45
"""What an encoded word of at most 75 signs can hold."""
UNSAFE = str.maketrans(dict.fromkeys('",;:<>()@[]\\', " "))


class Unusable(Exception):
    """Nothing can be sent to this address."""


@dataclass(frozen=True)
class Letter:
    """A mail ready to be handed over: the envelope's two addresses, its identity and its bytes."""

    sender: str
    to: str
    message_id: str
    content: bytes


@dataclass(frozen=True)
class Draft:
    """What a mail says. `calendar` goes in as an alternative and as an attachment; `headers` are ASCII of our own making."""

    sender: Address
    to: Address
    subject: str
    text: str
    html: str
    message_id: str
    dated_at: datetime
    calendar: bytes | None = None
    method: str = "REQUEST"
    headers: Sequence[tuple[str, str]] = field(default_factory=tuple)


def message_id(delivery_id: UUID, domain: str) -> str:
    """Return the Message-ID of a delivery: always the same, so that a mail that arrives twice is known as one."""
    return f"<{sha256(str(delivery_id).encode()).hexdigest()[:32]}@{domain}>"


def line(text: str) -> str:
    """Return `text` on one line, without control characters and marks that turn the direction of writing."""
    if text.isprintable():
        return " ".join(text.split())
    kept = (sign if category(sign) not in ("Cc", "Cf", "Cs", "Zl", "Zp") else " " for sign in text)
    return " ".join("".join(kept).split())


def display_name(text: str) -> str:
    """Return a name that no mail program takes for an address or for several, short enough for one encoded word."""
    name = line(line(text).translate(UNSAFE))[:NAME_LENGTH].strip()
    return name if name.isascii() else name.encode()[:WORD_BYTES].decode(errors="ignore").strip()


def recipient_address(name: str, email: str) -> Address:
    """Return a recipient; raises Unusable where the address is none, or could only be written with SMTPUTF8."""
    local, _, domain = email.rpartition("@")
    try:
        host = domain.encode("idna").decode()
        if not local or not host or not local.isascii() or not email.isprintable():
            raise Unusable(UNUSABLE)
        return Address(display_name(name), local, host)
    except (ValueError, IndexError, MessageError) as error:
        raise Unusable(UNUSABLE) from error


def seal(draft: Draft) -> Letter:
    """Return the mail `draft` makes; raises ValueError where a header of ours is not plain ASCII."""
    head = [
        _from(draft.sender.display_name, draft.sender.username, draft.sender.domain),
        _to(draft.to),
        _subject(line(draft.subject)),
        _plain("Message-ID", draft.message_id),
        _plain("Date", format_datetime(draft.dated_at)),
        *(_plain(name, value) for name, value in draft.headers),
        b"MIME-Version: 1.0\r\n",
    ]
    mark = sha256(draft.message_id.encode()).hexdigest()[:24].encode()
    content = b"".join(head) + _body(draft, mark)
    return Letter(draft.sender.addr_spec, draft.to.addr_spec, draft.message_id, content)


def _body(draft: Draft, mark: bytes) -> bytes:
    alternatives = [_text("plain", draft.text), _text("html", draft.html)]
    if draft.calendar is None:
        return _multipart("alternative", mark + b"a", alternatives)
    encoded = encodebytes(draft.calendar).replace(b"\n", b"\r\n")
    method = draft.method.encode()
    invitation = _part(b'text/calendar; charset="utf-8"; method=' + method, b"base64", encoded)
    attached = _part(
        b'application/ics; name="invite.ics"',
        b"base64",
        encoded,
        b'Content-Disposition: attachment; filename="invite.ics"\r\n',
    )
    inner = _multipart("alternative", mark + b"a", [*alternatives, invitation])
    return _multipart("mixed", mark + b"m", [inner, attached])


def _multipart(kind: str, mark: bytes, parts: Sequence[bytes]) -> bytes:
    # "=_" stands in neither quoted-printable nor base64, so no part can hold the boundary.
    boundary = b"=_" + mark
    head = b"Content-Type: multipart/" + kind.encode() + b'; boundary="' + boundary + b'"\r\n\r\n'
    inside = b"".join(b"--" + boundary + b"\r\n" + part + b"\r\n" for part in parts)
    return head + inside + b"--" + boundary + b"--\r\n"


def _text(kind: str, text: str) -> bytes:
    lines = "\r\n".join((*text.splitlines(), ""))
    encoded = b2a_qp(lines.encode(errors="replace"), istext=True)
    return _part(f'text/{kind}; charset="utf-8"'.encode(), b"quoted-printable", encoded)


def _part(kind: bytes, encoding: bytes, content: bytes, more: bytes = b"") -> bytes:
    return b"Content-Type: " + kind + b"\r\nContent-Transfer-Encoding: " + encoding + b"\r\n" + more + b"\r\n" + content


def _plain(name: str, value: str) -> bytes:
    if not (value.isascii() and value.isprintable()) or len(name) + len(value) > 990:
        raise ValueError(f"{name} is not plain ASCII on one line")
    return f"{name}: {value}\r\n".encode("ascii")


@lru_cache(maxsize=16)
def _from(name: str, user: str, domain: str) -> bytes:
    return _fold("From", Address(name, user, domain))


def _to(to: Address) -> bytes:
    # By hand, for `email` takes the quotes off long names and splits words between encoded ones.
    if not to.display_name:
        return _plain("To", to.addr_spec)
    if to.display_name.isascii():
        return _plain("To", f'"{to.display_name}" <{to.addr_spec}>')
    word = b64encode(to.display_name.encode()).decode()
    return _plain("To", f"=?utf-8?b?{word}?= <{to.addr_spec}>")


@lru_cache(maxsize=512)
def _subject(text: str) -> bytes:
    return _fold("Subject", text)


def _fold(name: str, value: Address | str) -> bytes:
    header = POLICY.header_factory(name, value)
    folded: str = header.fold(policy=POLICY if header.isascii() else WORDS)
    return folded.encode("ascii")
