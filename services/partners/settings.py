"""Settings of partners."""

from typing import ClassVar

from pydantic import Field

from services.partners.oidc.config import Issuer
from shared.contracts.vocabulary import Role
from shared.settings import ServiceSettings


class PartnersSettings(ServiceSettings):
    """What partners needs to know beyond what all services do."""

    service: ClassVar[str] = "partners"

    sign_in_minutes: int = Field(10, description="How long a sign-in link is good for.")
    sign_in_most_per_address: int = Field(
        5,
        description="So many sign-in links go to an address in a quarter of an hour; asking for more is answered alike.",
    )
    sign_in_most_per_client: int = Field(
        120,
        description="So many sign-in links are sent for one client address in an hour. A whole municipality may stand behind one.",
    )
    sign_in_most_begun: int = Field(
        120,
        description="So many sign-ins are begun with an issuer or a passkey from one client address in an hour; more are told to wait.",
    )
    passkey_required_for: list[Role] = Field(
        ["national"],
        description="Roles that are not given to a mailbox alone: whoever holds one shows a passkey after the link. "
        "Only where people come by https, or to localhost: elsewhere browsers have no passkeys.",
    )
    oidc_issuers: list[Issuer] = Field(
        [],
        description="Issuers of OpenID Connect people may sign in with, as a JSON list; see "
        "[operations](operations.md#signing-in-with-an-organisations-own-account).",
    )
    privacy_contact: str = Field(
        "", description="Address or name to ask about privacy, as shown on `/partners/privacy`."
    )
    demo_people: list[str] = Field(
        default=[], description="Addresses of the invented people the demo offers to sign in as."
    )
    session_idle_hours: int = Field(8, description="A session ends after so many hours without use.")
    session_days: int = Field(7, description="A session ends after so many days, used or not.")
    register_url: str = Field(
        "https://data.brreg.no/enhetsregisteret/api",
        description="Open API of the register of organisations, asked by organisation number and name. Empty: never ask.",
    )
    inactive_warn_months: int = Field(
        18,
        ge=0,
        description="Who has a role and was not seen for so many months is warned, a month later once more, and another month later "
        "put out of use. 0: never.",
    )
