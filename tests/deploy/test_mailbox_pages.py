"""The mailbox in the browser shows foreign mail without trusting it."""

import asyncio
from collections.abc import Mapping
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx
import pytest
from jinja2 import ChoiceLoader, DictLoader, Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from deploy.embedded.mailbox.pages import TEMPLATES, mailbox_routes
from deploy.embedded.mailbox.store import Mailbox
from shared.web.render import KIT

FRAME = {"kit/base.html": "".join(f"{{% block {name} %}}{{% endblock %}}" for name in ("title", "main", "aside"))}


class Browser:
    """Asks the application, one request at a time."""

    def __init__(self, app: Starlette) -> None:
        self.transport = httpx.ASGITransport(app)

    def get(self, path: str, **options: Any) -> httpx.Response:
        return asyncio.run(self._ask("GET", path, options))

    def post(self, path: str, **options: Any) -> httpx.Response:
        return asyncio.run(self._ask("POST", path, options))

    async def _ask(self, method: str, path: str, options: dict[str, Any]) -> httpx.Response:
        async with httpx.AsyncClient(transport=self.transport, base_url="http://mailbox.example") as client:
            return await client.request(method, path, **options)


class PlainPage:
    """What the kit's parts need of a page."""

    csrf = "token"


def renderer() -> Any:
    """The real templates and kit parts in a bare frame."""
    loader = ChoiceLoader([DictLoader(FRAME), FileSystemLoader([TEMPLATES, KIT])])
    made = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, extensions=["jinja2.ext.i18n"])
    made.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    made.filters.update(datetime=str, number=str)

    def render(request: Request, template: str, context: Mapping[str, Any]) -> Response:
        return HTMLResponse(made.get_template(template).render(page=PlainPage(), **context))

    return render


@pytest.fixture
def mailbox(tmp_path: Path) -> Mailbox:
    return Mailbox(tmp_path)


@pytest.fixture
def browser(mailbox: Mailbox) -> Browser:
    return Browser(Starlette(routes=mailbox_routes(mailbox, renderer())))


def keep(mailbox: Mailbox, subject: str = "Velkommen", html: str = "<p>Hei</p>", to: str = "kari@x.example") -> str:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "Boksen <b@x.example>", to, subject
    message.set_content("Hei på deg: https://x.example/innlogging")
    message.add_alternative(html, subtype="html")
    return mailbox.save(message.as_bytes(), "b@x.example", [to])


def test_an_empty_mailbox_says_so(browser: Browser) -> None:
    assert "Postkassen er tom" in browser.get("/mailbox").text


def test_the_list_shows_newest_first_and_filters(browser: Browser, mailbox: Mailbox) -> None:
    keep(mailbox, "Første")
    keep(mailbox, "Andre", to="ola@x.example")
    page = browser.get("/mailbox").text
    assert page.index("Andre") < page.index("Første")
    assert "2 meldinger" in page
    filtered = browser.get("/mailbox", params={"to": "kari"}).text
    assert "Første" in filtered
    assert "Andre" not in filtered
    assert "Ingen meldinger passer" in browser.get("/mailbox", params={"subject": "tredje"}).text


def test_pages_keep_the_filter(browser: Browser, mailbox: Mailbox) -> None:
    for number in range(60):
        keep(mailbox, f"Nummer {number}")
    assert "/mailbox?subject=Nummer&amp;page=2" in browser.get("/mailbox?subject=Nummer").text
    assert "Viser 10 av 60" in browser.get("/mailbox?subject=Nummer&page=2").text
    assert browser.get("/mailbox?page=²").status_code == 200


@pytest.mark.parametrize(
    ("view", "shows"),
    [
        ("html", "<iframe"),
        ("text", "Hei på deg"),
        ("headers", "MIME-Version"),
        ("raw", "Content-Transfer-Encoding"),
        ("calendar", "<iframe"),
        ("nonsense", "<iframe"),
    ],
)
def test_each_view_of_a_message(browser: Browser, mailbox: Mailbox, view: str, shows: str) -> None:
    assert shows in browser.get(f"/mailbox/{keep(mailbox)}?view={view}").text


def test_links_are_offered_outside_the_frame(browser: Browser, mailbox: Mailbox) -> None:
    page = browser.get(f"/mailbox/{keep(mailbox)}").text
    assert '<a class="ds-link" href="https://x.example/innlogging"' in page


def test_foreign_html_is_framed_and_may_neither_run_nor_load(browser: Browser, mailbox: Mailbox) -> None:
    name = keep(mailbox, "<script>alert(1)</script>", "<script>alert(1)</script><img src=https://spy.example/x>")
    page = browser.get(f"/mailbox/{name}").text
    assert "<script>" not in page
    assert 'sandbox=""' in page
    frame = browser.get(f"/mailbox/{name}/html")
    policy = frame.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:;")
    assert policy.endswith("sandbox")
    assert "script-src" not in policy
    assert frame.headers["x-content-type-options"] == "nosniff"


def test_the_raw_message_is_a_file_to_save(browser: Browser, mailbox: Mailbox) -> None:
    name = keep(mailbox)
    answer = browser.get(f"/mailbox/{name}/raw")
    assert answer.content == mailbox.raw(name)
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}.eml"'


@pytest.mark.parametrize("path", ["/mailbox/nothing", "/mailbox/nothing/html", "/mailbox/api/messages/nothing"])
def test_what_is_not_there_is_not_found(browser: Browser, path: str) -> None:
    assert browser.get(path).status_code == 404


def test_all_is_deleted_by_a_post_from_our_own_page_only(browser: Browser, mailbox: Mailbox) -> None:
    keep(mailbox)
    assert browser.get("/mailbox/delete").status_code in (404, 405)
    assert browser.post("/mailbox/delete", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert mailbox.page().total == 1
    assert browser.post("/mailbox/delete", headers={"Sec-Fetch-Site": "same-origin"}).headers["location"] == "/mailbox"
    assert mailbox.page().total == 0


def test_programs_read_the_same_as_json(browser: Browser, mailbox: Mailbox) -> None:
    name = keep(mailbox)
    keep(mailbox, to="ola@x.example")
    listed = browser.get("/mailbox/api/messages", params={"to": "kari"}).json()
    assert (listed["total"], listed["page"], listed["pages"]) == (1, 1, 1)
    assert listed["messages"][0]["id"] == name
    one = browser.get(f"/mailbox/api/messages/{name}").json()
    assert one["rcpt_tos"] == ["kari@x.example"]
    assert ["Subject", "Velkommen"] in one["headers"]
    assert one["links"] == ["https://x.example/innlogging"]
    assert one["html"].strip() == "<p>Hei</p>"
