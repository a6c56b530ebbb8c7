"""What doors ask for: a session to read or write, the actor, and the service's resources."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Annotated

from fastapi import Depends, Request
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.auth.actor import Actor
from shared.web.app import Resources


def resources(request: Request) -> Resources:
    """Return what the service was composed of."""
    found: Resources = request.app.state.resources
    return found


def unit(request: Request) -> AbstractAsyncContextManager[AsyncSession]:
    """Open a unit of work inside a page, so that a refusal can be shown after nothing was changed."""
    return resources(request).database.writing()


async def _writing(request: Request) -> AsyncIterator[AsyncSession]:
    async with resources(request).database.writing() as session:
        yield session


async def _reading(request: Request) -> AsyncIterator[AsyncSession]:
    async with resources(request).database.reading() as session:
        yield session


def _actor(request: Request) -> Actor | None:
    actor: Actor | None = request.state.actor
    return actor


# Closed before the answer is sent, so that nobody is told of what is not yet committed.
Writing = Annotated[AsyncSession, Depends(_writing, scope="function")]
Reading = Annotated[AsyncSession, Depends(_reading, scope="function")]
Who = Annotated[Actor | None, Depends(_actor)]
