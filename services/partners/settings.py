"""Settings of partners."""

from typing import ClassVar

from pydantic import Field

from shared.settings import ServiceSettings


class PartnersSettings(ServiceSettings):
    """What partners needs to know beyond what all services do."""

    service: ClassVar[str] = "partners"

    sign_in_minutes: int = Field(10, description="How long a sign-in link is good for.")
    demo_people: list[str] = Field(
        default=[], description="Addresses of the invented people the demo offers to sign in as."
    )
    session_idle_hours: int = Field(8, description="A session ends after so many hours without use.")
    session_days: int = Field(7, description="A session ends after so many days, used or not.")
    register_url: str = Field(
        "https://data.brreg.no/enhetsregisteret/api",
        description="Open API of the register of organisations, asked by organisation number and name. Empty: never ask.",
    )
