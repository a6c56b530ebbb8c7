"""The way to the mail server: one kept connection, one recipient per transaction, and every answer put in one of five drawers."""

import asyncio
import logging
import re
import ssl
import time
from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit

import aiosmtplib
from aiosmtplib import SMTPDataError, SMTPException, SMTPRecipientRefused, SMTPResponseException

from services.notifier.letters import Letter

TIMEOUT = 20.0
MOST_MAILS = 100
IDLE_SECONDS = 30.0
BACKOFF = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0)
CLOSING = 421
FORGETS = "xforget"
"""The command by which a server that stores mail is told to throw away what it keeps at an address."""
SIGN_IN_NEEDED = (530, 534, 535, 538)
ENHANCED = re.compile(r"5\.\d{1,3}\.\d{1,3}(?!\S)")
NO_SUCH_ADDRESS = {
    "5.1.1": "Bad destination mailbox address",
    "5.1.2": "Bad destination system address",
    "5.1.3": "Bad destination mailbox address syntax",
    "5.1.6": "Destination mailbox has moved",
    "5.1.10": "Recipient address has null MX",
    "5.2.1": "Mailbox disabled",
}
"""Enhanced codes that blame the recipient's address (RFC 3463, RFC 7505). Without one, 5xx is policy as often as not."""
LOST = (SMTPException, OSError, asyncio.TimeoutError)

log = logging.getLogger(__name__)

Verdict = Literal["sent", "deferred", "failed", "unknown", "away"]


@dataclass(frozen=True)
class Outcome:
    """What became of one mail.

    sent: the server has it. deferred: it was put off. failed: it will never be taken. unknown: it may have it, nobody knows.
    away: the server took nothing from anybody, the mail is not to blame.
    `refused` is set where the server refused the very address for good: its codes with what they mean, none of its own words.
    """

    verdict: Verdict
    note: str = ""
    refused: str = ""


@dataclass(frozen=True)
class Server:
    """A mail server, as KOBLINGSBOKS_SMTP_URL names it."""

    host: str
    port: int
    tls: bool = False
    starttls: bool = False
    user: str | None = None
    password: str | None = None

    @classmethod
    def of(cls, url: str) -> "Server":
        """Read `smtp(s)://[user:password@]host[:port][?starttls=1]`; raises ValueError where it is something else."""
        parts = urlsplit(url)
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise ValueError("KOBLINGSBOKS_SMTP_URL must begin with smtp:// or smtps:// and name a host")
        tls = parts.scheme == "smtps"
        wanted = parse_qs(parts.query).get("starttls", ["0"])[-1] in ("1", "true", "yes")
        user = unquote(parts.username) if parts.username else None
        password = unquote(parts.password) if parts.password else None
        return cls(parts.hostname, parts.port or (465 if tls else 587 if wanted else 25), tls, wanted, user, password)


class Route:
    """The kept connection to one server. When the server is away, :meth:`open` says so for a growing while without asking."""

    def __init__(
        self, server: Server, greeting: str, *, timeout: float = TIMEOUT, backoff: tuple[float, ...] = BACKOFF
    ) -> None:
        self._server = server
        self._greeting = greeting
        self._timeout = timeout
        self._backoff = backoff
        self._client: aiosmtplib.SMTP | None = None
        self._mails = 0
        self._failures = 0
        self._closed_until = 0.0
        self._used = 0.0

    @property
    def wait(self) -> float:
        """Seconds until the server is asked again; 0 where it is not away."""
        return max(0.0, self._closed_until - time.monotonic())

    async def open(self) -> bool:
        """Have a connection that is fit for the next mail; False while the server is away."""
        if self.wait:
            return False
        if self._client is not None and (not self._client.is_connected or self._mails >= MOST_MAILS or self._stale()):
            await self.close()
        if self._client is None:
            await self._connect()
        return self._client is not None

    def _stale(self) -> bool:
        return time.monotonic() - self._used > IDLE_SECONDS

    async def rest(self) -> None:
        """Close a connection that was not used for a while."""
        if self._client is not None and self._stale():
            await self.close()

    async def close(self) -> None:
        """Say goodbye, where somebody still listens."""
        client, self._client = self._client, None
        if client is None:
            return
        try:
            if client.is_connected:
                await client.quit(timeout=2)
        except LOST as error:
            log.debug("the mail server did not say goodbye: %r", error)
        finally:
            client.close()

    async def _connect(self) -> None:
        server = self._server
        client = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            use_tls=server.tls,
            start_tls=server.starttls,
            username=server.user,
            password=server.password,
            local_hostname=self._greeting,
            timeout=self._timeout,
        )
        try:
            await client.connect()
            if client.is_ehlo_or_helo_needed:
                await client.ehlo()
        except (*LOST, ssl.SSLError) as error:
            client.close()
            self._away(f"no connection: {_said(error)}")
        else:
            self._client, self._mails, self._used = client, 0, time.monotonic()

    def _away(self, note: str) -> Outcome:
        delay = self._backoff[min(self._failures, len(self._backoff) - 1)]
        self._failures += 1
        self._closed_until = time.monotonic() + delay
        log.warning("mail waits, the server is asked again in %.0f s: %s", delay, note)
        return Outcome("away", note)

    async def deliver(self, letter: Letter) -> Outcome:
        """Hand one mail over on the open connection and say what became of it. Never raises for what a server does."""
        client = self._client
        if client is None:
            return Outcome("away", "no connection")
        self._used = time.monotonic()
        refused = await self._address(client, letter)
        outcome = refused or await self._content(client, letter)
        if outcome.verdict == "sent":
            self._mails += 1
            self._failures = 0
        elif outcome.verdict in ("unknown", "away") or not client.is_connected:
            self._client = None
            client.close()
        return outcome

    async def forget(self, address: str) -> bool:
        """Have a server that stores mail throw away what it keeps at `address`; True where nothing is left there.

        Only a server that offers it is asked: others pass mail on, and keep none.
        """
        client = self._client
        if client is None:
            return False
        self._used = time.monotonic()
        if not client.supports_extension(FORGETS):
            return True
        try:
            response = await client.execute_command(FORGETS.upper().encode(), f"<{address}>".encode())
        except LOST as error:
            self._client = None
            client.close()
            self._away(f"silence after {FORGETS}: {_said(error)}")
            return False
        return response.code == 250

    async def _address(self, client: aiosmtplib.SMTP, letter: Letter) -> Outcome | None:
        try:
            await client.mail(letter.sender)
            await client.rcpt(letter.to)
        except SMTPRecipientRefused as error:
            return replace(await self._refused(client, error), refused=address_refused(error.code, error.message))
        except SMTPResponseException as error:
            return await self._refused(client, error)
        except LOST as error:
            self._away(f"silence before the message: {_said(error)}")
            client.close()
            return Outcome("deferred", _said(error))
        return None

    async def _content(self, client: aiosmtplib.SMTP, letter: Letter) -> Outcome:
        try:
            response = await client.data(letter.content)
        except SMTPDataError as error:
            return await self._refused(client, error)
        except LOST as error:
            # After the final dot the server may have kept the mail: nobody can know.
            return Outcome("unknown", f"silence after the message: {_said(error)}")
        return Outcome("sent", f"{response.code} {response.message}")

    async def _refused(self, client: aiosmtplib.SMTP, error: SMTPResponseException) -> Outcome:
        note = _said(error)
        if error.code == CLOSING or error.code in SIGN_IN_NEEDED:
            return self._away(note)
        try:
            if client.is_connected:
                await client.rset()
        except LOST as silence:
            log.info("the mail server left after a refusal: %r", silence)
            client.close()
        return Outcome("failed" if 500 <= error.code < 600 else "deferred", note)


def address_refused(code: int, reply: str) -> str:
    """Return a refusal of the recipient's address in the standard's words, such as `550 5.1.1 Bad destination mailbox address`;
    empty where the reply is anything else. What the server itself wrote may name the person, so nothing of it is kept."""
    found = ENHANCED.match(reply.strip())
    if not 500 <= code < 600 or found is None or found[0] not in NO_SUCH_ADDRESS:
        return ""
    return f"{code} {found[0]} {NO_SUCH_ADDRESS[found[0]]}"


def _said(error: BaseException) -> str:
    if isinstance(error, SMTPResponseException):
        return f"{error.code} {' '.join(str(error.message).split())}"
    return f"{type(error).__name__}: {error}"[:300]
