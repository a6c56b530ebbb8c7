"""A partner posts a need, a case of another is found, and the two get one mail each that answers the other."""

import subprocess
import sys
from uuid import UUID, uuid4

import httpx
import pytest

from deploy import installation
from shared.auth.actor import Actor
from shared.auth.keys import keyring
from shared.auth.session import issue
from shared.clock import now
from shared.ids import new_id
from tests.support.letters import Sent, all_sent
from tests.support.network import ROOT, SeparateNetwork
from tests.support.people import address, population
from tests.support.wait import until_sync

API = "/cases/api/v1"
PREFIX = "kobling"
SEEKER, OWNER = 0, 1
"""Number of a person of the first organisation, in Nordland, and of one of the second, in Agder."""


@pytest.fixture(scope="module")
def people(network: SeparateNetwork, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, str]]:
    file = tmp_path_factory.mktemp("people") / "people.jsonl"
    file.write_text("\n".join(population(4, PREFIX)))
    command = [sys.executable, "-m", "deploy.cli", "import", "partners", str(file), "--data", str(network.folder)]
    environment = network.services["partners"].env
    subprocess.run(command, check=True, env=environment, cwd=ROOT, capture_output=True, timeout=120)
    with network.client("national") as national:
        found = national.get("/partners/api/v1/people", params={"q": PREFIX, "per_page": 100}).raise_for_status().json()
    return sorted(found["hits"], key=lambda one: str(one["email"]))


def program_of(network: SeparateNetwork, person: dict[str, str]) -> httpx.Client:
    """Return a client with the rights somebody has, whatever they are."""
    private = keyring(installation.common(network.folder), signs=True).private
    assert private is not None
    token = issue(private, Actor(UUID(person["id"]), new_id(), person["name"], (), by_token=True))
    client = network.client()
    client.headers["Authorization"] = f"Bearer {token}"
    return client


def organisation_of(network: SeparateNetwork, number: int) -> str:
    with network.client("national") as national:
        params = {"q": f"Prøvebruk {PREFIX} {number}"}
        found = national.get("/partners/api/v1/organisations", params=params).raise_for_status().json()
    return str(found["hits"][0]["id"])


def published(network: SeparateNetwork, title: str, organisation_id: str) -> str:
    with network.client("region_staff", "agder") as staff:
        body = {
            "title": title, "summary": "Elektriske lastebiler kjører masser på anlegget.", "region": "agder",
            "language": "nb", "scopes": [1], "organisation_id": organisation_id,
        }  # fmt: skip
        case_id = str(staff.post(f"{API}/cases", json=body).raise_for_status().json()["id"])
        for verb in ("submit", "approve", "publish"):
            staff.post(f"{API}/cases/{case_id}/{verb}").raise_for_status()
    return case_id


def mails_to(network: SeparateNetwork, number: int) -> list[Sent]:
    return [mail for mail in all_sent(network.smtp.mailbox) if mail.to == address(number, PREFIX)]


def test_a_need_leads_to_a_match_and_one_introduction_to_each(
    network: SeparateNetwork, people: list[dict[str, str]]
) -> None:
    title = f"Elektriske lastebiler med tipp {uuid4().hex[:6]}"
    needing, owning = organisation_of(network, SEEKER), organisation_of(network, OWNER)
    case_id = published(network, title, owning)
    with program_of(network, people[SEEKER]) as seeker, program_of(network, people[OWNER]) as owner:
        need = {"title": title, "region": "nordland", "scopes": [1], "organisation_id": needing}
        need |= {"wanted_by": f"{now().year + 1}-12-31", "visibility": "network"}
        made = seeker.post(f"{API}/needs", json=need).raise_for_status().json()
        address_ = f"{API}/needs/{made['id']}/matches"

        def matched() -> bool:
            found = seeker.get(address_).raise_for_status().json()
            return [one["case_id"] for one in found["matches"]] == [case_id]

        until_sync(matched, 10, "the case to be found")
        [match] = seeker.get(address_).json()["matches"]
        assert {"kind": "scope", "values": [1]} in match["reasons"]
        seeker.post(f"{address_}/{match['id']}/ask").raise_for_status()
        until_sync(lambda: len(mails_to(network, OWNER)) == 1, 20, "the owner to be asked")
        [asked] = mails_to(network, OWNER)
        page = f"/cases/introductions/{match['id']}"
        assert page in asked.part("text/plain")
        assert address(SEEKER, PREFIX) not in asked.raw.decode(errors="replace")
        owner.get(page).raise_for_status()
        for _twice in range(2):
            owner.post(f"{API}/introductions/{match['id']}/accept").raise_for_status()
        until_sync(lambda: len(mails_to(network, SEEKER)) == 1, 20, "whoever asked to be introduced")
        until_sync(lambda: len(mails_to(network, OWNER)) == 2, 20, "the owner to be introduced")
    pair = {SEEKER: mails_to(network, SEEKER)[0], OWNER: mails_to(network, OWNER)[-1]}
    for number, other in ((SEEKER, OWNER), (OWNER, SEEKER)):
        assert pair[number].unfolded_header("Reply-To") == address(other, PREFIX)
        assert people[other]["name"] in pair[number].part("text/plain")
    subjects = [mail.subject for number in (SEEKER, OWNER) for mail in mails_to(network, number)]
    assert len(subjects) == 3, "one that asks, and one introduction for each"
