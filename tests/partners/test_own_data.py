"""One's own data: all of it, readable by people and by programs, and nobody else's."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import httpx
import pytest
from sqlmodel import SQLModel

from services.events.models import ConcernedPerson
from services.knowledge.models import Case
from services.notifier.models import Recipient
from services.partners.models import Import, ImportRow
from services.partners.pages.own_data import PARTS, TITLES
from services.partners.usecases import erasing
from services.partners.usecases.forgetting import GONE
from shared.auth.actor import Actor
from shared.ids import new_id
from tests.partners import support
from tests.support.apps import Databases, ServiceApp, service_app


def opened(answer: httpx.Response) -> tuple[dict[str, list[dict[str, Any]]], str]:
    """Return the data and the page of a downloaded file."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/zip"
    assert "no-store" in answer.headers["cache-control"]
    with ZipFile(BytesIO(answer.content)) as packed:
        return json.loads(packed.read("data.json")), packed.read("index.html").decode()


async def test_the_registry_hands_out_all_it_knows_of_me_and_nothing_that_opens_doors(partners: ServiceApp) -> None:
    organisation_id = await support.organisation(partners, "Eik AS")
    person_id = await support.person(partners, organisation_id=organisation_id, role="partner_admin", title="Leder <i>")
    await support.person(partners, "annen@example.org")
    actor = await support.actor(partners, person_id)
    async with partners.database.writing() as session:
        await erasing.ask(session, actor, b"key")
    data, page = opened(await partners.browser_of(actor).get("/partners/me/data/download"))
    assert (data["person"][0]["name"], data["person"][0]["email"]) == ("Ask Prøve", "ask@example.org")
    assert [(row["role"], row["organisation"]) for row in data["person_grant"]] == [("partner_admin", "Eik AS")]
    assert len(data["session"]) == 1
    assert data["noted_about"][0]["action"] == "person.registered"
    assert not any("digest" in row for rows in data.values() for row in rows)
    assert "annen@example.org" not in json.dumps(data)
    assert "Leder &lt;i&gt;" in page
    assert '<html lang="nb">' in page


async def test_rows_of_spreadsheets_about_me_are_mine_by_id_or_address_and_no_namesakes(partners: ServiceApp) -> None:
    person_id = await support.person(partners)
    made = Import.of("people", "folk.csv", b"", support.NATIONAL)
    rows = [
        ImportRow(number=2, subject_id=person_id, given={"title": "Leder"}),
        ImportRow(number=3, given={"name": "Ask Prøve", "email": "ASK@example.org"}),
        ImportRow(number=4, given={"name": "Ask Prøve", "email": "mask@example.org"}),
        ImportRow(number=5, given={"name": "Ask Prøve"}),
    ]
    async with partners.database.writing() as session:
        session.add(made)
        await session.flush()
        for row in rows:
            row.import_id, row.outcome = made.id, "new"
            session.add(row)
    data, page = opened(
        await partners.browser_of(await support.actor(partners, person_id)).get("/partners/me/data/download")
    )
    assert [(row["file_name"], row["number"]) for row in data["import_row"]] == [("folk.csv", 2), ("folk.csv", 3)]
    assert "Rader om deg i regneark" in page
    assert "mask@example.org" not in json.dumps(data) + page


async def test_the_page_is_in_my_language(partners: ServiceApp) -> None:
    person_id = await support.person(partners)
    browser = partners.browser_of(await support.actor(partners, person_id))
    _, page = opened(await browser.get("/partners/me/data/download?lang=en"))
    assert '<html lang="en">' in page


async def test_my_page_lists_every_part_and_the_way_to_be_erased(partners: ServiceApp) -> None:
    person_id = await support.person(partners)
    page = await partners.browser_of(await support.actor(partners, person_id)).get("/partners/me/data")
    assert page.status_code == 200
    assert all(f'href="{href}"' in page.text for _, _, href in PARTS)
    assert 'href="/partners/me/erase"' in page.text
    assert "Derfor gir hver del deg sin egen fil" in page.text


@pytest.mark.parametrize("path", ["/partners/me/data", "/partners/me/data/download"])
async def test_neither_visitors_nor_programs_take_out_anything(partners: ServiceApp, path: str) -> None:
    async with partners.visitor() as visitor, partners.client("national") as program:
        assert (await visitor.get(path)).status_code in (303, 401)
        assert (await program.get(path)).status_code == 403


def test_every_table_that_is_theirs_is_handed_out_with_a_title() -> None:
    assert {table.__table__.name for table in GONE} | {"person", "erasure", "import_row", "noted_about", "done"} == set(
        TITLES
    )


ELSEWHERE = [
    ("events", "/events/me/data", "known", lambda own: ConcernedPerson(person_id=own, version=1, active=True)),
    ("notifier", "/mail/me/data", "address", lambda own: Recipient(person_id=own, version=1, email="ask@example.org")),
    ("knowledge", "/cases/me/data", "written", lambda own: Case(title="Elbuss", summary="", region="agder", language="nb", author_id=own)),
]  # fmt: skip


@pytest.mark.parametrize(("service", "path", "key", "made"), ELSEWHERE, ids=[row[0] for row in ELSEWHERE])
async def test_the_other_parts_hand_out_theirs(service: str, path: str, key: str, made: Any, tmp_path: Path) -> None:
    me, other = (Actor(new_id(), new_id(), "Ask Prøve") for _ in range(2))
    url = Databases(service, tmp_path).sqlite(tmp_path)
    async with service_app(service, url, tmp_path) as app:
        async with app.database.writing() as session:
            row: SQLModel = made(me.person_id)
            session.add(row)
        mine, _ = opened(await app.browser_of(me).get(path))
        theirs, _ = opened(await app.browser_of(other).get(path))
    assert len(mine[key]) == 1
    assert theirs[key] == []
