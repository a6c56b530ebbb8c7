"""Texts as they are shown: lines after a redirect, markdown, numbers, dates, names in order, pages of a list."""

from base64 import urlsafe_b64encode
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from shared.contracts.vocabulary import LANGUAGES, Language
from shared.web import flash, formats
from shared.web.i18n import by_letter, translations
from shared.web.paging import Paging, offset
from shared.web.render import Renderer
from shared.web.text import markdown

OUR_OWN = ["/", "/cases", "/cases?page=2&q=a+b#top", "/cases/æøå", "/a//b", "/cases/%2F%2Fevil.example"]
ELSEWHERE = [
    None,
    "",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "/\\/evil.example",
    "\\\\evil.example",
    "https:evil.example",
    "https://evil.example",
    "http:/evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "evil.example",
    " /cases",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r\nSet-Cookie: a=b",
    "\x00/cases",
    "/cases\x00",
    "\x01//evil.example",
    "?next=//evil.example",
    "#//evil.example",
]


@pytest.mark.parametrize("address", OUR_OWN)
def test_people_are_sent_back_to_where_they_came_from(address: str) -> None:
    assert flash.local(address) == address


@pytest.mark.parametrize("address", ELSEWHERE)
def test_nobody_is_sent_elsewhere(address: str | None) -> None:
    assert flash.local(address) == "/"
    assert flash.local(address, "/partners") == "/partners"


@given(st.text(max_size=40) | st.text("/\\:@evil.\t\n ", max_size=12))
def test_no_text_at_all_sends_people_elsewhere(text: str) -> None:
    given_back = flash.local(text)
    assert given_back.startswith("/")
    assert given_back[1:2] not in ("/", "\\")
    assert given_back == text or given_back == "/"


def _asked(cookie: bytes) -> Request:
    return Request({"type": "http", "headers": [(b"cookie", b"flash=" + cookie)]})


@pytest.mark.parametrize(
    "content", [b"5", b"null", b'"ab"', b"[1]", b"{}", b'["nope", "x"]', b"[[], []]", b"\xff", b"[" * 20_000]
)
def test_a_broken_line_is_no_line(content: bytes) -> None:
    assert flash.read(_asked(urlsafe_b64encode(content))) == []
    assert flash.read(_asked(content[:20])) == []


def test_a_line_is_carried_once_over_a_redirect() -> None:
    answer = flash.redirect("/cases", "Endringene er lagret; «alt» går bra.", "info")
    cookie = answer.headers["set-cookie"].split(";")[0].split("=", 1)[1]
    assert [(line.kind, line.text) for line in flash.read(_asked(cookie.encode()))] == [
        ("info", "Endringene er lagret; «alt» går bra.")
    ]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("**fet** og *skrå*", "<p><strong>fet</strong> og <em>skrå</em></p>"),
        ("- en\n- to", "<ul>\n<li>en</li>\n<li>to</li>\n</ul>"),
        ("[her](https://example.org)", '<p><a href="https://example.org" rel="nofollow noopener">her</a></p>'),
        (
            "[skriv](mailto:kari@example.org)",
            '<p><a href="mailto:kari@example.org" rel="nofollow noopener">skriv</a></p>',
        ),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("<b onclick=x>hei</b>", "<p>&lt;b onclick=x&gt;hei&lt;/b&gt;</p>"),
        ("# for stor", "for stor"),
    ],
)
def test_markdown_is_shown_as_a_short_list_of_harmless_tags(text: str, shown: str) -> None:
    assert shown in str(markdown(text))


@pytest.mark.parametrize(
    "text",
    [
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](java\tscript:alert(1))",
        "[x](&#106;avascript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](vbscript:msgbox)",
        "<javascript:alert(1)>",
        "![bilde](https://evil.example/pixel.gif)",
        "<img src=x onerror=alert(1)>",
        "<svg/onload=alert(1)>",
        '[x](https://example.org "onmouseover=alert(1)")',
        "<style>*{display:none}</style>",
        "[x]: javascript:alert(1)\n\n[x]",
    ],
)
def test_markdown_neither_runs_nor_loads_anything(text: str) -> None:
    html = str(markdown(text))
    for bad in ('href="java', 'href="data', 'href="vb', "<img", "<svg", "<script", "<style", " onerror=", " onmouse"):
        assert bad not in html.lower().replace("&lt;svg", "").replace("&lt;img src=x onerror", "")


def test_no_text_is_no_html() -> None:
    assert markdown(None) == markdown("") == ""


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("nb", "torsdag 26. mars 2026 kl. 09:00"),
        ("nn", "torsdag 26. mars 2026 kl. 09:00"),
        ("en", "Thursday 26 March 2026 at 09:00"),
    ],
)
def test_a_moment_is_shown_in_norwegian_time_and_the_readers_language(language: Language, shown: str) -> None:
    assert formats.clock(datetime(2026, 3, 26, 8, 0, tzinfo=UTC), language) == shown


def test_nynorsk_has_its_own_days() -> None:
    assert formats.clock(datetime(2026, 3, 29, 8, 0, tzinfo=UTC), "nn").startswith("søndag 29. mars 2026")
    assert formats.clock(datetime(2026, 3, 28, 8, 0, tzinfo=UTC), "nn").startswith("laurdag 28. mars 2026")


@pytest.mark.parametrize(
    ("language", "shown"), [("nb", "26. mars 2026"), ("nn", "26. mars 2026"), ("en", "26 March 2026")]
)
def test_a_day_is_shown_in_short(language: Language, shown: str) -> None:
    assert formats.day(date(2026, 3, 26), language) == shown
    assert formats.day(datetime(2026, 3, 25, 23, 30, tzinfo=UTC), language) == shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_not_known_is_shown_as_nothing(language: Language) -> None:
    assert formats.number(None, language) == formats.day(None, language) == formats.clock(None, language) == ""
    assert formats.org_number(None) == ""


def test_a_span_within_a_day_names_the_day_once_and_one_across_midnight_both() -> None:
    start = datetime(2026, 3, 26, 8, 0, tzinfo=UTC)
    assert formats.interval(start, start.replace(hour=9), "nb") == "torsdag 26. mars 2026 kl. 09:00–10:00"
    late = datetime(2026, 3, 26, 22, 30, tzinfo=UTC)
    assert (
        formats.interval(late, datetime(2026, 3, 26, 23, 30, tzinfo=UTC), "nb")
        == "torsdag 26. mars 2026 kl. 23:30 – fredag 27. mars 2026 kl. 00:30"
    )


def test_a_span_over_the_change_of_clocks_shows_what_the_clocks_on_the_wall_show() -> None:
    spring = formats.interval(datetime(2026, 3, 29, 0, 30, tzinfo=UTC), datetime(2026, 3, 29, 1, 30, tzinfo=UTC), "nb")
    autumn = formats.interval(
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "nb"
    )
    assert spring == "søndag 29. mars 2026 kl. 01:30–03:30"
    assert autumn == "søndag 25. oktober 2026 kl. 02:30–02:30"


def test_a_span_may_be_shown_in_another_zone() -> None:
    start, end = datetime(2026, 3, 26, 8, 0, tzinfo=UTC), datetime(2026, 3, 26, 9, 0, tzinfo=UTC)
    assert formats.interval(start, end, "en", "Europe/London") == "Thursday 26 March 2026 at 08:00–09:00"


@pytest.mark.parametrize(
    ("value", "language", "shown"),
    [
        (1_234_567, "nb", "1\u00a0234\u00a0567"),
        (Decimal("12.5"), "nn", "12,5"),
        (Decimal("1234.5"), "en", "1,234.5"),
        (0, "nb", "0"),
    ],
)
def test_numbers_have_the_signs_of_the_language(value: Decimal, language: Language, shown: str) -> None:
    assert formats.number(value, language) == shown


def test_an_organisation_number_is_read_in_threes() -> None:
    assert formats.org_number("999990002") == "999\u00a0990\u00a0002"


def test_names_stand_in_norwegian_order() -> None:
    words = ["Ålesund", "Østfold", "Ærlig", "Zoo", "Agder", "aagot", "alta", "1 til", "Eva", "Éva", "Ødegaard", "Ås"]
    assert by_letter(words) == [
        *("1 til", "Agder", "alta", "Eva", "Éva", "Zoo", "Ærlig", "Ødegaard", "Østfold", "aagot", "Ålesund", "Ås")
    ]


def test_letters_of_the_neighbours_stand_where_norwegians_look_for_them() -> None:
    assert by_letter(["Zürich", "Äpple", "Öl", "Áltá", "Číhca", "Ægir", "Bø", "Ørn", "Zy"]) == [
        *("Áltá", "Bø", "Číhca", "Zy", "Zürich", "Ægir", "Äpple", "Öl", "Ørn")
    ]


@pytest.mark.parametrize(
    ("page", "total", "window"),
    [
        (1, 0, [1]),
        (1, 20, [1]),
        (1, 21, [1, 2]),
        (1, 200, [1, 2, None, 10]),
        (5, 200, [1, None, 4, 5, 6, None, 10]),
        (10, 200, [1, None, 9, 10]),
        (3, 200, [1, 2, 3, 4, None, 10]),
        (999, 200, [1, None, 10]),
    ],
)
def test_the_pages_offered_are_the_near_ones_the_first_and_the_last(
    page: int, total: int, window: list[int | None]
) -> None:
    assert Paging(page, 20, total).window == window


@pytest.mark.parametrize(
    ("page", "total", "first", "last"), [(1, 0, 0, 0), (1, 5, 1, 5), (2, 45, 21, 40), (3, 45, 41, 45)]
)
def test_the_rows_shown_are_counted_from_one(page: int, total: int, first: int, last: int) -> None:
    assert (Paging(page, 20, total).first, Paging(page, 20, total).last) == (first, last)
    assert offset(page, 20) == max(first - 1, 0)


def test_bokmål_is_written_in_the_code_and_the_rest_stands_in_the_catalogues() -> None:
    assert translations("nb").gettext("Logg ut") == "Logg ut"
    assert translations("en").gettext("Logg ut") == "Sign out"
    assert translations("en").ngettext("Vis %(num)s treff", "Vis %(num)s treff", 1) == "Show %(num)s result"
    assert translations("en").gettext("Dette står ingen steder") == "Dette står ingen steder"


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_text_stays_empty_in_every_language(language: Language, tmp_path: Path) -> None:
    renderer = Renderer((), (), link_key=b"", base_url="", demo=False)
    assert renderer.translate(language, "") == ""
    assert renderer.translate(language, "Feil %(status)s", {"status": 5}).endswith(" 5")
