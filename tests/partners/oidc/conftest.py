"""The registry with the tests' issuer."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.partners.oidc.support import KARI, Serving, configured
from tests.support.apps import ServiceApp, service_app
from tests.support.issuer import DevIssuer, running_issuer


@pytest.fixture(scope="module")
def listening() -> Iterator[DevIssuer]:
    with running_issuer() as running:
        yield running


@pytest.fixture
def issuer(listening: DevIssuer) -> DevIssuer:
    """The issuer, well-behaved again."""
    url = listening.url
    vars(listening).clear()
    listening.__init__(url)  # type: ignore[misc]
    listening.person = dict(KARI)
    return listening


@pytest.fixture
async def partners(database_url: str, tmp_path: Path, issuer: DevIssuer) -> AsyncIterator[ServiceApp]:
    """The registry with an issuer, on both databases in turn."""
    async with service_app("partners", database_url, tmp_path, oidc_issuers=[configured(issuer)]) as service:
        yield service


@pytest.fixture
def serving(sqlite_url: str, tmp_path: Path, issuer: DevIssuer) -> Serving:
    """Return what makes a registry with an issuer configured in a certain way."""
    return lambda **given: service_app("partners", sqlite_url, tmp_path, oidc_issuers=[configured(issuer, **given)])
