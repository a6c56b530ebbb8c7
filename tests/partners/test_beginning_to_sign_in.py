"""How often a sign-in may be begun from one address: alike with a passkey and an issuer, for those who are known and those who are not."""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from services.partners.models import IssuerAttempt, PasskeyChallenge, SignInCount
from shared.clock import frozen
from tests.partners.oidc.support import START, configured
from tests.partners.passkeys.support import ORIGIN, by_link
from tests.partners.signing import NOON, ask, rows
from tests.partners.support import person
from tests.support.apps import ServiceApp, service_app
from tests.support.issuer import DevIssuer, running_issuer

MOST = 3
OPTIONS, STEP, OWN = "/partners/passkeys/options", "/partners/sign-in-step/options", "/partners/me/passkeys/options"


@pytest.fixture(scope="module")
def issuer() -> Iterator[DevIssuer]:
    with running_issuer() as running:
        yield running


@pytest.fixture
async def registry(database_url: str, tmp_path: Path, issuer: DevIssuer) -> AsyncIterator[ServiceApp]:
    """A registry with an issuer and passkeys, in which few sign-ins may be begun; on both databases in turn."""
    given = {"oidc_issuers": [configured(issuer)], "base_url": ORIGIN, "sign_in_most_begun": MOST}
    async with service_app("partners", database_url, tmp_path, **given) as service:
        yield service


async def begun(visitor: httpx.AsyncClient, way: str) -> httpx.Response:
    return await (visitor.get(way) if way == START else visitor.post(way))


@pytest.mark.parametrize(("way", "table"), [(OPTIONS, PasskeyChallenge), (START, IssuerAttempt)])
async def test_past_its_limit_an_address_is_told_to_wait_and_has_no_more_rows_written(
    registry: ServiceApp, way: str, table: type
) -> None:
    with frozen(NOON):
        for _number in range(MOST + 2):
            async with registry.visitor() as visitor:
                answer = await begun(visitor, way)
        assert answer.status_code == 429
        assert await rows(registry, table) == MOST
        async with registry.visitor(address=("203.0.113.8", 1)) as elsewhere:
            assert (await begun(elsewhere, way)).status_code != 429
    with frozen(NOON + timedelta(hours=1)):
        async with registry.visitor() as visitor:
            assert (await begun(visitor, way)).status_code != 429


async def test_ways_are_counted_together_and_whoever_has_a_step_to_take_is_answered_like_a_stranger(
    registry: ServiceApp,
) -> None:
    with frozen(NOON):
        await person(registry, "ask@example.org", role="national")
        known = await by_link(registry)
        async with registry.visitor() as stranger:
            for way in (OPTIONS, START, OPTIONS):
                assert (await begun(stranger, way)).status_code != 429
            answers = [await visitor.post(STEP) for visitor in (known, stranger)]
        assert [answer.status_code for answer in answers] == [429, 429]
        assert answers[0].text == answers[1].text
        assert "be om en lenke" in answers[0].text


async def test_somebody_signed_in_is_counted_too(registry: ServiceApp) -> None:
    with frozen(NOON):
        await person(registry, "ask@example.org")
        known = await by_link(registry)
        assert [(await known.post(OWN)).status_code for _number in range(MOST + 1)] == [200] * MOST + [429]


async def test_links_can_be_asked_for_where_no_more_is_begun(registry: ServiceApp) -> None:
    with frozen(NOON):
        for _number in range(MOST + 1):
            async with registry.visitor() as visitor:
                await begun(visitor, OPTIONS)
        assert "Se i innboksen din" in (await ask(registry, "ask@example.org")).text
        assert await rows(registry, SignInCount) == 3
