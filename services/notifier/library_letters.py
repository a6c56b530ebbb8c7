"""The letters the library asks for: what fills each in, and where an answer to it goes.

The words are in `templates/mail/<kind>/words.txt`; whatever is missing is left out, and the letter still reads as whole sentences.
"""

from collections.abc import Mapping
from typing import Any, get_args
from uuid import UUID

from services.notifier.addresses import Links
from services.notifier.letters import line
from services.notifier.letters_asked import Told
from services.notifier.models import Recipient, Region
from shared.contracts.knowledge import LibraryLetterContent, LibraryLetterKind

KINDS: tuple[LibraryLetterKind, ...] = get_args(LibraryLetterKind)
ANSWERED: frozenset[LibraryLetterKind] = frozenset({"introduction", "case_question"})
"""Letters that are nothing without the other: they do not go out once that person is gone."""
REPLY_TO = "reply_to_id"


def other_id(row: Any) -> UUID | None:
    """Return the person an answer to a delivery (`row`) goes to."""
    given = (row.content or {}).get(REPLY_TO)
    return UUID(given) if given else None


def told(row: Any, other: Recipient | None, links: Links, regions: Mapping[str, Region], recipient: Recipient) -> Told:
    """Return what the letter of a delivery (`row`) says, in its reader's language."""
    said = LibraryLetterContent.model_validate({**row.content})
    region = regions.get(said.region or "")
    return Told(
        {"letter": row.kind, "private": False, "reason": said.text.strip(), "count": said.count},
        {
            "title": line(said.title),
            "about": line(said.other),
            "organisation": line(said.organisation),
            "region": region.name(recipient.language) if region else "",
            "other": line(other.name) if other else "",
            "link": links.registry(said.path) if said.path else "",
        },
    )
