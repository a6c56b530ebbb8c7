"""Forms: what was typed is shown again, with what is wrong in the reader's language."""

import html
from typing import Annotated, Any
from urllib.parse import urlencode

import httpx
import pytest
from pydantic import Field
from starlette.requests import Request

from shared.web import csrf
from shared.web.forms import Form, ShownForm, read_form
from shared.web.inputs import UNSTORABLE, Input, storable

KEY = b"k" * 32


async def posted(visitor: httpx.AsyncClient, language: str = "nb", **values: Any) -> httpx.Response:
    """Post the tiny form."""
    return await visitor.post("/cases/form", data=values, headers={"Accept-Language": language})


async def test_a_form_that_is_right_is_followed_by_a_line_on_the_next_page(visitor: httpx.AsyncClient) -> None:
    answer = await posted(visitor, name="Ola", email="ola@example.no", seats="3", effect="12.5", topics=["energy"])
    assert answer.status_code == 303
    first = await visitor.get("/cases")
    assert "Du er logget inn." in first.text
    assert "Du er logget inn." not in (await visitor.get("/cases")).text


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({}, "Feltet må fylles ut."),
        ({"name": ""}, "Feltet må fylles ut."),
        ({"name": "   "}, "Feltet må fylles ut."),
        ({"name": "x" * 201}, "Teksten er for lang: høyst 200 tegn."),
        ({"name": "Ola", "email": "not an address"}, "Skriv en gyldig e-postadresse"),
        ({"name": "Ola", "email": "ola@"}, "Skriv en gyldig e-postadresse"),
        ({"name": "Ola", "email": "x" * 300 + "@example.no"}, "Skriv en gyldig e-postadresse"),
        ({"name": "Ola", "seats": "tre"}, "Skriv et helt tall."),
        ({"name": "Ola", "seats": "0"}, "Tallet må være minst 1."),
        ({"name": "Ola", "seats": "501"}, "Tallet kan høyst være 500."),
        ({"name": "Ola", "effect": "mye"}, "Skriv et tall, for eksempel 12,5."),
        ({"name": "Ola", "code": "ABC"}, "Verdien er ikke gyldig."),
        ({"name": "Ola", "topics": ["bogus"]}, "Velg en av mulighetene i lista."),
        ({"name": "Ola", "topics": ["energy", "nature", "energy"]}, "Velg høyst 2."),
        ({"name": "OLA"}, "Du har ikke tilgang til å gjøre dette."),
        ({"name": "a\x00b"}, UNSTORABLE),
    ],
)
async def test_what_is_wrong_is_said_at_the_field(visitor: httpx.AsyncClient, values: Any, text: str) -> None:
    answer = await posted(visitor, **values)
    assert answer.status_code == 422
    assert text in html.unescape(answer.text)


async def test_what_was_typed_is_kept_as_it_was_typed(visitor: httpx.AsyncClient) -> None:
    answer = await posted(visitor, name='<b>"Ola"</b>', email="nei", topics=["nature"])
    assert 'value="&lt;b&gt;&#34;Ola&#34;&lt;/b&gt;"' in answer.text
    assert 'value="nei"' in answer.text
    assert 'value="nature" checked' in answer.text
    assert 'value="energy" checked' not in answer.text


@pytest.mark.parametrize(
    ("language", "text"), [("nn", "Feltet må fyllast ut."), ("en", "This field must be filled in.")]
)
async def test_what_is_wrong_is_said_in_the_readers_language(
    visitor: httpx.AsyncClient, language: str, text: str
) -> None:
    assert text in (await posted(visitor, language, name="")).text


async def test_a_text_the_model_refuses_is_translated_too(visitor: httpx.AsyncClient) -> None:
    assert "You do not have access to do this." in (await posted(visitor, "en", name="OLA")).text


async def test_a_hostile_form_is_refused_and_nothing_breaks(visitor: httpx.AsyncClient) -> None:
    for content in (b"&" * 600, b"=" * 600, b"name=%ff%fe", b"name=%ED%A0%80", b"%00=%00"):
        answer = await visitor.post(
            "/cases/form", content=content, headers={"Content-Type": "application/x-www-form-urlencoded"}
        )
        assert answer.status_code in (303, 400, 422), content[:20]
    upload = await visitor.post("/cases/form", files={"name": b"file"})
    assert upload.status_code == 400


def test_a_form_that_is_shown_first_is_empty() -> None:
    form: Form[Any] = Form({"topics": ["energy"], "seats": None})
    assert form.value("name") == ""
    assert form.value("seats") == ""
    assert form.value("topics") == ["energy"]


def test_the_first_thing_wrong_with_a_field_is_the_one_shown() -> None:
    form: Form[Any] = Form({}, {"name": "Navn"})
    form.refuse("name", "Minst %(ge)s.", ge=3)
    form.refuse("name", "Noe annet.")
    shown: ShownForm = form.translated(lambda text, values=None: text % values if values else text)
    assert shown.error("name") == "Minst 3."
    assert shown.errors == [("name", "Navn", "Minst 3.")]


class Row(Input):
    """A row of a form."""

    what: str = "other"
    amount: int = Field(0, le=9)


class WithRows(Input):
    """A form with rows."""

    rows: Annotated[list[Row], Field(max_length=3)] | None = None


async def read(typed: dict[str, str]) -> Form[WithRows]:
    """Return a form with rows as it is read."""
    body = urlencode({csrf.FIELD: csrf.token(KEY, None), **typed}).encode()

    async def receive() -> Any:
        return {"type": "http.request", "body": body}

    headers = [(b"content-type", b"application/x-www-form-urlencoded"), (b"sec-fetch-site", b"same-origin")]
    request = Request({"type": "http", "method": "POST", "headers": headers, "query_string": b"", "state": {}}, receive)
    request.state.actor = None
    return await read_form(request, WithRows, KEY, {"rows": "Rader", "rows-amount": "Antall"})


async def test_rows_are_read_in_order_and_empty_ones_are_none() -> None:
    typed = {
        "rows-rows": "1",
        "rows-7-what": "b",
        "rows-2-what": "a",
        "rows-2-amount": "3",
        "rows-3-what": "other",
        "rows-x-what": "c",
    }
    form = await read(typed)
    assert form.model is not None
    assert [(row.what, row.amount) for row in form.model.rows or []] == [("a", 3), ("b", 0)]
    assert (form.value("rows-0-amount"), form.value("rows-1-what"), form.value("rows-2-what")) == ("3", "b", "")


async def test_a_form_without_rows_says_nothing_of_them_and_one_whose_last_was_taken_away_says_none() -> None:
    assert (await read({})).model == WithRows(rows=None)
    assert (await read({"rows-rows": "1"})).model == WithRows(rows=[])


async def test_what_is_wrong_in_a_row_is_said_at_its_field() -> None:
    form = await read({"rows-rows": "1", "rows-0-amount": "1", "rows-5-amount": "mye"})
    shown = form.translated(lambda text, values=None: text % values if values else text)
    assert shown.errors == [("rows-1-amount", "Rader 2, Antall", "Skriv et helt tall.")]
    form.add_row("rows")
    assert (len(form.value("rows")), form.value("rows-1-amount")) == (3, "mye")
    form.remove_row("rows", 0)
    form.remove_row("rows", 99)
    assert form.value("rows-0-amount") == "mye"
    assert form.translated(lambda text, values=None: text).errors == []


@pytest.mark.parametrize(
    ("value", "good"),
    [
        ("æøå 🌱 \n\t", True),
        ("a\x00b", False),
        ("\ud800", False),
        (["\udfff"], False),
        (["a", ["b\x00"]], False),
        ({"a": {"b": "\ud83d"}}, False),
        ({"\x00": "a"}, False),
        ({"a": 1, "b": None, "c": 1.5, "d": True}, True),
    ],
)
def test_text_that_no_database_can_keep_is_told_from_text_that_can(value: Any, good: bool) -> None:
    assert storable(value) is good
