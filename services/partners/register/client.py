"""Asks the register of organisations over its open API: no key, no persons, the version pinned.

    async with Register(settings.register_url) as register:
        found = await register.unit("999990002")

Every call raises RegisterAway when the register does not answer as documented (data.brreg.no/enhetsregisteret/api/dokumentasjon).
"""

import asyncio
import json
import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from random import uniform
from types import TracebackType
from typing import Self, TypeVar

import httpx

from services.partners.orgnumber import normalised
from services.partners.register import reading
from services.partners.register.errors import RegisterAway, RegisterUnused
from services.partners.register.unit import Changes, Removed, Unit
from shared.clock import now

UNITS = "application/vnd.brreg.enhetsregisteret.enhet.v2+json"
CHANGES = "application/vnd.brreg.enhetsregisteret.oppdatering.enhet.v1+json"
CONNECT_SECONDS = 2.0
READ_SECONDS = 5.0
MOST_SECONDS = 15.0
"""However slowly an answer drips: with the retry, an ask ends by then."""
JITTER = (0.1, 0.4)
LONGEST_PAUSE = 5.0
LARGEST_REPLY = 2 * 1024 * 1024
MOST_CHANGES = 1_000
AGAIN = frozenset({429, 500, 502, 503, 504})

PASSING = (httpx.NetworkError, httpx.ConnectTimeout, httpx.RemoteProtocolError)
"""Troubles of the connection. A reply that does not come in time is no such: asking twice would double the wait."""

T = TypeVar("T")

log = logging.getLogger(__name__)


class Register:
    """The register at `base_url`; with an empty one nothing is ever asked, and each call raises RegisterUnused."""

    def __init__(self, base_url: str, *, read_seconds: float = READ_SECONDS) -> None:
        self.base_url = base_url.rstrip("/")
        self._http = httpx.AsyncClient(
            base_url=self.base_url,
            timeout=httpx.Timeout(read_seconds, connect=min(CONNECT_SECONDS, read_seconds)),
            headers={"User-Agent": "koblingsboks"},
            follow_redirects=False,
            limits=httpx.Limits(max_connections=4),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Let go of the connections."""
        await self._http.aclose()

    async def unit(self, org_number: str) -> Unit | Removed | None:
        """Return what the register says of a number: a unit (look at `deleted`), Removed, or None for an unknown one.

        Raises ValueError, with a text for people, for what is no organisation number.
        """
        number = normalised(org_number)
        status, body = await self._asked(f"/enheter/{number}", UNITS, ok=(200, 404, 410))
        if status == 404:
            return None
        if status == 410:
            return reading.removed(number, _parsed(body, strict=False))
        found = _read(reading.unit, body)
        if found.org_number != number:
            raise _away(f"asked for {number}, was told of {found.org_number}")
        return found

    async def search(self, name: str, *, municipality_number: str | None = None, most: int = 10) -> list[Unit]:
        """Return up to `most` living units whose name is like `name`; none for an empty one."""
        if not name.strip():
            return []
        params = {"navn": name.strip()[:180], "size": str(most)}
        if municipality_number:
            params["kommunenummer"] = municipality_number
        _, body = await self._asked("/enheter", UNITS, params)
        return _read(reading.units, body)

    async def changes(self, since: datetime | int, *, most: int = MOST_CHANGES) -> Changes:
        """Return up to `most` changes from a moment (aware) or an id on, both included.

        Go on with `next` while there is `more`: the ids lead past the register's limit of 10,000 rows by page number.
        """
        params = {"size": str(most)}
        if isinstance(since, datetime):
            params["dato"] = f"{since.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000Z"
        else:
            params["oppdateringsid"] = str(since)
        _, body = await self._asked("/oppdateringer/enheter", CHANGES, params)
        found = _read(reading.changes, body)
        start = since if isinstance(since, int) else None
        return Changes(found, found[-1].id + 1 if found else start, len(found) >= most)

    async def reach(self) -> None:
        """Ask the least there is to ask, in the pinned version; RegisterAway when that fails."""
        _, body = await self._asked("/enheter", UNITS, {"size": "1"})
        _read(reading.units, body)

    async def _asked(
        self, path: str, accept: str, params: Mapping[str, str] | None = None, ok: tuple[int, ...] = (200,)
    ) -> tuple[int, bytes]:
        """Return status and body of a reply whose status is in `ok`; asks a second time where that may help."""
        if not self.base_url:
            raise RegisterUnused
        request = self._http.build_request("GET", path, params=params, headers={"Accept": accept})
        try:
            async with asyncio.timeout(MOST_SECONDS):
                return await self._once_or_twice(request, ok)
        except (httpx.HTTPError, TimeoutError) as error:
            raise _away(f"{type(error).__name__} at {path}") from error
        except _Refused as refused:
            raise _away(f"status {refused.status} at {path}", refused.again_in) from refused

    async def _once_or_twice(self, request: httpx.Request, ok: tuple[int, ...]) -> tuple[int, bytes]:
        try:
            return await self._once(request, ok)
        except (httpx.HTTPError, _Refused) as trouble:
            pause = _pause_after(trouble)
            if pause is None:
                raise
        await asyncio.sleep(pause)
        return await self._once(request, ok)

    async def _once(self, request: httpx.Request, ok: tuple[int, ...]) -> tuple[int, bytes]:
        reply = await self._http.send(request, stream=True)
        try:
            if reply.status_code not in ok:
                raise _Refused(reply.status_code, _again_in(reply.headers.get("Retry-After", "")))
            return reply.status_code, await _body(reply)
        finally:
            await reply.aclose()


class _Refused(Exception):
    """A status that is no answer."""

    def __init__(self, status: int, again_in: float | None) -> None:
        super().__init__(status)
        self.status = status
        self.again_in = again_in


def _pause_after(trouble: httpx.HTTPError | _Refused) -> float | None:
    """Return the seconds to wait before asking once more; None where that would be no use, or too long."""
    if isinstance(trouble, PASSING):
        return uniform(*JITTER)  # noqa: S311 nothing secret
    if not isinstance(trouble, _Refused) or trouble.status not in AGAIN:
        return None
    wait = trouble.again_in or 0.0
    return wait + uniform(*JITTER) if wait <= LONGEST_PAUSE else None  # noqa: S311 nothing secret


async def _body(reply: httpx.Response) -> bytes:
    """Read a reply, unpacked, up to the largest we take."""
    body = bytearray()
    async for chunk in reply.aiter_bytes():
        body += chunk
        if len(body) > LARGEST_REPLY:
            raise _away(f"a reply of more than {LARGEST_REPLY} bytes")
    return bytes(body)


def _read(read: Callable[[object], T], body: bytes) -> T:
    try:
        return read(_parsed(body))
    except ValueError as error:
        raise _away(f"an odd reply: {error}") from error


def _parsed(body: bytes, *, strict: bool = True) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        if strict:
            raise ValueError("no JSON") from error
        return None


def _again_in(header: str) -> float | None:
    """Return the seconds a Retry-After header asks for, written as seconds or as a moment."""
    if header.isascii() and header.isdecimal():
        return float(header)
    try:
        moment = parsedate_to_datetime(header)
    except ValueError:
        return None
    return max((moment - now()).total_seconds(), 0.0) if moment.tzinfo else None


def _away(cause: str, again_in: float | None = None) -> RegisterAway:
    log.warning("the register of organisations is away: %s", cause)
    return RegisterAway(cause, again_in)
