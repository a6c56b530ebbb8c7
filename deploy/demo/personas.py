"""The seven people a visitor of the demo signs in as: same names and addresses whatever the seed."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from deploy.demo.organisations import SHOWCASE, DemoOrganisation
from deploy.demo.people import DemoPerson


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
    Persona("admin", "Partneransvarlig hos samme partner", "Turid Havgnist", "partneransvarlig@example.org"),
    Persona("reviewer", "Fagfelle i Nordland", "Áilu Vinterild", "fagfelle.nordland@example.org"),
    Persona("auditor", "Revisor for hele nettverket", "Ragnhild Kvisttone", "revisor@example.org"),
)


def with_personas(people: Iterable[DemoPerson], organisations: Iterable[DemoOrganisation]) -> tuple[DemoPerson, ...]:
    """The same people, seven of them under a persona's name, address and bokmål."""
    business = next(o for o in organisations if o.regions[0] == SHOWCASE and o.sector == "business")
    return tuple(_dressed(person, business.external_id) for person in people)


def _dressed(person: DemoPerson, organisation: str) -> DemoPerson:
    persona = next((persona for persona in PERSONAS if _plays(person, persona.key, organisation)), None)
    if persona is None:
        return person
    known = replace(person, name=persona.name, email=persona.email, language="nb")
    if persona.key == "partner":
        return replace(known, role="partner_member", title="Klimaansvarlig", focus_areas=("scope3", "energy"))
    if persona.key == "admin":
        return replace(known, role="partner_admin", function="ceo", title="Daglig leder", functions=("top_leader",))
    return known


def _plays(person: DemoPerson, key: str, organisation: str) -> bool:
    match key:
        case "national":
            return person.role == "national" and person.function == "coordinator"
        case "partner":
            return person.organisation == organisation and person.function == "climate_lead"
        case "admin":
            return person.organisation == organisation and person.function in ("ceo", "communications")
        case "reviewer":
            return person.region == "nordland" and person.function == "reviewer"
        case "auditor":
            return person.function == "auditor"
        case region:
            return person.region == region and person.function == "leader"
