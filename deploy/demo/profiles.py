"""What the invented organisations tell of themselves beside their name: industry, size, topics, and who sees what of it."""

from dataclasses import dataclass, field, replace
from typing import Final, Literal

from deploy.demo.dice import Dice

TOPICS: Final = (
    "transport", "construction", "energy", "procurement", "circular", "food-waste", "value-chain", "leadership", "nature",
    "adaptation", "green-business", "maritime", "agriculture",
)  # fmt: skip
"""Codes of the registry's own topics."""
WITH_TOPICS, WITH_VISIBILITY, PAUSED, SHADOW = 0.7, 0.15, 0.01, 0.02
SHADOW_PLACES: Final = {"nordland": (3, 11), "agder": (5, 16), "trondelag": (7,), "vestland": (12,)}
"""Which organisations of a region were entered by others and never claimed, counted from 1; elsewhere it falls by lot."""
CLOSED: Final = ({"employees": "region"}, {"employees": "public"}, {"needs": "network"}, {"contacts": "network"})


@dataclass(frozen=True)
class Trade:
    """What a kind of organisation is in the register: industry, legal form, the topics it knows well, and its usual size."""

    nace_code: str
    nace_text: str
    legal_form: str | None
    knows: tuple[str, ...]
    size: int


@dataclass(frozen=True)
class Profile:
    """The fields of an organisation's line in the import beside those it always has; None and what is empty is left out."""

    status: Literal["shadow", "paused"] | None = None
    language: str = "nb"
    legal_form: str | None = None
    nace_code: str | None = None
    nace_text: str | None = None
    employees: int | None = None
    offers: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    visibility: dict[str, str] = field(default_factory=dict)


TRADES: Final = {
    "Energi": Trade("35.110", "Produksjon av elektrisitet", "AS", ("energy", "nature"), 60),
    "Bygg": Trade("41.000", "Oppføring av bygninger", "AS", ("construction", "circular"), 80),
    "Entreprenør": Trade("42.110", "Bygging av veier og motorveier", "AS", ("construction", "transport"), 120),
    "Transport": Trade("49.410", "Godstransport på vei", "AS", ("transport", "energy"), 45),
    "Havbruk": Trade("03.211", "Akvakultur i saltvann", "AS", ("maritime", "nature"), 55),
    "Rådgivning": Trade("70.220", "Bedriftsrådgivning", "AS", ("leadership", "value-chain"), 18),
    "Eiendom": Trade("68.200", "Utleie og drift av fast eiendom", "AS", ("energy", "construction"), 25),
    "Industrier": Trade("25.620", "Bearbeiding av metaller", "AS", ("energy", "circular"), 140),
    "Rederi": Trade("50.200", "Godstransport med skip", "AS", ("maritime", "transport"), 70),
    "Mat": Trade("10.890", "Produksjon av næringsmidler", "AS", ("food-waste", "value-chain"), 65),
    "Hotell": Trade("55.101", "Hotelldrift", "AS", ("food-waste", "procurement"), 40),
    "Sparebank": Trade("64.190", "Bankvirksomhet", "SPA", ("green-business", "leadership"), 75),
    "Data": Trade("62.100", "Programmering", "AS", ("circular", "green-business"), 30),
    "kommune": Trade("84.110", "Generell offentlig administrasjon", "KOMM", ("procurement", "adaptation"), 900),
    "havn": Trade("52.220", "Tjenester for sjøtransport", "IKS", ("maritime", "energy"), 25),
    "renovasjon": Trade("38.110", "Innsamling av avfall", "IKS", ("circular", "transport"), 90),
    "sykehus": Trade("86.100", "Sykehustjenester", "SF", ("procurement", "food-waste"), 1_800),
    "innkjøpssamarbeid": Trade("82.990", "Annen forretningsmessig tjenesteyting", None, ("procurement",), 8),
    "Høgskolen": Trade("85.420", "Utdanning på universitets- og høgskolenivå", "ORGL", ("leadership", "nature"), 400),
    "fagskole": Trade("85.410", "Høyere yrkesfaglig utdanning", "ORGL", ("construction", "energy"), 60),
    "forskningsinstitutt": Trade("72.190", "Annen forskning", "STI", ("nature", "circular"), 85),
    "Stiftelsen": Trade("94.990", "Aktiviteter i andre organisasjoner", "STI", ("nature", "agriculture"), 9),
    "næringsforum": Trade("94.110", "Aktiviteter i næringslivsorganisasjoner", "FLI", ("green-business",), 6),
    "reparasjonslag": Trade("95.290", "Reparasjon av andre varer", "FLI", ("circular",), 2),
}
"""By the word of the bokmål name that tells the kind."""

SHOWN_OFF: Final = Profile(
    legal_form="AS",
    employees=84,
    offers=("food-waste", "value-chain", "procurement"),
    needs=("transport", "energy"),
    visibility={"employees": "public", "contacts": "network"},
)
STORY: Final = (
    "Vi foredler korn, rotgrønnsaker og bær fra gårder i nærheten, og leverer til butikker, kantiner og skoler.\n\n"
    "Siden vi ble partner har vi:\n\n"
    "- halvert svinnet på linjene ved å veie alt som kastes, hver dag\n"
    "- byttet oljekjelen med varmepumpe på spillvarme fra kjølelageret\n"
    "- flyttet de faste rutene over på elektriske varebiler\n\n"
    "Vi viser gjerne fram tallene, og hvordan vi regner på innkjøpte råvarer. Det vi selv vil lære mer om, er "
    "langtransport uten diesel og styring av effekttopper."
)
"""The partner whose people a visitor of the demo signs in as has a page worth looking at."""


def profile(dice: Dice, index: int, place: int, home: tuple[str, str], kind: str) -> Profile:
    """Return what organisation `index` tells of itself; it is the one at `place` in its `home`, a region's slug and language."""
    region, language = home
    trade = TRADES[kind]
    size = max(1, round(trade.size * 3 ** (2 * dice.roll("employees", index) - 1)))
    made = Profile(
        status=_status(dice, index, place, region),
        language=language,
        legal_form=trade.legal_form,
        nace_code=trade.nace_code,
        nace_text=trade.nace_text,
        employees=size if dice.chance(0.9, "told size", index) else None,
        visibility=dict(dice.pick(CLOSED, "closed", index)) if dice.chance(WITH_VISIBILITY, "closes", index) else {},
    )
    if made.status == "shadow" or not dice.chance(WITH_TOPICS, "topics", index):
        return made
    wanted = tuple(topic for topic in TOPICS if topic not in trade.knows)
    return replace(made, offers=trade.knows, needs=dice.some(wanted, 1, 3, "needs", index))


def _status(dice: Dice, index: int, place: int, region: str) -> Literal["shadow", "paused"] | None:
    if region in SHADOW_PLACES:
        return "shadow" if place in SHADOW_PLACES[region] else None
    roll = dice.roll("status", index)
    return "shadow" if roll < SHADOW else "paused" if roll > 1 - PAUSED else None
