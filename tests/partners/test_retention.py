"""What is kept, for how long, and that the page about it and the jobs that take away cannot differ."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import SQLModel, select

from services.events.models import ConcernedPerson, Registration, Webinar
from services.events.usecases import retention as of_events
from services.knowledge.usecases import retention as of_knowledge
from services.notifier.models import Delivery, Recipient
from services.notifier.usecases import retention as of_notifier
from services.partners.models import Claim, Erasure, Letter, Person, Session, SignInCount, SignInRequest
from services.partners.usecases import retention as of_partners
from services.partners.usecases.erasing import erase_now
from shared.auth.actor import Actor
from shared.clock import frozen, now
from shared.contracts.partners import PersonStated
from shared.ids import new_id
from shared.outbox.housekeeping import Housekeeping
from shared.retention import CLASSES, Keeper, Remove, kept_days, sweep, swept
from tests.partners import support
from tests.support.apps import Databases, ServiceApp, service_app

REMOVES: dict[Keeper, Mapping[str, Remove]] = {
    "partners": of_partners.REMOVES,
    "events": of_events.REMOVES,
    "notifier": of_notifier.REMOVES,
    "knowledge": of_knowledge.REMOVES,
}


@pytest.mark.parametrize("keeper", REMOVES)
def test_each_service_takes_away_exactly_the_classes_the_table_gives_it_days_for(keeper: Keeper) -> None:
    assert set(REMOVES[keeper]) == swept(keeper)


def test_names_are_used_once_and_an_installation_may_keep_longer_or_shorter() -> None:
    assert len({one.name for one in CLASSES}) == len(CLASSES)
    assert kept_days("answers", {}) == 365
    assert kept_days("answers", {"answers": 30}) == 30
    assert kept_days("replies", {"replies": 1_000}) == 7
    assert kept_days("audit", {"audit": 1}) is None


async def test_the_page_tells_every_class_with_the_days_of_this_installation(partners: ServiceApp) -> None:
    partners.settings.keep_days["sessions"] = 17
    async with partners.visitor() as visitor:
        page = await visitor.get("/partners/privacy")
    text = unescape(page.text)
    assert page.status_code == 200
    assert [
        one.name for one in CLASSES if one.what not in text or one.basis not in text or one.seen_by not in text
    ] == []
    assert "17 dager" in text


async def tidied(partners: ServiceApp, days: float) -> dict[str, int]:
    """Do what housekeeping does, so many days from now."""
    with frozen(now() + timedelta(days=days)):
        return await Housekeeping(partners.database, partners.app.state.resources.bus.sweeps).tidy()


async def entered(partners: ServiceApp, *rows: SQLModel) -> None:
    async with partners.database.writing() as session:
        for row in rows:
            session.add(row)
            await session.flush()


def dated(person_id: Any, organisation_id: Any, moment: datetime) -> dict[str, SQLModel]:
    """Return a row of each class, as old as `moment`."""
    return {
        "sign-ins": SignInRequest(person_id=person_id, digest="a", expires_at=moment),
        "sessions": Session(person_id=person_id, used_at=moment),
        "letters": Letter(
            person_id=person_id, kind="claim_accepted", subject_id=new_id(), asked_at=moment, not_after=moment
        ),
        "claims": Claim(person_id=person_id, organisation_id=organisation_id, state="rejected", decided_at=moment),
        "erasures": Erasure(person_id=None, confirmed_at=moment, completed_at=moment, code="c"),
    }


@pytest.mark.parametrize("name", ["sign-ins", "sessions", "letters", "claims", "erasures"])
async def test_a_class_goes_when_its_days_are_over_and_not_before(partners: ServiceApp, name: str) -> None:
    person_id, organisation_id = await support.person(partners), await support.organisation(partners)
    await entered(partners, dated(person_id, organisation_id, now())[name])
    days = kept_days(name, {}) or 0
    assert (await tidied(partners, days - 0.5))[name] == 0
    assert (await tidied(partners, days + 0.5))[name] == 1


async def test_counts_of_sign_ins_go_with_the_rest(partners: ServiceApp) -> None:
    await entered(partners, SignInCount(key="k", hour=now()))
    assert (await tidied(partners, 1.5))["sign-ins"] == 1


async def test_whoever_was_put_out_of_use_long_ago_is_erased_unless_somebody_depends_on_them(
    partners: ServiceApp,
) -> None:
    organisation_id = await support.organisation(partners)
    gone = await support.person(partners)
    needed = await support.person(partners, "b@example.org", organisation_id=organisation_id, role="partner_admin")
    async with partners.database.writing() as session:
        for person_id in (gone, needed):
            found = await session.get(Person, person_id)
            assert found is not None
            found.retire()
            session.add(found)
    assert (await tidied(partners, 364))["people"] == 0
    assert (await tidied(partners, 366))["people"] == 1
    async with partners.database.reading() as session:
        assert (await session.exec(select(Person.id))).all() == [needed]
    assert (await partners.facts(PersonStated))[-1].erased


async def test_answers_of_long_ago_are_nobodys_and_are_still_counted(tmp_path: Path) -> None:
    person_id, start = new_id(), now() - timedelta(days=400)
    webinar = Webinar(
        status="published", title="Da", summary="", scope="national", local_start=start.replace(tzinfo=None),
        local_end=start.replace(tzinfo=None), starts_at=start, ends_at=start,
    )  # fmt: skip
    async with service_app("events", Databases("events", tmp_path).sqlite(tmp_path), tmp_path) as events:
        await entered(events, webinar, ConcernedPerson(person_id=person_id, version=1, active=True))
        await entered(
            events,
            Registration(webinar_id=webinar.id, person_id=person_id, state="registered", source="self", version=1),
        )
        for expected in (1, 0):
            async with events.database.writing() as session:
                assert (await sweep(of_events.REMOVES, {})(session))["answers"] == expected
        async with events.database.reading() as session:
            [answer] = (await session.exec(select(Registration))).all()
    assert (answer.state, answer.person_id == person_id) == ("registered", False)


async def test_mail_of_long_ago_is_emptied_first_and_nobodys_then(tmp_path: Path) -> None:
    person_id = new_id()
    mail = Delivery(
        person_id=person_id, kind="sign_in", subject_id=new_id(), revision=1, state="sent", content={"language": "nb"},
        priority=0, due_at=None, ended_at=now() - timedelta(days=40),
    )  # fmt: skip
    async with service_app("notifier", Databases("notifier", tmp_path).sqlite(tmp_path), tmp_path) as notifier:
        await entered(notifier, Recipient(person_id=person_id, version=1), mail)
        mail.due_at = None
        await entered(notifier, mail)
        run = sweep(of_notifier.REMOVES, {})
        async with notifier.database.writing() as session:
            assert await run(session) == {"mail-content": 1, "mails": 0}
        with frozen(now() + timedelta(days=330)):
            async with notifier.database.writing() as session:
                assert await run(session) == {"mail-content": 0, "mails": 1}
        async with notifier.database.reading() as session:
            [kept] = (await session.exec(select(Delivery))).all()
    assert (kept.content, kept.state, kept.person_id == person_id) == ({}, "sent", False)


async def test_what_staff_wrote_of_an_erasure_goes_with_it(partners: ServiceApp) -> None:
    person_id = await support.person(partners)
    staff: Actor = support.NATIONAL
    async with partners.database.writing() as session:
        made = await erase_now(session, staff, person_id, "Ringte.")
        for service in made.missing:
            made.note(service, now())
    assert (made.reason, made.person_id, made.asked_by) == ("", None, None)
