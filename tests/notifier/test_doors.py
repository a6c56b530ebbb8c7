"""The doors: who may look, what the proof shows, and how people choose their mail without signing in."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI

from services.notifier import downloads
from services.notifier.app import create_app
from services.notifier.models import PRIORITIES, TOPICS
from services.notifier.preference_pages import ANYWAY
from services.notifier.settings import NotifierSettings
from shared.auth.actor import Actor, Grant
from shared.auth.keys import keyring
from shared.auth.links import link_token
from shared.auth.session import issue
from shared.db.session import Database
from shared.ids import new_id
from tests.notifier.support import drain, hear, mails, person, published, states
from tests.support.exports import in_every_format, taken_out
from tests.support.smtp_faults import FaultySink

PEOPLE = 3


class Doors:
    """A notifier without bus and clock, and browsers of different people."""

    def __init__(self, app: FastAPI, settings: NotifierSettings) -> None:
        self.app = app
        self.database: Database = app.state.resources.database
        self._key = keyring(settings, signs=True).private

    def browser(self, *grants: Grant, person_id: UUID | None = None, program: bool = False) -> httpx.AsyncClient:
        assert self._key
        actor = Actor(person_id or new_id(), new_id(), "Somebody", grants, by_token=program)
        token = issue(self._key, actor)
        headers = {"authorization": f"Bearer {token}"} if program else {"cookie": f"session={token}"}
        return self._client(headers if grants or person_id else {})

    def visitor(self) -> httpx.AsyncClient:
        return self._client({})

    def staff(self) -> httpx.AsyncClient:
        return self.browser(Grant("region_staff", "vestland"))

    def _client(self, headers: dict[str, str]) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(app=self.app), base_url="http://127.0.0.1:8000", headers=headers
        )

    def token(self, who: UUID) -> str:
        return link_token(self.app.state.resources.keys.link, "preferences", who)


@pytest.fixture
async def doors(tmp_path: Path, sqlite_template: Path) -> AsyncIterator[Doors]:
    settings = NotifierSettings(data=tmp_path, watchdog=False, database_url="", base_url="http://127.0.0.1:8000")
    (tmp_path / "notifier.db").write_bytes(sqlite_template.read_bytes())
    app = create_app(settings)
    yield Doors(app, settings)
    await app.state.resources.database.close()


async def test_staff_and_their_programs_read_the_sums(doors: Doors, sink: FaultySink) -> None:
    webinar = published()
    await hear(doors.database, person(1), person(2), person(3, email=""), webinar)
    sink.behave("RCPT", "550 5.1.1 No such person", recipient="kari2@")
    await drain(doors.database, sink)
    for browser in (doors.staff(), doors.browser(Grant("national"), program=True)):
        answer = await browser.get("/mail/api/v1/sends", params={"about": str(webinar.webinar_id)})
        assert answer.json() == {
            "about": str(webinar.webinar_id),
            "audience": 3,
            "waiting": 0,
            "sent": 1,
            "failed": 1,
            "suppressed": 1,
            "unknown": 0,
        }


async def test_what_is_not_there_is_a_problem(doors: Doors) -> None:
    answer = await doors.staff().get("/mail/api/v1/sends", params={"about": str(new_id())})
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    answer = await doors.staff().get("/mail/api/v1/sends", params={"about": "x"})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "about")


@pytest.mark.parametrize(
    "path",
    [
        "/mail",
        "/mail/sends/{id}",
        "/mail/sends/{id}/stream",
        "/mail/export",
        "/mail/sends/{id}/export",
        "/mail/api/v1/sends?about={id}",
        "/mail/api/v1/deliveries?about={id}",
    ],
)
async def test_only_staff_look_behind_the_mail(doors: Doors, path: str) -> None:
    webinar = published()
    await hear(doors.database, person(), webinar)
    address = path.format(id=webinar.webinar_id)
    visitor = await doors.visitor().get(address)
    assert visitor.status_code == 401 if "/api/" in path else sent_to_sign_in(visitor)
    member = doors.browser(Grant("partner_member", None, new_id()))
    assert (await member.get(address)).status_code == 403


async def test_no_address_is_shown_whole(doors: Doors) -> None:
    webinar = published()
    await hear(doors.database, person(1), webinar)
    for path in ("/mail/sends/{}", "/mail/api/v1/deliveries?about={}"):
        answer = await doors.staff().get(path.format(webinar.webinar_id))
        assert answer.status_code == 200
        assert "kari1@partner.example" not in answer.text
        assert "k•••@partner.example" in answer.text


async def test_staff_see_the_recipients_of_their_own_regions_and_the_sums_of_all(doors: Doors) -> None:
    webinar = published()
    near, far = person(1, name="Nær"), person(2, name="Fjern", regions=["agder"])
    await hear(doors.database, near, far, webinar)
    about = f"/mail/api/v1/deliveries?about={webinar.webinar_id}"
    for browser, seen in ((doors.staff(), [near]), (doors.browser(Grant("national")), [near, far])):
        page = (await browser.get(f"/mail/sends/{webinar.webinar_id}")).text
        listed = (await browser.get(about)).json()
        assert {UUID(hit["person_id"]) for hit in listed["hits"]} == {one.person_id for one in seen}
        assert listed["total"] == len(seen)
        assert [name in page for name in ("Nær", "Fjern")] == [True, far in seen]
        assert ("dine egne regioner" in page) == (far not in seen)
        assert (await browser.get(f"/mail/api/v1/sends?about={webinar.webinar_id}")).json()["audience"] == 2


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
async def test_the_proof_page_adds_up_and_filters(doors: Doors, sink: FaultySink, language: str) -> None:
    webinar = published()
    await hear(doors.database, *(person(number) for number in range(60)), person(99, email=""), webinar)
    await drain(doors.database, sink)
    staff = doors.staff()
    whole = await staff.get(f"/mail/sends/{webinar.webinar_id}", params={"lang": language})
    assert 'data-adds-up="yes"' in whole.text
    assert whole.text.count('<th scope="row"') == 50
    rest = await staff.get(f"/mail/sends/{webinar.webinar_id}", params={"page": 2, "lang": language})
    assert rest.text.count('<th scope="row"') == 11
    held = await staff.get(f"/mail/sends/{webinar.webinar_id}", params={"state": "suppressed"})
    assert held.text.count('<th scope="row"') == 1
    assert "Personen har ingen e-postadresse." in held.text
    assert (await staff.get("/mail", params={"lang": language})).status_code == 200


async def test_sends_and_deliveries_are_taken_out_as_the_pages_show_them(
    doors: Doors, sink: FaultySink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "PIECE", 7)
    webinar = published(title="=Øvre kai")
    people = [person(number, name=f"@Ærlig {number}") for number in range(60)]
    await hear(doors.database, *people, person(99, email=""), webinar)
    await drain(doors.database, sink)
    staff, path = doors.staff(), f"/mail/sends/{webinar.webinar_id}"
    sends = await in_every_format(staff, "/mail/export")
    assert [(row["title"], row["audience"], row["sent"]) for row in sends] == [("=Øvre kai", 61, 60)]
    rows = await in_every_format(staff, f"{path}/export")
    pages = "".join([(await staff.get(path, params={"page": page})).text for page in (1, 2)])
    assert len(rows) == 61
    assert all(row["name"] in pages and row["email"] in pages for row in rows)
    assert [row["reason"] for row in await taken_out(staff, f"{path}/export?state=suppressed")] == [
        "Personen har ingen e-postadresse."
    ]
    assert f'href="{path}/export?kind=invitation&amp;state=&amp;format=csv"' in pages
    assert 'href="/mail/export?format=xlsx"' in (await staff.get("/mail")).text


async def test_the_page_listens_until_the_sums_are_final(doors: Doors, sink: FaultySink) -> None:
    webinar = published()
    await hear(doors.database, person(), webinar)
    staff = doors.staff()
    waiting = await staff.get(f"/mail/sends/{webinar.webinar_id}")
    assert f'hx-sse:connect="/mail/sends/{webinar.webinar_id}/stream' in waiting.text
    assert "Oppdater siden" in waiting.text
    await drain(doors.database, sink)
    stream = await staff.get(f"/mail/sends/{webinar.webinar_id}/stream")
    assert stream.headers["content-type"].startswith("text/event-stream")
    assert stream.headers["x-accel-buffering"] == "no"
    assert "data: " in stream.text
    assert stream.text.endswith("event: done\ndata: \n\n")
    assert "hx-sse:connect" not in (await staff.get(f"/mail/sends/{webinar.webinar_id}")).text


async def test_the_fragment_is_empty_for_everybody_but_staff(doors: Doors) -> None:
    webinar = published()
    await hear(doors.database, person(), webinar)
    address = f"/mail/fragments/send?about={webinar.webinar_id}"
    assert (await doors.visitor().get(address)).text == ""
    shown = await doors.staff().get(address)
    assert 'data-adds-up="yes"' in shown.text
    assert "<html" not in shown.text
    assert 'hx-trigger="every 1s"' in shown.text


async def test_the_fragment_of_a_webinar_just_published_asks_again_for_a_while(doors: Doors) -> None:
    staff, about = doors.staff(), new_id()
    first = await staff.get(f"/mail/fragments/send?about={about}")
    assert f"about={about}&amp;asked=1" in first.text
    assert (await staff.get(f"/mail/fragments/send?about={about}&asked=30")).text == ""


async def test_following_a_link_changes_nothing(doors: Doors) -> None:
    one = person()
    await hear(doors.database, one)
    for path in (
        f"/mail/unsubscribe/webinars/{doors.token(one.person_id)}",
        f"/mail/preferences/{doors.token(one.person_id)}",
    ):
        answer = await doors.visitor().get(path)
        assert answer.status_code == 200
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "kari1@" not in answer.text
    await hear(doors.database, published())
    assert await states(doors.database) == {"waiting": 1}


async def test_one_click_unsubscribes_without_cookie_or_redirect_however_often(doors: Doors) -> None:
    one = person()
    await hear(doors.database, one, published())
    address = f"/mail/unsubscribe/webinars/{doors.token(one.person_id)}"
    for _ in range(2):
        answer = await doors.visitor().post(address, data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
    assert await states(doors.database) == {"suppressed": 1}
    await hear(doors.database, published())
    assert await states(doors.database) == {"suppressed": 2}


async def test_the_preference_page_saves_without_signing_in(doors: Doors, sink: FaultySink) -> None:
    one, webinar = person(), published()
    await hear(doors.database, one)
    visitor, address = doors.visitor(), f"/mail/preferences/{doors.token(one.person_id)}"
    saved = await visitor.post(address, data={})
    assert (saved.status_code, saved.headers["location"]) == (303, address)
    assert "checked" not in (await visitor.get(address)).text
    await hear(doors.database, webinar)
    assert await states(doors.database) == {"suppressed": 1}
    await visitor.post(address, data={"topics": "webinars"})
    assert "checked" in (await visitor.get(address)).text
    wrong = await visitor.post(address, data={"topics": "everything"})
    assert wrong.status_code == 422


async def test_a_preference_never_stops_what_people_asked_for(doors: Doors, sink: FaultySink) -> None:
    from tests.notifier.support import answered, cancelled

    one, webinar = person(), published()
    await hear(doors.database, one)
    await doors.visitor().post(f"/mail/preferences/{doors.token(one.person_id)}", data={})
    await hear(doors.database, webinar, answered(webinar, one))
    await drain(doors.database, sink)
    await hear(doors.database, cancelled(webinar))
    await drain(doors.database, sink)
    assert [mail["Subject"].split(":")[0] for mail in mails(sink)] == ["Du er påmeldt", "Avlyst"]


async def test_the_preference_page_says_what_comes_anyway_and_why(doors: Doors) -> None:
    one = person()
    await hear(doors.database, one)
    page = (await doors.visitor().get(f"/mail/preferences/{doors.token(one.person_id)}")).text
    assert [words for label_and_why in ANYWAY.values() for words in label_and_why if words not in page] == []
    explained = [kind for kinds in ANYWAY for kind in kinds]
    assert sorted([*explained, *TOPICS.values()]) == sorted(PRIORITIES)


async def test_a_forged_link_leads_nowhere(doors: Doors) -> None:
    one = person()
    await hear(doors.database, one)
    wrong = link_token(b"another key", "preferences", one.person_id)
    for path in (f"/mail/preferences/{wrong}", f"/mail/unsubscribe/webinars/{wrong}", "/mail/preferences/æøå"):
        assert (await doors.visitor().get(path)).status_code == 404
        assert (await doors.visitor().post(path)).status_code == 404


async def test_who_is_signed_in_is_led_to_their_own_page(doors: Doors) -> None:
    one = person()
    await hear(doors.database, one)
    own = await doors.browser(person_id=one.person_id).get("/mail/preferences")
    assert (own.status_code, own.headers["location"]) == (303, f"/mail/preferences/{doors.token(one.person_id)}")
    assert sent_to_sign_in(await doors.visitor().get("/mail/preferences"))


def sent_to_sign_in(answer: httpx.Response) -> bool:
    return answer.status_code == 303 and answer.headers["location"].startswith("/partners/sign-in")
