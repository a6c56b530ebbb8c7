"""The four people a visitor of the demo signs in as: same names and addresses whatever the seed."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from deploy.demo.organisations import DemoOrganisation
from deploy.demo.people import DemoPerson

PARTNER_REGION: Final = "rogaland"


@dataclass(frozen=True)
class Persona:
    """`label` is what the sign-in page of the demo says."""

    key: str
    label: str
    name: str
    email: str


PERSONAS: Final = (
    Persona("national", "Nasjonal koordinator", "Solveig Stjernesteg", "nasjonal.koordinator@example.org"),
    Persona("nordland", "Regionleder i Nordland", "Håkon Fjæreglimt", "regionleder.nordland@example.org"),
    Persona("agder", "Regionleder i Agder", "Marit Sommerbris", "regionleder.agder@example.org"),
    Persona("partner", "Klimaansvarlig hos en partner i Rogaland", "Eirik Granitblomst", "klimaansvarlig@example.org"),
)


def with_personas(people: Iterable[DemoPerson], organisations: Iterable[DemoOrganisation]) -> tuple[DemoPerson, ...]:
    """The same people, four of them under a persona's name, address and bokmål."""
    business = next(o for o in organisations if o.regions[0] == PARTNER_REGION and o.sector == "business")
    return tuple(_dressed(person, business.external_id) for person in people)


def _dressed(person: DemoPerson, organisation: str) -> DemoPerson:
    persona = next((persona for persona in PERSONAS if _plays(person, persona.key, organisation)), None)
    if persona is None:
        return person
    title = "Klimaansvarlig" if persona.key == "partner" else person.title
    focus = ("scope3", "energy") if persona.key == "partner" else person.focus_areas
    return replace(person, name=persona.name, email=persona.email, language="nb", title=title, focus_areas=focus)


def _plays(person: DemoPerson, key: str, organisation: str) -> bool:
    if key == "national":
        return person.role == "national" and person.function == "coordinator"
    if key == "partner":
        return person.organisation == organisation and person.function == "climate_lead"
    return person.region == key and person.function == "leader"
