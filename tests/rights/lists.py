"""Everything that can be read: each door that shows something, and lists asked in ways that might reach further."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from tests.architecture.test_doors import OPEN
from tests.rights.door import Door
from tests.rights.doors import DOORS

FORMATS = ("xlsx", "csv", "json")
API = "/partners/api/v1"
FAR = "region={far_region}"
PEEKED = tuple(
    (path.format(kind=kind, place=place), query)
    for kind in ("accounts", "organisations", "people")
    for place in ("", "far_")
    for path, query in (
        ("/partners/imports/{kind}/{{{place}peek_{kind}_id}}", ""),
        ("/partners/imports/{kind}/{{{place}peek_{kind}_id}}/rows", "part=foreign"),
        (f"{API}/imports/{{kind}}/{{{{{{place}}peek_{{kind}}_id}}}}", ""),
    )
)
"""What came of files that name the records of another region."""
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
        ("/partners/{far_organisation_id}", ""),
        ("/partners/{prospect_id}", ""),
        ("/partners/{far_prospect_id}", ""),
        (f"{API}/organisations/{{prospect_id}}", ""),
        (f"{API}/organisations/{{far_prospect_id}}", ""),
        ("/partners/imports/accounts/{far_import_id}/rows", "part=unknown"),
        *PEEKED,
        ("/partners/{far_organisation_id}/obligations/files/{far_file_id}", ""),
    ),
    "knowledge": (
        ("/cases/{far_sent_back_id}", ""),
        ("/cases/{far_media_id}", ""),
        ("/cases/{far_media_id}/files/{far_file_id}", ""),
        ("/cases/{far_media_id}/pictures/{far_digest}-{far_width}.webp", ""),
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


def beside(service: str) -> list[Door]:
    """Return what shows something beside the doors as they stand in the table: open pages, other formats, other questions."""
    entered = [door for door in DOORS[service] if door.method == "GET"]
    opened = [door(service, path, where=_guessed(path)) for way, path in sorted(OPEN[service]) if way == "GET"]
    asked = [door(service, path, query=query) for path, query in ASKED[service]]
    found: list[Door] = [one for one in [*opened, *asked] if not _is_file(one)]
    for one in (one for one in [*entered, *asked] if _is_file(one)):
        # In the format of its own it was asked for as it stands in the table.
        formats = [name for name in FORMATS if one in asked or name != _own_format(one)]
        found += [replace(one, query=f"{one.query}&format={name}".lstrip("&")) for name in formats]
    return found


def lists(service: str, among: Sequence[Door] | None = None) -> list[Door]:
    """Return the doors to whole lists, as pages and as JSON."""
    found = [one for one in (DOORS[service] if among is None else among) if one.method == "GET"]
    return [one for one in found if "{" not in one.path and not one.query.endswith(("xlsx", "pdf", "csv"))]


def door(service: str, path: str, **given: Any) -> Door:
    """Return a door that everybody may ask at, whatever they are answered."""
    return Door(service, "GET", path, "anybody", **given)  # type: ignore[arg-type]


def _is_file(one: Door) -> bool:
    return one.path.endswith(("/export", "/fees", "/rows", "/example"))


def _own_format(one: Door) -> str:
    return "csv" if one.path.endswith(("/fees", "/rows")) else "xlsx"


def _guessed(path: str) -> dict[str, str]:
    given = {
        **dict.fromkeys(("token", "code", "key", "topic"), "guessed"),
        "case_id": "draft_id",
        "part": "1",
        "form": "bib",
    }
    return {name: value for name, value in given.items() if f"{{{name}}}" in path}
