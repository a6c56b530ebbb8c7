"""Files by which staff of one region might learn what another region keeps: they name its records and see what is answered."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import Organisation
from services.partners.usecases.importing import KINDS
from services.partners.usecases.importing.receiving import read, receive
from shared.db.session import Database
from tests.partners.importing import Rows, as_csv
from tests.partners.support import org_number
from tests.rights.cast import CAST, FAR, NEAR
from tests.rights.world import PLACES, World
from tests.rights.world_obligations import YEAR

PROSPECTS = {NEAR: org_number(140), FAR: org_number(640)}


async def peek(database: Database, world: World) -> None:
    """Have each region's staff send files about the other's organisations, people and accounts."""
    async with database.writing() as session:
        for place, other in zip(PLACES, reversed(PLACES), strict=True):
            await _number(session, world, place)
            await _number(session, world, other)
            await _send(session, world, place, other)


async def _number(session: AsyncSession, world: World, place: str) -> None:
    prospect = await session.get(Organisation, UUID(world.ids["prospect_id" if place == NEAR else "far_prospect_id"]))
    assert prospect is not None
    prospect.org_number = PROSPECTS[place]
    session.add(prospect)
    await session.flush()


async def _send(session: AsyncSession, world: World, place: str, other: str) -> None:
    staff = next(one.actor for one in CAST if (one.kind, one.place) == ("staff", place))
    firm = world.ids["org_number" if other == NEAR else "far_org_number"]
    files: dict[str, tuple[Sequence[str], Rows]] = {
        "accounts": (
            ("Org.nr.", "År", "Scope 1"),
            [(firm, YEAR, 1), (firm, YEAR, 99_999), (PROSPECTS[other], YEAR, 1)],
        ),
        "organisations": (
            ("Org.nr.", "Virksomhet", "Region"),
            [(firm, "Annet navn", place), (PROSPECTS[other], "Annet navn", place), ("", f"Eik i {other}", place)],
        ),
        "people": (
            ("E-post", "Navn", "Org.nr.", "Region"),
            [
                (f"ansatt.{other}@example.org", "En Annen", "", place),
                ("ukjent@example.org", "En Annen", PROSPECTS[other], ""),
                ("ukjent2@example.org", "En Annen", firm, ""),
            ],
        ),
    }
    for kind, (head, rows) in files.items():
        data = as_csv(rows, head)
        made = await receive(session, staff, KINDS[kind], f"{kind}.csv", data, await read(KINDS[kind], data))
        world.known(place, **{f"peek_{kind}_id": made.id})
