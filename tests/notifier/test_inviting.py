"""Everybody a webinar is for is invited exactly once, and the sums always add up."""

import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa

from services.notifier.audience import concerned
from services.notifier.models import Webinar
from services.notifier.queries import proof
from services.notifier.tables import recipient
from services.notifier.usecases.audiences import reconcile
from shared.contracts.events import Audience
from shared.db.session import Database
from tests.notifier.support import again, drain, facts_said, hear, mails, person, published, rows, states
from tests.support.smtp_faults import FaultySink


async def test_everybody_in_the_audience_gets_one_mail(database: Database, sink: FaultySink) -> None:
    people = [person(number) for number in range(7)]
    webinar = published()
    await hear(database, *people, webinar)
    await drain(database, sink)
    assert sorted(mail["To"].addresses[0].addr_spec for mail in mails(sink)) == [one.email for one in people]
    assert await states(database) == {"sent": 7}


async def test_a_fact_heard_twice_invites_once(database: Database, sink: FaultySink) -> None:
    webinar = published()
    await hear(database, person(), webinar, webinar, again(webinar, version=webinar.version))
    await hear(database, again(webinar))
    await drain(database, sink)
    assert len(mails(sink)) == 1


@pytest.mark.parametrize(
    ("audience", "expected"),
    [
        (Audience(scope="national"), {"a", "b", "c"}),
        (Audience(scope="national", focus_area="scope3"), {"a", "c"}),
        (Audience(scope="regions", regions=["vestland"]), {"a", "b"}),
        (Audience(scope="regions", regions=["vestland", "agder"], focus_area="scope3"), {"a", "c"}),
        (Audience(scope="regions", regions=[]), set()),
    ],
)
async def test_the_rule_decides_who_is_invited(database: Database, audience: Audience, expected: set[str]) -> None:
    people = {
        "a": person(1, regions=["vestland"], focus_areas=["scope3"]),
        "b": person(2, regions=["vestland", "oslo"], focus_areas=["energy"]),
        "c": person(3, regions=["agder"], focus_areas=["scope3", "energy"]),
        "gone": person(4, active=False),
    }
    await hear(database, *people.values(), published(audience=audience))
    invited = {row.person_id for row in await rows(database)}
    assert invited == {people[name].person_id for name in expected}


async def test_the_freeze_is_told_and_so_is_the_end(database: Database, sink: FaultySink) -> None:
    webinar = published()
    await hear(database, person(1), person(2, email=""), webinar)
    await drain(database, sink)
    frozen, completed = await facts_said(database)
    assert frozen.subject == "notifier.audience.frozen.v1"
    assert b'"audience":2' in frozen.payload
    assert completed.subject == "notifier.send.completed.v1"
    assert b'"audience":2,"sent":1,"failed":0,"suppressed":1,"unknown":0' in completed.payload


async def test_nobody_to_invite_is_a_send_that_is_over_at_once(database: Database) -> None:
    await hear(database, published())
    assert [row.subject for row in await facts_said(database)] == [
        "notifier.audience.frozen.v1",
        "notifier.send.completed.v1",
    ]


async def test_whoever_comes_to_match_is_invited_once_and_counted_as_later(
    database: Database, sink: FaultySink
) -> None:
    webinar = published(audience=Audience(scope="regions", regions=["vestland"]))
    newcomer = person(2, regions=["oslo"])
    await hear(database, person(1), newcomer, webinar)
    await drain(database, sink)
    await hear(database, again(newcomer, regions=["vestland"]), again(newcomer, regions=["vestland"], version=3))
    await drain(database, sink)
    async with database.writing() as session:
        assert await reconcile(session) == 0
    async with database.reading() as session:
        shown = await proof(session, webinar.webinar_id)
    assert (shown.send.frozen, shown.send.later, shown.sums.audience, shown.sums.sent) == (1, 1, 2, 2)
    assert shown.send.completed_at is not None
    assert len(mails(sink)) == 2


async def test_whoever_is_stated_while_a_webinar_is_published_is_invited_once(database: Database) -> None:
    webinar, people = published(), [person(number) for number in range(12)]
    await asyncio.gather(hear(database, webinar), *(hear(database, one) for one in people))
    async with database.writing() as session:
        await reconcile(session)
    found = await rows(database)
    assert sorted(row.person_id for row in found) == sorted(one.person_id for one in people)
    async with database.reading() as session:
        shown = await proof(session, webinar.webinar_id)
    assert (shown.sums.audience, shown.send.audience) == (12, 12)


async def test_the_rule_in_sql_and_the_rule_on_the_noun_agree(database: Database) -> None:
    areas, regions = [None, "scope3", "energy"], [["vestland"], ["oslo", "agder"], []]
    people = [
        person(number, regions=own, focus_areas=followed)
        for number, (own, followed) in enumerate(
            (own, followed)
            for own in ([], ["vestland"], ["agder", "oslo"])
            for followed in ([], ["scope3"], ["energy"])
        )
    ]
    await hear(database, *people)
    rules = [Audience(scope="national", focus_area=area) for area in areas]
    rules += [Audience(scope="regions", regions=places, focus_area=area) for places in regions for area in areas]
    for rule in rules:
        webinar = Webinar.of(published(audience=rule), "published")
        async with database.reading() as session:
            found = await (await session.connection()).execute(
                sa.select(recipient.c.person_id).where(concerned(webinar))
            )
        expected = {one.person_id for one in people if webinar.concerns(set(one.regions), set(one.focus_areas))}
        assert set(found.scalars()) == expected


async def test_nobody_is_invited_twice_when_the_webinar_is_stated_anew(database: Database, sink: FaultySink) -> None:
    webinar = published()
    await hear(database, person(1), webinar)
    await drain(database, sink)
    moved = again(webinar, title="Ny tittel", sequence=1)
    await hear(database, moved, person(2))
    await drain(database, sink)
    assert sorted(mail["Subject"] for mail in mails(sink)) == [f"Invitasjon: {webinar.title}", "Invitasjon: Ny tittel"]


async def test_a_webinar_that_has_started_invites_nobody(database: Database) -> None:
    await hear(database, person(), published(starts_in=timedelta(hours=-2)))
    assert await rows(database) == []


async def test_an_older_statement_about_a_person_changes_nothing(database: Database) -> None:
    first = person()
    await hear(database, again(first, email="ny@partner.example"), first, published())
    [row] = await rows(database)
    assert row.state == "waiting"


async def test_an_erased_person_is_forgotten_and_no_replay_brings_them_back(database: Database) -> None:
    one = person()
    erased = again(one, name="", email="", erased=True)
    await hear(database, one, published(), erased, again(one, version=9))
    [row] = await rows(database)
    assert (row.state, row.reason) == ("suppressed", "erased")
    await hear(database, published())
    assert len(await rows(database)) == 1
