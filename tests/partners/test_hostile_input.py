"""Whatever is typed is refused, or kept and shown as text; nothing is a failure of ours."""

import html
from urllib.parse import urlencode

import pytest

from tests.partners.support import API
from tests.support.apps import ServiceApp

TEXTS = {
    "NUL": "Eik\x00AS",
    "half a pair": "Eik\ud800AS",
    "markup": "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>",
    "template": "{{7*7}} {% include '/etc/passwd' %} ${7*7} <%= 7*7 %>",
    "formula": "=cmd|' /C calc'!A0",
    "right to left": "\u202eSA kiE\u202c",
    "joiners": "E\u200di\u200dk \U0001f469\u200d\U0001f680",
    "combining": "E" + "\u0301" * 60,
    "percent": "%(name)s %s {0} {name}",
    "quote": "Robert'); DROP TABLE person;--",
    "turkish": "İ" * 60,
    "ten thousand": "x" * 10_000,
    "newline": "Eik\r\nSet-Cookie: a=b",
    "blank": " \t ",
}
ORGANISATION = ("name", "org_number", "sector", "regions", "municipality", "website", "description", "external_id")
PERSON = ("name", "email", "title", "language", "role", "organisation_id", "region", "focus_areas", "external_id")


@pytest.mark.parametrize("kind", TEXTS)
async def test_every_field_of_the_api_bears_every_text(partners: ServiceApp, kind: str) -> None:
    text = TEXTS[kind]
    body = {"organisations": {"name": "Eik"}, "people": {"name": "Ask", "email": "ask@example.org", "region": "agder"}}
    async with partners.client("national") as national:
        for path, fields in (("organisations", ORGANISATION), ("people", PERSON)):
            for number, field in enumerate(fields):
                given = {
                    **body[path],
                    "external_id": f"{number}",
                    field: [text] if field.endswith("s") and field != "email" else text,
                }
                if path == "people" and field != "email":
                    given["email"] = f"{number}@example.org"
                answer = await national.post(
                    f"{API}/{path}", content=dumped(given), headers={"content-type": "application/json"}
                )
                assert answer.status_code in (201, 422), (field, answer.status_code, answer.text)
                if answer.status_code == 201:
                    assert answer.json().get(field) in (text.strip(), [text], None)


@pytest.mark.parametrize("kind", TEXTS)
async def test_every_field_of_the_forms_bears_every_text_and_shows_it_as_text(partners: ServiceApp, kind: str) -> None:
    text = TEXTS[kind].encode("utf-8", "surrogatepass")
    browser = partners.browser("national")
    organisation = {"name": "Eik", "sector": "business", "regions": "agder", "active": "1"}
    person = {"name": "Ask", "role": "partner_member", "region": "agder", "language": "nb", "active": "1"}
    for number, field in enumerate(ORGANISATION):
        answer = await browser.submit("/partners/new", **{**organisation, "external_id": f"o{number}", field: text})
        assert answer.status_code in (303, 422), (field, answer.text)
        await shown_as_text(partners, answer.text, answer.headers.get("location"))
    for number, field in enumerate(PERSON):
        given = {**person, "email": f"{number}@example.org", "external_id": f"p{number}", field: text}
        answer = await browser.submit("/partners/people/new", **given)
        assert answer.status_code in (303, 422), (field, answer.text)
        await shown_as_text(partners, answer.text, answer.headers.get("location"))


async def shown_as_text(partners: ServiceApp, page: str, location: str | None) -> None:
    pages = [page]
    if location:
        pages.append((await partners.browser("national").get(location)).text)
    for text in pages:
        assert "<script>alert" not in text
        assert "onerror=alert(1)>" not in html.unescape(text.replace("&#34;", "").replace("&gt;", ""))


@pytest.mark.parametrize("kind", TEXTS)
@pytest.mark.parametrize("path", ["/partners", "/partners/people", f"{API}/organisations"])
async def test_every_search_bears_every_text(partners: ServiceApp, kind: str, path: str) -> None:
    text = TEXTS[kind].encode("utf-8", "surrogatepass")
    browser = partners.browser("national")
    for name in ("q", "region", "sector", "page", "lang"):
        answer = await browser.get(f"{path}?{urlencode({name: text})}")
        assert answer.status_code in (200, 303, 400, 422), (name, answer.status_code)
        assert "<script>alert" not in answer.text


async def test_an_organisation_with_a_hostile_name_is_shown_by_that_name(partners: ServiceApp) -> None:
    async with partners.client("national") as national:
        for kind in ("markup", "template", "formula", "percent", "quote", "right to left"):
            made = await national.post(f"{API}/organisations", json={"name": TEXTS[kind], "description": TEXTS[kind]})
            page = (await national.get(f"/partners/{made.json()['id']}")).text
            title = page.split('kb-title">')[1].split("</h1>")[0]
            assert html.unescape(title) == TEXTS[kind]
            assert "<" not in title


def dumped(given: object) -> bytes:
    """Return JSON with half pairs written as escapes, as a program in another language may send them."""
    import json

    return json.dumps(given, ensure_ascii=True).encode()
