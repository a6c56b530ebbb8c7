"""POST once: a repeated request with the same Idempotency-Key gets the first answer again, and changes nothing."""

from collections.abc import Awaitable, Callable
from functools import wraps
from hashlib import sha256
from typing import Any, TypeVar

import sqlalchemy as sa
from fastapi.encoders import jsonable_encoder
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.requests import Request
from starlette.responses import JSONResponse

from shared.clock import now
from shared.db.session import tables_of
from shared.errors import Invalid
from shared.web.i18n import marker as _

HEADER = "Idempotency-Key"
REUSED = _("Denne Idempotency-Key er brukt om et annet innhold. Bruk en ny nøkkel for en ny forespørsel.")
TOO_LONG = _("Idempotency-Key kan ha høyst 120 tegn.")

T = TypeVar("T")


def idempotent(status: int = 200) -> Callable[[Callable[..., Awaitable[T]]], Callable[..., Awaitable[Any]]]:
    """Make an API handler keep its answer under the caller's key, in the transaction of its effect.

    The handler takes `request` and `session` (a writing one) among its keyword arguments, and answers with `status`.
    """

    def decorate(handler: Callable[..., Awaitable[T]]) -> Callable[..., Awaitable[Any]]:
        @wraps(handler)
        async def once(*args: Any, **kwargs: Any) -> Any:
            request: Request = kwargs["request"]
            key = request.headers.get(HEADER)
            if not key:
                return await handler(*args, **kwargs)
            return await _once(request, kwargs["session"], key, status, lambda: handler(*args, **kwargs))

        return once

    return decorate


async def _once(
    request: Request, session: AsyncSession, key: str, status: int, run: Callable[[], Awaitable[T]]
) -> T | JSONResponse:
    if len(key) > 120 or not key.isprintable():
        raise Invalid(TOO_LONG, field=HEADER)
    actor = str(request.state.actor.person_id) if request.state.actor else "visitor"
    body = await request.body()
    fingerprint = sha256(f"{request.method} {request.url.path}\n".encode() + body).hexdigest()
    table = tables_of(session).replies
    connection = await session.connection()
    if connection.dialect.name == "postgresql":
        await connection.execute(
            sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(f"{actor} {key}", 0)))
        )
    kept = (await connection.execute(sa.select(table).where(table.c.key == key, table.c.actor == actor))).one_or_none()
    if kept is not None:
        if kept.fingerprint != fingerprint:
            raise Invalid(REUSED, field=HEADER)
        return JSONResponse(kept.body, kept.status, {"Idempotency-Replayed": "true"})
    result = await run()
    row = {
        "key": key,
        "actor": actor,
        "fingerprint": fingerprint,
        "status": status,
        "body": jsonable_encoder(result),
        "created_at": now(),
    }
    await connection.execute(sa.insert(table).values(row))
    return result
