"""Settings of the notifier."""

from email.utils import parseaddr
from typing import ClassVar

from pydantic import Field, SecretStr

from shared.settings import ServiceSettings


class NotifierSettings(ServiceSettings):
    """What the notifier needs to know beyond what all services do."""

    service: ClassVar[str] = "notifier"

    smtp_url: SecretStr = Field(
        SecretStr("smtp://127.0.0.1:1025"),
        description="Mail server: `smtp://` or `smtps://`, with `user:password@` where it asks for them; `?starttls=1` demands TLS.",
    )
    mail_from: str = Field(
        "Koblingsboks <post@koblingsboks.example.org>",
        description="Name and address all mail comes from. Somebody reads what is sent to it.",
    )
    mail_domain: str = Field(
        "", description="Domain in Message-ID, List-Id and EHLO. Empty: that of the sending address."
    )
    mail_fail_point: str = Field(
        "",
        description="For tests only: end the process the hard way at this point, as `after-250:7` for its seventh time.",
    )

    def domain(self) -> str:
        """Return the domain mails are identified under."""
        return self.mail_domain or parseaddr(self.mail_from)[1].rpartition("@")[2]
