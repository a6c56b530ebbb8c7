"""The SMTP side of the mailbox: 250 is said only when the message is on disk."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session, syntax

from deploy.embedded.mailbox.store import Mailbox
from deploy.servers.ports import LOOPBACK

MAX_MESSAGE = 25 * 1024 * 1024

log = logging.getLogger(__name__)


class Keeper:
    """The aiosmtpd handler that keeps each message in the mailbox."""

    def __init__(self, mailbox: Mailbox) -> None:
        self.mailbox = mailbox

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Answers the end of a message, once it is kept."""
        content = envelope.original_content or b""
        recipients = [str(recipient) for recipient in envelope.rcpt_tos]
        try:
            name = await asyncio.to_thread(self.mailbox.save, content, str(envelope.mail_from or ""), recipients)
        except OSError:
            log.exception("A message could not be kept")
            return "452 4.3.1 The mailbox cannot be written"
        return f"250 2.0.0 Kept as {name}"

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Offers XFORGET among the rest."""
        session.host_name = hostname
        return [*responses[:-1], "250-XFORGET", responses[-1]]

    async def forget(self, address: str) -> str:
        """Answers XFORGET, once nothing at the address is kept."""
        count = await asyncio.to_thread(self.mailbox.forget, address)
        return f"250 2.0.0 Forgot {count}"


class Conversation(SMTP):
    """An SMTP connection that its server can end."""

    def __init__(self, handler: Any, open_ones: set[asyncio.BaseTransport]) -> None:
        self._open_ones = open_ones
        super().__init__(
            handler,
            data_size_limit=MAX_MESSAGE,
            enable_SMTPUTF8=True,
            hostname="mailbox.localhost",
            ident="Koblingsboks mailbox",
            loop=asyncio.get_running_loop(),
        )

    @syntax("XFORGET <address>")
    async def smtp_XFORGET(self, arg: str | None) -> None:
        """Throws away what was kept at an address; a handler that keeps nothing does not know the command."""
        forget = getattr(self.event_handler, "forget", None)
        address = (arg or "").strip().removeprefix("<").removesuffix(">")
        if forget is None:
            await self.push("502 5.5.1 Command not implemented")
        elif not address:
            await self.push("501 5.5.4 Syntax: XFORGET <address>")
        else:
            await self.push(await forget(address))

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remembers the connection while it is open."""
        self._open_ones.add(transport)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """Forgets it again."""
        if self.transport is not None:
            self._open_ones.discard(self.transport)
        super().connection_lost(error)


@asynccontextmanager
async def smtp_server(handler: Any, port: int, host: str = LOOPBACK) -> AsyncIterator[int]:
    """Serves SMTP in the running loop for the time of the block, and yields the port (a free one when `port` is 0).

    `handler` is `Keeper(mailbox)`. Leaving ends open connections. OSError when the port is taken.
    """
    # aiosmtpd writes every command to this log, addresses and all.
    logging.getLogger("mail.log").setLevel(logging.WARNING)
    open_ones: set[asyncio.BaseTransport] = set()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Conversation(handler, open_ones), host, port)
    try:
        bound: int = server.sockets[0].getsockname()[1]
        yield bound
    finally:
        server.close()
        for transport in list(open_ones):
            transport.close()
