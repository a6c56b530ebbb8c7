"""One child while it runs: launched, watched, restarted with growing delay, and stopped; its output in a log file."""

import asyncio
import contextlib
import logging
import os
from pathlib import Path

from deploy.embedded.logfile import LogFile
from deploy.servers.process import Child, dies_with_parent, kill_group

DELAYS = (1.0, 2.0, 5.0, 10.0)
HEALTHY_AFTER = 60.0
PROBE_EVERY = 0.05

log = logging.getLogger(__name__)


class Running:
    """The life of one child process."""

    def __init__(self, child: Child, logs: Path) -> None:
        self.child = child
        self.log_path = logs / f"{child.name}.log"
        self._log = LogFile(self.log_path)
        self._process: asyncio.subprocess.Process | None = None
        self._copying: asyncio.Task[None] | None = None
        self._deaths = 0

    @property
    def pid(self) -> int | None:
        """The process id, or None when it is not running."""
        process = self._process
        return process.pid if process and process.returncode is None else None

    def last_words(self) -> str:
        """The last line it wrote."""
        return self._log.last_line()

    async def launch(self) -> bool:
        """Starts the process and waits until it is ready; False, with the process gone, when it never was."""
        try:
            await self._spawn()
        except OSError as error:
            self._log.write(f"{self.child.argv[0]}: {error.strerror}\n".encode())
            return False
        if await self._became_ready():
            return True
        self.kill()
        await self._ended()
        return False

    async def _spawn(self) -> None:
        # A pipe of our own: asyncio's would make wait() last until every grandchild has let go of it.
        reading, writing = os.pipe()
        try:
            self._process = await asyncio.create_subprocess_exec(
                *self.child.argv,
                env=self.child.environment(),
                cwd=self.child.cwd,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=writing,
                stderr=writing,
                process_group=0,
                preexec_fn=dies_with_parent(),
            )
        finally:
            os.close(writing)
            self._copying = asyncio.create_task(self._copy(reading), name=f"log {self.child.name}")

    async def _became_ready(self) -> bool:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.child.ready_within):
                while self.pid:
                    if await self.child.ready():
                        return self.pid is not None
                    await asyncio.sleep(PROBE_EVERY)
        return False

    async def _copy(self, reading: int) -> None:
        reader = asyncio.StreamReader()
        protocol = asyncio.StreamReaderProtocol(reader)
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, os.fdopen(reading, "rb"))
        try:
            while chunk := await reader.read(65536):
                self._log.write(chunk)
        finally:
            transport.close()

    async def keep(self) -> None:
        """Restarts the process each time it ends, until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            started = loop.time()
            code = await self._ended()
            if loop.time() - started >= HEALTHY_AFTER:
                self._deaths = 0
            delay = DELAYS[min(self._deaths, len(DELAYS) - 1)]
            self._deaths += 1
            log.warning("%s ended with code %s; starts again in %.0f s", self.child.name, code, delay)
            await asyncio.sleep(delay)
            if not await self.launch():
                log.error("%s did not become ready: %s", self.child.name, self.last_words())

    async def _ended(self) -> int | None:
        if self._process is None:
            return None
        code = await self._process.wait()
        kill_group(self._process.pid)
        self._process = None
        if self._copying:
            await asyncio.wait({self._copying}, timeout=1.0)
            self._copying.cancel()
        return code

    def kill(self) -> None:
        """SIGKILL to the process and its group."""
        if self.pid:
            kill_group(self.pid)

    async def stop(self, grace: float) -> None:
        """SIGTERM, then SIGKILL when it still runs after `grace` seconds; returns when it is gone."""
        if self._process and self.pid:
            self._process.terminate()
            try:
                async with asyncio.timeout(grace):
                    await self._process.wait()
            except TimeoutError:
                log.warning("%s did not stop within %.1f s and was killed", self.child.name, grace)
                self.kill()
        await self._ended()
        self._log.close()
