"""What is known of an issuer beforehand."""

from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints, model_validator

LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Issuer(BaseModel):
    """An issuer of OpenID Connect people may sign in with, and what its word is worth here."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: Annotated[str, StringConstraints(pattern="^[a-z0-9-]{1,40}$")] = Field(
        description="Short name in addresses; what people linked stays under it."
    )
    name: str = Field(description="Name on the button.", min_length=1, max_length=60)
    issuer: str = Field(description="Its issuer URL; `/.well-known/openid-configuration` is added.")
    client_id: str
    client_secret: SecretStr | None = None
    private_key: SecretStr | None = Field(None, description="PEM of an RSA key, for `private_key_jwt`.")
    client_auth: Literal["basic", "post"] = Field("basic", description="How the secret is sent to the token endpoint.")
    scopes: list[str] = ["openid", "email", "profile"]
    authorize: dict[str, str] = Field(
        {}, description="More parameters of the request, such as `authorization_details`."
    )
    acr_values: list[str] = Field([], description="Levels that are asked for; another one is refused.")
    strong: bool = Field(False, description="It asks for a second factor, so no passkey is needed beside it.")
    userinfo: bool = Field(False, description="Ask its userinfo endpoint too, where the ID token tells too little.")
    organisation_claim: str = Field(
        "", description="Claim that names the organisation: `authorization_details`, `tid`, …"
    )
    organisations: dict[str, str] = Field(
        {}, description="Organisation number for each value of that claim, where the value is none itself."
    )
    trusted_for_email: bool = Field(False, description="Its verified addresses of `email_domains` say who somebody is.")
    email_domains: list[str] = []

    @model_validator(mode="after")
    def _safe(self) -> Self:
        parts = urlsplit(self.issuer)
        if parts.scheme != "https" and parts.hostname not in LOOPBACK:
            raise ValueError(f"the issuer {self.key} must be reached by https")
        if self.client_secret and self.private_key:
            raise ValueError(f"the issuer {self.key} takes a client_secret or a private_key, not both")
        if "openid" not in self.scopes:
            raise ValueError(f"the scopes of {self.key} must hold openid")
        if self.trusted_for_email and not self.email_domains:
            raise ValueError(f"the issuer {self.key} is trusted for addresses, but for no domain")
        return self

    def vouches_for(self, email: str) -> bool:
        """Whether an address it verified says who somebody is."""
        domain = email.rpartition("@")[2].lower()
        return self.trusted_for_email and domain in {one.lower() for one in self.email_domains}
