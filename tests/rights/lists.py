"""Everything that can be read: each door that shows something, and lists asked in ways that might reach further."""

from dataclasses import replace

from tests.architecture.test_doors import OPEN
from tests.rights.door import Door
from tests.rights.doors import DOORS

FORMATS = ("xlsx", "csv", "json")
API = "/partners/api/v1"
FAR = "region={far_region}"
ASKED: dict[str, tuple[tuple[str, str], ...]] = {
    "partners": (
        ("/partners", "q=Zq"),
        ("/partners", FAR),
        ("/partners/export", FAR),
        ("/partners/people", "q=Zq"),
        ("/partners/people", f"{FAR}&organisation={{far_organisation_id}}"),
        ("/partners/people/export", FAR),
        ("/partners/people/export", "organisation={far_organisation_id}"),
        ("/partners/obligations", FAR),
        ("/partners/obligations", f"{FAR}&region={{region}}&light=red"),
        ("/partners/obligations/export", FAR),
        ("/partners/obligations/fees", FAR),
        ("/partners/work", FAR),
        ("/partners/work/export", FAR),
        ("/partners/claims/export", FAR),
        ("/partners/findings/export", FAR),
        ("/partners/dashboard", "region={region}"),
        ("/partners/dashboard", FAR),
        ("/partners/reports", ""),
        ("/partners/reports", FAR),
        ("/partners/reports/file", "format=xlsx"),
        ("/partners/reports/file", "format=pdf"),
        ("/partners/reports/file", f"{FAR}&format=xlsx"),
        ("/partners/reports/file", "region={region}&format=pdf"),
        ("/partners/audit", "who=Zq"),
        ("/partners/audit", "subject=Zq"),
        ("/partners/audit", "subject={far_person_id}"),
        ("/partners/audit/export", "subject={far_organisation_id}"),
        (f"{API}/audit", "subject={far_person_id}&per_page=100"),
        (f"{API}/people", "q=Zq&per_page=100"),
        (f"{API}/people", FAR),
        (f"{API}/organisations", "q=Zq"),
        (f"{API}/organisations", "per_page=100"),
        (f"{API}/organisations/{{organisation_id}}/accounts", "versions=true"),
        ("/partners/new", "org_number={far_org_number}"),
    ),
    "knowledge": (
        ("/cases/{far_sent_back_id}", ""),
        ("/cases", "q=Zq"),
        ("/cases/api/v1/search", "q=Zq"),
        ("/cases/api/v1/search", ""),
    ),
    "events": (
        ("/events", "when=past"),
        ("/events/export", "when=drafts"),
        ("/events/api/v1/webinars", FAR),
        ("/events/calendar.ics", FAR),
    ),
    "notifier": (
        ("/mail/sends/{about}", "state=failed"),
        ("/mail/api/v1/deliveries", "about={about}&state=failed"),
    ),
}
"""Addresses beside those of the table of doors: other parts of lists, searches for what is hidden, and what is far by name."""


def shows(service: str) -> list[Door]:
    """Return everything of a service that shows something, a door for each format of a file."""
    entered = [door for door in DOORS[service] if door.method == "GET"]
    opened = [
        Door(service, "GET", path, "anybody", where=_guessed(path)) for way, path in OPEN[service] if way == "GET"
    ]  # type: ignore[arg-type]
    asked = [Door(service, "GET", path, "anybody", query=query) for path, query in ASKED[service]]  # type: ignore[arg-type]
    found: list[Door] = []
    for door in [*entered, *sorted(opened, key=lambda one: one.path), *asked]:
        files = door.path.endswith(("/export", "/fees", "/rows", "/example"))
        queries = [f"{door.query}&format={one}" for one in FORMATS] if files else [door.query]
        found += [replace(door, query=query.lstrip("&")) for query in queries]
    return found


def _guessed(path: str) -> dict[str, str]:
    return {name: "guessed" for name in ("token", "code", "key", "topic") if f"{{{name}}}" in path}
