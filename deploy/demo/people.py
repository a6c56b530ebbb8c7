"""Invented people: contacts of the invented organisations, and staff of the regions and of the network."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from deploy.demo.dice import Dice
from deploy.demo.organisations import DemoOrganisation
from deploy.demo.regions import DemoRegion, demo_regions
from deploy.demo.slugs import slugged
from deploy.demo.titles import title
from deploy.demo.words import FIRST_NAMES, FOCUS_AREAS, SURNAME_FIRST, SURNAME_LAST, joined

OWN_LANGUAGE: Final = 85
OTHER_NORWEGIAN: Final = 8
ENGLISH: Final = 7


@dataclass(frozen=True)
class DemoPerson:
    """`function` is what the person does there: ceo, climate_lead, communications, member, leader, coordinator, reviewer or auditor.

    `functions` are those of them that the registry has a name for.
    """

    external_id: str
    name: str
    email: str
    language: str
    role: str
    function: str
    title: str
    organisation: str | None = None
    region: str | None = None
    focus_areas: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()


FUNCTIONS: Final = {"ceo": ("top_leader",), "climate_lead": ("climate_lead",), "communications": ("communications",)}
STAFF_ROLES: Final = {"leader": "region_lead", "coordinator": "region_staff", "reviewer": "reviewer"}
ANSWERING: Final = 0.4
"""The share of organisations whose climate lead looks after their profile."""


def demo_staff(dice: Dice) -> Iterator[DemoPerson]:
    """A leader, a coordinator and a reviewer in each region, two at the national office, and one who audits the network."""
    for region in demo_regions():
        for function in STAFF_ROLES:
            yield _staff(dice, region, function)
    for function in ("leader", "coordinator"):
        yield _national(dice, function, "national", title(f"national_{function}", "nb"))
    yield _national(dice, "auditor", "auditor", title("auditor", "nb"))


def demo_contacts(dice: Dice, organisations: tuple[DemoOrganisation, ...], count: int) -> Iterator[DemoPerson]:
    """`count` contacts: at least two in each organisation, the rest spread by lot."""
    homes = {region.slug: region.default_language for region in demo_regions()}
    extra = dice.shuffled([organisation.external_id for organisation in organisations], "extra contacts")
    with_third = frozenset(extra[: max(0, count - 2 * len(organisations))])
    serial = 0
    for organisation in organisations:
        second = "ceo" if dice.chance(0.7, "second contact", organisation.external_id) else "communications"
        third = ("member",) if organisation.external_id in with_third else ()
        for function in ("climate_lead", second, *third):
            serial += 1
            yield _contact(dice, serial, organisation, function, homes[organisation.regions[0]])


def _contact(dice: Dice, serial: int, organisation: DemoOrganisation, function: str, home: str) -> DemoPerson:
    who = f"demo-person-{serial:04d}"
    name, language = _name(dice, who), _language(dice, home, who)
    claimed = organisation.profile.status != "shadow"
    answers = claimed and dice.chance(ANSWERING, "answers", organisation.external_id)
    return DemoPerson(
        external_id=who,
        name=name,
        email=_address(name, str(serial)),
        language=language,
        role="partner_admin" if function == "climate_lead" and answers else "partner_member",
        function=function,
        title=title(function, language, organisation.sector),
        organisation=organisation.external_id,
        focus_areas=dice.some(FOCUS_AREAS, 0, 3, "focus", who),
        functions=FUNCTIONS.get(function, ()),
    )


def _staff(dice: Dice, region: DemoRegion, function: str) -> DemoPerson:
    who = f"demo-staff-{region.slug}-{function}"
    name = _name(dice, who)
    return DemoPerson(
        external_id=who,
        name=name,
        email=_address(name, region.slug),
        language=region.default_language,
        role=STAFF_ROLES[function],
        function=function,
        title=title(function, region.default_language),
        region=region.slug,
        focus_areas=dice.some(FOCUS_AREAS, 1, 5, "focus", who),
    )


def _national(dice: Dice, function: str, role: str, called: str) -> DemoPerson:
    who = f"demo-staff-national-{function}"
    name = _name(dice, who)
    return DemoPerson(
        external_id=who,
        name=name,
        email=_address(name, "nasjonal"),
        language="nb",
        role=role,
        function=function,
        title=called,
        focus_areas=FOCUS_AREAS,
    )


def _name(dice: Dice, who: str) -> str:
    first = dice.pick(FIRST_NAMES, "first name", who)
    surname = joined(dice.pick(SURNAME_FIRST, "surname", who), dice.pick(SURNAME_LAST, "surname ending", who))
    return f"{first} {surname}"


def _language(dice: Dice, home: str, who: str) -> str:
    other = "nb" if home == "nn" else "nn"
    return dice.weighted({home: OWN_LANGUAGE, other: OTHER_NORWEGIAN, "en": ENGLISH}, "language", who)


def _address(name: str, suffix: str) -> str:
    return f"{slugged(name).replace('-', '.')}.{suffix}@example.org"
