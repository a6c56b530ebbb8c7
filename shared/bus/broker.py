"""A service's life on the bus: connect, check, hear, relay, and stop without losing anything."""

import asyncio
import logging

from faststream.nats import NatsBroker
from nats.aio.client import Client
from nats.js import JetStreamContext

from shared.auth.forgetting import forgotten_among
from shared.bus import streams
from shared.bus.deadletter import parking
from shared.bus.listen import Ear
from shared.bus.policy import settling
from shared.bus.scrub import Gone, Scrubbing
from shared.bus.watchdog import Watchdog
from shared.db.session import Database
from shared.outbox.housekeeping import Housekeeping, Sweep
from shared.outbox.relay import Relay
from shared.scheduling import Background
from shared.settings import ServiceSettings

CONNECT_GRACE = 3.0
DRIFT_SECONDS = 10.0

log = logging.getLogger(__name__)


class Bus:
    """One service on the bus. Pages go on without it; what was said meanwhile waits in the outbox."""

    def __init__(self, settings: ServiceSettings, database: Database) -> None:
        self._service = settings.service
        self._database = database
        self._watch = settings.watchdog
        self._background = Background(f"{settings.service}-bus")
        self._broker = NatsBroker(
            settings.nats_url.split(","),
            name=f"koblingsboks-{settings.service}",
            max_reconnect_attempts=-1,
            reconnect_time_wait=1,
            ping_interval=10,
            middlewares=[settling(parking(database))],
            logger=logging.getLogger("faststream"),
            log_level=logging.DEBUG,
        )
        self.sweeps: list[Sweep] = []
        self.gone: Gone = forgotten_among
        self.ear = Ear(self._broker, settings.service, database)
        self.ready = asyncio.Event()
        self.problem = "connecting to NATS"

    async def start(self) -> None:
        """Go on the bus. A broker that is away is waited for in the background; one that answers wrongly raises TopologyDrift."""
        joining = asyncio.create_task(self._join(patient=False))
        try:
            await asyncio.wait_for(asyncio.shield(joining), CONNECT_GRACE)
        except TimeoutError:
            log.warning("NATS does not answer yet; the service runs, and joins the bus when it does")
            joining.cancel()
            self._background.run(self._join_patiently)

    async def stop(self) -> None:
        """Leave the bus: running handlers finish, the rest is delivered to the next."""
        await self._background.stop()
        await self._broker.stop()

    def alive(self) -> bool:
        """Whether the bus is joined and the connection stands."""
        return self.ready.is_set() and self._client().is_connected

    def _client(self) -> Client:
        client = self._broker.config.connection_state.connection
        assert isinstance(client, Client)
        return client

    async def _join_patiently(self) -> None:
        await self._join(patient=True)

    async def _join(self, *, patient: bool) -> None:
        await self._broker.connect()
        jetstream = self._client().jetstream()
        await self._check(jetstream, patient=patient)
        await self._broker.start()
        self._background.run(Relay(self._database, jetstream).run)
        self._background.run(Housekeeping(self._database, self.sweeps).run)
        self._background.run(Scrubbing(self._database, jetstream, self._service, self.gone).run)
        watchdog = Watchdog(self._client(), self._service, enabled=self._watch)
        self._background.run(watchdog.run)
        self.problem = ""
        self.ready.set()

    async def _check(self, jetstream: JetStreamContext, *, patient: bool) -> None:
        while True:
            try:
                await streams.check(jetstream, self._service)
            except streams.TopologyDrift as drift:
                self.problem = str(drift)
                if not patient:
                    raise
                log.critical("not on the bus: %s", drift)
                await asyncio.sleep(DRIFT_SECONDS)
            else:
                return
