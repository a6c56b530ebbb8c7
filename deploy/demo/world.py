"""The invented network as it stands in the registry, to be given its history."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from deploy.demo.accounts import SHOWN
from deploy.demo.dice import Dice
from services.partners.models import Membership, Organisation, Person, PersonGrant
from shared.clock import OSLO


@dataclass(frozen=True)
class World:
    """Everybody there is: organisations by external id, and by their id the people who act for them and the regions they are in."""

    session: AsyncSession
    dice: Dice
    today: date
    firms: dict[str, Organisation]
    acting: dict[UUID, list[tuple[Person, PersonGrant]]]
    memberships: dict[UUID, list[Membership]]

    def ago(self, days: float) -> datetime:
        """Return the morning so many days before today."""
        return datetime.combine(self.today, time(9, 12), OSLO) - timedelta(days=days)

    def people_of(self, firm: Organisation) -> list[Person]:
        """Return who acts for an organisation, its climate lead first."""
        return [person for person, _grant in self.acting[firm.id]]

    def signer(self, firm: Organisation) -> str:
        """Return the name of who signs for an organisation: its leader, else whoever there is."""
        leading = [person.name for person, grant in self.acting[firm.id] if "top_leader" in grant.functions]
        return (leading or [person.name for person in self.people_of(firm)] or [""])[0]

    def home(self, firm: Organisation) -> str:
        """Return the region an organisation is at home in."""
        return self.memberships[firm.id][0].region

    def cast(self, region: str) -> Iterator[Organisation]:
        """Yield the plain partners of a region that are in no other, in an order of chance: each is given one part to play."""
        plain = [
            who
            for who, firm in self.firms.items()
            if firm.status == "active"
            and who != SHOWN
            and [one.region for one in self.memberships[firm.id]] == [region]
        ]
        return (self.firms[who] for who in self.dice.shuffled(plain, "cast", region))

    def shadows(self, region: str) -> list[Organisation]:
        """Return those of a region that nobody has claimed."""
        return [firm for firm in self.firms.values() if firm.status == "shadow" and self.home(firm) == region]


async def gathered(session: AsyncSession, dice: Dice, today: date) -> World:
    """Return the demo's part of the registry."""
    query = select(Organisation).where(col(Organisation.external_id).startswith("demo-org-"))
    firms = {
        one.external_id or "": one for one in (await session.exec(query.order_by(col(Organisation.external_id)))).all()
    }
    acting: dict[UUID, list[tuple[Person, PersonGrant]]] = defaultdict(list)
    held = select(PersonGrant, Person).join(Person, col(Person.id) == PersonGrant.person_id)
    for grant, person in (await session.exec(held.order_by(col(Person.external_id)))).all():
        if grant.organisation_id:
            acting[grant.organisation_id].append((person, grant))
    memberships: dict[UUID, list[Membership]] = defaultdict(list)
    for membership in (await session.exec(select(Membership).order_by(col(Membership.id)))).all():
        memberships[membership.organisation_id].append(membership)
    return World(session, dice, today, firms, acting, memberships)
