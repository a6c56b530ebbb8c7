"""The pages by which people are erased, as they see them."""

import re
from typing import Any

import httpx
import pytest
from sqlmodel import select

from services.partners.models import Erasure, Letter, Person
from services.partners.usecases import erasing
from shared.auth.links import secret
from shared.contracts.events import EventsErased
from shared.contracts.knowledge import KnowledgeErased
from shared.contracts.notifier import NotifierErased
from tests.partners import support
from tests.support.apps import Browser, ServiceApp


async def me(partners: ServiceApp, **given: Any) -> Browser:
    """Enter somebody and return the browser they are signed in with."""
    return partners.browser_of(await support.actor(partners, await support.person(partners, **given)))


async def link(partners: ServiceApp) -> str:
    """Return the path of the link in the newest letter."""
    async with partners.database.reading() as session:
        letter = (await session.exec(select(Letter).where(Letter.kind == "confirm_erasure"))).one()
    return f"/partners/erase/{secret(partners.app.state.resources.keys.link, 'erase', letter.id)}"


async def pressed(visitor: httpx.AsyncClient, path: str) -> httpx.Response:
    """Open a page and press its button."""
    page = await visitor.get(path)
    token = re.search(r'name="csrf_token" value="([^"]*)"', page.text)
    return await visitor.post(path, data={"csrf_token": token.group(1) if token else ""})


async def people_left(partners: ServiceApp) -> int:
    async with partners.database.reading() as session:
        return len((await session.exec(select(Person.id))).all())


async def test_i_see_what_goes_and_stays_ask_confirm_and_get_a_certificate(partners: ServiceApp) -> None:
    browser = await me(partners)
    shown = await browser.get("/partners/me/erase")
    assert "Dette slettes" in shown.text
    assert "Dette blir, og hvorfor" in shown.text
    assert (await browser.submit("/partners/me/erase")).status_code == 303
    assert "Vi venter på at du bekrefter" in (await browser.get("/partners/me/erase")).text
    path = await link(partners)
    async with partners.visitor() as visitor:
        opened = await visitor.get(path)
        assert ("Ask Prøve" in opened.text, opened.headers["cache-control"]) == (True, "no-store")
        assert await people_left(partners) == 1
        done = await pressed(visitor, path)
        assert done.status_code == 303
        certificate = await visitor.get(done.headers["location"])
        assert "Registeret er slettet" in certificate.text
        assert "Ask" not in certificate.text
        assert (await visitor.get(path)).status_code == 410
        assert (await pressed(visitor, path)).status_code == 410
    assert await people_left(partners) == 0
    assert (await browser.get("/partners/me/erase")).status_code in (303, 401)


async def test_the_certificate_tells_when_every_part_has_forgotten(partners: ServiceApp) -> None:
    person_id = await support.person(partners)
    async with partners.database.writing() as session:
        made = await erasing.erase_now(session, support.NATIONAL, person_id, "Ringte.")
    async with partners.visitor() as visitor:
        assert (await visitor.get(f"/partners/erased/{made.code}")).text.count("Venter") == 3
        for kind in (KnowledgeErased, EventsErased, NotifierErased):
            async with partners.database.writing() as session:
                await erasing.note_erased(session, kind(person_id=person_id, version=2))
        page = (await visitor.get(f"/partners/erased/{made.code}")).text
        assert ("Fullført" in page, "Venter" in page) == (True, False)
        assert (await visitor.get("/partners/erased/guessed")).status_code == 404


async def test_i_can_take_my_wish_back(partners: ServiceApp) -> None:
    browser = await me(partners)
    await browser.submit("/partners/me/erase")
    path = await link(partners)
    assert (await browser.submit("/partners/me/erase/withdraw")).status_code == 303
    async with partners.visitor() as visitor:
        assert (await visitor.get(path)).status_code == 410
    assert await people_left(partners) == 1


async def test_the_only_contact_is_told_why_and_the_region_gets_a_task(partners: ServiceApp) -> None:
    organisation_id = await support.organisation(partners, "Eik AS", "agder")
    browser = await me(partners, organisation_id=organisation_id, role="partner_admin")
    assert "Ingen andre handler for Eik AS" in (await browser.get("/partners/me/erase")).text
    await browser.submit("/partners/me/erase")
    assert "Regionen har fått beskjed" in (await browser.get("/partners/me/erase")).text
    work = await partners.browser("region_staff", "agder").get("/partners/work")
    assert "den eneste kontakten for Eik AS" in work.text


async def test_a_link_of_one_who_became_the_only_contact_explains_itself(partners: ServiceApp) -> None:
    organisation_id = await support.organisation(partners, "Eik AS")
    other = await support.person(partners, "b@example.org", organisation_id=organisation_id, role="partner_admin")
    browser = await me(partners, organisation_id=organisation_id, role="partner_admin")
    await browser.submit("/partners/me/erase")
    path = await link(partners)
    async with partners.database.writing() as session:
        await erasing.erase_now(session, support.NATIONAL, other, "Ringte.")
    async with partners.visitor() as visitor:
        refused = await pressed(visitor, path)
    assert refused.status_code == 409
    assert "Ingenting er slettet" in refused.text
    assert "eneste kontakten for Eik AS" in refused.text


async def test_staff_say_why_and_are_shown_what_is_missing(partners: ServiceApp) -> None:
    person_id = await support.person(partners)
    staff = partners.browser("region_staff", "agder")
    path = f"/partners/people/{person_id}/erase"
    assert (await staff.get(path)).status_code == 200
    empty = await staff.submit(path, how="now")
    assert empty.status_code == 422
    assert "Skriv hvorfor personen slettes" in empty.text
    done = await staff.submit(path, how="now", reason="Ringte 3. mars.")
    assert done.headers["location"].startswith("/partners/erased/")
    assert await people_left(partners) == 0


async def test_staff_may_have_the_person_confirm_by_mail(partners: ServiceApp) -> None:
    person_id = await support.person(partners)
    sent = await partners.browser("national").submit(
        f"/partners/people/{person_id}/erase", how="mail", reason="Ringte."
    )
    assert sent.headers["location"] == f"/partners/people/{person_id}"
    async with partners.visitor() as visitor:
        assert (await visitor.get(await link(partners))).status_code == 200


@pytest.mark.parametrize(("role", "region", "status"), [("region_staff", "oslo", 404), ("partner_member", None, 403)])
async def test_others_do_not_come_to_the_form(partners: ServiceApp, role: Any, region: str | None, status: int) -> None:
    person_id = await support.person(partners)
    browser = partners.browser(role, region)
    for answer in (
        await browser.get(f"/partners/people/{person_id}/erase"),
        await browser.submit(f"/partners/people/{person_id}/erase", how="now", reason="Fordi."),
    ):
        assert answer.status_code == status
    assert await people_left(partners) == 1


async def test_a_program_of_staff_erases_and_learns_where_the_certificate_is(partners: ServiceApp) -> None:
    person_id = await support.person(partners)
    async with partners.client("national") as program:
        wrong = await program.post(f"/partners/api/v1/people/{person_id}/erase", json={"reason": " ", "how": "now"})
        assert wrong.status_code == 422
        answer = await program.post(
            f"/partners/api/v1/people/{person_id}/erase", json={"reason": "Ringte.", "how": "now"}
        )
    assert answer.json()["state"] == "erased"
    async with partners.database.reading() as session:
        code = (await session.exec(select(Erasure.code))).one()
    assert answer.json()["certificate"].endswith(f"/partners/erased/{code}")
