"""A rule becomes a group, the group an audience, and the audience mail: through four services by facts alone."""

import json
import subprocess
import sys
from pathlib import Path

import httpx

from tests.support.letters import all_sent
from tests.support.network import ROOT, SeparateNetwork
from tests.support.wait import until_sync
from tests.support.webinars import announce, publish, settled

API = "/partners/api/v1"
TITLE = "Klimaregnskap på en time"


def test_top_leaders_without_an_account_are_invited_and_whoever_becomes_one_too(
    network: SeparateNetwork, tmp_path: Path
) -> None:
    file = tmp_path / "people.jsonl"
    organisation = {"kind": "organisation", "external_id": "leder-org", "name": "Toppvirke", "regions": ["vestland"]}
    file.write_text(json.dumps(organisation))
    load(network, str(file))
    with network.client("region_staff", "vestland") as staff:
        organisation_id = staff.get(f"{API}/organisations", params={"q": "Toppvirke"}).json()["hits"][0]["id"]
        register(staff, "leder@example.org", organisation_id, "top_leader")
        register(staff, "faktura@example.org", organisation_id, "invoice")
        rule = {"regions": ["vestland"], "functions": ["top_leader"], "account": "missing", "account_year": 2025}
        made = staff.post(f"{API}/segments", json={"name": "Toppledere uten klimaregnskap", **rule})
        assert made.status_code == 201, made.text
        assert made.json()["members"] == 1
        webinar_id = until_sync(lambda: announced(staff, made.json()["id"]), 30, "events to know the segment")
        assert webinar_id is not None
        publish(staff, webinar_id)
        settled(staff, webinar_id, 1)
        assert [mail.to for mail in all_sent(network.smtp.mailbox, TITLE)] == ["leder@example.org"]
        register(staff, "ny.leder@example.org", organisation_id, "top_leader")
        settled(staff, webinar_id, 2)
    got = sorted(mail.to for mail in all_sent(network.smtp.mailbox, TITLE))
    assert got == ["leder@example.org", "ny.leder@example.org"]


def register(staff: httpx.Client, email: str, organisation_id: str, function: str) -> None:
    given = {"name": "Leder Prøve", "email": email, "organisation_id": organisation_id, "functions": [function]}
    answer = staff.post(f"{API}/people", json=given)
    assert answer.status_code == 201, answer.text


def announced(staff: httpx.Client, segment_id: str) -> str | None:
    """Draft the webinar as soon as events accepts the segment and knows who is in it."""
    try:
        webinar_id = announce(staff, TITLE, scope="regions", regions=["vestland"], segment_id=segment_id)
    except AssertionError:
        return None
    return webinar_id


def load(network: SeparateNetwork, file: str) -> None:
    command = [sys.executable, "-m", "deploy.cli", "import", "partners", file, "--data", str(network.folder)]
    environment = network.services["partners"].env
    subprocess.run(command, check=True, env=environment, cwd=ROOT, capture_output=True, timeout=120)
