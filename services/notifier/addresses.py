"""The addresses mails point to; all lie under the configured one and carry their own proof."""

from dataclasses import dataclass
from uuid import UUID

from services.notifier.models import Topic
from shared.auth.links import link_token, secret


@dataclass(frozen=True)
class Links:
    """Makes links for one installation."""

    base_url: str
    key: bytes

    def _under(self, path: str) -> str:
        return self.base_url.rstrip("/") + path

    def answer(self, webinar_id: UUID, person_id: UUID, choice: str) -> str:
        """Return the page on which a person says yes or no to a webinar; it changes nothing before they press its button."""
        token = link_token(self.key, "answer", person_id, webinar_id)
        return self._under(f"/events/answer/{webinar_id}/{token}?choice={choice}")

    def webinar(self, webinar_id: UUID) -> str:
        """Return a webinar's page."""
        return self._under(f"/events/{webinar_id}")

    def case(self, case_id: UUID) -> str:
        """Return a case's page."""
        return self._under(f"/cases/{case_id}")

    def sign_in(self, request_id: UUID) -> str:
        """Return a sign-in link; its secret is derived here and stored nowhere."""
        return self._under(f"/partners/sign-in/{secret(self.key, 'sign-in', request_id)}")

    def registry(self, path: str) -> str:
        """Return a page of the registry."""
        return self._under(path)

    def letter(self, purpose: str, letter_id: UUID) -> str:
        """Return the page that does what a letter asks to be confirmed; its secret is derived here and stored nowhere."""
        return self._under(f"/partners/{purpose}/{secret(self.key, purpose, letter_id)}")

    def preferences(self, person_id: UUID) -> str:
        """Return a person's page of what they want mail about."""
        return self._under(f"/mail/preferences/{link_token(self.key, 'preferences', person_id)}")

    def unsubscribe(self, person_id: UUID, topic: Topic) -> str:
        """Return the address that takes a person off a topic, by POST and at one click (RFC 8058)."""
        return self._under(f"/mail/unsubscribe/{topic}/{link_token(self.key, 'preferences', person_id)}")
