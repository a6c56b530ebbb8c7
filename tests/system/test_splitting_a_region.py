"""A region of 55 partners is split; all other services follow from facts alone, and equal what a fresh rebuild gives."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
import sqlalchemy as sa
from sqlmodel import select

from deploy import installation
from deploy.commands.migrate import bring_up
from services.knowledge.models import Case
from services.knowledge.queries import regions as regions_known
from services.knowledge.search.document import document
from services.knowledge.search.index import INDEX
from services.knowledge.search.meaning import standard
from services.partners.usecases.rearranging import executing
from shared.contracts.catalogue import SERVICES
from shared.contracts.streams import STREAMS
from shared.db.session import Database
from tests.partners.rearranging import COUNTIES, SHARES, Viken, drafted, enter_viken, scheduled
from tests.support.apps import settings_of
from tests.support.letters import all_sent
from tests.support.network import SeparateNetwork
from tests.support.read_models import OWN, READ_MODELS
from tests.support.rebuilding import everything_said, replay
from tests.support.wait import until_sync
from tests.support.webinars import announce, publish, settled
from tests.system.test_inviting_to_a_webinar import answer, answer_link, registered
from tests.system.test_publishing_a_case import step

TITLE = "Webinar for hele Viken"
PEOPLE = 57
SEGMENT = "Alle i Viken"
KEPT = {
    "partners": tuple(OWN["partners"]),
    "knowledge": ("case", "revision"),
    "events": ("webinar", "registration"),
    "notifier": (),
}
"""What a service keeps of its own and is given back when it is built anew: the registry as it is, others as before the split."""

EMPTY = {"merged_person", "forgotten_person", "ended_session", "withdrawn_letter"}
"""What nothing here fills: merging and erasing people are rebuilt in tests of their own."""


def database_of(network: SeparateNetwork, service: str) -> Database:
    """Return a running service's own database."""
    url = network.services[service].env.get("KOBLINGSBOKS_DATABASE_URL", "")
    settings = installation.settings(service, network.folder, database_url=url)
    return Database(settings.database(), import_module(f"services.{service}.models").HOUSE)


def tables(service: str) -> dict[str, sa.Table]:
    found: dict[str, sa.Table] = import_module(f"services.{service}.models").Base.metadata.tables
    return found


async def rows(database: Database, table: sa.Table) -> list[dict[str, Any]]:
    async with database.reading() as session:
        return [dict(row) for row in (await (await session.connection()).execute(sa.select(table))).mappings().all()]


async def copies(service: str, database: Database) -> dict[str, list[str]]:
    """Return what a service knows, each row as a text, sorted."""
    found = {}
    for name, left in READ_MODELS[service].items():
        kept = await rows(database, tables(service)[name])
        told = ({column: value for column, value in row.items() if column not in left} for row in kept)
        found[name] = sorted(json.dumps(row, default=str, sort_keys=True) for row in told)
    return found


@dataclass
class Split:
    """A region that was split while the network ran, with what the services kept of their own before."""

    network: SeparateNetwork
    viken: Viken
    cases: dict[UUID, str]
    drafts: UUID
    webinar: str
    before: dict[str, dict[str, list[dict[str, Any]]]]


@pytest.fixture(scope="module")
def split(network: SeparateNetwork) -> Split:
    registry = database_of(network, "partners")
    viken = asyncio.run(entered(registry))
    with network.client("national") as national, network.client() as visitor:
        until_sync(lambda: region_there(national), 30, "the library to hear of the region")
        owners = {viken.organisations[0]: "ostvik", viken.organisations[30]: "akervik"}
        cases = {published(national, owner): slug for owner, slug in owners.items()}
        draft = case(national, viken.organisations[50])
        webinar = announce(national, TITLE, scope="regions", regions=["viken"])
        until_sync(lambda: audience(national, webinar) == PEOPLE, 60, "everybody to be known")
        publish(national, webinar)
        settled(national, webinar, PEOPLE)
        segment = saved(national)
        until_sync(lambda: asyncio.run(belonging(network, segment)) == (["viken"], PEOPLE, PEOPLE), 60, "the segment")
        answer(visitor, answer_link(all_sent(network.smtp.mailbox, TITLE)[0], "accept"), "accept")
        assert registered(national, webinar) == 1
        until_sync(lambda: len(all_sent(network.smtp.mailbox, TITLE)) == PEOPLE + 1, 30, "the answer to be confirmed")
        until_sync(lambda: all(hits(visitor, "viken", str(one)) for one in cases), 30, "the cases to be found")
        until_sync(lambda: asyncio.run(remembered(network, len(cases))), 30, "the registry to hear of them")
        before = asyncio.run(kept(network))
        asyncio.run(carry_out(database_of(network, "partners"), viken))
        until_sync(
            lambda: all(hits(visitor, slug, str(one)) for one, slug in cases.items()), 60, "them to be found anew"
        )
        until_sync(lambda: audience(national, webinar) == PEOPLE, 60, "everybody to have moved")
        moved = (sorted(COUNTIES), PEOPLE, PEOPLE)
        until_sync(lambda: asyncio.run(belonging(network, segment)) == moved, 120, "the segment to have followed")
    until_sync(lambda: asyncio.run(all_heard(network)), 60, "all to be heard")
    before["partners"] = asyncio.run(kept(network))["partners"]
    return Split(network, viken, cases, draft, webinar, before)


async def entered(registry: Database) -> Viken:
    viken = await enter_viken(registry)
    # Only what the library and events themselves state is theirs.
    async with registry.writing() as session:
        for name in ("partner_case", "partner_webinar"):
            await (await session.connection()).execute(sa.delete(tables("partners")[name]))
    viken.cases = {}
    await registry.close()
    return viken


async def carry_out(registry: Database, viken: Viken) -> None:
    made = await drafted(registry, viken, cases=False)
    await scheduled(registry, made)
    await executing.execute_due(registry)
    await registry.close()


def region_there(client: httpx.Client) -> bool:
    answer = client.post("/cases/api/v1/cases", json=case_body(None, "Utkast"))
    return answer.status_code == 201


def case_body(owner: UUID | None, title: str) -> dict[str, Any]:
    body: dict[str, Any] = {"title": title, "summary": "Slik gjorde vi det.", "region": "viken", "language": "nb"}
    return {**body, "organisation_id": str(owner)} if owner else body


def case(client: httpx.Client, owner: UUID) -> UUID:
    answer = client.post("/cases/api/v1/cases", json=case_body(owner, f"Eksempel av {owner}"))
    assert answer.status_code == 201, answer.text
    return UUID(answer.json()["id"])


def published(client: httpx.Client, owner: UUID) -> UUID:
    made = case(client, owner)
    for verb in ("submit", "approve", "publish"):
        assert step(client, str(made), verb).status_code == 200
    return made


def hits(client: httpx.Client, region: str, case_id: str) -> bool:
    found = client.get("/cases/api/v1/search", params={"region": region, "per_page": 50}).raise_for_status().json()
    return case_id in [hit["id"] for hit in found["hits"]]


def audience(client: httpx.Client, webinar_id: str) -> int:
    answer = client.get(f"/events/api/v1/webinars/{webinar_id}/audience")
    return int(answer.json()["count"]) if answer.status_code == 200 else -1


async def remembered(network: SeparateNetwork, cases: int) -> bool:
    database = database_of(network, "partners")
    found = await rows(database, tables("partners")["partner_case"])
    webinars = await rows(database, tables("partners")["partner_webinar"])
    await database.close()
    here = [row for row in webinars if row["regions"] == ["viken"]]
    return sum(row["region"] == "viken" for row in found) == cases and len(here) == 1


async def kept(network: SeparateNetwork) -> dict[str, dict[str, list[dict[str, Any]]]]:
    found = {}
    for service in SERVICES:
        database = database_of(network, service)
        whole = import_module(f"services.{service}.models").Base.metadata.sorted_tables
        own = [table for table in whole if table.name in KEPT[service]]
        found[service] = {table.name: await rows(database, table) for table in own}
        await database.close()
    return found


def saved(client: httpx.Client) -> str:
    answer = client.post("/partners/api/v1/segments", json={"name": SEGMENT, "regions": ["viken"]})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def belonging(network: SeparateNetwork, segment: str) -> tuple[list[str], int, int]:
    """Return the regions events knows a segment to be of, and how many belong to it there and in the notifier."""
    found: dict[str, int] = {}
    regions: list[str] = []
    for service in ("events", "notifier"):
        database = database_of(network, service)
        known = await rows(database, tables(service)["segment_member"])
        found[service] = sum(str(row["segment_id"]) == segment for row in known)
        if service == "events":
            stated = await rows(database, tables(service)["segment"])
            regions = next((sorted(row["regions"]) for row in stated if str(row["segment_id"]) == segment), [])
        await database.close()
    return regions, found["events"], found["notifier"]


async def all_heard(network: SeparateNetwork) -> bool:
    """Whether nothing waits in any outbox, and no consumer is behind."""
    import nats

    for service in SERVICES:
        database = database_of(network, service)
        outbox = database.tables.outbox
        async with database.reading() as session:
            query = sa.select(sa.func.count()).where(outbox.c.published_at.is_(None))
            waiting = (await (await session.connection()).execute(query)).scalar_one()
        await database.close()
        if waiting:
            return False
    client = await nats.connect(network.nats.url)
    try:
        jetstream = client.jetstream()
        infos = [info for plan in STREAMS for info in await jetstream.consumers_info(plan.name)]
    finally:
        await client.close()
    return all(info.num_pending == 0 and info.num_ack_pending == 0 for info in infos)


def test_what_every_service_knows_equals_a_fresh_rebuild_in_whatever_order(split: Split, tmp_path: Path) -> None:
    said = asyncio.run(everything_said(split.network.nats.url))
    forwards = [plan.name for plan in STREAMS]
    for number, order in enumerate((forwards, forwards[::-1])):
        for service in READ_MODELS:
            folder = tmp_path / f"{service}{number}"
            folder.mkdir()
            url = f"sqlite+aiosqlite:///{folder / 'anew.db'}"
            bring_up(settings_of(service, url, folder))
            live, anew = asyncio.run(compared(split, service, url, said, order))
            assert anew == live, (service, order)
            assert {name for name, known in live.items() if not known} <= EMPTY, service


async def compared(
    split: Split, service: str, url: str, said: Any, order: list[str]
) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    running = database_of(split.network, service)
    fresh = Database(url, import_module(f"services.{service}.models").HOUSE)
    async with fresh.writing() as session:
        connection = await session.connection()
        # Migrations enter the regions and topics of today.
        for name in reversed(split.before[service]):
            await connection.execute(sa.delete(tables(service)[name]))
        for name, own in split.before[service].items():
            if own:
                await connection.execute(sa.insert(tables(service)[name]), own)
    assert await replay(service, fresh, said, order) > 0
    if service == "knowledge":
        await index_equals(split, fresh)
    try:
        return await copies(service, running), await copies(service, fresh)
    finally:
        await running.close()
        await fresh.close()


async def index_equals(split: Split, fresh: Database) -> None:
    """The index holds exactly the documents that the cases of the rebuilt library make."""
    server = split.network.meilisearch
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {server.master_key}"}) as client:
        answer = await client.get(f"{server.url}/indexes/{INDEX}/documents", params={"limit": 1_000})
    indexed = {row["id"]: (row["region"], row["places"]) for row in answer.raise_for_status().json()["results"]}
    async with fresh.reading() as session:
        known = await regions_known(session)
        public = (await session.exec(select(Case).where(Case.status == "published"))).all()
    made = [document(one, known, standard()) for one in public]
    assert {one["id"]: (one["region"], one["places"]) for one in made} == indexed


def test_each_partner_is_told_of_in_its_new_region(split: Split) -> None:
    async def told() -> list[dict[str, Any]]:
        database = database_of(split.network, "knowledge")
        found = await rows(database, tables("knowledge")["organisation"])
        await database.close()
        return found

    ours = [row for row in asyncio.run(told()) if row["id"] in split.viken.organisations]
    assert Counter(slug for row in ours for slug in row["regions"]) == SHARES


def test_cases_go_along_and_tell_where_they_were_published(split: Split) -> None:
    with split.network.client() as visitor:
        for case_id, slug in split.cases.items():
            page = visitor.get(f"/cases/{case_id}").text
            assert f"Viken, nå {slug.capitalize()}" in page

        def moved() -> httpx.Response | None:
            answer = visitor.get("/cases", params={"region": "viken"}, follow_redirects=False)
            return answer if answer.status_code == 301 else None

        # The library keeps the names of regions in memory for ten seconds.
        answer = until_sync(moved, 20, "the old address to lead on")
        assert answer is not None
        assert {pair[1] for pair in httpx.URL(answer.headers["location"]).params.multi_items()} == set(COUNTIES)


def test_a_draft_follows_its_organisation(split: Split) -> None:
    with split.network.client("region_staff", "buskvik") as staff:
        found = staff.get(f"/cases/api/v1/cases/{split.drafts}")
        assert found.json()["region"] == "buskvik"


def test_nobody_who_was_invited_is_invited_again_and_the_webinar_is_for_all_three(split: Split) -> None:
    with split.network.client("national") as national:
        found = settled(national, split.webinar, PEOPLE)
        assert found["audience"] == PEOPLE
        webinar = national.get(f"/events/api/v1/webinars/{split.webinar}").json()
        assert webinar["regions"] == sorted(COUNTIES)
        for old in ("viken", "ostvik"):
            listed = national.get("/events/api/v1/webinars", params={"region": old}).json()["hits"]
            assert split.webinar in [hit["id"] for hit in listed]
    mails = Counter((mail.to, mail.subject) for mail in all_sent(split.network.smtp.mailbox, TITLE))
    assert len({address for address, _subject in mails}) == PEOPLE
    assert len(mails) == PEOPLE + 1, "one answered, and got a confirmation"
    assert set(mails.values()) == {1}


def test_nothing_new_is_put_into_the_region_that_closed(split: Split) -> None:
    checks: list[Callable[[httpx.Client], httpx.Response]] = [
        lambda client: client.post("/cases/api/v1/cases", json=case_body(None, "For seint")),
        lambda client: client.post(
            "/partners/api/v1/organisations", json={"name": "For seint AS", "regions": ["viken"]}
        ),
    ]
    with split.network.client("national") as national:
        for ask in checks:
            answer = ask(national)
            assert answer.status_code == 422, answer.text
            assert answer.json()["code"] == "unknown-region"
