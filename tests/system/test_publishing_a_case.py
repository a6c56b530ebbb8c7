"""A colleague in one region publishes a case, and colleagues everywhere find it at once."""

import statistics
import time
from collections.abc import Callable
from uuid import uuid4

import httpx

from deploy import installation
from shared.auth.actor import Actor, Grant
from shared.auth.keys import keyring
from shared.auth.session import issue
from shared.ids import new_id
from shared.web import csrf
from tests.support.network import SeparateNetwork
from tests.support.wait import until_sync

API = "/cases/api/v1"


def drafted(client: httpx.Client, title: str, **more: object) -> str:
    body = {
        "title": title,
        "summary": "Slik gjorde vi det, og dette sparte vi.",
        "region": "nordland",
        "language": "nb",
        **more,
    }
    answer = client.post(f"{API}/cases", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def step(client: httpx.Client, case_id: str, verb: str, **body: object) -> httpx.Response:
    return client.post(f"{API}/cases/{case_id}/{verb}", json=body or None)


def published(client: httpx.Client, title: str) -> str:
    case_id = drafted(client, title)
    for verb in ("submit", "approve", "publish"):
        answer = step(client, case_id, verb)
        assert answer.status_code == 200, f"{verb}: {answer.text}"
    return case_id


def first_hit(visitor: httpx.Client, title: str) -> str | None:
    hits = visitor.get(f"{API}/search", params={"q": title}).raise_for_status().json()["hits"]
    return str(hits[0]["id"]) if hits else None


def found(visitor: httpx.Client, title: str, case_id: str) -> Callable[[], bool]:
    return lambda: first_hit(visitor, title) == case_id


def test_a_case_goes_from_draft_to_the_first_hit_of_an_anonymous_search(network: SeparateNetwork) -> None:
    with network.client("region_staff", "nordland") as staff, network.client() as visitor:
        title = f"Gjenbruk av kontormøbler {uuid4().hex[:6]}"
        case_id = published(staff, title)
        until_sync(found(visitor, title, case_id), 10, "the case to be the first hit")
        assert visitor.get(f"/cases/{case_id}").status_code == 200


def test_publish_to_searchable_is_measured(network: SeparateNetwork) -> None:
    seconds = []
    with network.client("region_staff", "nordland") as staff, network.client() as visitor:
        for number in range(20):
            title = f"Måling {number} {uuid4().hex[:8]}"
            case_id = drafted(staff, title)
            step(staff, case_id, "submit")
            step(staff, case_id, "approve")
            started = time.perf_counter()
            assert step(staff, case_id, "publish").status_code == 200
            until_sync(found(visitor, title, case_id), 10, "the case to be searchable", every=0.005)
            seconds.append(time.perf_counter() - started)
    cuts = statistics.quantiles(seconds, n=20)
    print(f"\npublish -> searchable: p50 {statistics.median(seconds):.3f} s, p95 {cuts[18]:.3f} s, of {len(seconds)}")
    assert len(seconds) == 20


def test_staff_of_another_region_cannot_approve_it(network: SeparateNetwork) -> None:
    with network.client("region_staff", "nordland") as own, network.client("region_staff", "agder") as other:
        case_id = drafted(own, "Sak for Nordland")
        step(own, case_id, "submit")
        refused = step(other, case_id, "approve")
        assert refused.status_code == 403
        assert refused.headers["content-type"] == "application/problem+json"
        assert refused.json()["status"] == 403
        assert own.get(f"{API}/cases/{case_id}").json()["status"] == "in_review"


def test_staff_of_another_region_are_shown_a_page_that_says_so(network: SeparateNetwork) -> None:
    with network.client("region_staff", "nordland") as own, network.client() as browser:
        case_id = drafted(own, "Enda en sak for Nordland")
        step(own, case_id, "submit")
        private = keyring(installation.common(network.folder), signs=True).private
        assert private is not None
        actor = Actor(new_id(), new_id(), "Agder Prøve", (Grant("region_staff", "agder"),))
        browser.cookies.set("session", issue(private, actor))
        own_token = csrf.token(keyring(installation.common(network.folder)).link, actor)
        fields = {"csrf_token": own_token}
        page = browser.post(f"/cases/{case_id}/approve", data=fields, headers={"Sec-Fetch-Site": "same-origin"})
        assert page.status_code == 403
        assert page.headers["content-type"].startswith("text/html")
        assert "Du har ikke tilgang" in page.text
        assert own.get(f"{API}/cases/{case_id}").json()["status"] == "in_review"


def test_a_case_published_twice_is_published_once(network: SeparateNetwork) -> None:
    with network.client("region_staff", "nordland") as staff:
        case_id = published(staff, f"Dobbeltklikk {uuid4().hex[:6]}")
        until_sync(lambda: staff.get(f"{API}/cases/{case_id}").json()["searchable_at"], 15, "the case to be searchable")
        before = staff.get(f"{API}/cases/{case_id}").json()
        assert step(staff, case_id, "publish").status_code == 200
        assert staff.get(f"{API}/cases/{case_id}").json() == before


def test_the_same_idempotency_key_makes_one_case(network: SeparateNetwork) -> None:
    body = {"title": "Én gang", "summary": "Bare én.", "region": "nordland", "language": "nb"}
    headers = {"Idempotency-Key": uuid4().hex}
    with network.client("region_staff", "nordland") as staff:
        first, second = (staff.post(f"{API}/cases", json=body, headers=headers) for _ in range(2))
        assert (first.status_code, second.status_code) == (201, 201)
        assert first.json()["id"] == second.json()["id"]


def test_an_organisations_page_shows_its_cases_from_the_registrys_own_facts(network: SeparateNetwork) -> None:
    with network.client("national") as national, network.client() as visitor:
        made = national.post(
            "/partners/api/v1/organisations", json={"name": f"Eier {uuid4().hex[:6]}", "regions": ["nordland"]}
        )
        organisation = made.json()["id"]
        title = f"Eid eksempel {uuid4().hex[:6]}"

        def owned() -> str | None:
            answer = national.post(
                f"{API}/cases",
                json={
                    "title": title,
                    "summary": "Med eier.",
                    "region": "nordland",
                    "language": "nb",
                    "organisation_id": organisation,
                },
            )
            return str(answer.json()["id"]) if answer.status_code == 201 else None

        case_id = until_sync(owned, 10, "the library to know the organisation")
        for verb in ("submit", "approve", "publish"):
            assert step(national, str(case_id), verb).status_code == 200

        def shown() -> bool:
            return title in visitor.get(f"/partners/{organisation}").text

        until_sync(shown, 15, "the case on the partner's page")
        network.services["knowledge"].pause()
        try:
            assert shown()
        finally:
            network.services["knowledge"].resume()
