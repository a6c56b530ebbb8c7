"""What calendars read: valid, with the time zone, the same name for ever, and no secret."""

from datetime import datetime
from zoneinfo import ZoneInfo

import httpx
from hypothesis import given as hypothesis_given
from hypothesis import strategies as st
from icalendar import Calendar

from services.events import calendars
from services.events.models import Webinar, times
from services.events.usecases import publishing
from shared.clock import frozen
from tests.events.support import World, in_days, national, partner, wall

SENDER = "Koblingsboks <post@example.no>"
SECRET = "https://moterom.example.no/hemmelig"
LETTERS = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00"), max_size=200)


def parsed(response: httpx.Response) -> Calendar:
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/calendar")
    content = Calendar.from_ical(response.content)
    assert isinstance(content, Calendar)
    return content


def made(title: str = "Klimakrav", summary: str = "Kort", start: datetime = wall(2027, 3, 27, 9, 0)) -> Webinar:
    return Webinar(
        title=title,
        summary=summary,
        scope="national",
        status="published",
        **times(start, start.replace(hour=10), "Europe/Oslo"),  # type: ignore[arg-type]
    )


async def test_one_webinar_is_published_with_its_zone(world: World) -> None:
    found = await world.announce()
    async with world.client() as client:
        answered = await client.get(f"/events/{found.id}.ics")
    calendar = parsed(answered)
    (entry,) = calendar.walk("VEVENT")
    (zone,) = calendar.walk("VTIMEZONE")
    assert calendar["METHOD"] == "PUBLISH"
    assert zone["TZID"] == "Europe/Oslo"
    assert {part.name for part in zone.subcomponents} == {"STANDARD", "DAYLIGHT"}
    assert entry["UID"] == f"{found.id}@koblingsboks"
    assert (entry["SEQUENCE"], entry["STATUS"]) == (0, "CONFIRMED")
    assert entry["DTSTART"].dt == found.starts_at
    assert entry["DTSTART"].params["TZID"] == "Europe/Oslo"
    assert entry["DTSTART"].dt.replace(tzinfo=None) == found.local_start
    assert entry["URL"] == f"http://events.test/events/{found.id}"
    assert entry["ORGANIZER"] == "mailto:post@koblingsboks.example.org"
    assert entry["ORGANIZER"].params["CN"] == "Koblingsboks"
    assert "filename=" in answered.headers["content-disposition"]


async def test_a_cancelled_webinar_says_so_under_the_same_name(world: World) -> None:
    found = await world.announce()
    async with world.database.writing() as session:
        await publishing.cancel(session, national(), found.id)
    async with world.client() as client:
        (entry,) = parsed(await client.get(f"/events/{found.id}.ics")).walk("VEVENT")
    assert (entry["UID"], entry["SEQUENCE"], entry["STATUS"]) == (found.uid, 1, "CANCELLED")


async def test_the_feed_holds_the_national_webinars_and_a_region_s_own_when_asked(world: World) -> None:
    await world.regions()
    everybody = await world.announce()
    nordland = await world.announce(scope="regions", regions=["nordland"])
    await world.announce(scope="regions", regions=["agder"])
    await world.draft()
    async with world.client() as client:
        for query, expected in (
            ("", {everybody.uid}),
            ("?region=nordland", {everybody.uid, nordland.uid}),
            ("?region=%22%25", {everybody.uid}),
        ):
            found = parsed(await client.get(f"/events/calendar.ics{query}"))
            assert {entry["UID"] for entry in found.walk("VEVENT")} == expected


async def test_an_empty_feed_is_a_calendar(world: World) -> None:
    async with world.client() as client:
        assert parsed(await client.get("/events/calendar.ics")).walk("VEVENT") == []


async def test_what_is_long_past_leaves_the_feed(world: World) -> None:
    with frozen(datetime.now(ZoneInfo("UTC")).replace(year=2020)):
        await world.announce(starts_at=wall(2020, 12, 30, 10, 0))
    kept = await world.announce(starts_at=in_days(2))
    async with world.client() as client:
        found = parsed(await client.get("/events/calendar.ics"))
    assert [entry["UID"] for entry in found.walk("VEVENT")] == [kept.uid]


async def test_only_those_who_come_find_the_address_in_their_file(world: World) -> None:
    found = await world.announce(join_url=SECRET)
    who = partner()
    path = f"/events/{found.id}.ics"
    async with world.client() as visitor, world.client(who) as client:
        assert SECRET not in (await client.get(path)).text
        await client.post(f"/events/{found.id}/answer", data={"state": "registered", **world.csrf(who)})
        (entry,) = parsed(await client.get(path)).walk("VEVENT")
        assert entry["LOCATION"] == SECRET
        assert SECRET not in (await visitor.get(path)).text
        assert SECRET not in (await client.get("/events/calendar.ics")).text


async def test_a_draft_has_no_public_file(world: World) -> None:
    draft = await world.draft()
    async with world.client() as client:
        assert (await client.get(f"/events/{draft.id}.ics")).status_code == 404
        assert (await client.get("/events/no-id.ics")).status_code == 404


@hypothesis_given(LETTERS, LETTERS)
def test_no_text_breaks_out_of_its_entry(title: str, summary: str) -> None:
    content = calendars.published(
        [made(title, f"{summary}\r\nEND:VEVENT\r\nBEGIN:VALARM")], "http://events.test", SENDER
    )
    calendar = Calendar.from_ical(content)
    assert len(calendar.walk("VEVENT")) == 1
    assert calendar.walk("VALARM") == []
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))


def test_wall_times_on_both_sides_of_the_change_of_clocks_stay_what_was_written() -> None:
    webinars = [made(start=wall(2027, 3, day, 9, 0)) for day in (27, 28)]
    calendar = Calendar.from_ical(calendars.published(webinars, "http://events.test", SENDER))
    shown = [entry["DTSTART"].dt for entry in calendar.walk("VEVENT")]
    assert [moment.hour for moment in shown] == [9, 9]
    assert [moment.astimezone(ZoneInfo("UTC")).hour for moment in shown] == [8, 7]
