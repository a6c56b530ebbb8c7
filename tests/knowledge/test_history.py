"""A case's history: what each version changed, and what every version held."""

import re
from typing import Any

from hypothesis import given as anything
from hypothesis import strategies as st

from services.knowledge.differing import in_entries, in_words
from services.knowledge.models import CONTENT, Case, Revision
from services.knowledge.queries import history
from services.knowledge.queries.revisions import as_it_was, held_now
from services.knowledge.schemas import TranslationIn
from services.knowledge.usecases import editorial, translating
from shared.ids import new_id
from tests.knowledge.support import World, given, national, partner, staff_of, text_of

FIGURE = {"metric": "ghg_reduction", "value": "12.5", "unit": "tco2e"}
WRITTEN = st.fixed_dictionaries(
    {},
    optional={
        "title": st.sampled_from(["Elbusser", "Elferjer", "Varmepumpe"]),
        "challenge": st.text("ab \n", max_size=8),
        "keywords": st.lists(st.sampled_from(["buss", "ferje"]), max_size=2, unique=True),
        "capex_nok": st.none() | st.integers(0, 3),
    },
)


@anything(st.text(), st.text())
def test_a_marked_text_holds_both_texts_whole(before: str, after: str) -> None:
    marked = in_words(before, after)
    assert "".join(one.text for one in marked if one.kind != "new") == before
    assert "".join(one.text for one in marked if one.kind != "gone") == after


@anything(st.lists(st.text("ab", max_size=2)), st.lists(st.text("ab", max_size=2)))
def test_marked_lists_hold_both_lists_whole(before: list[str], after: list[str]) -> None:
    marked = in_entries(before, after)
    assert [one.text for one in marked if one.kind != "new"] == before
    assert [one.text for one in marked if one.kind != "gone"] == after


@anything(st.lists(WRITTEN, max_size=8))
def test_any_row_of_edits_is_taken_back_to_each_version(edits: list[dict[str, Any]]) -> None:
    case = Case(id=new_id(), title="Start", summary="Kort.", region="agder", language="nb")
    held, revisions = {case.version: _content(case)}, [Revision.of(case, "draft", None)]
    for edit in edits:
        before = _content(case)
        changed = case.write(edit)
        revisions.append(Revision.of(case, "edit", None, {name: before[name] for name in changed}))
        held[case.version] = _content(case)
    for version, content in held.items():
        assert as_it_was(_content(case), revisions, version) == content


async def test_every_version_of_a_real_case_is_made_again_with_its_rows_and_translations(world: World) -> None:
    who = national()
    made = await world.draft(who, impacts=[FIGURE], fundings=[{"source": "Enova", "nok": 400_000}])
    told = TranslationIn(language="en", title="Buses", summary="Short.", texts={"challenge": "Diesel."})
    held: dict[int, dict[str, Any]] = {}

    async def keep() -> None:
        async with world.database.reading() as session:
            found = await session.get(Case, made.id)
            assert found is not None
            held[found.version] = await held_now(session, found)

    await keep()
    for changes in (
        {"impacts": [{**FIGURE, "value": "13"}, {**FIGURE, "scope": 1}], "challenge": "Diesel."},
        {"impacts": [], "fundings": [], "capex_nok": 0, "contributors": [{"name": "Skyss", "role": "partner"}]},
        {"title": "Elferjer", "latitude": "59.12345", "longitude": "5.5", "year_start": 2021},
    ):
        async with world.database.writing() as session:
            await editorial.edit(session, who, made.id, given(**changes))
        await keep()
    async with world.database.writing() as session:
        await translating.translate(session, who, made.id, told)
    await keep()
    for step in (editorial.submit, editorial.approve, editorial.publish):
        async with world.database.writing() as session:
            await step(session, who, made.id)
        await keep()
    async with world.database.reading() as session:
        revisions = await history(session, made.id)
    assert len(held) == len(revisions) == 8
    for version, content in held.items():
        assert as_it_was(held[8], revisions, version) == content, version


async def test_a_version_shows_what_it_changed_word_by_word_and_row_by_row(world: World) -> None:
    who = staff_of("agder")
    made = await world.draft(who, challenge="Bussene gikk på diesel.", impacts=[FIGURE])
    async with world.database.writing() as session:
        changed = given(challenge="Bussene gikk på biogass.", impacts=[{**FIGURE, "value": "14"}], capex_nok=0)
        await editorial.edit(session, who, made.id, changed)
    async with world.client(who) as client:
        case_page = text_of(await client.get(f"/cases/{made.id}"))
        page = text_of(await client.get(f"/cases/{made.id}/history/2"))
        first = text_of(await client.get(f"/cases/{made.id}/history/1"))
    assert f'href="/cases/{made.id}/history/2"' in case_page
    assert '<del><span class="ds-sr-only">Fjernet: </span> diesel.</del>' in page
    assert '<ins><span class="ds-sr-only">Nytt: </span> biogass.</ins>' in page
    assert re.search(r"<del>[^/]*/span>[^<]*Verdi: 12\.5", page)
    assert re.search(r"<ins>[^/]*/span>[^<]*Verdi: 14", page)
    assert "Investering" in page, "nothing said and 0 are not the same"
    assert "Dette er den første versjonen." in first
    assert "Bussene gikk på diesel." in first


async def test_two_versions_further_apart_can_be_chosen(world: World) -> None:
    who = staff_of("agder")
    made = await world.draft(who, title="Først")
    for title in ("Midt", "Sist"):
        async with world.database.writing() as session:
            await editorial.edit(session, who, made.id, given(title=title))
    async with world.client(who) as client:
        near = text_of(await client.get(f"/cases/{made.id}/history/3"))
        far = text_of(await client.get(f"/cases/{made.id}/history/3", params={"since": 1}))
        nowhere = await client.get(f"/cases/{made.id}/history/3", params={"since": 3})
        unknown = await client.get(f"/cases/{made.id}/history/9")
    assert "</span>Midt</del>" in near
    assert "</span>Først</del>" in far
    assert (nowhere.status_code, unknown.status_code) == (404, 404)


async def test_what_a_case_held_before_is_not_for_readers(world: World) -> None:
    made = await world.publish()
    for who, status in ((None, 303), (partner(), 403), (staff_of("agder"), 200)):
        async with world.client(who) as client:
            answer = await client.get(f"/cases/{made.id}/history/1")
        assert answer.status_code == status


def _content(case: Case) -> dict[str, Any]:
    return case.model_dump(mode="json", include=set(CONTENT))
