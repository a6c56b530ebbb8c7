"""Asking the register over real HTTP: its answers, and its bad days."""

import gzip
import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime

import pytest

from services.partners.register.client import LARGEST_REPLY, Register
from services.partners.register.errors import RegisterAway, RegisterUnused
from services.partners.register.unit import Removed, Unit
from shared.clock import frozen
from shared.errors import Unavailable
from tests.support.register import Asked, FakeRegister, recorded, register_server

UNITS = "application/vnd.brreg.enhetsregisteret.enhet.v2+json"


@pytest.fixture
def there() -> Iterator[FakeRegister]:
    with register_server() as server:
        yield server


@pytest.fixture
async def register(there: FakeRegister) -> AsyncIterator[Register]:
    async with Register(there.url, read_seconds=2) as opened:
        yield opened


async def test_a_unit_is_told_by_its_number(register: Register, there: FakeRegister) -> None:
    found = await register.unit("999 990 002")
    assert isinstance(found, Unit)
    assert found.display_name == "Fjordglass AS"
    (asked,) = there.asked
    assert asked.path == "/enhetsregisteret/api/enheter/999990002"
    assert asked.headers["Accept"] == UNITS


async def test_unknown_deleted_and_removed_units_are_told_apart(register: Register, there: FakeRegister) -> None:
    there.remove("999990010")
    deleted = await register.unit("999990053")
    assert isinstance(deleted, Unit)
    assert (deleted.deleted, deleted.deleted_on) == (True, date(2026, 2, 11))
    assert await register.unit("999990010") == Removed("999990010", date(2026, 3, 26))
    assert await register.unit("999990088") is None


async def test_a_wrong_number_is_refused_before_anybody_is_asked(register: Register, there: FakeRegister) -> None:
    with pytest.raises(ValueError, match="ni siffer"):
        await register.unit("123456789")
    assert there.asked == []


async def test_a_removed_unit_is_known_without_a_readable_reply(register: Register, there: FakeRegister) -> None:
    there.answer(410, body=b"<html>gone</html>")
    assert await register.unit("999990002") == Removed("999990002")


async def test_units_are_found_by_name_and_place(register: Register, there: FakeRegister) -> None:
    assert [unit.org_number for unit in await register.search("fjordglass")] == ["999990002"]
    assert [unit.name for unit in await register.search("as", municipality_number="1899")] == ["ØYA FISK ASA"]
    assert [unit.name for unit in await register.search("Øya & fisk", most=1)] == []
    assert there.asked[-1].query == {"navn": "Øya & fisk", "size": "1"}


async def test_no_hit_and_no_name_are_empty_lists(register: Register, there: FakeRegister) -> None:
    assert await register.search("finnes ikke") == []
    assert await register.search("  ") == []
    assert len(there.asked) == 1


async def test_changes_are_read_page_after_page(register: Register, there: FakeRegister) -> None:
    start = there.at - timedelta(days=1)
    for number in ("999990002", "999990010", "999990029"):
        there.put(there.units[number])
    there.remove("999990010")
    first = await register.changes(start, most=3)
    assert [(change.org_number, change.kind) for change in first.changes] == [
        ("999990002", "changed"),
        ("999990010", "changed"),
        ("999990029", "changed"),
    ]
    assert first.more
    assert first.next is not None
    second = await register.changes(first.next, most=3)
    assert [(change.org_number, change.kind) for change in second.changes] == [("999990010", "removed")]
    assert (second.more, second.changes[0].at) == (False, there.at)
    assert second.next is not None
    quiet = await register.changes(second.next)
    assert (quiet.changes, quiet.next, quiet.more) == ((), second.next, False)


async def test_changes_are_asked_for_from_a_moment_in_utc(register: Register, there: FakeRegister) -> None:
    there.put(recorded("unit_999990002"))
    later = datetime.fromisoformat("2026-03-26T06:00:00+01:00")
    assert (await register.changes(later)).changes == ()
    assert there.asked[-1].query["dato"] == "2026-03-26T05:00:00.000Z"
    assert (await register.changes(later)).next is None


async def test_a_register_that_is_down_is_away_and_comes_back(register: Register, there: FakeRegister) -> None:
    there.down()
    with pytest.raises(RegisterAway, match="for hånd") as away:
        await register.unit("999990002")
    assert isinstance(away.value, Unavailable)
    assert (away.value.status, away.value.code) == (503, "register-away")
    there.up()
    assert isinstance(await register.unit("999990002"), Unit)


async def test_one_that_says_nothing_is_given_up_and_not_asked_again(there: FakeRegister) -> None:
    there.slow()
    async with Register(there.url, read_seconds=0.2) as register:
        with pytest.raises(RegisterAway):
            await register.unit("999990002")
        assert len(there.asked) == 1
        there.well()
        assert await register.search("fjordglass")


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
async def test_a_passing_trouble_is_asked_away(register: Register, there: FakeRegister, status: int) -> None:
    there.answer(status)
    assert isinstance(await register.unit("999990002"), Unit)
    assert len(there.asked) == 2


async def test_a_trouble_that_stays_is_asked_about_twice_and_no_more(register: Register, there: FakeRegister) -> None:
    there.answer(503, times=5)
    with pytest.raises(RegisterAway):
        await register.unit("999990002")
    assert len(there.asked) == 2


@pytest.mark.parametrize("status", [400, 401, 403, 406, 418])
async def test_a_plain_no_is_not_asked_again(register: Register, there: FakeRegister, status: int) -> None:
    there.answer(status, times=2)
    with pytest.raises(RegisterAway):
        await register.unit("999990002")
    assert len(there.asked) == 1


async def test_a_short_wait_that_is_asked_for_is_kept(register: Register, there: FakeRegister) -> None:
    there.answer(429, {"Retry-After": "1"})
    before = datetime.now(UTC)
    assert isinstance(await register.unit("999990002"), Unit)
    assert (datetime.now(UTC) - before).total_seconds() >= 1


async def test_a_long_wait_is_told_to_the_caller_instead(register: Register, there: FakeRegister) -> None:
    moment = datetime(2026, 3, 26, 3, 0, tzinfo=UTC)
    there.answer(429, {"Retry-After": "120"})
    there.answer(503, {"Retry-After": format_datetime(moment + timedelta(minutes=5), usegmt=True)})
    waits = []
    with frozen(moment):
        for _ in range(2):
            with pytest.raises(RegisterAway) as away:
                await register.unit("999990002")
            waits.append(away.value.again_in)
    assert waits == [120, 300]
    assert len(there.asked) == 2


@pytest.mark.parametrize("wait", ["soon", "-1", "", "1e9", "Thu, 99 Xyz"])
async def test_a_wait_that_is_no_wait_is_passed_over(register: Register, there: FakeRegister, wait: str) -> None:
    there.answer(429, {"Retry-After": wait})
    assert isinstance(await register.unit("999990002"), Unit)


@pytest.mark.parametrize("place", ["http://127.0.0.1:1/elsewhere", "/enhetsregisteret/api/enheter/999990010"])
async def test_nobody_is_sent_elsewhere(register: Register, there: FakeRegister, place: str) -> None:
    there.answer(302, {"Location": place})
    with pytest.raises(RegisterAway):
        await register.unit("999990002")
    assert len(there.asked) == 1


@pytest.mark.parametrize(
    "body",
    [b"", b"<html></html>", b"[]", b"{}", b'{"navn": "X"}', b"\xff\xfe", b"[" * 100_000, b'{"a": ' * 100_000],
    ids=["empty", "html", "list", "nothing", "no number", "no text", "deep lists", "deep objects"],
)
async def test_an_odd_reply_is_no_reply(register: Register, there: FakeRegister, body: bytes) -> None:
    there.answer(200, body=body)
    with pytest.raises(RegisterAway):
        await register.unit("999990002")


async def test_a_reply_about_somebody_else_is_no_reply(register: Register, there: FakeRegister) -> None:
    there.units["999990002"] = recorded("unit_999990010")
    with pytest.raises(RegisterAway):
        await register.unit("999990002")


async def test_a_reply_without_end_is_cut_off(register: Register, there: FakeRegister) -> None:
    there.answer(200, body=b" " * (LARGEST_REPLY + 1))
    with pytest.raises(RegisterAway):
        await register.unit("999990002")


async def test_a_packed_reply_is_measured_unpacked(register: Register, there: FakeRegister) -> None:
    there.answer(200, {"Content-Encoding": "gzip"}, gzip.compress(b" " * (LARGEST_REPLY + 1)))
    with pytest.raises(RegisterAway):
        await register.unit("999990002")


@pytest.mark.parametrize("url", ["", "/"])
async def test_without_an_address_nobody_is_asked(url: str) -> None:
    async with Register(url) as register:
        with pytest.raises(RegisterUnused, match="ikke koblet til"):
            await register.unit("999990002")
        with pytest.raises(RegisterAway):
            await register.search("fjordglass")
        with pytest.raises(RegisterAway):
            await register.changes(1)


@pytest.mark.parametrize(
    "url", ["no address", "ftp://127.0.0.1/x", "http://127.0.0.1:1", "https://register.invalid/api"]
)
async def test_an_address_where_nobody_answers_is_a_register_away(url: str) -> None:
    async with Register(url, read_seconds=1) as register:
        with pytest.raises(RegisterAway):
            await register.reach()


async def test_it_can_be_asked_whether_it_is_there(register: Register, there: FakeRegister) -> None:
    await register.reach()
    there.answer(406)
    with pytest.raises(RegisterAway):
        await register.reach()


@pytest.mark.parametrize(("name", "reply"), [("fjordglass", "search_hits"), ("finnes ikke", "search_none")])
def test_the_server_of_the_tests_has_pages_of_the_recorded_shape(there: FakeRegister, name: str, reply: str) -> None:
    _, _, body = there.reply(Asked("/enhetsregisteret/api/enheter", {"navn": name, "size": "10"}, {}))
    found, told = json.loads(body), recorded(reply)
    assert found.keys() == told.keys()
    assert found["page"] == told["page"]
    assert found.get("_embedded") == told.get("_embedded")


def test_its_changes_have_the_recorded_shape_too(there: FakeRegister) -> None:
    there.put(recorded("unit_999990002"))
    assert there.changes[0].keys() == recorded("changes")["_embedded"]["oppdaterteEnheter"][0].keys()
