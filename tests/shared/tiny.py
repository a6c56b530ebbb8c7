"""A tiny service with its own tables, on which the tests of the library stand.

It goes by the name of `knowledge`, because the contracts name who hears what.
"""

from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel, select
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.auth.actor import Actor, Grant
from shared.contracts.events import RegistrationRecorded
from shared.contracts.partners import OrganisationRecorded
from shared.db.base import house_tables, metadata
from shared.db.engine import writing_engine
from shared.db.session import Database
from shared.ids import new_id
from shared.settings import ServiceSettings


class Base(SQLModel, registry=registry(metadata=metadata())):
    """The base of the tiny service's tables."""


HOUSE = house_tables(Base.metadata)


class Counter(Base, table=True):
    """Something that counts."""

    id: int = Field(primary_key=True)
    value: int = 0


class Part(Base, table=True):
    """Something that belongs to a counter."""

    id: int = Field(primary_key=True)
    counter_id: int = Field(foreign_key="counter.id")


class Note(Base, table=True):
    """An organisation as it was last heard of, and how often the effect was made."""

    organisation_id: UUID = Field(primary_key=True)
    name: str
    version: int
    effects: int = 0


class TinySettings(ServiceSettings):
    """The settings of the tiny service."""

    service: ClassVar[str] = "knowledge"


async def make_tables(url: str) -> None:
    """Make the tiny service's tables in the database at `url`."""
    engine = writing_engine(url)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
    finally:
        await engine.dispose()


async def opened(url: str) -> Database:
    """Return the tiny service's database at `url`, its tables made."""
    await make_tables(url)
    return Database(url, HOUSE)


def settings(tmp_path: Path, **given: Any) -> TinySettings:
    """Return settings whose data lie under `tmp_path`; the watchdog never ends the tests."""
    return TinySettings(**{"data": tmp_path, "watchdog": False, **given})


def organisation(version: int = 1, organisation_id: UUID | None = None, name: str = "") -> OrganisationRecorded:
    """Return a fact about an organisation."""
    return OrganisationRecorded(
        organisation_id=organisation_id or new_id(), version=version, name=name or f"Navn {version}", sector="business"
    )


def registration(version: int = 1) -> RegistrationRecorded:
    """Return a fact about a registration."""
    return RegistrationRecorded(
        registration_id=new_id(), webinar_id=new_id(), person_id=new_id(), state="registered", version=version
    )


async def note(session: AsyncSession, fact: OrganisationRecorded) -> None:
    """Keep an organisation's name; what was passed is ignored."""
    found = await session.get(Note, fact.organisation_id)
    if found is None:
        found = Note(organisation_id=fact.organisation_id, name="", version=0)
    if fact.version <= found.version:
        return
    found.name, found.version, found.effects = fact.name, fact.version, found.effects + 1
    session.add(found)
    await session.flush()


async def notes(database: Database) -> dict[UUID, Note]:
    """Return what was noted, by organisation."""
    async with database.reading() as session:
        return {found.organisation_id: found for found in (await session.exec(select(Note))).all()}


async def rows(database: Database, table: sa.Table) -> list[Any]:
    """Return the rows of a house table."""
    async with database.reading() as session:
        return list((await (await session.connection()).execute(sa.select(table))).all())


def actor(*grants: Grant, name: str = "Kari Nordmann", by_token: bool = False) -> Actor:
    """Return somebody with `grants`."""
    return Actor(new_id(), new_id(), name, grants, by_token=by_token)


NATIONAL = Grant("national")


def staff_of(region: str) -> Grant:
    """Return the grant of a region's staff."""
    return Grant("region_staff", region)


def member_of(organisation_id: UUID) -> Grant:
    """Return the grant of an organisation's member."""
    return Grant("partner_member", None, organisation_id)
