"""The years before the demo began: the invented network is given what a registry has gathered once it is in use.

It is entered in one transaction after the import, and only once. The audit tells of what was done here; what is invented was not,
and no letter is sent of it.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Final

from sqlmodel import select

from deploy.demo.accounts import SHOWN
from deploy.demo.asking import ask
from deploy.demo.dice import Dice
from deploy.demo.logos import logo
from deploy.demo.standing import member_since, model_standing, standing
from deploy.demo.troubles import certified_apart, trouble
from deploy.demo.words import NEIGHBOURS
from deploy.demo.world import World, gathered
from services.partners.models import Certification, Membership, Organisation, Region, RegisterRound, Round
from services.partners.schemas.segments import SegmentIn
from services.partners.usecases.segments import save
from services.partners.usecases.statements import restate_people_of, state_organisations, state_regions
from shared.auth.actor import Grant
from shared.auth.session import service_actor
from shared.clock import OSLO, now, today_in_norway
from shared.db.session import Database

SEED: Final = 2032
GUESTS, WITH_LOGO, UNSEEN = 0.03, 0.08, 0.06
NEVER: Final = timedelta(days=3_650)
"""The register of organisations is not asked about numbers that are nobody's."""


async def entered(database: Database) -> bool:
    """Whether the demo has its history; whatever people have done since is theirs."""
    async with database.reading() as session:
        return (await session.exec(select(Round.id).limit(1))).first() is not None


async def enter(database: Database) -> None:
    """Give the demo its history."""
    async with database.writing() as session:
        world = await gathered(session, Dice(SEED), today_in_norway(now()))
        _begin(world)
        apart = {firm.id for firm in certified_apart(world)}
        for who, firm in world.firms.items():
            rows = _standing(world, who, firm)
            session.add_all(row for row in rows if not (firm.id in apart and isinstance(row, Certification)))
        await trouble(world)
        await _guests(world)
        newest = await ask(world)
        await _hosts(world)
        await _segments(world, newest.year)
        session.add(
            RegisterRound(due_at=now() + NEVER, since=now(), full_due_at=now() + NEVER, checked_at=world.ago(0.2))
        )


def _begin(world: World) -> None:
    """Have everything begun when it would have, and people seen now and then."""
    for who, firm in world.firms.items():
        since = member_since(world.dice, who, world.today)
        firm.created_at = datetime.combine(since, time(9), OSLO)
        firm.verified_on = world.today - timedelta(days=round(1 + 6 * world.dice.roll("verified", who)))
        for membership in world.memberships[firm.id]:
            membership.since = since
            membership.recorded_at = firm.created_at
        for person, grant in world.acting[firm.id]:
            # Nobody was entered so long ago that the registry would ask those who never came whether they still use it.
            person.created_at = max(firm.created_at, world.ago(350))
            grant.since = since + timedelta(days=round(300 * world.dice.roll("role", person.external_id)))
            if not world.dice.chance(UNSEEN, "unseen", person.external_id):
                person.verified_at = world.ago(40 + 500 * world.dice.roll("verified", person.external_id))
                person.last_active_at = world.ago(1 + 300 * world.dice.roll("seen", person.external_id) ** 2)


def _standing(world: World, who: str, firm: Organisation) -> Iterator[object]:
    if firm.status == "shadow":
        return
    made = model_standing if who == SHOWN else None
    signer = world.signer(firm)
    yield from made(firm.id, signer, world.today) if made else standing(world.dice, who, firm.id, signer, world.today)
    if who == SHOWN or world.dice.chance(WITH_LOGO, "logo", who):
        yield logo(world.dice, who, firm)


async def _guests(world: World) -> None:
    """Some are guests in the region next door, for a year."""
    coming = []
    for who, firm in world.firms.items():
        homes = {one.region for one in world.memberships[firm.id]}
        near = [region for region in NEIGHBOURS[world.home(firm)] if region not in homes]
        visits = who == SHOWN or (firm.status == "active" and world.dice.chance(GUESTS, "guest", who))
        if near and visits:
            began = world.today - timedelta(days=round(30 + 200 * world.dice.roll("guest since", who)))
            until = date(began.year + 1, began.month, 1)
            place = near[-1]
            stay = Membership(organisation_id=firm.id, region=place, kind="guest", since=began, until=until)
            stay.recorded_at = datetime.combine(began, time(9), OSLO)
            world.session.add(stay)
            coming.append(firm)
    for firm in coming:
        firm.changed()
    await world.session.flush()
    await state_organisations(world.session, coming)
    await restate_people_of(world.session, [firm.id for firm in coming])


async def _hosts(world: World) -> None:
    """Each region's office is with one of its partners."""
    regions = (await world.session.exec(select(Region))).all()
    for region in regions:
        hosts = [firm.name for firm in world.cast(region.slug) if firm.sector in ("ngo", "public", "academia")]
        region.become({"host": hosts[0]})
    await world.session.flush()
    await state_regions(world.session, regions)


async def _segments(world: World, year: int) -> None:
    actor = service_actor(Grant("national"), "demo")
    for said in (
        SegmentIn(
            name=f"Toppledere i Vestland uten klimaregnskap for {year}",
            regions=["vestland"],
            functions=["top_leader"],
            account="missing",
            account_year=year,
        ),
        SegmentIn(
            name="Klimaansvarlige i Nordland og Troms", regions=["nordland", "troms"], functions=["climate_lead"]
        ),
        SegmentIn(
            name="Toppledere i Agder uten miljøsertifisering",
            regions=["agder"],
            functions=["top_leader"],
            certificate="none",
        ),
        SegmentIn(name="Offentlige partnere som følger verdikjede", sectors=["public"], focus_areas=["scope3"]),
    ):
        await save(world.session, actor, said)
