"""The JSON door: what it takes, what it answers, and what it keeps to itself."""

from uuid import uuid4

import pytest

from services.events.usecases import audiences, sends
from shared.auth.actor import Actor
from shared.contracts.notifier import AudienceFrozen, SendCompleted
from shared.ids import new_id
from tests.events.support import World, as_json, in_days, national, partner, person, staff_of

API = "/events/api/v1/webinars"
SECRET = "https://moterom.example.no/hemmelig"


async def test_a_webinar_goes_from_draft_to_cancelled(world: World) -> None:
    async with world.client(national()) as client:
        made = await client.post(API, json=as_json(join_url=SECRET, external_id="a-1", capacity=5))
        assert made.status_code == 201
        body = made.json()
        address = f"{API}/{body['id']}"
        assert (body["status"], body["version"], body["sequence"]) == ("draft", 1, 0)
        assert body["uid"] == f"{body['id']}@koblingsboks"
        assert body["url"] == f"http://events.test/events/{body['id']}"
        edited = await client.put(address, json=as_json(title="Nytt navn", version=1))
        assert (edited.json()["title"], edited.json()["version"]) == ("Nytt navn", 2)
        assert (await client.put(address, json=as_json(version=1))).status_code == 409
        for _ in range(2):
            published = await client.post(f"{address}/publish")
            assert (published.status_code, published.json()["status"]) == (200, "published")
        assert (await client.put(address, json=as_json())).json()["code"] == "not-a-draft"
        cancelled = await client.post(f"{address}/cancel", json={"reason": "Syk innleder"})
        assert (cancelled.json()["status"], cancelled.json()["sequence"]) == ("cancelled", 1)
        again = await client.post(f"{address}/cancel")
        assert again.json()["cancel_reason"] == "Syk innleder"
    assert len(await world.said("published")) == 1
    assert len(await world.said("cancelled")) == 1


async def test_the_same_key_drafts_once(world: World) -> None:
    async with world.client(national()) as client:
        key = {"Idempotency-Key": "abc"}
        first = await client.post(API, json=as_json(starts_at=in_days(5)), headers=key)
        second = await client.post(API, json=as_json(starts_at=in_days(5)), headers=key)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["id"] == second.json()["id"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"summary": "x" * 601}, "summary"),
        ({"starts_at": "2027-03-28T02:30", "ends_at": "2027-03-28T04:00"}, "starts_at"),
        ({"starts_at": "2027-03-04T09:00+01:00"}, "starts_at"),
        ({"starts_at": 1_800_000_000}, "starts_at"),
        ({"starts_at": "0001-01-01T00:00"}, "starts_at"),
        ({"starts_at": "9999-12-31T23:59"}, "starts_at"),
        ({"ends_at": "2020-01-01T00:00"}, "ends_at"),
        ({"time_zone": "Europe/Atlantis"}, "time_zone"),
        ({"time_zone": "../../etc/passwd"}, "time_zone"),
        ({"join_url": "http://usikker.example.no"}, "join_url"),
        ({"join_url": "javascript:alert(1)"}, "join_url"),
        ({"join_url": "https://[::1"}, "join_url"),
        ({"capacity": 0}, "capacity"),
        ({"capacity": 2**63}, "capacity"),
        ({"scope": "galaxy"}, "scope"),
        ({"scope": "regions", "regions": []}, "regions"),
        ({"scope": "regions", "regions": ["atlantis"]}, "regions"),
        ({"scope": "regions", "regions": ['x"y']}, "regions.0"),
        ({"focus_area": "alt"}, "focus_area"),
        ({"language": "de"}, "language"),
    ],
)
async def test_what_is_wrong_is_named_and_nothing_is_stored(
    world: World, change: dict[str, object], field: str
) -> None:
    await world.regions()
    async with world.client(national()) as client:
        refused = await client.post(API, json={**as_json(), **change})
        assert refused.status_code == 422
        assert refused.headers["content-type"] == "application/problem+json"
        assert field in {error["field"] for error in refused.json()["errors"]}
        assert (await client.get(API)).json()["total"] == 0
        assert "0 utkast" in (await client.get("/events?when=drafts")).text


async def test_drafts_are_staffs_and_other_doors_are_shut(world: World) -> None:
    await world.regions()
    draft = await world.draft(scope="regions", regions=["agder"])
    expected: list[tuple[Actor | None, dict[str, int]]] = [
        (None, {"read": 404, "audience": 401, "publish": 401, "draft": 401}),
        (partner(), {"read": 404, "audience": 403, "publish": 403, "draft": 403}),
        (staff_of("nordland"), {"read": 200, "audience": 200, "publish": 403, "draft": 403}),
        (staff_of("agder"), {"read": 200, "audience": 200, "draft": 201, "publish": 200}),
    ]
    for who, wanted in expected:
        async with world.client(who) as client:
            calls = {
                "read": client.get(f"{API}/{draft.id}"),
                "audience": client.get(f"{API}/{draft.id}/audience"),
                "draft": client.post(API, json=as_json(scope="regions", regions=["agder"])),
                "publish": client.post(f"{API}/{draft.id}/publish"),
            }
            assert {name: (await call).status_code for name, call in calls.items()} == wanted


async def test_the_address_to_join_at_is_for_staff_and_those_registered(world: World) -> None:
    made = await world.announce(join_url=SECRET)
    who = partner()
    async with world.client() as visitor, world.client(who) as client, world.client(national()) as staff:
        for reader, seen in ((visitor, None), (client, None), (staff, SECRET)):
            assert (await reader.get(f"{API}/{made.id}")).json()["join_url"] == seen
            assert (SECRET in (await reader.get(API)).text) == bool(seen)
        answered = await client.post(f"{API}/{made.id}/registration", json={"state": "registered"})
        assert (answered.status_code, answered.json()["state"]) == (200, "registered")
        assert answered.json()["person_id"] == str(who.person_id)
        assert (await client.get(f"{API}/{made.id}")).json()["join_url"] == SECRET
        assert (await visitor.get(f"{API}/{made.id}")).json()["registered"] == 1
        await client.post(f"{API}/{made.id}/registration", json={"state": "withdrawn"})
        assert (await client.get(f"{API}/{made.id}")).json()["join_url"] is None
        await client.post(f"{API}/{made.id}/registration", json={"state": "registered"})
        await staff.post(f"{API}/{made.id}/cancel")
        assert (await client.get(f"{API}/{made.id}")).json()["join_url"] is None


async def test_answers_are_refused_with_their_reason(world: World) -> None:
    made = await world.announce(capacity=1)
    async with world.client() as visitor, world.client(partner()) as first, world.client(partner()) as second:
        address = f"{API}/{made.id}/registration"
        assert (await visitor.post(address, json={"state": "registered"})).status_code == 401
        assert (await first.post(address, json={"state": "kanskje"})).status_code == 422
        assert (await first.post(address, json={"state": "withdrawn"})).json()["code"] == "not-registered"
        assert (await first.post(address, json={"state": "registered"})).status_code == 200
        full = await second.post(address, json={"state": "registered"})
        assert (full.status_code, full.json()["code"]) == (409, "full")
        assert "plassene" in full.json()["detail"]
        assert (await second.post(f"{API}/{uuid4()}/registration", json={"state": "declined"})).status_code == 404


async def test_the_invited_are_counted_by_the_notifier_in_whatever_order_it_is_heard(world: World) -> None:
    made = await world.announce()
    told = {"about": made.id, "send_id": new_id(), "audience": 40}
    frozen = AudienceFrozen(**told, version=1)
    done = SendCompleted(**told, version=2, sent=37, failed=2, suppressed=1, unknown=0)
    more = AudienceFrozen(**{**told, "audience": 41}, version=3)
    later = AudienceFrozen(about=made.id, send_id=new_id(), audience=12, version=1)
    elsewhere = AudienceFrozen(about=new_id(), send_id=new_id(), audience=9, version=1)
    async with world.client() as client:
        assert (await read(client, made.id))["invited"] is None
        for facts, invited, state in (
            ([frozen], 40, "sending"),
            ([done, frozen, elsewhere, later], 40, "completed"),
            ([more, done], 41, "sending"),
            ([done.model_copy(update={"audience": 41, "version": 4}), more], 41, "completed"),
        ):
            async with world.database.writing() as session:
                for fact in facts:
                    note = sends.note_completed if isinstance(fact, SendCompleted) else sends.note_frozen
                    await note(session, fact)  # type: ignore[arg-type]
            body = await read(client, made.id)
            assert (body["invited"], body["invitations"]) == (invited, state)


async def test_staff_see_how_many_it_concerns(world: World) -> None:
    await world.regions()
    made = await world.draft(scope="regions", regions=["agder", "nordland"])
    async with world.database.writing() as session:
        for regions in (["agder"], ["agder", "vestland"], ["vestland"]):
            await audiences.note_person(session, person(regions=regions))
    async with world.client(national()) as client:
        counted = (await client.get(f"{API}/{made.id}/audience")).json()
    assert counted == {"count": 2, "regions": 1}


async def test_the_list_is_narrowed_and_paged(world: World) -> None:
    await world.regions()
    for day in (3, 4, 5):
        await world.announce(starts_at=in_days(day), scope="regions", regions=["agder"])
    await world.announce(starts_at=in_days(9))
    async with world.client() as client:
        for query, total in (
            ("", 4),
            ("?scope=national", 1),
            ("?region=agder&upcoming=true", 3),
            ("?upcoming=false", 0),
        ):
            assert (await client.get(API + query)).json()["total"] == total
        page = (await client.get(f"{API}?upcoming=true&per_page=2&page=2")).json()
        assert len(page["hits"]) == 2
        assert page["hits"][1]["scope"] == "national"
        for wrong in ("?region=a%22b", "?page=0", "?scope=x", "?per_page=1000"):
            assert (await client.get(API + wrong)).status_code == 422


async def read(client: object, webinar_id: object) -> dict[str, object]:
    found: dict[str, object] = (await client.get(f"{API}/{webinar_id}")).json()  # type: ignore[attr-defined]
    return found
