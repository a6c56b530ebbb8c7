"""Staff take out the calendar as a file."""

import pytest

from tests.events.support import World, in_days, national, partner, staff_of, text_of
from tests.support.exports import in_every_format, taken_out

TITLES = ("=Øvre kai", "+47 ladere", "-20 grader", "@Ærlig talt")


async def test_staff_take_out_what_the_calendar_shows(world: World) -> None:
    await world.regions()
    for number, title in enumerate(TITLES):
        await world.announce(title=title, starts_at=in_days(3 + number))
    await world.announce(title="I Agder", scope="regions", regions=["agder"], starts_at=in_days(20), capacity=30)
    await world.draft(title="Et utkast")
    async with world.client(staff_of("agder")) as client:
        page = text_of(await client.get("/events?scope=regions"))
        upcoming = await in_every_format(client, "/events/export")
        regional = await taken_out(client, "/events/export?scope=regions")
        drafts = await taken_out(client, "/events/export?when=drafts")
        past = await taken_out(client, "/events/export?when=past")
    assert "/events/export?scope=regions&format=csv" in page
    assert [row["title"] for row in upcoming] == [*TITLES, "I Agder"]
    assert [(row["title"], row["regions"], row["capacity"]) for row in regional] == [("I Agder", ["Agder"], 30)]
    assert [(row["title"], row["status"]) for row in drafts] == [("Et utkast", "Utkast")]
    assert past == []


async def test_a_calendar_longer_than_is_read_at_a_time_is_taken_out_whole(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from services.events import downloads

    monkeypatch.setattr(downloads, "PIECE", 3)
    for number in range(10):
        await world.announce(title=f"Nummer {number}", starts_at=in_days(3 + number))
    async with world.client(national()) as client:
        rows = await taken_out(client, "/events/export")
    assert [row["title"] for row in rows] == [f"Nummer {number}" for number in range(10)]


async def test_visitors_and_partners_take_out_nothing(world: World) -> None:
    await world.announce()
    async with world.client(partner()) as client:
        assert "/events/export" not in (await client.get("/events")).text
        assert (await client.get("/events/export")).status_code == 403
    async with world.client() as client:
        assert (await client.get("/events/export")).status_code == 303
