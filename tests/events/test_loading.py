"""The demo's webinars stand in the calendar, once, and nobody is invited."""

import json
from datetime import timedelta
from pathlib import Path

from services.events import queries
from services.events.usecases.loading import load
from shared.clock import today_in_norway
from tests.events.support import World

ROWS = json.loads((Path(__file__).parents[2] / "deploy" / "demo" / "data" / "webinars.json").read_text("utf-8"))


async def test_the_demo_s_webinars_are_entered_quietly_and_once(world: World) -> None:
    today = today_in_norway()
    assert await load(world.database, ROWS, today) == len(ROWS)
    assert await load(world.database, ROWS, today + timedelta(days=1)) == 0
    assert await world.said() == []
    async with world.database.reading() as session:
        total, ahead = await queries.calendar(session, queries.Filter(upcoming=True), 1, 50)
        _, past = await queries.calendar(session, queries.Filter(upcoming=False), 1, 50)
    assert total == sum(row["days"] > 0 for row in ROWS)
    assert len(past) == sum(row["days"] < 0 for row in ROWS)
    assert all(webinar.local_start.weekday() < 5 for webinar in (*ahead, *past))
    async with world.client() as client:
        for webinar in (*ahead, *past):
            assert (await client.get(f"/events/{webinar.id}")).status_code == 200


async def test_a_row_may_stay_a_draft(world: World) -> None:
    row = {**ROWS[0], "external_id": "utkast", "published": False}
    assert await load(world.database, [row], today_in_norway()) == 1
    async with world.database.reading() as session:
        _, drafts = await queries.calendar(session, queries.Filter(drafts=True), 1, 20)
    assert [webinar.external_id for webinar in drafts] == ["utkast"]
