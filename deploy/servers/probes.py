"""Readiness over plain HTTP on loopback, without pulling in an HTTP client."""

import asyncio
from collections.abc import Awaitable, Callable

from deploy.servers.ports import LOOPBACK

Probe = Callable[[], Awaitable[bool]]


async def http_ok(port: int, path: str, timeout: float = 2.0) -> bool:
    """Whether GET http://127.0.0.1:port/path answers 200 within `timeout` seconds; False also when nobody answers."""
    try:
        async with asyncio.timeout(timeout):
            return b" 200 " in await _status_line(port, path)
    except (OSError, TimeoutError):
        return False


async def _status_line(port: int, path: str) -> bytes:
    reader, writer = await asyncio.open_connection(LOOPBACK, port)
    try:
        writer.write(f"GET {path} HTTP/1.1\r\nHost: {LOOPBACK}:{port}\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()
        return await reader.readline()
    finally:
        writer.close()


def http_probe(port: int, path: str) -> Probe:
    """A readiness probe for `Child.ready`: 200 from `path` on the loopback port."""

    async def ready() -> bool:
        return await http_ok(port, path)

    return ready
