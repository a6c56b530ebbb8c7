"""The links by which people answer an invitation without signing in; the notifier writes the same ones into its mails."""

from typing import Literal
from uuid import UUID

from shared.auth.links import link_token, read_link

PURPOSE = "answer"


def answer_path(key: bytes, person_id: UUID, webinar_id: UUID) -> str:
    """Return the path of the page where `person_id` answers: `/events/answer/<webinar>/<token>`."""
    return f"/events/answer/{webinar_id}/{link_token(key, PURPOSE, person_id, webinar_id)}"


def answer_url(
    base_url: str, key: bytes, person_id: UUID, webinar_id: UUID, choice: Literal["accept", "decline"]
) -> str:
    """Return the link of a mail's button; opening it only shows the page."""
    return f"{base_url.rstrip('/')}{answer_path(key, person_id, webinar_id)}?choice={choice}"


def answering(key: bytes, webinar_id: UUID, token: str) -> UUID | None:
    """Return whose answer a token lets through, None where it was not made for this webinar."""
    return read_link(key, PURPOSE, token, webinar_id)
