"""What waits for the invented network's staff: a few of each thing their work list can show, in Nordland and Agder of all."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Final

from sqlmodel import select

from deploy.demo.orgnumbers import invented_numbers
from deploy.demo.standing import certificate
from deploy.demo.world import World
from services.partners.models import Agreement, Claim, Erasure, Fee, Membership, Organisation, Person, PersonGrant
from services.partners.register.unit import Unit
from services.partners.usecases.register_check import note_told
from services.partners.usecases.statements import state_organisations, state_people

GONE_FOR: Final = 800
"""Days since somebody was last seen who is not seen any more."""
COMPANY: Final = " AS ("
HEIRS: Final = list(invented_numbers())[1_000:2_000]
"""Numbers of what took over: no organisation of the demo has one of them."""
REPLY: Final = "550 5.1.1 Recipient address rejected: user unknown"
CLAIMED: Final = "Vi er flere som følger opp klima hos oss, og vil gjerne holde profilen oppdatert selv."
Part = Callable[[World, Organisation], Awaitable[None]]


async def trouble(world: World) -> None:
    """Have a partner in each region of `PARTS` play each part there, and somebody claim what nobody has claimed."""
    for part, firm in played(world):
        await part(world, firm)
    for region, answered in CLAIMS.items():
        shadows = iter(world.shadows(region))
        for number in range(answered):
            await _claim(world, next(shadows), stranger=number > 0)


async def _claim(world: World, firm: Organisation, *, stranger: bool) -> None:
    """Somebody who acts for it, or says so, wants to look after its profile."""
    asking = world.people_of(firm)[0]
    if stranger:
        asking = await _new_person(
            world, firm, "Amina Duggdråpevinge", "amina.duggdrapevinge@example.org", active=False
        )
    at = world.ago(3 + 4 * world.dice.roll("claimed", firm.external_id))
    world.session.add(Claim(organisation_id=firm.id, person_id=asking.id, message=CLAIMED, asked_at=at))


async def _refused(world: World, firm: Organisation) -> None:
    """A mail to one of its people came back."""
    person = world.people_of(firm)[-1]
    person.refused(world.ago(2 + 12 * world.dice.roll("refused", firm.external_id)), REPLY, person.version)


async def _bankrupt(world: World, firm: Organisation) -> None:
    await _told(world, firm, [], bankrupt=True)


async def _wound_up(world: World, firm: Organisation) -> None:
    await _told(world, firm, [], winding_up=True)


async def _renamed(world: World, firm: Organisation) -> None:
    await _told(world, firm, [], name=f"{firm.name.split()[0]} Gruppen{COMPANY}demo)")


async def _merged(world: World, firm: Organisation) -> None:
    heir = Unit(HEIRS[int((firm.external_id or "")[-3:])], firm.name, form="AS")
    await _told(world, firm, [heir], deleted=True, deleted_on=world.today - timedelta(days=16))


async def _told(world: World, firm: Organisation, namesakes: Sequence[Unit], **told: object) -> None:
    """The register of organisations said so a few nights ago."""
    unit = Unit(**{"org_number": firm.org_number, "name": firm.name, **told})  # type: ignore[arg-type]
    await world.session.flush()
    for finding in await note_told(world.session, firm.id, unit, namesakes):
        finding.found_at = world.ago(1 + 8 * world.dice.roll("found", firm.external_id))


async def _double(world: World, firm: Organisation) -> None:
    """It was entered once more, under a shorter name and without its number."""
    since = world.ago(9)
    made = Organisation(
        external_id=f"{firm.external_id}-b",
        name=firm.name.replace(COMPANY, " ("),
        sector=firm.sector,
        website=firm.website or f"https://{firm.external_id}.example.org/",
        language=firm.language,
        status="shadow",
        created_at=since,
    )
    firm.website = made.website
    world.session.add(made)
    await world.session.flush()
    place = world.home(firm)
    world.session.add(Membership(organisation_id=made.id, region=place, since=since.date(), recorded_at=since))
    await world.session.flush()
    await state_organisations(world.session, [made])


async def _person_twice(world: World, firm: Organisation) -> None:
    """One of its people was entered once more, with another address."""
    twice = world.people_of(firm)[0]
    address = twice.email.replace("@", ".ny@")
    made = await _new_person(world, firm, twice.name, address, active=True)
    made.title, made.language, made.created_at = twice.title, twice.language, world.ago(6)


async def _fading(world: World, firm: Organisation) -> None:
    """None of its people is seen any more: one is the last who could act for it, the others were put out of use."""
    last, *others = world.people_of(firm)
    for person in (last, *others):
        person.last_active_at = world.ago(GONE_FOR)
        person.warned_at, person.last_warned_at = world.ago(100), world.ago(69)
    for person in others:
        person.retire()
        person.retired_at = world.ago(38)
    await world.session.flush()
    await state_people(world.session, others)


async def _leaves(world: World, firm: Organisation) -> None:
    """The one who is left of its people asks to be erased."""
    last, *others = world.acting[firm.id]
    for person, grant in others:
        grant.until = world.today - timedelta(days=80)
        person.changed()
    asked = world.ago(5)
    world.session.add(Erasure(person_id=last[0].id, asked_by=last[0].id, asked_at=asked, blocked_at=asked))
    await world.session.flush()
    await state_people(world.session, [person for person, _grant in others])


async def _lapsed(world: World, firm: Organisation) -> None:
    await _certified(world, firm, -70)


async def _lapsing(world: World, firm: Organisation) -> None:
    await _certified(world, firm, 19)


async def _certified(world: World, firm: Organisation, days: int) -> None:
    """Its only certificate lasts so many days from today; it has none of the standing the others are given."""
    ends = world.today + timedelta(days=days)
    world.session.add(certificate(firm.id, "miljofyrtarn", ends, f"DEMO-{(firm.external_id or '')[-3:]}"))


async def _noticed(world: World, firm: Organisation) -> None:
    """It gave notice of its agreement, and nobody has asked whether it stays."""
    await world.session.flush()
    signed = (await world.session.exec(select(Agreement).where(Agreement.organisation_id == firm.id))).all()
    for one in signed:
        one.terminated_on = world.today - timedelta(days=75)


async def _owes(world: World, firm: Organisation) -> None:
    """It has not paid for last year."""
    await world.session.flush()
    owed = select(Fee).where(Fee.organisation_id == firm.id, Fee.year == world.today.year - 1)
    for one in (await world.session.exec(owed)).all():
        one.paid, one.paid_on = False, None


async def _new_person(world: World, firm: Organisation, name: str, email: str, *, active: bool) -> Person:
    """Enter a person; one who is not active is known from nothing but what they ask for."""
    where = world.home(firm)
    box, host = email.split("@")
    made = Person(name=name, email=f"{box}.{where}@{host}", language=firm.language or "nb", active=active)
    world.session.add(made)
    await world.session.flush()
    if active:
        since = world.today - timedelta(days=6)
        world.session.add(PersonGrant(person_id=made.id, role="partner_member", organisation_id=firm.id, since=since))
        await world.session.flush()
    await state_people(world.session, [made])
    return made


PARTS: Final[Mapping[str, Sequence[Part]]] = {
    "nordland": (
        *(
            _lapsed,
            _lapsing,
            _refused,
            _refused,
            _bankrupt,
            _renamed,
            _double,
            _person_twice,
            _fading,
            _leaves,
            _noticed,
            _owes,
        ),
    ),
    "agder": (*(_lapsed, _lapsing, _refused, _merged, _renamed, _double, _person_twice, _fading, _noticed, _owes),),
    "trondelag": (_merged, _refused),
    "vestland": (_renamed, _refused),
    "oslo": (_wound_up,),
    "innlandet": (_refused, _fading),
    "rogaland": (_renamed, _double),
    "finnmark": (_refused,),
}
CLAIMS: Final = {"nordland": 2, "agder": 1, "trondelag": 1}


OF_COMPANIES: Final = (_bankrupt, _wound_up, _renamed, _merged, _double)


def played(world: World) -> Iterator[tuple[Part, Organisation]]:
    """Yield each part with who plays it: what the register tells is told of companies."""
    for region, parts in PARTS.items():
        cast = list(world.cast(region))
        for part in parts:
            firm = next(one for one in cast if part not in OF_COMPANIES or COMPANY in one.name)
            cast.remove(firm)
            yield part, firm


def certified_apart(world: World) -> Iterator[Organisation]:
    """Yield those whose certificate is a part they play, so that they are given no other."""
    return (firm for part, firm in played(world) if part in (_lapsed, _lapsing))
