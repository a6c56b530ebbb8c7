"""What people change of themselves, and an address that is theirs only once they confirmed it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from services.partners.people_watch import look_after
from services.partners.queries.work import waiting
from services.partners.usecases import profile
from shared.auth.actor import Grant
from shared.auth.links import secret
from shared.clock import frozen
from shared.contracts.notifier import AddressRefused
from shared.contracts.partners import LetterAsked, PersonStated, SessionEnded
from tests.partners.support import API, actor, audited, organisation, person, stored
from tests.support.apps import Browser, ServiceApp

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


@contextmanager
def at(**later: float) -> Iterator[None]:
    with frozen(NOON + timedelta(**later)):
        yield


async def signed_in(partners: ServiceApp, person_id: UUID) -> Browser:
    return partners.browser_of(await actor(partners, person_id))


async def link(partners: ServiceApp) -> str:
    """Return the path of the newest link that confirms an address, as the mail has it."""
    letter = [fact for fact in await partners.facts(LetterAsked) if fact.letter == "confirm_email"][-1]
    key = partners.app.state.resources.keys.link
    return f"/partners/confirm-email/{secret(key, 'confirm-email', letter.letter_id)}"


async def wished(partners: ServiceApp, email: str = "ny@example.org") -> tuple[UUID, Browser]:
    ask = await person(partners, "ask@example.org")
    browser = await signed_in(partners, ask)
    answer = await browser.submit("/partners/me/email", email=email)
    assert answer.status_code == 303, answer.text
    return ask, browser


async def test_a_profile_is_shown_and_changed_by_whose_it_is(partners: ServiceApp) -> None:
    made = await organisation(partners, "Eik AS")
    ask = await person(partners, "ask@example.org", organisation_id=made, role="partner_admin")
    browser = await signed_in(partners, ask)
    page = (await browser.get("/partners/me")).text
    assert "Partneransvarlig" in page
    assert f'href="/partners/{made}/people"' in page
    assert 'href="/mail/preferences"' in page
    shown = await stored(partners, ask)
    typed = {"name": "Ask Ny", "language": "en", "phone": "22 22 22 22", "focus_areas": "energy"}
    answer = await browser.submit("/partners/me", **typed, version=shown.version)
    assert answer.status_code == 303
    found = await stored(partners, ask)
    assert (found.name, found.language, found.phone, found.focus_areas) == ("Ask Ny", "en", "22 22 22 22", ["energy"])
    assert (await partners.facts(PersonStated))[-1].language == "en"
    assert (await audited(partners, ask))[-1].changes["name"] == ["Ask Prøve", "Ask Ny"]
    late = await browser.submit("/partners/me", **typed, version=shown.version)
    assert (late.status_code, f'value="{found.version}"' in late.text) == (422, True)


async def test_a_program_has_no_profile_and_a_visitor_signs_in_first(partners: ServiceApp) -> None:
    async with partners.client("national") as program, partners.visitor() as visitor:
        assert (await program.get("/partners/me")).status_code in (403, 404)
        assert (await visitor.get("/partners/me", headers={"accept": "text/html"})).status_code in (303, 401)


async def test_the_old_address_stays_until_the_new_one_is_confirmed(partners: ServiceApp) -> None:
    ask, browser = await wished(partners)
    [waits] = [fact for fact in await partners.facts(PersonStated) if fact.pending_email]
    assert (waits.email, waits.pending_email) == ("ask@example.org", "ny@example.org")
    assert "ny@example.org" in (await browser.get("/partners/me")).text
    assert (await stored(partners, ask)).email == "ask@example.org"
    async with partners.visitor() as mail:
        assert (await mail.get(await link(partners))).status_code == 200
        assert (await stored(partners, ask)).email == "ask@example.org", "a scanner opens links"
        assert (await mail.post(await link(partners))).status_code == 303
        assert (await mail.post(await link(partners))).status_code == 410
    found = await stored(partners, ask)
    assert (found.email, found.pending_email, found.verified_at is not None) == ("ny@example.org", None, True)
    last = (await partners.facts(PersonStated))[-1]
    assert (last.email, last.pending_email) == ("ny@example.org", "")
    assert len(await partners.facts(SessionEnded)) == 1


async def test_a_link_is_good_for_a_day_and_then_forgotten(partners: ServiceApp) -> None:
    with at():
        ask, _ = await wished(partners)
    with at(hours=24):
        async with partners.visitor() as mail:
            assert (await mail.post(await link(partners))).status_code == 410
        await look_after(partners.database, 0)
    assert (await stored(partners, ask)).pending_email is None
    assert (await partners.facts(PersonStated))[-1].pending_email == ""


async def test_an_older_link_gives_way_to_a_newer(partners: ServiceApp) -> None:
    ask, browser = await wished(partners, "en@example.org")
    first = await link(partners)
    await browser.submit("/partners/me/email", email="to@example.org")
    async with partners.visitor() as mail:
        assert (await mail.post(first)).status_code == 410
        assert (await mail.post(await link(partners))).status_code == 303
    assert (await stored(partners, ask)).email == "to@example.org"


async def test_nothing_tells_that_another_has_the_address(partners: ServiceApp) -> None:
    other = await person(partners, "tatt@example.org")
    ask, browser = await wished(partners, "tatt@example.org")
    taken = await browser.get("/partners/me")
    free = await browser.submit("/partners/me/email", email="ledig@example.org")
    assert (free.status_code, free.headers["location"]) == (303, "/partners/me")
    assert taken.text.replace("tatt@", "ledig@").count("ledig@example.org") == (
        await browser.get("/partners/me")
    ).text.count("ledig@example.org")
    await browser.submit("/partners/me/email", email="tatt@example.org")
    async with partners.visitor() as mail:
        refused = await mail.post(await link(partners))
        made_up = await mail.post(f"/partners/confirm-email/{'a' * 43}")
    assert (refused.status_code, made_up.status_code) == (410, 410)
    assert (await stored(partners, ask)).email == "ask@example.org"
    assert (await stored(partners, other)).email == "tatt@example.org"


async def test_nobody_is_flooded_with_links(partners: ServiceApp) -> None:
    _, browser = await wished(partners)
    answers = [(await browser.submit("/partners/me/email", email=f"{n}@example.org")).status_code for n in range(6)]
    assert answers == [303] * 4 + [422] * 2
    assert len([fact for fact in await partners.facts(LetterAsked) if fact.letter == "confirm_email"]) == 5


@pytest.mark.parametrize("written", ["ask@example.org", "ASK@example.org", "ikke en adresse", ""])
async def test_an_address_that_is_none_or_the_same_is_refused_at_its_field(partners: ServiceApp, written: str) -> None:
    ask = await person(partners, "ask@example.org")
    answer = await (await signed_in(partners, ask)).submit("/partners/me/email", email=written)
    assert (answer.status_code, 'id="felt-email-feil"' in answer.text) == (422, True)


async def test_an_address_its_server_refused_is_put_right_by_the_region(partners: ServiceApp) -> None:
    ask = await person(partners, "feil@example.org")
    refused = AddressRefused(person_id=ask, version=1, reply="550 5.1.1 no such user")
    for _ in range(2):
        async with partners.database.writing() as session:
            await profile.note_refused(session, refused)
    async with partners.database.reading() as session:
        [item] = [one for one in await waiting(session, frozenset({"agder"})) if one.kind == "address"]
        assert [one for one in await waiting(session, frozenset({"oslo"})) if one.kind == "address"] == []
    assert (item.button, item.href) == ("Rett adressen", f"/partners/people/{ask}/edit")
    staff = partners.browser("region_staff", "agder")
    assert "550 5.1.1" in (await staff.get(f"/partners/people/{ask}")).text
    typed = {"name": "Ask", "region": "agder", "language": "nb", "active": "1", "version": "1"}
    assert (await staff.submit(item.href, email="rett@example.org", **typed)).status_code == 303
    async with partners.database.reading() as session:
        assert [one for one in await waiting(session, None) if one.kind == "address"] == []
    async with partners.database.writing() as session:
        await profile.note_refused(session, refused)
    assert (await stored(partners, ask)).email_refused_at is None, "that was the address from before"


async def test_a_used_sign_in_link_proves_the_address(partners: ServiceApp) -> None:
    ask = await person(partners, "ask@example.org")
    assert (await stored(partners, ask)).verified_at is None
    await actor(partners, ask)
    assert (await stored(partners, ask)).verified_at is not None
    async with partners.client("national") as national:
        given = {"name": "Ask", "email": "ny@example.org", "version": 1}
        shown = (await national.put(f"{API}/people/{ask}", json=given)).json()
    assert shown["verified_at"] is None


async def test_a_grant_of_a_group_alone_opens_ones_own_profile(partners: ServiceApp) -> None:
    ask = await person(partners, "ask@example.org")
    known = await actor(partners, ask)
    browser = partners.browser_of(type(known)(known.person_id, known.session_id, known.name, (Grant("group_lead"),)))
    assert (await browser.get("/partners/me")).status_code == 200
