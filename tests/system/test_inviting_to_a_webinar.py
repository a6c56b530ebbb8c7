"""A national webinar is published, and everybody concerned gets one personal invitation and can answer it."""

import json
import re
import subprocess
import sys
import time
from collections import Counter
from uuid import uuid4

import httpx
import pytest

from tests.support.letters import Sent, all_sent
from tests.support.network import ROOT, SeparateNetwork
from tests.support.people import address, language_of, population
from tests.support.wait import until_sync
from tests.support.webinars import announce, known_to_all, publish, settled, sums

PEOPLE = 1_000
TITLE = "Nasjonalt webinar om klimakrav"


class Invited:
    """A published webinar and the thousand mails about it."""

    def __init__(self, network: SeparateNetwork, webinar_id: str, mails: list[Sent]) -> None:
        self.network = network
        self.webinar_id = webinar_id
        self.mails = mails

    def to(self, number: int) -> Sent:
        return next(mail for mail in self.mails if mail.to == address(number))


@pytest.fixture(scope="module")
def invited(network: SeparateNetwork, tmp_path_factory: pytest.TempPathFactory) -> Invited:
    file = tmp_path_factory.mktemp("people") / "people.jsonl"
    file.write_text("\n".join(population(PEOPLE)))
    load(network, str(file))
    with network.client("national") as national:
        webinar_id = announce(national, TITLE)
        known_to_all(national, webinar_id, PEOPLE)
        started = time.perf_counter()
        publish(national, webinar_id)
        found = settled(national, webinar_id, PEOPLE)
        seconds = time.perf_counter() - started
        print(f"\n{PEOPLE} invitations in {seconds:.1f} s: {PEOPLE / seconds:.0f} per second; {found}")
        assert (found["sent"], found["failed"], found["unknown"]) == (PEOPLE, 0, 0)
    return Invited(network, webinar_id, all_sent(network.smtp.mailbox, TITLE))


def load(network: SeparateNetwork, file: str) -> None:
    command = [sys.executable, "-m", "deploy.cli", "import", "partners", file, "--data", str(network.folder)]
    environment = network.services["partners"].env
    subprocess.run(command, check=True, env=environment, cwd=ROOT, capture_output=True, timeout=120)


def test_each_gets_exactly_one_mail(invited: Invited) -> None:
    counted = Counter(mail.to for mail in invited.mails)
    assert len(counted) == PEOPLE
    assert set(counted.values()) == {1}


def test_each_is_written_to_in_their_language(invited: Invited) -> None:
    words = {"nb": "Du er invitert", "nn": "Du er invitert", "en": "You are invited"}
    for number in range(12):
        text = invited.to(number).part("text/plain")
        said = {language: phrase in text for language, phrase in words.items()}
        assert said[language_of(number)], (language_of(number), text[:400])


def test_each_has_text_html_and_a_calendar_entry_that_names_them_alone(invited: Invited) -> None:
    for number in range(3):
        mail = invited.to(number)
        assert mail.part("text/plain").strip()
        assert "<html" in mail.part("text/html")
        calendar = mail.calendar()
        assert calendar["METHOD"] == "REQUEST"
        assert calendar.walk("VTIMEZONE")
        entry = calendar.walk("VEVENT")[0]
        assert entry["SEQUENCE"] == 0
        assert entry["UID"]
        assert str(entry["ATTENDEE"]).lower() == f"mailto:{address(number)}"


def test_all_calendar_entries_are_of_one_event(invited: Invited) -> None:
    assert len({str(mail.calendar().walk("VEVENT")[0]["UID"]) for mail in invited.mails[:20]}) == 1


def test_one_click_unsubscribing_survives_in_the_raw_bytes(invited: Invited) -> None:
    mail = invited.to(0)
    listed = mail.unfolded_header("List-Unsubscribe")
    assert re.fullmatch(r"<https?://[^<>\s]+>, <mailto:[^<>\s]+>", listed), listed
    assert mail.unfolded_header("List-Unsubscribe-Post") == "List-Unsubscribe=One-Click"


def test_accepting_needs_a_button_registers_and_is_confirmed(invited: Invited) -> None:
    mail = invited.to(1)
    link = answer_link(mail, "accept")
    with invited.network.client() as browser, invited.network.client("national") as national:
        before = registered(national, invited.webinar_id)
        assert browser.get(link).status_code == 200
        assert browser.head(link).status_code in (200, 405)
        assert registered(national, invited.webinar_id) == before
        assert answer(browser, link, "accept").status_code in (200, 303)
        assert registered(national, invited.webinar_id) == before + 1
        assert answer(browser, link, "accept").status_code in (200, 303)
        assert registered(national, invited.webinar_id) == before + 1
    until_sync(lambda: len(letters_to(invited.network, address(1))) == 2, 20, "the confirmation")
    confirmation = letters_to(invited.network, address(1))[-1]
    assert confirmation.message_id != mail.message_id


def test_a_link_made_for_another_is_not_accepted(invited: Invited) -> None:
    link = answer_link(invited.to(2), "accept")
    forged = link.replace(link.split("?")[0][-5:], "AAAAA")
    with invited.network.client() as browser:
        assert answer(browser, forged, "accept").status_code == 404


def test_one_who_joins_the_next_day_is_invited_once(invited: Invited) -> None:
    newcomer = f"ny-{uuid4().hex[:6]}@example.org"
    with invited.network.client("national") as national:
        before = sums(national, invited.webinar_id)["audience"]
        made = national.post("/partners/api/v1/people", json={"name": "Ny Prøve", "email": newcomer, "region": "agder"})
        assert made.status_code == 201, made.text
        until_sync(lambda: letters_to(invited.network, newcomer), 60, "the newcomer's invitation")
        person = made.json()
        for version, title in enumerate(("Leder", "Daglig leder"), start=1):
            body = {"name": "Ny Prøve", "email": newcomer, "region": "agder", "title": title, "version": version}
            assert national.put(f"/partners/api/v1/people/{person['id']}", json=body).status_code == 200
        settled(national, invited.webinar_id, before + 1)
        assert sums(national, invited.webinar_id)["audience"] == before + 1
    assert len(letters_to(invited.network, newcomer)) == 1


def test_cancelling_tells_everybody_invited_but_those_who_declined(invited: Invited) -> None:
    network = invited.network
    declined = answer_link(invited.to(3), "decline")
    with network.client() as browser, network.client("national") as national:
        assert answer(browser, declined, "decline").status_code in (200, 303)
        until_sync(lambda: heard_decline(network), 20, "the notifier to hear of the answer")
        audience = sums(national, invited.webinar_id)["audience"]
        gone = national.post(f"/events/api/v1/webinars/{invited.webinar_id}/cancel", json={"reason": "Sykdom."})
        assert gone.status_code == 200, gone.text
        found = settled(national, invited.webinar_id, audience - 1, kind="cancellation")
        assert found["sent"] == audience - 1
    cancellations = cancelled(network)
    assert Counter(mail.to for mail in cancellations).most_common(1)[0][1] == 1
    assert address(3) not in {mail.to for mail in cancellations}
    entry = cancellations[0].calendar().walk("VEVENT")[0]
    assert entry["SEQUENCE"] == 1
    assert entry["STATUS"] == "CANCELLED"
    assert str(entry["UID"]) == str(invited.to(0).calendar().walk("VEVENT")[0]["UID"])


def cancelled(network: SeparateNetwork) -> list[Sent]:
    found = []
    for mail in all_sent(network.smtp.mailbox):
        parts = [part for part in mail.message.walk() if part.get_content_type() == "text/calendar"]
        if parts and "METHOD:CANCEL" in str(parts[0].get_content()):
            found.append(mail)
    return found


def heard_decline(network: SeparateNetwork) -> bool:
    """Whether the notifier's consumer of registrations has nothing left to hear."""
    answer = httpx.get(f"{network.nats.monitor}/jsz", params={"streams": 1, "consumers": 1, "config": 1}, timeout=5)
    streams = answer.json()["account_details"][0]["stream_detail"]
    consumers = [consumer for stream in streams for consumer in stream.get("consumer_detail") or []]
    mine = next(consumer for consumer in consumers if consumer["name"] == "notifier-registration-recorded-v1")
    return bool(mine["num_pending"] == 0 and mine["num_ack_pending"] == 0 and mine["delivered"]["consumer_seq"] >= 2)


def answer_link(mail: Sent, choice: str) -> str:
    found = re.findall(r"https?://\S+/events/answer/\S+", mail.part("text/plain"))
    link = next(link for link in found if f"choice={choice}" in link)
    return re.sub(r"^https?://[^/]+", "", link)


def answer(browser: httpx.Client, link: str, choice: str) -> httpx.Response:
    return browser.post(link.split("?")[0], data={"choice": choice}, headers={"Sec-Fetch-Site": "same-origin"})


def registered(client: httpx.Client, webinar_id: str) -> int:
    return int(json.loads(client.get(f"/events/api/v1/webinars/{webinar_id}").raise_for_status().text)["registered"])


def letters_to(network: SeparateNetwork, recipient: str) -> list[Sent]:
    return [mail for mail in all_sent(network.smtp.mailbox) if mail.to == recipient]
