"""The letters the registry asks for: what fills each in, where its button leads, and at which address it is read.

`content` is what :class:`shared.contracts.partners.LetterContent` holds. What a letter takes from it stands in `LETTERS`; whatever
is missing is left out, and the letter still reads as whole sentences. The words are in `templates/mail/<kind>/words.txt`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_args
from uuid import UUID

from services.notifier.addresses import Links
from services.notifier.letters import line
from services.notifier.models import Recipient, Region
from shared.contracts.partners import LetterContent, LetterKind
from shared.contracts.vocabulary import Language
from shared.web import formats

FORM = "letter"
KINDS: tuple[LetterKind, ...] = get_args(LetterKind)


@dataclass(frozen=True)
class About:
    """One kind of letter.

    fills: the fields of the content it shows. leads: the path its button opens; `{organisation_id}` is filled in, and without one
    `otherwise` is opened. purpose: the button carries a secret instead, derived from the letter's id for this purpose.
    unproven: it goes to the address that is yet to be confirmed.
    """

    fills: tuple[str, ...] = ()
    leads: str = ""
    otherwise: str = "/partners"
    purpose: str = ""
    unproven: bool = False


ORGANISATION = "/partners/{organisation_id}"
OBLIGATIONS = "/partners/{organisation_id}/obligations"
SIGN_IN = "/partners/sign-in"
INVITED = "/partners/sign-in?next=/partners/{organisation_id}"
LETTERS: dict[LetterKind, About] = {
    "account_opened": About(("organisation", "organisation_id", "year", "deadline"), OBLIGATIONS),
    "account_reminder": About(("organisation", "organisation_id", "year", "deadline", "days_left"), OBLIGATIONS),
    "account_overdue": About(("organisation", "organisation_id", "year", "deadline"), OBLIGATIONS),
    "claim_requested": About(("organisation", "organisation_id"), purpose="claim"),
    "claim_accepted": About(("organisation", "organisation_id"), ORGANISATION),
    "claim_rejected": About(("organisation", "organisation_id", "reason"), ORGANISATION),
    "confirm_email": About(purpose="confirm-email", unproven=True),
    "confirm_erasure": About(purpose="erase"),
    "inactive_soon": About(("deadline",), SIGN_IN),
    "inactive_last": About(("deadline",), SIGN_IN),
    "invited_to_registry": About(("organisation", "organisation_id", "region"), INVITED, SIGN_IN),
}
PRIVATE: frozenset[str] = frozenset({"claim_requested", "confirm_email", "confirm_erasure"})
"""Letters without the way to one's preferences: whoever reads them may not be the person, or is not there any more."""
NAMELESS: frozenset[str] = frozenset({"claim_requested", "confirm_email"})
"""Letters to an address that anybody may have typed, and beside it a name of their making: no name is said in them."""
ALSO_INACTIVE: frozenset[str] = frozenset({"claim_requested", "claim_rejected", "confirm_erasure"})
"""Letters that answer somebody who is not in use, yet or any longer: they asked, and get nothing else."""


@dataclass(frozen=True)
class Told:
    """What a letter says: `shared` and `own` as :func:`services.notifier.texts.write` takes them."""

    shared: dict[str, str | int]
    own: dict[str, str]


def address_for(kind: str, person: Recipient) -> str:
    """Return where a mail of `kind` goes to: the person's address, or the one they have yet to confirm; empty where there is none."""
    about = LETTERS.get(kind)  # type: ignore[call-overload]
    if about is not None and about.unproven:
        return person.pending_email
    return person.email


def told(row: Any, links: Links, regions: Mapping[str, Region]) -> Told:
    """Return what the letter of a delivery (`row`) says, in the language it was asked in."""
    kind: LetterKind = row.kind
    language: Language = row.content["language"]
    about = LETTERS[kind]
    said = LetterContent.model_validate({name: row.content[name] for name in about.fills if name in row.content})
    region = regions.get(said.region or "")
    shared: dict[str, str | int] = {
        "letter": kind,
        "private": kind in PRIVATE,
        "year": str(said.year or ""),
        "days_left": -1 if said.days_left is None else max(said.days_left, 0),
        "reason": said.reason.strip(),
    }
    own = {
        "organisation": line(said.organisation),
        "deadline": formats.day(said.deadline, language),
        "lasts": _moment(row.not_after, language),
        "region": region.name(language) if region else "",
        "link": _link(about, row.subject_id, said.organisation_id, links),
    }
    if kind in NAMELESS:
        own["name"] = ""
    return Told(shared, own)


def _link(about: About, letter_id: UUID, organisation_id: UUID | None, links: Links) -> str:
    if about.purpose:
        return links.letter(about.purpose, letter_id)
    if not about.leads:
        return ""
    if "{organisation_id}" in about.leads and organisation_id is None:
        return links.registry(about.otherwise)
    return links.registry(about.leads.format(organisation_id=organisation_id))


def _moment(moment: datetime | None, language: Language) -> str:
    return formats.clock(moment, language)
