"""Two records that are one person are merged while the network runs: all services follow, and nobody is written to twice."""

import asyncio
import json
import re
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from deploy.commands.migrate import bring_up
from services.partners.models import Person
from services.partners.usecases import person_merging
from shared.contracts.streams import STREAMS
from shared.db.session import Database
from tests.partners.support import NATIONAL
from tests.support.apps import settings_of
from tests.support.letters import Sent, all_sent
from tests.support.network import SeparateNetwork
from tests.support.rebuilding import everything_said, replay
from tests.support.wait import until_sync
from tests.support.webinars import announce, known_to_all, publish, settled
from tests.system.test_inviting_to_a_webinar import answer, answer_link, registered
from tests.system.test_splitting_a_region import all_heard, database_of, tables

TITLE = "Webinar for den som sto to ganger"
OLD, KEPT, THIRD = (f"{name}@en-person.example.org" for name in ("gammel", "ny", "annen"))
REGION = "finnmark"
KNOWN: dict[str, dict[str, tuple[str, ...]]] = {
    "events": {
        "merged_person": ("person_id", "into_id"),
        "concerned_person": ("person_id", "version", "active"),
        "person_region": ("person_id", "region"),
    },
    "notifier": {
        "merged_person": ("person_id", "into_id"),
        "recipient": ("person_id", "version", "email", "active"),
        "recipient_region": ("person_id", "region"),
        "registration": ("id", "person_id", "webinar_id", "state", "version"),
    },
    "knowledge": {
        "merged_person": ("person_id", "into_id"),
        "access": ("person_id", "version", "active", "grants"),
    },
}


@dataclass
class Merged:
    """Two records of one person, both invited and registered, merged since; `invitations` by address."""

    network: SeparateNetwork
    webinar: str
    old: UUID
    kept: UUID
    invitations: dict[str, Sent]


@pytest.fixture(scope="module")
def merged(network: SeparateNetwork) -> Merged:
    with network.client("national") as national, network.client() as visitor:
        old, kept, _ = (_person(national, email) for email in (OLD, KEPT, THIRD))
        webinar = announce(national, TITLE, scope="regions", regions=[REGION])
        known_to_all(national, webinar, 3)
        publish(national, webinar)
        settled(national, webinar, 3)
        invitations = {mail.to: mail for mail in all_sent(network.smtp.mailbox, TITLE)}
        for address in (OLD, KEPT):
            answer(visitor, answer_link(invitations[address], "accept"), "accept")
        until_sync(lambda: len(mails_to(network, OLD)) == len(mails_to(network, KEPT)) == 2, 30, "confirmations")
        assert registered(national, webinar) == 2
        asyncio.run(merge(network, kept, old))
        until_sync(lambda: registered(national, webinar) == 1, 30, "events to have heard of the merge")
        until_sync(lambda: asyncio.run(all_heard(network)), 60, "all to be heard")
    return Merged(network, webinar, old, kept, invitations)


def _person(national: Any, email: str) -> UUID:
    made = national.post("/partners/api/v1/people", json={"name": "Ask Prøve", "email": email, "region": REGION})
    assert made.status_code == 201, made.text
    return UUID(made.json()["id"])


async def merge(network: SeparateNetwork, kept: UUID, old: UUID) -> None:
    registry = database_of(network, "partners")
    async with registry.writing() as session:
        versions = {one: (await session.get_one(Person, one)).version for one in (kept, old)}
        await person_merging.merge(session, NATIONAL, kept, old, versions)
    await registry.close()


def mails_to(network: SeparateNetwork, address: str) -> list[Sent]:
    return [mail for mail in all_sent(network.smtp.mailbox, TITLE) if mail.to == address]


async def rows(database: Database, service: str, table: str, columns: tuple[str, ...]) -> list[str]:
    of = tables(service)[table]
    async with database.reading() as session:
        found = (await (await session.connection()).execute(sa.select(*(of.c[name] for name in columns)))).all()
    return sorted(json.dumps(tuple(row), default=str, sort_keys=True) for row in found)


def test_the_link_of_the_old_records_mail_shows_and_changes_the_one_answer(merged: Merged) -> None:
    link = answer_link(merged.invitations[OLD], "decline").split("?")[0]
    with merged.network.client("national") as national, merged.network.client() as visitor:
        assert "Du er påmeldt" in visitor.get(f"{link}/receipt", headers={"accept-language": "nb"}).text
        answer(visitor, link, "decline")
        assert registered(national, merged.webinar) == 0
        answer(visitor, link, "accept")
        assert registered(national, merged.webinar) == 1


def test_what_every_service_knows_equals_a_fresh_rebuild_in_whatever_order(merged: Merged, tmp_path: Path) -> None:
    until_sync(lambda: asyncio.run(all_heard(merged.network)), 60, "all to be heard")
    said = asyncio.run(everything_said(merged.network.nats.url))
    forwards = [plan.name for plan in STREAMS]
    for number, order in enumerate((forwards, forwards[::-1])):
        for service, known in KNOWN.items():
            folder = tmp_path / f"{service}{number}"
            folder.mkdir()
            url = f"sqlite+aiosqlite:///{folder / 'anew.db'}"
            bring_up(settings_of(service, url, folder))
            anew, live = asyncio.run(compared(merged.network, service, url, said, order, known))
            assert anew == live, (service, order)
            assert json.dumps([str(merged.old), str(merged.kept)]) in live["merged_person"]


async def compared(
    network: SeparateNetwork, service: str, url: str, said: Any, order: list[str], known: dict[str, tuple[str, ...]]
) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    running = database_of(network, service)
    fresh = Database(url, import_module(f"services.{service}.models").HOUSE)
    await replay(service, fresh, said, order)
    try:
        both = [{name: await rows(one, service, name, of) for name, of in known.items()} for one in (fresh, running)]
        return both[0], both[1]
    finally:
        await running.close()
        await fresh.close()


def test_the_cancellation_goes_out_once_to_the_address_that_stayed(merged: Merged) -> None:
    before = len(mails_to(merged.network, OLD))
    with merged.network.client("national") as national:
        national.post(f"/events/api/v1/webinars/{merged.webinar}/cancel", json={"reason": "Syk"}).raise_for_status()
        settled(national, merged.webinar, 2, kind="cancellation")
    cancellations = [
        mail.to for mail in all_sent(merged.network.smtp.mailbox, TITLE) if mail.calendar()["METHOD"] == "CANCEL"
    ]
    assert sorted(cancellations) == [THIRD, KEPT]
    assert len(mails_to(merged.network, OLD)) == before


def test_the_old_mails_way_out_takes_the_person_off_under_the_record_that_stayed(merged: Merged) -> None:
    listed = merged.invitations[OLD].unfolded_header("List-Unsubscribe")
    link = re.search(r"<(https?://[^>]+)>", listed)
    assert link
    with merged.network.client() as visitor:
        assert visitor.post(link.group(1), data={"List-Unsubscribe": "One-Click"}).status_code == 200

    async def unwanted() -> list[str]:
        database = database_of(merged.network, "notifier")
        found = await rows(database, "notifier", "preference", ("person_id", "wanted"))
        await database.close()
        return found

    assert json.dumps([str(merged.kept), False]) in asyncio.run(unwanted())


def test_nobody_is_invited_again_when_the_old_record_is_no_more(merged: Merged) -> None:
    invitations = [
        mail.to
        for mail in all_sent(merged.network.smtp.mailbox, TITLE)
        if mail.calendar()["METHOD"] == "REQUEST" and "PARTSTAT=NEEDS-ACTION" in mail.part("text/calendar")
    ]
    assert sorted(invitations) == sorted([OLD, KEPT, THIRD])
