"""Hearing: a subscriber per fact, with the inbox row and the effect in one transaction."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from uuid import UUID

from faststream.middlewares import AckPolicy
from faststream.nats import JStream, NatsBroker, PullSub
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.auth.forgetting import forgotten
from shared.bus.deadletter import mark_replayed, parked_one
from shared.contracts.message import Fact
from shared.db.session import Database
from shared.errors import NotFound
from shared.outbox.inbox import first_time
from shared.web.i18n import marker as _

F = TypeVar("F", bound=Fact)
Handler = Callable[[AsyncSession, F], Awaitable[None]]
FETCH_SECONDS = 5.0
GONE = _("Ingen hører denne meldingen lenger.")


class Ear:
    """What one service hears. `hears` binds a fact to the verb it sets off."""

    def __init__(self, broker: NatsBroker, service: str, database: Database) -> None:
        self._broker = broker
        self._service = service
        self._database = database
        self._handlers: dict[str, tuple[type[Fact], Handler[Any]]] = {}

    @property
    def facts(self) -> list[type[Fact]]:
        """The facts heard, in the order they were bound."""
        return [fact for fact, _ in self._handlers.values()]

    def hears(self, fact: type[F], handle: Handler[F]) -> None:
        """Call `handle(session, message)` once for every message of `fact`; the session is committed before the broker is told."""
        consumer = fact.durable(self._service)
        self._handlers[consumer] = (fact, handle)

        async def deliver(message: Any) -> None:
            await self._digest(consumer, message)

        deliver.__annotations__["message"] = fact
        deliver.__name__ = consumer.replace("-", "_")
        self._broker.subscriber(
            fact.subject,
            stream=JStream(fact.stream, declare=False),
            durable=consumer,
            pull_sub=PullSub(batch_size=1, timeout=FETCH_SECONDS),
            ack_policy=AckPolicy.MANUAL,
            no_reply=True,
        )(deliver)

    async def _digest(self, consumer: str, message: Fact) -> None:
        async with self._database.writing() as session:
            if await first_time(session, consumer, message.id):
                await self._handle(session, consumer, message)

    async def _handle(self, session: AsyncSession, consumer: str, message: Fact) -> None:
        """Set the verb off, unless the message is an old one about somebody who is erased by now."""
        erasing = getattr(message, "erased", False) or message.subject.endswith(".person.erased.v1")
        if erasing or not await forgotten(session, getattr(message, "person_id", None)):
            await self._handlers[consumer][1](session, message)

    async def replay(self, parked_id: UUID) -> str:
        """Digest a parked message now; returns its consumer. Raises what the handler raises, and then changes nothing."""
        async with self._database.writing() as session:
            row = await parked_one(session, parked_id)
            if row.consumer not in self._handlers:
                raise NotFound(GONE)
            message = self._handlers[row.consumer][0].decoded(row.payload)
            if await mark_replayed(session, parked_id) and await first_time(session, row.consumer, message.id):
                await self._handle(session, row.consumer, message)
            consumer: str = row.consumer
            return consumer
