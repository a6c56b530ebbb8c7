"""What a reader takes along of cases: the fact sheet, a citation, and two to four of them side by side."""

import csv
import io
from typing import Any

import httpx
import pytest

from services.knowledge.models import Case
from tests.knowledge.support import BASE, World, national, text_of
from tests.knowledge.test_media import add
from tests.shared.pdf.reading import Pdf
from tests.shared.uploads.making import picture

FIGURE = {"metric": "ghg_reduction", "value": "12,5", "unit": "tco2e", "method": "measured"}
WHOLE: dict[str, Any] = {
    "title": "Elbusser & {båter} 50 %",
    "owner_name": "Agder fylkeskommune",
    "focus_areas": ["energy"],
    "scopes": [1],
    "sector": "public",
    "measure_types": ["Elbuss"],
    "period_start": "2021-03-01",
    "period_end": "2023-04-30",
    "impacts": [FIGURE],
    "fundings": [{"source": "Enova", "nok": 400_000}],
    "capex_nok": 1_000_000,
    "saving_nok_per_year": 250_000,
    "solution": "## Slik\n\n**Ladere** ved kaia.",
}


async def get(world: World, path: str, language: str = "nb") -> httpx.Response:
    async with world.client() as client:
        return await client.get(path, headers={"accept-language": language})


def compare(*cases: Case, path: str = "/cases/compare") -> str:
    return f"{path}?" + "&".join(f"id={case.id}" for case in cases)


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("nb", ["Om tiltaket", "Kostnader og støtte", "4 år, uten å trekke fra støtte", "Foto: Kari Foto", "12,5", "Spør regionkontoret."]),
        ("nn", ["Kostnader og støtte", "Foto: Kari Foto"]),
        ("en", ["Photo: Kari Foto", "NOK 1,000,000", "Cite this case"]),
    ],
)  # fmt: skip
async def test_the_fact_sheet_is_tagged_and_tells_the_case_in_the_readers_language(
    world: World, language: str, told: list[str]
) -> None:
    made = await world.publish(**WHOLE)
    assert (await add(world, national(), made.id, picture())).status_code == 303
    answer = await get(world, f"/cases/{made.id}/fact-sheet.pdf", language)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.headers["content-disposition"].startswith("attachment; filename=")
    sheet = Pdf(answer.content)
    assert sheet.title == WHOLE["title"]
    assert {"H1", "Figure", "Table", "TH"} <= set(sheet.tags())
    text = " ".join(sheet.text.split()).replace("\xa0", " ")
    for words in (*told, "Agder fylkeskommune", "Ladere ved kaia.", f"{BASE}/cases/"):
        assert words in text, words
    async with world.client() as client:
        again = await client.get(
            f"/cases/{made.id}/fact-sheet.pdf",
            headers={"accept-language": language, "if-none-match": answer.headers["etag"]},
        )
    assert again.status_code == 304


async def test_a_case_of_four_fields_has_a_fact_sheet_and_a_draft_has_none(world: World) -> None:
    made, draft = await world.publish(), await world.draft()
    assert (await get(world, f"/cases/{made.id}/fact-sheet.pdf")).content.startswith(b"%PDF")
    for path in ("fact-sheet.pdf", "citation.bib", "citation.ris"):
        assert (await get(world, f"/cases/{draft.id}/{path}")).status_code == 404, path


async def test_a_case_is_cited_in_a_line_and_in_files_that_no_title_can_break(world: World) -> None:
    made = await world.publish(**WHOLE)
    year = made.published_at.year if made.published_at else 0
    page = text_of(await get(world, f"/cases/{made.id}"))
    line = f"Agder fylkeskommune ({year}). {WHOLE['title']}. Koblingsboks. {BASE}/cases/{made.id} (CC BY 4.0)"
    assert line in page
    assert 'rel="license" href="https://creativecommons.org/licenses/by/4.0/"' in page
    bib = await get(world, f"/cases/{made.id}/citation.bib")
    assert bib.headers["content-disposition"].startswith("attachment;")
    assert r"title = {{Elbusser \& \{båter\} 50 \%}}" in bib.text
    assert f"url = {{{BASE}/cases/{made.id}}}" in bib.text
    assert bib.text.count("{") - bib.text.count("}") == 0
    ris = (await get(world, f"/cases/{made.id}/citation.ris")).text
    assert [row[:2] for row in ris.splitlines()] == ["TY", "AU", "TI", "PY", "PB", "UR", "LA", "N1", "ER"]
    assert f"TI  - {WHOLE['title']}\r\n" in ris
    assert (await get(world, f"/cases/{made.id}/citation.xml")).status_code == 404
    nobodys = await world.publish(title="Uten eier")
    assert f"Koblingsboks ({year}). Uten eier. {BASE}/cases/{nobodys.id}" in text_of(
        await get(world, f"/cases/{nobodys.id}")
    )


async def test_cases_stand_side_by_side_with_what_differs_marked_in_words(world: World) -> None:
    one = await world.publish(**WHOLE)
    other = await world.publish(
        **{**WHOLE, "title": "Solceller", "sector": "business", "impacts": [], "capex_nok": None}
    )
    answer = await get(world, compare(one, other))
    page = text_of(answer).replace("\xa0", " ")
    assert answer.status_code == 200
    assert page.count('<th scope="col"') == 3
    for told in ("1 000 000 kr", "12,5 t CO2e", "Ikke oppgitt", "1. mars 2021", f'data-label="{WHOLE["title"]}"'):
        assert told in page.replace("CO₂", "CO2"), told
    rows = page.split("<tr>")
    (sector,) = [row for row in rows if row.strip().startswith('<th scope="row">Sektor')]
    (region,) = [row for row in rows if row.strip().startswith('<th scope="row">Region')]
    assert ("Ulikt" in sector, "Ulikt" in region) == (True, False)
    sheet = await get(world, compare(one, other, path="/cases/compare/export"))
    lines = list(csv.reader(io.StringIO(sheet.content.decode("utf-8-sig")), delimiter=";"))
    assert lines[0] == ["Felt", WHOLE["title"], "Solceller", "Ulikt"]
    assert lines[1][1:3] == [f"{BASE}/cases/{one.id}", f"{BASE}/cases/{other.id}"]
    assert ["Investering", "1 000 000 kr", "Ikke oppgitt", "ja"] in [
        [cell.replace("\xa0", " ") for cell in row] for row in lines
    ]


async def test_fewer_more_or_other_than_public_cases_are_refused_with_the_remedy(world: World) -> None:
    many = [await world.publish(title=f"Sak {number}") for number in range(5)]
    draft = await world.draft()
    assert (await get(world, compare(*many[:4]))).status_code == 200
    for path in ("/cases/compare", "/cases/compare/export"):
        for chosen in ([], many[:1], many, [many[0], many[0]]):
            answer = await get(world, compare(*chosen, path=path))
            assert (answer.status_code, "Velg to til fire eksempler" in text_of(answer)) == (422, True)
        answer = await get(world, compare(many[0], draft, path=path))
        assert (answer.status_code, "Velg på nytt i søket" in text_of(answer)) == (404, True)
        assert draft.title not in text_of(answer)
        assert (await get(world, f"{path}?id={many[0].id}&id=tull")).status_code == 404


async def test_the_hits_of_a_search_can_be_chosen_without_script(world: World) -> None:
    made = [await world.publish(title=f"Elbuss {number}") for number in range(2)]
    page = text_of(await get(world, "/cases?q=elbuss"))
    assert '<form class="kb-stack" id="sammenlign" action="/cases/compare" method="get">' in page
    for case in made:
        assert f'<input type="checkbox" name="id" value="{case.id}">' in page
