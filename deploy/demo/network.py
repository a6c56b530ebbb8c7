"""The invented network of the demo, the same for the same seed, and its form as a partner import."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Final

from deploy.demo.dice import Dice
from deploy.demo.organisations import DemoOrganisation, demo_organisations
from deploy.demo.people import DemoPerson, demo_contacts, demo_staff
from deploy.demo.personas import PERSONAS, Persona, with_personas
from deploy.demo.regions import DemoRegion, demo_regions
from deploy.demo.webinars import DemoWebinar, demo_webinars

SEED: Final = 2030
PEOPLE: Final = 1000
UNTOLD: Final = ("functions", "offers", "needs", "visibility")
"""Fields that are left out of a line where they are empty."""


@dataclass(frozen=True)
class DemoNetwork:
    regions: tuple[DemoRegion, ...]
    organisations: tuple[DemoOrganisation, ...]
    people: tuple[DemoPerson, ...]
    webinars: tuple[DemoWebinar, ...]
    personas: tuple[Persona, ...]


def demo_network(seed: int = SEED) -> DemoNetwork:
    """About 400 organisations and 1,000 people, all invented; the personas and webinars do not depend on the seed."""
    dice = Dice(seed)
    organisations = demo_organisations(dice)
    staff = tuple(demo_staff(dice))
    contacts = demo_contacts(dice, organisations, PEOPLE - len(staff))
    return DemoNetwork(
        regions=demo_regions(),
        organisations=organisations,
        people=with_personas((*staff, *contacts), organisations),
        webinars=demo_webinars(),
        personas=PERSONAS,
    )


def partner_lines(network: DemoNetwork) -> Iterator[str]:
    """One JSON object a line as the partner import reads it: organisations first, then people."""
    for organisation in network.organisations:
        fields = asdict(organisation)
        told = fields.pop("profile")
        yield _line("organisation", fields | told)
    for person in network.people:
        fields = asdict(person)
        del fields["function"]
        yield _line("person", fields)


def _line(kind: str, fields: dict[str, Any]) -> str:
    filled = {key: value for key, value in fields.items() if value is not None and not (key in UNTOLD and not value)}
    return json.dumps({"kind": kind, **filled}, ensure_ascii=False)
