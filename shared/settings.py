"""Settings every service shares: environment variables with the prefix KOBLINGSBOKS_, or files of that name in /run/secrets."""

from pathlib import Path
from typing import ClassVar

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

SECRETS_FOLDER = Path("/run/secrets")


class ServiceSettings(BaseSettings):
    """What a service needs to know to run; a fresh clone runs with none of it set."""

    model_config = SettingsConfigDict(
        env_prefix="KOBLINGSBOKS_",
        secrets_dir=SECRETS_FOLDER if SECRETS_FOLDER.is_dir() else None,
        extra="ignore",
    )
    service: ClassVar[str] = "service"

    data: Path = Field(Path("data"), description="Folder for databases, secrets and logs.")
    base_url: str = Field(
        "http://127.0.0.1:8000", description="Address people reach the network under; links in mails start with it."
    )
    host: str = Field("127.0.0.1", description="Address the service listens on.")
    port: int = Field(8000, description="Port the service listens on.")
    database_url: str = Field(
        "",
        description="SQLAlchemy URL; `{service}` is replaced by the service's name. Empty: an SQLite file in the data folder.",
    )
    nats_url: str = Field("nats://127.0.0.1:4222", description="NATS server, or several with commas between.")
    link_key: SecretStr | None = Field(
        None, description="Key that signs links in mails. Empty: made once in the data folder."
    )
    session_private_key: SecretStr | None = Field(
        None,
        description="Ed25519 key in PEM that signs sessions; only partners needs it. Empty: made once in the data folder.",
    )
    session_public_key: str | None = Field(None, description="Ed25519 public key in PEM that checks sessions.")
    keep_days: dict[str, int] = Field(
        default={},
        description="For how many days classes of personal data are kept where not as `/partners/privacy` says by itself, as JSON: "
        '`{"answers": 180, "mails": 90}`. The names stand in `shared/retention.py`.',
    )
    demo: bool = Field(False, description="Show the buttons that sign in as an invented person. Never in production.")
    log_level: str = Field("INFO", description="DEBUG, INFO, WARNING or ERROR.")
    watchdog: bool = Field(
        True, description="End the process when its loop or its consumers hang, so that a supervisor starts it anew."
    )

    def database(self) -> str:
        """Return the SQLAlchemy URL of this service's own database."""
        if self.database_url:
            return self.database_url.replace("{service}", self.service)
        return f"sqlite+aiosqlite:///{(self.data / f'{self.service}.db').absolute()}"

    @property
    def secure_cookies(self) -> bool:
        """Whether cookies are marked Secure: wherever people come by https."""
        return self.base_url.startswith("https://")
