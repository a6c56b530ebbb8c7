"""Where somebody is signed in: seen and ended by themselves, and by staff for somebody whose account is in wrong hands."""

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import httpx
import pytest
import sqlalchemy as sa

from services.partners.agents import agent_of
from services.partners.models import Session
from shared.clock import frozen
from shared.contracts.partners import SessionEnded
from tests.partners.signing import asking, link, noted_of, submit
from tests.partners.support import person
from tests.support.apps import ServiceApp

OWN = "/partners/me/sessions"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:149.0) Gecko/20100101 Firefox/149.0"
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/149.0.0.0 Safari/537.36"
EDGE = CHROME.replace("X11; Linux x86_64", "Windows NT 10.0") + " Edg/149.0.0.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Mobile Safari/604.1"


async def signed_in(partners: ServiceApp, email: str = "ask@example.org", agent: str = FIREFOX) -> httpx.AsyncClient:
    visitor = await asking(partners, email)
    visitor.headers["user-agent"] = agent
    assert (await visitor.post(await link(partners))).status_code == 303
    return visitor


async def ids_of(partners: ServiceApp, person_id: UUID) -> list[UUID]:
    async with partners.database.reading() as session:
        query = sa.select(Session.id).where(Session.person_id == person_id).order_by(Session.id)
        return list((await session.exec(query)).scalars().all())


async def is_in(visitor: httpx.AsyncClient) -> bool:
    return "Ask Prøve" in (await visitor.get("/partners")).text


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (FIREFOX, "Firefox, Windows"),
        (CHROME, "Chrome, Linux"),
        (EDGE, "Edge, Windows"),
        (SAFARI, "Safari, iPhone"),
        ("curl/8.10", ""),
        ("", ""),
        ("<script>alert(1)</script>", ""),
    ],
)
def test_a_browser_is_called_by_its_family_and_system(header: str, name: str) -> None:
    assert agent_of(header) == name


async def test_one_sees_where_one_is_signed_in(partners: ServiceApp) -> None:
    await person(partners, "ask@example.org")
    first = await signed_in(partners)
    await signed_in(partners, agent=SAFARI)
    page = (await first.get(OWN)).text
    assert page.index("Safari, iPhone") < page.index("Firefox, Windows")
    assert len(re.findall(r">\s*denne<", page)) == 1
    assert "lenke på e-post" in page


async def test_a_session_elsewhere_is_ended_at_once(partners: ServiceApp) -> None:
    ask_id = await person(partners, "ask@example.org")
    first, second = await signed_in(partners), await signed_in(partners, agent=SAFARI)
    _, other = await ids_of(partners, ask_id)
    answer = await submit(first, f"{OWN}/{other}/end")
    assert answer.headers["location"] == OWN
    assert (await is_in(first), await is_in(second)) == (True, False)
    assert [fact.session_id for fact in await partners.facts(SessionEnded)] == [other]


async def test_ending_this_session_signs_out_here(partners: ServiceApp) -> None:
    ask_id = await person(partners, "ask@example.org")
    visitor = await signed_in(partners)
    [own] = await ids_of(partners, ask_id)
    assert (await submit(visitor, f"{OWN}/{own}/end")).headers["location"] == "/"
    assert "session" not in visitor.cookies


async def test_all_others_are_ended_and_this_one_stays(partners: ServiceApp) -> None:
    await person(partners, "ask@example.org")
    browsers = [await signed_in(partners) for _ in range(3)]
    await submit(browsers[1], f"{OWN}/end-others")
    assert [await is_in(browser) for browser in browsers] == [False, True, False]


async def test_nobody_ends_anothers_session(partners: ServiceApp) -> None:
    ask_id = await person(partners, "ask@example.org")
    await person(partners, "other@example.org")
    owner = await signed_in(partners)
    other = await signed_in(partners, "other@example.org")
    [own] = await ids_of(partners, ask_id)
    assert (await submit(other, f"{OWN}/{own}/end")).status_code == 404
    assert await is_in(owner)


async def test_a_session_left_alone_for_long_is_not_in_the_list_for_ever(partners: ServiceApp) -> None:
    await person(partners, "ask@example.org")
    with frozen(NOON):
        await signed_in(partners, agent=SAFARI)
    with frozen(NOON + timedelta(hours=9)):
        visitor = await signed_in(partners)
        assert "Safari, iPhone" not in (await visitor.get(OWN)).text


async def test_a_program_looks_after_nobodys_sign_in(partners: ServiceApp) -> None:
    async with partners.client("national") as program:
        for path in (OWN, "/partners/me/tokens", "/partners/me/passkeys", "/partners/me/identities"):
            assert (await program.get(path)).status_code == 403


async def test_staff_sign_a_person_of_theirs_out_everywhere(partners: ServiceApp) -> None:
    ask_id = await person(partners, "ask@example.org")
    browsers = [await signed_in(partners) for _ in range(2)]
    async with partners.client("region_staff", "nordland") as foreign:
        assert (await foreign.post(f"/partners/people/{ask_id}/sessions/end")).status_code == 403
    staff = partners.browser("region_staff", "agder")
    answer = await staff.submit(f"/partners/people/{ask_id}/sessions/end")
    assert answer.headers["location"] == f"/partners/people/{ask_id}"
    assert [await is_in(browser) for browser in browsers] == [False, False]
    assert len(await partners.facts(SessionEnded)) == 2
    async with partners.database.reading() as session:
        query = sa.select(partners.database.tables.audit.c.changes).where(
            partners.database.tables.audit.c.action == "person.signed_out"
        )
        [changes] = (await (await session.connection()).execute(query)).scalars().all()
    assert changes == {"sessions": [None, 2], "tokens": [None, 0]}
    assert len(await noted_of(partners, ask_id)) == 2


async def test_a_sign_in_that_waits_for_a_passkey_ends_too(partners: ServiceApp) -> None:
    from services.partners.models import SecondStep
    from services.partners.sign_in_errors import AttemptGone
    from services.partners.usecases.sessions import Entry, end_all, enter, open_step
    from tests.partners.support import stored

    ask_id = await person(partners, "ask@example.org", role="national")
    async with partners.database.writing() as session:
        step = await enter(session, await stored(partners, ask_id), Entry("link", "b" * 64), ("national",))
        assert isinstance(step, SecondStep)
        await end_all(session, ask_id)
    async with partners.database.reading() as session:
        with pytest.raises(AttemptGone):
            await open_step(session, "b" * 64)
