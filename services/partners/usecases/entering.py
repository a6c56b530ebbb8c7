"""Entering what must be unique, also when two enter it at once."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from sqlalchemy.exc import IntegrityError
from sqlmodel.ext.asyncio.session import AsyncSession

Unused = Callable[[], Awaitable[None]]


@asynccontextmanager
async def uniquely(session: AsyncSession, unused: Unused) -> AsyncIterator[None]:
    """Write what the block changes. `unused` raises a named refusal for what is taken: asked first, and again where another was faster."""
    await unused()
    try:
        async with session.begin_nested():
            yield
            await session.flush()
    except IntegrityError:
        await unused()
        raise
