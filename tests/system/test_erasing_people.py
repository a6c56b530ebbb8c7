"""A hundred people are erased in a running network, and no file of it tells of them any more."""

import asyncio
import json
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID
from zipfile import ZipFile

import httpx
import pytest

from tests.partners.importing import as_csv, as_xlsx
from tests.partners.wrong_people import HEAD, row
from tests.support.letters import all_sent
from tests.support.lives import lived
from tests.support.network import ROOT, SeparateNetwork, separate_network
from tests.support.wait import until_sync
from tests.support.webinars import announce, known_to_all, publish, settled

STAYING = 20
ERASED = 100
BY_LINK = 5
BY_CSV, BY_XLSX = range(60, 80), range(80, 100)
"""Those who came by a spreadsheet; the others came by lines of JSON."""
LIVED = range(10, 40)
"""Those who have sessions, passkeys, cases and all else that a network comes to keep."""
TITLE = "Webinar for dem som blir og dem som går"
REASON = "Ringte og ba om det."
GIVEN = ("Åse", "Bjørn", "Çelik", "Dorthea")
SITES = ("servers/nats", "servers/meilisearch", "servers/mailbox", "logs", "")


def name(number: int) -> str:
    return f"{GIVEN[number % 4]} Forgjengelig{number:03d}"


def address(number: int) -> str:
    return f"forgjengelig{number:03d}@borte.example.org"


def external(number: int) -> str:
    return f"crm-borte-{number:03d}"


def line(number: int, *, stays: bool) -> dict[str, object]:
    own = {"external_id": f"blir-{number}", "name": f"Kari Varig {number}", "email": f"blir{number}@example.org"}
    goes = {"external_id": external(number), "name": name(number), "email": address(number)}
    place = {"organisation": f"org-{number % 10}", "role": "partner_member", "language": "nb"}
    return {"kind": "person", **(own if stays else goes), **place}


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SeparateNetwork]:
    """The whole network on files: the only place where its bytes can be looked for."""
    with separate_network(tmp_path_factory.mktemp("erasing")) as running:
        yield running


@pytest.fixture(scope="module")
def lines() -> list[str]:
    organisations: list[dict[str, object]] = [
        {"kind": "organisation", "external_id": f"org-{number}", "name": f"Varig bruk {number}", "regions": ["agder"]}
        for number in range(10)
    ]
    people = [line(number, stays=True) for number in range(STAYING)] + [
        line(number, stays=False) for number in range(ERASED) if number not in (*BY_CSV, *BY_XLSX)
    ]
    return [json.dumps(row, ensure_ascii=False) for row in organisations + people]


@pytest.fixture(scope="module")
def people(network: SeparateNetwork, lines: list[str]) -> list[UUID]:
    """Enter everybody, invite them to a webinar, have them change and answer; return the ids of those who will be erased."""
    command(network, "import", "partners", written(network, lines))
    for name_of_file, make, numbers in (("people.csv", as_csv, BY_CSV), ("people.xlsx", as_xlsx, BY_XLSX)):
        file = network.folder.parent / name_of_file
        file.write_bytes(make([cells(number) for number in numbers], HEAD))
        command(network, "import", "people", str(file))
    with network.client("national") as national:
        webinar = announce(national, TITLE)
        known_to_all(national, webinar, STAYING + ERASED)
        publish(national, webinar)
        settled(national, webinar, STAYING + ERASED)
        found = [person_id(national, number) for number in range(ERASED)]
        for number, one in enumerate(found[:20]):
            # An older word of them stands on the state stream, in the audit and in the answers that are kept for repeats.
            body = {**edited(national, one), "title": f"Tittel {number}"}
            assert national.put(f"/partners/api/v1/people/{one}", json=body).status_code == 200
    with network.client() as browser:
        for mail in all_sent(network.smtp.mailbox, TITLE)[:40]:
            if "forgjengelig" in mail.to:
                accept(browser, mail)
    accounts = as_xlsx([("999990002", name(LIVED[0]), 2025, 1, 1, 1, "", "")])
    asyncio.run(lived(network.folder, [found[number] for number in LIVED], accounts))
    return found


def cells(number: int) -> list[object]:
    """Return the row of a spreadsheet about somebody."""
    place = {"number": None, "organisation": f"org-{number % 10}", "role": "Partner", "language": "Bokmål"}
    return row(address(number), name=name(number), id=external(number), **place)


def written(network: SeparateNetwork, lines: list[str]) -> str:
    file = network.folder.parent / "people-of-erasing.jsonl"
    file.write_text("\n".join(lines), "utf-8")
    return str(file)


def command(network: SeparateNetwork, *given: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, "-m", "deploy.cli", *given, "--data", str(network.folder)]
    env = network.services["partners"].env
    done = subprocess.run(argv, check=False, env=env, cwd=ROOT, capture_output=True, text=True, timeout=180)
    assert not check or done.returncode == 0, done.stderr[-3000:]
    return done


def person_id(national: httpx.Client, number: int) -> UUID:
    answer = national.get("/partners/api/v1/people", params={"q": address(number)})
    assert answer.status_code == 200, answer.text
    [hit] = answer.json()["hits"]
    return UUID(hit["id"])


def edited(national: httpx.Client, one: UUID) -> dict[str, Any]:
    shown = national.get(f"/partners/api/v1/people/{one}").json()
    kept = ("name", "email", "title", "phone", "language", "region", "focus_areas", "external_id", "active", "version")
    return {key: shown[key] for key in kept if key in shown}


def accept(browser: httpx.Client, mail: Any) -> None:
    link = next(
        one for one in re.findall(r"https?://\S+", mail.part("text/plain")) if "/accept" in one or "answer" in one
    )
    page = browser.get(link)
    csrf = re.search(r'name="csrf_token" value="([^"]*)"', page.text)
    action = link.split("?")[0]
    answer = browser.post(
        action, data={"csrf_token": csrf.group(1) if csrf else "", "answer": "accept", "choice": "accept"}
    )
    assert answer.status_code in (200, 303), (answer.status_code, action)


def erase_by_api(network: SeparateNetwork, one: UUID) -> str:
    with network.client("national") as national:

        def asked() -> httpx.Response | None:
            answer = national.post(f"/partners/api/v1/people/{one}/erase", json={"reason": REASON, "how": "now"})
            return None if answer.status_code == 503 else answer  # SQLite lets one in at a time, and says so.

        answer = until_sync(asked, 60, "the registry to have time")
    assert answer is not None
    assert answer.status_code == 200, answer.text
    return str(answer.json()["certificate"])


def erase_by_link(network: SeparateNetwork, number: int, one: UUID) -> str:
    with network.client("national") as national:
        asked = national.post(f"/partners/api/v1/people/{one}/erase", json={"reason": REASON, "how": "mail"})
        assert asked.json()["state"] == "waiting for confirmation", asked.text
    asking = until_sync(lambda: letter_to(network, address(number)), 60, "the letter that asks for confirmation")
    found = re.search(r"https?://[^\s/]+(/partners/erase/\S+)", asking)
    assert found
    with network.client() as browser:
        page = browser.get(found.group(1))
        assert name(number) in page.text
        csrf = re.search(r'name="csrf_token" value="([^"]*)"', page.text)
        assert csrf
        done = browser.post(found.group(1), data={"csrf_token": csrf.group(1)})
        assert done.status_code == 303, done.text
        return done.headers["location"]


def letter_to(network: SeparateNetwork, to: str) -> str:
    """Return the text of the letter with a link to confirm; empty while there is none."""
    mailbox = network.smtp.mailbox
    letters = [mailbox.letter(entry.id) for entry in mailbox.entries(to=to)]
    return next((one.text for one in letters if one and "/partners/erase/" in one.text), "")


@pytest.fixture(scope="module")
def erased(network: SeparateNetwork, people: list[UUID]) -> list[UUID]:
    """Erase all hundred, a few by the link in their mail, and wait for every certificate."""
    certificates = [erase_by_link(network, number, people[number]) for number in range(BY_LINK)]
    with ThreadPoolExecutor(4) as pool:
        certificates += pool.map(lambda one: erase_by_api(network, one), people[BY_LINK:])
    with network.client() as visitor:
        for certificate in certificates:
            path = "/partners/" + certificate.split("/partners/")[1]

            def complete(path: str = path) -> bool:
                return "Fullført" in visitor.get(path, headers={"accept-language": "nb"}).text

            until_sync(complete, 120, "every service to have forgotten", every=0.2)
    return people


def told(text: str) -> set[bytes]:
    """Return the forms in which a text may stand in a file."""
    return {text.encode(), json.dumps(text)[1:-1].encode(), text.encode("utf-16-le")}


def hits(folder: Path, words: list[str]) -> dict[str, list[str]]:
    """Return for each file under `folder` the words it holds."""
    needles = {needle: word for word in words for needle in told(word)}
    pattern = re.compile(
        b"|".join(re.escape(needle) for needle in sorted(needles, key=len, reverse=True)), re.IGNORECASE
    )
    found: dict[str, list[str]] = {}
    for file in (one for one in folder.rglob("*") if one.is_file()):
        where = str(file.relative_to(folder))
        for place, content in [(where, file.read_bytes()), *((f"{where} unpacked", part) for part in packed(file))]:
            if there := {match.decode("utf-8", "replace") for match in pattern.findall(content)}:
                found[place] = sorted(there)[:5]
    return found


def packed(file: Path) -> Iterator[bytes]:
    """Yield the parts of every ZIP, such as a workbook, that stands in a database: its bytes tell nothing."""
    with file.open("rb") as opened:
        if opened.read(16) != b"SQLite format 3\0":
            return
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
        for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            for _, column, *_ in database.execute(f'PRAGMA table_info("{table}")').fetchall():
                query = f'SELECT "{column}" FROM "{table}" WHERE substr("{column}", 1, 4) = x\'504b0304\''
                for (blob,) in database.execute(query):
                    with ZipFile(BytesIO(blob)) as archive:
                        yield from (archive.read(part) for part in archive.infolist())


def test_before_they_are_erased_they_are_found_in_many_places(network: SeparateNetwork, people: list[UUID]) -> None:
    found = set(hits(network.folder, [name(7), address(7), str(people[7]), people[7].hex]))
    assert {"partners.db", "notifier.db"} <= {Path(file).name.removesuffix("-wal") for file in found}
    assert any("jetstream" in file for file in found)
    assert any("mailbox" in file for file in found)
    lives = hits(network.folder, [name(LIVED[0]), address(LIVED[0]), people[LIVED[0]].hex])
    assert {"partners.db unpacked", "knowledge.db", "partners.db"} <= {
        Path(file).name.replace(".db-wal", ".db") for file in lives
    }
    for numbers in (BY_CSV, BY_XLSX):
        assert hits(network.folder, [name(numbers[0])])


def test_no_file_tells_of_them_once_housekeeping_has_run(
    network: SeparateNetwork, erased: list[UUID], lines: list[str]
) -> None:
    command(network, "housekeeping")
    words = [word for number in range(ERASED) for word in (name(number), address(number), external(number))]
    assert hits(network.folder, words) == {}
    ids = [form for one in erased for form in (str(one), one.hex)]
    assert hits(network.folder, ids) == {}


def test_those_who_stay_are_all_there(network: SeparateNetwork, erased: list[UUID]) -> None:
    with network.client("national") as national:
        answer = national.get("/partners/api/v1/people", params={"q": "Kari Varig"})
        assert answer.json()["total"] == STAYING
    assert hits(network.folder / "servers" / "mailbox", ["blir3@example.org"])


def test_an_import_does_not_bring_them_back(network: SeparateNetwork, erased: list[UUID], lines: list[str]) -> None:
    again = command(network, "import", "partners", written(network, lines), check=False)
    assert again.returncode != 0
    assert (again.stdout + again.stderr).count("this person was erased") >= 1
