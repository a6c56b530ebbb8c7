"""The pages: what visitors, partners and staff see and can do, without any script."""

from datetime import timedelta
from typing import Any

import pytest

from services.events.usecases import audiences, publishing, sends
from shared.clock import frozen
from shared.contracts.notifier import AudienceFrozen
from shared.ids import new_id
from tests.events.support import World, given, in_days, national, partner, person, staff_of, text_of

SECRET = "https://moterom.example.no/hemmelig"
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }} {% raw %}",
    "'; DROP TABLE webinar; --",
    "Ærlig talt – 🌱 عربى ‮ czy",
    "%(num)s %s {0}",
]


def typed(**changes: Any) -> dict[str, Any]:
    """Return what a browser sends from the filled-in form."""
    made = given(**changes)
    values = {
        **made.model_dump(exclude_none=True, exclude={"version"}),
        "starts_at": f"{made.starts_at:%Y-%m-%dT%H:%M}",
        "ends_at": f"{made.ends_at:%Y-%m-%dT%H:%M}",
    }
    return {name: value if isinstance(value, list) else str(value) for name, value in values.items()}


async def test_an_empty_calendar_says_what_to_do(world: World) -> None:
    async with world.client() as client:
        for query in ("", "?when=past", "?scope=national"):
            page = await client.get(f"/events{query}")
            assert page.status_code == 200
            assert "kb-empty" in page.text


async def test_the_calendar_shows_what_is_ahead_by_month_and_what_is_past_apart(world: World) -> None:
    await world.regions()
    far = await world.announce(title="Langt fram", starts_at=in_days(70))
    near = await world.announce(title="Snart", starts_at=in_days(3), scope="regions", regions=["agder"], language="nn")
    await world.draft(title="Bare et utkast")
    async with world.client() as client:
        page = text_of(await client.get("/events"))
        assert page.index(near.title) < page.index(far.title)
        assert page.count('id="maaned-') == 2
        assert "Bare et utkast" not in page
        for query, seen in (
            ("?region=agder", {"Snart"}),
            ("?scope=national", {"Langt fram"}),
            ("?language=nn", {"Snart"}),
            ("?when=past", set()),
            ("?when=drafts", {"Snart", "Langt fram"}),
            ("?region=finnesikke&scope=x&language=%00x", {"Snart", "Langt fram"}),
        ):
            found = await client.get(f"/events{query}")
            if "%00" in query:
                assert found.status_code == 400
                continue
            assert {title for title in ("Snart", "Langt fram") if title in found.text} == seen
        with frozen(near.ends_at):
            assert "Snart" in (await client.get("/events?when=past")).text


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
async def test_every_page_is_there_in_every_language(world: World, language: str) -> None:
    await world.regions()
    made, draft = await world.announce(join_url=SECRET), await world.draft()
    async with world.client(national()) as client:
        for path in (
            "/events",
            "/events?when=past",
            "/events?when=drafts",
            "/events/mine",
            "/events/new",
            f"/events/{made.id}",
            f"/events/{made.id}/cancel",
            f"/events/{draft.id}",
            f"/events/{draft.id}/edit",
            f"/events/{draft.id}/publish",
            "/events/fragments/upcoming",
        ):
            page = await client.get(path, headers={"Accept-Language": language})
            assert page.status_code == 200, path
            assert page.headers["content-language"] == language
            assert page.text.count("<h1") == (0 if "fragments" in path else 1)


async def test_a_visitor_reads_and_is_shown_where_to_sign_in(world: World) -> None:
    made = await world.announce(join_url=SECRET, description="## Program\n\n<script>alert(1)</script>")
    async with world.client() as client:
        page = await client.get(f"/events/{made.id}")
    assert "/partners/sign-in?next=" in page.text
    assert f"/events/{made.id}.ics" in page.text
    assert "norsk tid" in page.text
    assert "<h2>Program</h2>" in page.text
    assert "<script>alert" not in page.text
    assert SECRET not in page.text
    assert "/mail/fragments/send" not in page.text


async def test_a_signed_in_person_registers_gets_the_address_and_withdraws(world: World) -> None:
    made, who = await world.announce(join_url=SECRET), partner()
    path = f"/events/{made.id}"
    async with world.client(who) as client:
        assert SECRET not in (await client.get(path)).text
        done = await client.post(f"{path}/answer", data={"state": "registered", **world.csrf(who)})
        assert (done.status_code, done.headers["location"]) == (303, path)
        page = text_of(await client.get(path))
        assert SECRET in page
        assert "Meld meg av" in page
        assert made.title in text_of(await client.get("/events/mine"))
        await client.post(f"{path}/answer", data={"state": "withdrawn", **world.csrf(who)})
        page = text_of(await client.get(path))
        assert SECRET not in page
        assert "Meld meg på" in page
        assert (await client.post(f"{path}/answer", data={"state": "registered"})).status_code == 403
        assert (await client.post(f"{path}/answer", data={"state": "x", **world.csrf(who)})).status_code == 422


async def test_a_full_webinar_offers_no_button_and_refuses_in_words(world: World) -> None:
    made = await world.announce(capacity=1)
    first, second = partner(), partner()
    async with world.client(first) as one, world.client(second) as two:
        await one.post(f"/events/{made.id}/answer", data={"state": "registered", **world.csrf(first)})
        assert "Meld meg på" not in text_of(await two.get(f"/events/{made.id}"))
        refused = await two.post(f"/events/{made.id}/answer", data={"state": "registered", **world.csrf(second)})
        assert refused.status_code == 409
        assert "alle plassene (1) er tatt" in text_of(refused)


async def test_staff_draft_publish_and_follow_the_invitations(world: World) -> None:
    await world.regions()
    who = staff_of("agder", "nordland")
    async with world.database.writing() as session:
        for regions in (["agder"], ["agder", "nordland"], ["vestland"]):
            await audiences.note_person(session, person(regions=regions))
    async with world.client(who) as client:
        form = typed(scope="regions", regions=["agder", "nordland"], join_url=SECRET)
        made = await client.post("/events/new", data={**form, **world.csrf(who)})
        assert made.status_code == 303
        path = made.headers["location"]
        assert "1 utkast" in text_of(await client.get("/events?when=drafts"))
        asked = text_of(await client.get(f"{path}/publish"))
        assert "Publiser og inviter 2 personer" in asked
        assert await world.said() == []
        for _ in range(2):
            done = await client.post(f"{path}/publish", data={"version": "1", **world.csrf(who)})
            assert (done.status_code, done.headers["location"]) == (303, path)
        assert len(await world.said()) == 1
        page = text_of(await client.get(path))
        webinar_id = path.rsplit("/", 1)[1]
        assert f'hx-get="/mail/fragments/send?about={webinar_id}" hx-trigger="load" data-quiet' in page
        assert f'href="/mail/sends?about={webinar_id}"' in page
        async with world.database.writing() as session:
            fact = AudienceFrozen(send_id=new_id(), about=webinar_id, audience=2, version=1)
            await sends.note_frozen(session, fact)
        assert "2 personer er invitert" in text_of(await client.get(path))
        assert (await client.get(f"{path}/publish")).status_code == 303
        assert (await client.get(f"{path}/edit")).status_code == 409


async def test_staff_cancel_with_a_reason_everybody_sees(world: World) -> None:
    made, who = await world.announce(), national()
    async with world.client(who) as client, world.client() as visitor:
        assert "kan ikke angres" in text_of(await client.get(f"/events/{made.id}/cancel"))
        too_long = await client.post(f"/events/{made.id}/cancel", data={"reason": "x" * 601, **world.csrf(who)})
        assert too_long.status_code == 422
        done = await client.post(f"/events/{made.id}/cancel", data={"reason": "Uvær", **world.csrf(who)})
        assert done.status_code == 303
        page = text_of(await visitor.get(f"/events/{made.id}"))
        assert "Webinaret er avlyst" in page
        assert "Uvær" in page
        assert "Avlyst" in text_of(await visitor.get("/events"))
        assert (await client.get(f"/events/{made.id}/cancel")).status_code == 303


async def test_a_wrong_form_comes_back_with_what_was_typed_and_the_error_at_its_field(world: World) -> None:
    who = national()
    wrong = {
        "title": {"title": ""},
        "summary": {"summary": ""},
        "starts_at": {"starts_at": "2027-03-28T02:30", "ends_at": "2027-03-28T04:00"},
        "ends_at": {"ends_at": "2020-01-01T10:00"},
        "join_url": {"join_url": "http://usikker.example.no"},
        "capacity": {"capacity": "mange"},
        "regions": {"scope": "regions"},
    }
    async with world.client(who) as client:
        for field, change in wrong.items():
            sent = {**typed(description="Teksten min"), **change}
            answered = await client.post("/events/new", data={**sent, **world.csrf(who)})
            assert answered.status_code == 422, field
            page = text_of(answered)
            assert f'id="felt-{field}-feil"' in page, field
            assert "Teksten min" in page
            if change.get(field):
                assert str(change[field]) in page
        assert "0 utkast" in text_of(await client.get("/events?when=drafts"))


async def test_whoever_edits_what_another_changed_sees_their_own_text_and_can_save_it_then(world: World) -> None:
    draft, who = await world.draft(), national()
    path = f"/events/{draft.id}/edit"
    async with world.client(who) as client:
        first = {**typed(title="Den første"), "version": "1", **world.csrf(who)}
        assert (await client.post(path, data=first)).status_code == 303
        second = {**typed(title="Den andre"), "version": "1", **world.csrf(who)}
        answered = await client.post(path, data=second)
        assert answered.status_code == 422
        page = text_of(answered)
        assert "Noen andre har endret" in page
        assert "Den andre" in page
        assert 'name="version" value="2"' in page
        assert (await client.post(path, data={**second, "version": "2"})).status_code == 303


async def test_pages_of_staff_are_shut_to_others(world: World) -> None:
    await world.regions()
    draft = await world.draft(scope="regions", regions=["agder"])
    for who, status in ((None, 404), (partner(), 404), (staff_of("nordland"), 403)):
        async with world.client(who) as client:
            for page in ("edit", "publish", "cancel"):
                assert (await client.get(f"/events/{draft.id}/{page}")).status_code == status
    async with world.client() as client:
        for page in ("new", "mine"):
            sent_on = await client.get(f"/events/{page}")
            assert sent_on.headers["location"].startswith("/partners/sign-in")
    async with world.client(partner()) as client:
        assert (await client.get("/events/new")).status_code == 403
        assert (await client.get(f"/events/{draft.id}")).status_code == 404
    regional = staff_of("agder")
    async with world.client(regional) as client:
        assert 'value="national"' not in (await client.get("/events/new")).text
        sent = {**typed(scope="national"), **world.csrf(regional)}
        assert (await client.post("/events/new", data=sent)).status_code == 403


async def test_publishing_what_has_begun_is_refused_on_the_page(world: World) -> None:
    draft, who = await world.draft(), national()
    with frozen(draft.starts_at + timedelta(seconds=1)):
        async with world.client(who) as client:
            answered = await client.post(f"/events/{draft.id}/publish", data={"version": "1", **world.csrf(who)})
    assert answered.status_code == 409
    assert "Webinaret har begynt" in text_of(answered)
    assert await world.said() == []


async def test_the_front_page_embeds_the_next_three(world: World) -> None:
    for day in (2, 3, 4, 5):
        await world.announce(title=f"Dag {day}", starts_at=in_days(day))
    async with world.client() as client:
        fragment = text_of(await client.get("/events/fragments/upcoming"))
    assert [day for day in range(2, 6) if f"Dag {day}" in fragment] == [2, 3, 4]
    assert "<html" not in fragment


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_text_is_shown_as_text_everywhere(world: World, text: str) -> None:
    made, who = await world.announce(title=text, summary=text, description=text), national()
    async with world.client(who) as client:
        for path in (f"/events/{made.id}", "/events", "/events/fragments/upcoming", f"/events/{made.id}/cancel"):
            page = await client.get(path)
            assert page.status_code == 200
            assert "<script>alert" not in page.text
            assert "<img src=x" not in page.text
        async with world.database.writing() as session:
            await publishing.cancel(session, who, made.id, text)
        page = await client.get(f"/events/{made.id}")
        assert "<script>alert" not in page.text
        sent = {**typed(), "title": text, "summary": "x" * 601, **world.csrf(who)}
        again = await client.post("/events/new", data=sent)
        assert again.status_code == 422
        assert "<script>alert" not in again.text


async def test_unstorable_text_is_refused_not_a_fault(world: World) -> None:
    who = national()
    async with world.client(who) as client:
        sent = {**typed(), "title": "a\x00b", **world.csrf(who)}
        assert (await client.post("/events/new", data=sent)).status_code == 422
        api = await client.post("/events/api/v1/webinars", content=b'{"title": "\\ud800"}')
        assert api.status_code in (403, 422)
        line = {**typed(), "title": "To\r\nlinjer: X-Hode\tx", **world.csrf(who)}
        made = await client.post("/events/new", data=line)
        assert made.status_code == 303
        assert "To linjer: X-Hode x" in text_of(await client.get(made.headers["location"]))
