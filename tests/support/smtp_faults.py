"""An SMTP server that misbehaves on command, for tests of sending.

async with faulty_smtp(folder) as sink:
    sink.behave("RCPT", "451 4.3.0 Try later", times=2)
    sink.behave("DATA", DROP_STORED)
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, Literal

from aiosmtpd.smtp import SMTP, Envelope, Session

from deploy.embedded.mailbox.smtp import Keeper, smtp_server
from deploy.embedded.mailbox.store import Mailbox

Verb = Literal["EHLO", "MAIL", "RCPT", "DATA"]


class Fault(Enum):
    """What happens instead of a reply."""

    HANG = "nothing is said until the client gives up"
    DROP = "the connection breaks, and nothing is kept"
    HANG_STORED = "the message is kept, and nothing is said"
    DROP_STORED = "the message is kept, and the connection breaks before the reply"


HANG, DROP, HANG_STORED, DROP_STORED = Fault


@dataclass
class Rule:
    """One planned fault: at `verb`, for recipients that contain `recipient`, `times` times (None: always)."""

    verb: Verb
    answer: str | Fault
    times: int | None = None
    recipient: str = ""


class FaultySink(Keeper):
    """Keeps mail as the mailbox does, unless a rule says otherwise. `seen` counts how often each verb came."""

    def __init__(self, mailbox: Mailbox) -> None:
        super().__init__(mailbox)
        self.port = 0
        self.rules: list[Rule] = []
        self.seen = {"EHLO": 0, "MAIL": 0, "RCPT": 0, "DATA": 0}

    def behave(self, verb: Verb, answer: str | Fault, times: int | None = None, recipient: str = "") -> None:
        """Answers `verb` so from now on: with a reply line such as "421 4.3.2 Closing", or a Fault."""
        self.rules.append(Rule(verb, answer, times, recipient))

    def behave_well(self) -> None:
        """Forgets all rules."""
        self.rules.clear()

    def _rule(self, verb: Verb, recipients: list[str]) -> Rule | None:
        self.seen[verb] += 1
        for rule in self.rules:
            hit = not rule.recipient or any(rule.recipient in recipient for recipient in recipients)
            if rule.verb == verb and hit and rule.times != 0:
                rule.times = None if rule.times is None else rule.times - 1
                return rule
        return None

    async def _answer(self, server: SMTP, verb: Verb, recipients: list[str]) -> str | None:
        rule = self._rule(verb, recipients)
        return await self._perform(server, rule) if rule else None

    async def _perform(self, server: SMTP, rule: Rule) -> str:
        if isinstance(rule.answer, str):
            if rule.answer.startswith("421"):
                asyncio.get_running_loop().call_soon(_close, server)
            return rule.answer
        if rule.answer in (DROP, DROP_STORED) and isinstance(server.transport, asyncio.Transport):
            server.transport.abort()
        await asyncio.Event().wait()  # the connection's end cancels this
        raise AssertionError("unreachable")

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """The greeting."""
        offered = await super().handle_EHLO(server, session, envelope, hostname, responses)
        answer = await self._answer(server, "EHLO", [])
        return [answer] if answer else offered

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """MAIL FROM."""
        answer = await self._answer(server, "MAIL", [])
        if answer is None:
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return answer or "250 2.1.0 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[Any]
    ) -> str:
        """RCPT TO."""
        answer = await self._answer(server, "RCPT", [address])
        if answer is None:
            envelope.rcpt_tos.append(address)
            envelope.rcpt_options.extend(options)
        return answer or "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """The end of the message."""
        recipients = [str(recipient) for recipient in envelope.rcpt_tos]
        rule = self._rule("DATA", recipients)
        if rule and rule.answer not in (HANG_STORED, DROP_STORED):
            return await self._perform(server, rule)
        kept = await super().handle_DATA(server, session, envelope)
        return await self._perform(server, rule) if rule else kept


def _close(server: SMTP) -> None:
    if server.transport is not None:
        server.transport.close()


@asynccontextmanager
async def faulty_smtp(folder: Path, port: int = 0) -> AsyncIterator[FaultySink]:
    """Serves in the running loop; `sink.port` is where, `sink.mailbox` what was kept. Leaving refuses connections."""
    sink = FaultySink(Mailbox(folder))
    async with smtp_server(sink, port) as sink.port:
        yield sink
