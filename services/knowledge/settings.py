"""Settings of knowledge."""

from typing import ClassVar

from pydantic import Field, SecretStr

from shared.settings import ServiceSettings


class KnowledgeSettings(ServiceSettings):
    """What knowledge needs to know beyond what all services do."""

    service: ClassVar[str] = "knowledge"

    meili_url: str = Field("http://127.0.0.1:7700", description="Address of Meilisearch.")
    meili_index_key: SecretStr | None = Field(
        None, description="Key that may write the indexes `cases*`. Empty: Meilisearch runs without keys."
    )
    meili_search_key: SecretStr | None = Field(
        None, description="Key that may search the indexes `cases*`. Empty: Meilisearch runs without keys."
    )
    publisher_name: str = Field(
        "Koblingsboks", description="Who publishes the library's open data, as catalogues of data name it."
    )
    publisher_number: str = Field(
        "",
        pattern=r"^(\d{9})?$",
        description="Organisation number of who publishes the open data. Empty: the address of the library stands for it.",
    )
    publisher_contact: str = Field(
        "", description="Mail address, or address of a page, to ask about the open data. Empty: the page `/om`."
    )

    @property
    def index_key(self) -> str:
        """The key that may write; empty where Meilisearch runs without keys."""
        return self.meili_index_key.get_secret_value() if self.meili_index_key else ""

    @property
    def search_key(self) -> str:
        """The key that may search; empty where Meilisearch runs without keys."""
        return self.meili_search_key.get_secret_value() if self.meili_search_key else ""
