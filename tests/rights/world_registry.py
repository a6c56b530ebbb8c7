"""The registry of the tests of rights: organisations, people, and everybody's own things."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import (
    ApiToken,
    Claim,
    Identity,
    Level,
    Logo,
    Membership,
    Organisation,
    Passkey,
    Person,
    PersonGrant,
    RegisterFinding,
    Session,
)
from services.partners.schemas.people import PersonEdit
from services.partners.schemas.segments import SegmentIn
from services.partners.usecases import people as person_verbs
from services.partners.usecases import profile, segments
from services.partners.usecases.importing import KINDS
from services.partners.usecases.importing.receiving import read, receive
from services.partners.usecases.rearranging import drafting
from services.partners.usecases.statements import state_organisations, state_people
from shared.clock import now
from shared.contracts.notifier import AddressRefused
from shared.db.session import Database
from shared.ids import new_id
from tests.partners.importing import as_csv
from tests.partners.rearranging import new_region, only
from tests.partners.support import NATIONAL, org_number
from tests.rights.cast import CAST, FIRMS, NEAR, named
from tests.rights.world import PLACES, World, people
from tests.rights.world_imports import peek
from tests.rights.world_obligations import hand_in

SINCE = date(2020, 1, 1)
INSIDE = ("organisation.view",)
NAMES = ("person.view", "organisation.view")


async def enter(database: Database) -> World:
    """Fill an empty registry."""
    world = World()
    async with database.writing() as session:
        for place in PLACES:
            await _organisations(session, world, place)
        cast = people()
        session.add_all(person for person, _ in cast)
        await session.flush()
        session.add_all(grant for _, grants in cast for grant in grants)
        await session.flush()
        await state_people(session, [person for person, _ in cast])
    for place in PLACES:
        async with database.writing() as session:
            await _people(session, world, place)
            await _waiting(session, world, place)
        await _staff_work(database, world, place)
        await hand_in(database, world, place)
    await peek(database, world)
    async with database.writing() as session:
        await _rearrangements(session, world)
        for member in CAST:
            world.own[member.name] = await _own(session, world, member.person_id, member.name)
    world.own["visitor"] = world.own["nobody"]
    return world


async def _organisations(session: AsyncSession, world: World, place: str) -> None:
    serial = 0 if place == NEAR else 500
    firm = Organisation(
        id=FIRMS[place], name=f"Eik i {place}", sector="business", org_number=org_number(serial),
        website=f"https://{world.mark('nettsted', place, 'signed-in').lower()}.example.org",
        description=world.mark("beskrivelse", place, *INSIDE),
        visibility={"website": "network", "description": "region"},
    )  # fmt: skip
    hidden: dict[str, Level] = {"website": "region", "description": "region"}
    made = {
        "organisation_id": firm,
        "twin_id": Organisation(name=f"Alm i {place}", sector="business"),
        "shadow_id": Organisation(name=f"Skygge i {place}", sector="public", status="shadow"),
        "unclaimed_id": Organisation(name=f"Gran i {place}", sector="public", status="shadow"),
        "prospect_id": Organisation(
            name=world.mark("prospekt", place, *INSIDE), sector="ngo", status="prospect", active=False,
            website=f"https://{world.mark('prospektnett', place, *INSIDE).lower()}.example.org",
            description=world.mark("prospekttekst", place, *INSIDE), visibility=hidden,
        ),
        "first_id": Organisation(name=f"Ask i {place}", sector="business", org_number=org_number(serial + 50)),
        "second_id": Organisation(name=f"Or i {place}", sector="business", org_number=org_number(serial + 90)),
        "leaving_id": Organisation(name=f"Lind i {place}", sector="business"),
    }  # fmt: skip
    session.add_all(made.values())
    await session.flush()
    memberships = {key: Membership(organisation_id=one.id, region=place, since=SINCE) for key, one in made.items()}
    memberships["leaving_id"].until = date(2029, 1, 1)
    session.add_all(memberships.values())
    await session.flush()
    await state_organisations(session, list(made.values()))
    session.add(Logo(organisation_id=firm.id, alt="En eik", small=b"1", large=b"2", digest="0" * 64))
    world.known(place, region=place, slug=place, **{key: one.id for key, one in made.items()})
    world.known(place, membership_id=memberships["organisation_id"].id, org_number=org_number(serial))


async def _people(session: AsyncSession, world: World, place: str) -> None:
    firm = FIRMS[place]
    kari = Person(
        id=named(f"kari of {place}"),
        name=world.mark("kari", place, *NAMES),
        email=world.address("kari", place, *NAMES),
        title=world.mark("tittelforr", place, "audit.view"),
        phone="+47 999 00 001",
    )
    others = {
        "double_id": Person(name=world.mark("dobbel", place, *NAMES), email=world.address("dobbel", place, *NAMES)),
        "staffer_id": Person(name=world.mark("ansatt", place, "person.view"), email=f"ansatt.{place}@example.org"),
        "claimant_id": Person(
            name=world.mark("sporger", place, "claim.decide", "placeless.view"),
            email=world.address("claimant", place, "claim.decide", "placeless.view"),
            active=False,
        ),
    }
    session.add_all([kari, *others.values()])
    await session.flush()
    acting = {
        "role_id": PersonGrant(person_id=kari.id, role="partner_member", organisation_id=firm),
        "double_role_id": PersonGrant(person_id=others["double_id"].id, role="partner_member", organisation_id=firm),
        "staff_role_id": PersonGrant(person_id=others["staffer_id"].id, role="reviewer", region=place),
        "shadow_role_id": PersonGrant(
            person_id=kari.id, role="partner_member", organisation_id=UUID(_key(world, place, "shadow_id"))
        ),
    }
    session.add_all(acting.values())
    await session.flush()
    await state_people(session, [kari, *others.values()])
    edit = PersonEdit(
        name=kari.name, email=kari.email, title=world.mark("tittel", place, *NAMES, "audit.view"), version=1
    )
    await person_verbs.edit(session, NATIONAL, kari.id, edit)
    await profile.note_refused(session, AddressRefused(
        person_id=others["double_id"].id, version=1, at=now(),
        reply=world.mark("svar", place, "person.view", "audit.view"),
    ))  # fmt: skip
    lead = next(one for one in CAST if (one.kind, one.place) == ("lead", place))
    world.known(place, lead_id=lead.person_id)
    world.known(place, person_id=kari.id, **{key: one.id for key, one in others.items()})
    world.known(place, **{key: one.id for key, one in acting.items()})
    world.known(place, person_version=kari.version, double_version=others["double_id"].version)
    world.known(place, kari_name=kari.name, kari_email=kari.email)


async def _waiting(session: AsyncSession, world: World, place: str) -> None:
    claim = Claim(
        organisation_id=UUID(_key(world, place, "shadow_id")),
        person_id=UUID(_key(world, place, "claimant_id")),
        message=world.mark("krav", place, "claim.decide"),
    )
    finding = RegisterFinding(
        organisation_id=FIRMS[place],
        key=f"renamed {place}",
        code="renamed",
        severity="change",
        values={"new": world.mark("nyttnavn", place, *INSIDE), "name": f"Eik i {place}"},
        proposal={"name": world.mark("nyttnavn", place, *INSIDE)},
    )
    session.add_all([claim, finding])
    await session.flush()
    world.known(place, claim_id=claim.id, finding_id=finding.id)


async def _staff_work(database: Database, world: World, place: str) -> None:
    staff = next(one.actor for one in CAST if (one.kind, one.place) == ("staff", place))
    rows = [["999999999", world.mark("importrad", place, "import.own"), 2024, "12", "", "", "", ""]]
    data = as_csv(rows)
    sheet = await read(KINDS["accounts"], data)
    async with database.writing() as session:
        name = world.mark("importfil", place, "import.own", "audit.view")
        made = await receive(session, staff, KINDS["accounts"], f"{name}.csv", data, sheet)
        segment = await segments.save(
            session,
            staff,
            SegmentIn(name=world.mark("malgruppe", place, "segment.manage", "audit.view"), regions=[place]),
        )
        world.known(place, import_id=made.id, segment_id=segment.id, segment_version=segment.version)


async def _rearrangements(session: AsyncSession, world: World) -> None:
    split = await drafting.start(session, NATIONAL, "split", [NEAR])
    targets = [new_region(slug, tile_column=3 + place) for place, slug in enumerate(("sornes", "nordnes"))]
    await drafting.define(session, NATIONAL, split.id, only(*targets))
    rename = await drafting.start(session, NATIONAL, "rename", ["oslo"])
    await drafting.define(session, NATIONAL, rename.id, only(new_region("oslofjord", tile_column=6)))
    world.ids |= {"rearrangement_id": str(split.id), "ready_id": str(rename.id), "ready_version": str(rename.version)}


async def _own(session: AsyncSession, world: World, person_id: UUID, who: str) -> dict[str, str]:
    """Everybody has a session beside the one they are in, a token, two passkeys, two accounts elsewhere and a claim."""
    word = world.mark(f"eget{who.replace(' ', '')}", NEAR, owner=person_id)
    soon = now() + timedelta(days=30)
    mine: dict[str, Any] = {
        "session_id": Session(person_id=person_id, agent=word),
        "token_id": ApiToken(person_id=person_id, name=word, digest=new_id().hex, services=["partners"], expires_at=soon),
        "passkey_id": Passkey(person_id=person_id, name=word, credential_id=new_id().hex, public_key=b"1"),
        "other_passkey_id": Passkey(person_id=person_id, name=word, credential_id=new_id().hex, public_key=b"2"),
        "identity_id": Identity(person_id=person_id, key="dev", issuer="https://a.example.org", subject=word),
        "other_identity_id": Identity(person_id=person_id, key="dev", issuer="https://b.example.org", subject=word),
        "own_claim_id": Claim(organisation_id=UUID(world.ids["shadow_id"]), person_id=person_id),
    }  # fmt: skip
    session.add_all(mine.values())
    await session.flush()
    return {key: str(one.id) for key, one in mine.items()}


def _key(world: World, place: str, name: str) -> str:
    return world.ids[name if place == NEAR else f"far_{name}"]
