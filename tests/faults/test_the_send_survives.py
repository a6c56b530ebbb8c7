"""Trouble during a send: nothing lost, and no more doubles than kills."""

import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from tests.support.letters import Sent, all_sent
from tests.support.network import SeparateNetwork, separate_network
from tests.support.people import population
from tests.support.wait import until_sync
from tests.support.webinars import announce, known_to_all, publish, settled, sums
from tests.system.test_inviting_to_a_webinar import load
from tests.system.test_publishing_a_case import found, published

PEOPLE = 1_000
KILLS = 5
NATS_DOWN_SECONDS = 30


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SeparateNetwork]:
    with separate_network(tmp_path_factory.mktemp("faults")) as running:
        yield running


@pytest.fixture(scope="module")
def staffed(network: SeparateNetwork, tmp_path_factory: pytest.TempPathFactory) -> SeparateNetwork:
    file: Path = tmp_path_factory.mktemp("people") / "people.jsonl"
    file.write_text("\n".join(population(PEOPLE)))
    load(network, str(file))
    return network


def test_a_send_survives_five_kills_of_the_notifier(staffed: SeparateNetwork) -> None:
    title = f"Drept fem ganger {uuid4().hex[:6]}"
    notifier = staffed.services["notifier"]
    with staffed.client("national") as national:
        webinar_id = announce(national, title)
        known_to_all(national, webinar_id, PEOPLE)
        publish(national, webinar_id)
        for kill in range(1, KILLS + 1):
            wanted = kill * PEOPLE // (KILLS + 2)
            until_sync(lambda wanted=wanted: accepted(staffed, title) >= wanted, 60, f"{wanted} mails")  # type: ignore[misc]
            notifier.kill()
            notifier.start()
        found = settled(national, webinar_id, PEOPLE)
    assert found["audience"] == found["sent"] + found["failed"] + found["suppressed"] + found["unknown"]
    mails = all_sent(staffed.smtp.mailbox, title)
    doubles = len(mails) - len({mail.to for mail in mails})
    print(f"\n{KILLS} kills: {len(mails)} mails to {PEOPLE} people, {doubles} doubles; {found}")
    assert len({mail.to for mail in mails}) == PEOPLE
    assert doubles <= KILLS
    ids = {recipient: {mail.message_id for mail in mails if mail.to == recipient} for recipient in twice(mails)}
    assert all(len(found_ids) == 1 for found_ids in ids.values())


def test_a_webinar_published_while_nats_is_down_reaches_everybody_when_it_is_back(staffed: SeparateNetwork) -> None:
    title = f"Uten buss {uuid4().hex[:6]}"
    with staffed.client("national") as national:
        webinar_id = announce(national, title)
        down_since = time.monotonic()
        staffed.nats.kill()
        publish(national, webinar_id)
        publish(national, webinar_id)
        until_sync(
            lambda: time.monotonic() - down_since > NATS_DOWN_SECONDS,
            NATS_DOWN_SECONDS + 5,
            "the outage to have lasted",
            every=0.5,
        )
        assert national.get(f"/events/api/v1/webinars/{webinar_id}").status_code == 200
        assert not sums(national, webinar_id)
        staffed.nats.start()
        found = settled(national, webinar_id, PEOPLE)
    assert (found["audience"], found["sent"]) == (PEOPLE, PEOPLE)
    assert Counter(mail.to for mail in all_sent(staffed.smtp.mailbox, title)).most_common(1)[0][1] == 1


def test_publishing_by_double_click_sends_once(staffed: SeparateNetwork) -> None:
    title = f"Dobbeltklikk {uuid4().hex[:6]}"
    with staffed.client("national") as national:
        webinar_id = announce(national, title)
        with httpx.Client(base_url=f"http://127.0.0.1:{staffed.ports['events']}", headers=national.headers) as other:
            publish(national, webinar_id)
            publish(other, webinar_id)
        settled(national, webinar_id, PEOPLE)
    assert len(all_sent(staffed.smtp.mailbox, title)) == PEOPLE


def test_a_case_published_while_search_is_down_is_found_when_it_is_back(staffed: SeparateNetwork) -> None:
    title = f"Uten søkemotor {uuid4().hex[:6]}"
    with staffed.client("region_staff", "nordland") as staff, staffed.client() as visitor:
        staffed.meilisearch.kill()
        case_id = published(staff, title)
        answer = visitor.get("/cases/api/v1/search", params={"q": title}).raise_for_status().json()
        assert answer["degraded"] is True
        assert [hit["id"] for hit in answer["hits"]] == [case_id]
        staffed.meilisearch.start()
        until_sync(found(visitor, title, case_id), 60, "the case to be found")
        until_sync(
            lambda: not visitor.get("/cases/api/v1/search", params={"q": title}).json().get("degraded"),
            60,
            "search itself",
        )
        assert found(visitor, title, case_id)()


def accepted(network: SeparateNetwork, subject: str) -> int:
    return len(network.smtp.mailbox.entries(subject=subject))


def twice(mails: list[Sent]) -> list[str]:
    return [recipient for recipient, count in Counter(mail.to for mail in mails).items() if count > 1]
