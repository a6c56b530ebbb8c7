"""Webinars and their sends, driven through HTTP as staff would."""

from datetime import datetime, timedelta
from typing import Any

import httpx

from tests.support.wait import until_sync


def announce(client: httpx.Client, title: str = "Klimakrav i praksis", **changes: object) -> str:
    """Create a national webinar a month ahead and return its id; not yet published."""
    start = datetime.now().replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=30)  # noqa: DTZ005 local wall time
    body = {
        "title": title,
        "summary": "Hvordan stiller vi klimakrav som leverandørene kan svare på?",
        "scope": "national",
        "starts_at": start.isoformat(),
        "ends_at": (start + timedelta(hours=1)).isoformat(),
        "time_zone": "Europe/Oslo",
        "language": "nb",
        **changes,
    }
    made = client.post("/events/api/v1/webinars", json=body)
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


def publish(client: httpx.Client, webinar_id: str) -> None:
    """Publish a webinar."""
    answer = client.post(f"/events/api/v1/webinars/{webinar_id}/publish")
    assert answer.status_code == 200, answer.text


def sums(client: httpx.Client, webinar_id: str, kind: str = "invitation") -> dict[str, Any]:
    """Return the send's sums; empty while the notifier has not heard of it."""
    answer = client.get("/mail/api/v1/sends", params={"about": webinar_id, "kind": kind})
    if answer.status_code == 404:
        return {}
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def settled(
    client: httpx.Client, webinar_id: str, audience: int, timeout: float = 120, kind: str = "invitation"
) -> dict[str, Any]:
    """Wait until a send has no one waiting and has reached `audience`; returns its sums."""

    def done() -> dict[str, Any] | None:
        try:
            found = sums(client, webinar_id, kind)
        except httpx.TransportError:
            return None
        return found if found and found["audience"] >= audience and found["waiting"] == 0 else None

    found = until_sync(done, timeout, f"the {kind} of {webinar_id} to reach {audience} people", every=0.1)
    assert found is not None
    return found


def known_to_all(client: httpx.Client, webinar_id: str, people: int) -> None:
    """Wait until the events service counts so many people in a draft's audience."""

    def counted() -> bool:
        answer = client.get(f"/events/api/v1/webinars/{webinar_id}/audience")
        return bool(answer.status_code == 200 and answer.json()["count"] >= people)

    until_sync(counted, 120, f"{people} people to be known", every=0.1)
