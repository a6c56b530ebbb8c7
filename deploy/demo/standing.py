"""How the invented partners have met their obligations: agreements, certificates, plans, goals, projects and fees.

Most are in order, some are about to lapse, and some are missing. Days are counted from today, so that it stays that way.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from deploy.demo.dice import Dice
from services.partners.models import ActionPlan, Agreement, Certification, Fee, Goal, LeadProject
from services.partners.models.base import Base
from services.partners.models.obligations import CertificationKind

AGREEMENT_TEXTS: Final = ("1.0", "2.0", "2.1")
CERTIFICATES: Final[dict[CertificationKind, int]] = {"miljofyrtarn": 68, "iso14001": 26, "emas": 6}
PROJECTS: Final = (
    ("Fossilfri byggeplass", "Elektriske gravemaskiner og lastebiler fra første dag, med strøm fra byggets egen inntakslinje."),
    ("Svinnet i kantina", "Alt som kastes, veies og vises på en skjerm ved disken. Målet er halvparten."),
    ("Sammen om transporten", "Felles utkjøring med naboene, i stedet for hver vår halvtomme bil."),
    ("Ombruk av møbler", "Før noe kjøpes nytt, spør vi de andre partnerne i regionen."),
    ("Spillvarme til naboen", "Varmen fra kjølingen går i rør over veien, og erstatter gass."),
    ("Klimakrav i alle anbud", "Klima og miljø teller minst 30 prosent, og vi veileder leverandørene på forhånd."),
    ("Sol på alle tak", "Vi dekker hvert egnede tak, og deler overskuddet med nabobygget."),
    ("Reis smart", "Tog og nettmøte først. Fly må begrunnes, og prisen på utslippet betales internt."),
)  # fmt: skip
AMBITIONS: Final = (
    "Vi skal slutte med fossilt drivstoff når bilene skiftes ut.",
    "Vi kutter direkte utslipp for hvert år, og regner på når vi kan nå null.",
)


def member_since(dice: Dice, who: str, today: date) -> date:
    """Return the day an organisation became a partner: two to nine years ago, and so before any round that still asks."""
    return today - timedelta(days=round(700 + 2_600 * dice.roll("since", who)))


def standing(dice: Dice, who: str, organisation_id: UUID, signer: str, today: date) -> Iterator[Base]:
    """Yield what the organisation with the external id `who` has signed, holds and has paid; `signer` is who signed for it."""
    since = member_since(dice, who, today)
    yield from _agreement(dice, who, organisation_id, signer, since, today)
    yield from _certificate(dice, who, organisation_id, today)
    yield from _plan(dice, who, organisation_id, today)
    yield from _goal(dice, who, organisation_id, today)
    if dice.chance(0.55, "project", who):
        title, text = dice.pick(PROJECTS, "which project", who)
        yield LeadProject(organisation_id=organisation_id, title=title, text=text)
    yield from _fees(dice, who, organisation_id, since, today)


def model_standing(organisation_id: UUID, signer: str, today: date) -> Iterator[Base]:
    """Yield what a partner has that has done it all."""
    signed = today - timedelta(days=1_480)
    yield Agreement(organisation_id=organisation_id, text_version="1.0", signed_on=signed, signer_name=signer)
    newer = today - timedelta(days=410)
    yield Agreement(organisation_id=organisation_id, text_version="2.1", signed_on=newer, signer_name=signer)
    yield certificate(organisation_id, "miljofyrtarn", today + timedelta(days=540), "DEMO-1023")
    adopted, ends = today - timedelta(days=400), today + timedelta(days=800)
    link = "https://mosekveld-mat-as.example.org/handlingsplan"
    yield ActionPlan(organisation_id=organisation_id, adopted_on=adopted, valid_to=ends, link=link)
    text = "Ingen fossile kjøretøy eller kjeler. Siste dieselbil er byttet året før."
    yield Goal(organisation_id=organisation_id, fossil_free_year=today.year + 3, text=text)
    for title, story in PROJECTS[1:3]:
        yield LeadProject(organisation_id=organisation_id, title=title, text=story)
    for year in (today.year - 1, today.year):
        yield Fee(organisation_id=organisation_id, year=year, paid=True, paid_on=min(date(year, 2, 1), today))


def certificate(organisation_id: UUID, kind: CertificationKind, valid_to: date, number: str) -> Certification:
    """Return a certificate of three years, as all of these last."""
    begins = valid_to - timedelta(days=3 * 365)
    return Certification(
        organisation_id=organisation_id, kind=kind, number=number, valid_from=begins, valid_to=valid_to
    )


def _agreement(
    dice: Dice, who: str, organisation_id: UUID, signer: str, since: date, today: date
) -> Iterator[Agreement]:
    roll = dice.roll("agreement", who)
    if roll > 0.92:
        return
    made = Agreement(
        organisation_id=organisation_id,
        text_version=dice.pick(AGREEMENT_TEXTS, "agreement text", who),
        signed_on=since,
        signer_name=signer,
    )
    if roll > 0.9:
        made.terminate(today + timedelta(days=60))
    yield made


def _certificate(dice: Dice, who: str, organisation_id: UUID, today: date) -> Iterator[Certification]:
    roll, days = dice.roll("certificate", who), dice.roll("certificate days", who)
    kind, number = dice.weighted(CERTIFICATES, "certificate kind", who), f"DEMO-{who[-3:]}"
    if roll < 0.68:
        yield certificate(organisation_id, kind, today + timedelta(days=round(100 + 900 * days)), number)
    elif roll < 0.75:
        yield certificate(organisation_id, kind, today + timedelta(days=round(4 + 84 * days)), number)
    elif roll < 0.88:
        planned = today + timedelta(days=round(20 + 300 * days))
        yield Certification(organisation_id=organisation_id, kind=kind, planned_on=planned)
    elif roll < 0.91:
        yield certificate(organisation_id, kind, today - timedelta(days=round(10 + 120 * days)), number)
    elif roll < 0.94:
        late = today - timedelta(days=round(10 + 200 * days))
        yield Certification(organisation_id=organisation_id, kind=kind, planned_on=late)


def _plan(dice: Dice, who: str, organisation_id: UUID, today: date) -> Iterator[ActionPlan]:
    roll, days = dice.roll("plan", who), dice.roll("plan days", who)
    if roll > 0.9:
        return
    left = 100 + 700 * days if roll < 0.7 else 5 + 80 * days if roll < 0.86 else -200 * days - 5
    ends = today + timedelta(days=round(left))
    yield ActionPlan(organisation_id=organisation_id, adopted_on=ends - timedelta(days=1_095), valid_to=ends)


def _goal(dice: Dice, who: str, organisation_id: UUID, today: date) -> Iterator[Goal]:
    roll = dice.roll("goal", who)
    if roll < 0.62:
        yield Goal(
            organisation_id=organisation_id, fossil_free_year=today.year + 2 + int(9 * dice.roll("goal year", who))
        )
    elif roll < 0.8:
        yield Goal(organisation_id=organisation_id, text=dice.pick(AMBITIONS, "ambition", who))


def _fees(dice: Dice, who: str, organisation_id: UUID, since: date, today: date) -> Iterator[Fee]:
    for year, paying in ((today.year - 2, 0.998), (today.year - 1, 0.98), (today.year, 0.74)):
        if since.year > year:
            continue
        paid = dice.chance(paying, "fee", who, year - today.year)
        sent = date(year, 1, 15)
        paid_on = min(sent + timedelta(days=round(80 * dice.roll("fee day", who, year - today.year))), today)
        yield Fee(organisation_id=organisation_id, year=year, paid=paid, paid_on=paid_on if paid else None)
