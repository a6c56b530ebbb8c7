"""A case in several languages: the reader's where there is one, the original where not, and each text says which it is in."""

from typing import Any

import pytest

from services.knowledge.errors import SameLanguage, Stale
from services.knowledge.queries import history
from services.knowledge.queries.rows import rows_of
from services.knowledge.schemas import TranslationIn
from services.knowledge.usecases import editorial, translating
from shared.db.session import Database
from shared.errors import Forbidden, NotFound
from tests.knowledge.support import World, given, national, partner, staff_of, text_of


def english(**more: Any) -> TranslationIn:
    texts = {"solution": "They bought *electric* buses."}
    return TranslationIn(
        **{"language": "en", "title": "Electric buses", "summary": "No more diesel.", "texts": texts, **more}
    )


async def test_the_reader_gets_their_language_and_the_original_where_nobody_translated(world: World) -> None:
    made = await world.publish(solution="De kjøpte elbusser.", results="Stille gater.")
    async with world.database.writing() as session:
        await translating.translate(session, national(), made.id, english())
    async with world.client() as client:
        shown = text_of(await client.get(f"/cases/{made.id}", params={"lang": "en"}))
        assert "<h1" in shown
        assert "Electric buses" in shown
        assert "<em>electric</em>" in shown
        assert '<div lang="nb"><p>Stille gater.</p>' in shown, "what is not translated says which language it is in"
        assert "Translated from" in shown
        original = text_of(await client.get(f"/cases/{made.id}?lang=en&text=nb"))
        assert "De kjøpte elbusser." in original
        norwegian = text_of(await client.get(f"/cases/{made.id}", params={"lang": "nb"}))
        assert "De kjøpte elbusser." in norwegian
        assert 'hreflang="en"' in norwegian
        cards = text_of(await client.get("/cases", params={"lang": "en"}))
        assert "Electric buses" in cards
        assert 'lang="nb"' not in cards[cards.index("kb-case") :][:400]
        strange = await client.get(f"/cases/{made.id}?text=<script>")
        assert strange.status_code == 200


async def test_a_translation_is_kept_and_the_case_is_found_by_it(database: Database) -> None:
    who = national()
    async with database.writing() as session:
        made = await editorial.draft(session, who, given(tco2e_per_year=2))
        before = made.version
        told = await translating.translate(session, who, made.id, english())
        assert (told.version, told.other_languages) == (before + 1, ["en"])
        assert "electric" in told.folded
        assert (await translating.translate(session, who, made.id, english())).version == before + 1, "nothing new"
        await editorial.edit(session, who, made.id, given(title="Ny", tco2e_per_year=2))
        assert [one.title for one in (await rows_of(session, [made.id]))[made.id].translations] == ["Electric buses"]
        gone = await translating.take_away(session, who, made.id, "en")
        assert (gone.other_languages, gone.translated) == ([], "")
        steps = await history(session, made.id)
    assert [(step.action, step.fields) for step in steps[:2]] == [("translate", ["translations"]), ("edit", ["title"])]
    assert steps[0].before["translations"][0]["title"] == "Electric buses"


async def test_a_translation_says_that_the_original_has_changed_since(world: World) -> None:
    who = staff_of("agder")
    made = await world.draft(who, solution="Før", translations=[english().model_dump()])
    async with world.client(who) as client:
        assert "endret siden" not in text_of(await client.get(f"/cases/{made.id}?text=en"))
    async with world.database.writing() as session:
        await editorial.edit(session, who, made.id, given(solution="Etter"))
    async with world.client(who) as client:
        assert "Originalen er endret siden." in text_of(await client.get(f"/cases/{made.id}?text=en"))


async def test_a_public_case_is_translated_by_those_who_may_publish_it_and_found_by_it(library: World) -> None:
    made = await library.publish()
    async with library.database.writing() as session:
        await translating.translate(session, staff_of("agder"), made.id, english())
    await library.projection.drain()
    hits = (await library.search(q="elbusser"))["hits"]
    assert hits[0]["other_languages"] == ["en"]
    for who in (staff_of("troms"), partner()):
        with pytest.raises(Forbidden):
            async with library.database.writing() as session:
                await translating.translate(session, who, made.id, english(title="Hijacked"))


async def test_what_is_no_translation_is_refused(sqlite_database: Database) -> None:
    who = national()
    async with sqlite_database.writing() as session:
        made = await editorial.draft(session, who, given())
        with pytest.raises(SameLanguage):
            await translating.translate(session, who, made.id, english(language="nb"))
        with pytest.raises(Stale):
            await translating.translate(session, who, made.id, english(), version=7)
        with pytest.raises(NotFound):
            await translating.take_away(session, who, made.id, "en")
        await editorial.submit(session, who, made.id)
        with pytest.raises(Forbidden):
            await translating.translate(session, who, made.id, english())
        with pytest.raises(SameLanguage):
            await editorial.draft(session, who, given(translations=[english(language="nb")]))


async def test_a_case_is_translated_on_a_page_beside_the_original(world: World) -> None:
    who = staff_of("agder")
    made = await world.draft(who, solution="De kjøpte elbusser.")
    address = f"/cases/{made.id}/translations"
    async with world.client(who) as client:
        assert "Engelsk" in text_of(await client.get(address))
        page = text_of(await client.get(f"{address}/en"))
        assert "De kjøpte elbusser." in page
        assert 'name="lessons"' not in page, "there is nothing to translate"
        fields = {"title": "Buses", "summary": "Short.", "solution": "Bought.", "version": 1, **world.csrf(who)}
        wrong = await client.post(f"{address}/en", data={**fields, "title": ""})
        assert (wrong.status_code, "Bought." in text_of(wrong)) == (422, True)
        assert (await client.post(f"{address}/en", data=fields)).status_code == 303
        stale = await client.post(f"{address}/en", data={**fields, "title": "Other"})
        assert stale.status_code == 422
        assert "Noen andre har endret" in text_of(stale)
        assert (await client.get(f"{address}/nb")).status_code == 404
        assert (await client.get(f"{address}/fr")).status_code in (404, 422)
        assert (await client.post(f"{address}/en/delete", data=world.csrf(who))).status_code == 303
    assert (await world.case(made.id)).other_languages == []


async def test_programs_put_and_take_away_translations(world: World) -> None:
    made = await world.publish()
    address = f"/cases/api/v1/cases/{made.id}/translations/en"
    async with world.client(national()) as client:
        told = await client.put(address, json={"title": "Buses", "summary": "Short.", "texts": {"lessons": "Charge."}})
        assert told.status_code == 200, told.text
        assert told.json()["translations"][0] == {
            "language": "en",
            "title": "Buses",
            "summary": "Short.",
            "texts": {"lessons": "Charge."},
        }
        assert (await client.delete(address)).json()["translations"] == []
    async with world.client() as client:
        assert (await client.put(address, json={"title": "x", "summary": "y"})).status_code == 401


async def test_whoever_answers_for_a_case_may_stop_at_any_time(world: World) -> None:
    who = staff_of("agder")
    made = await world.publish()
    async with world.database.writing() as session:
        found = await session.get(type(made), made.id)
        assert found is not None
        found.answer_for(who.person_id)
        session.add(found)
    async with world.client(national()) as client:
        page = text_of(await client.get(f"/cases/{made.id}"))
        assert "har sagt ja til å svare" in page
        assert str(who.person_id) not in page
        assert "no-contact" not in page
        refused = await client.post(f"/cases/{made.id}/no-contact", data=world.csrf(national()))
        assert refused.status_code == 403
    async with world.client(who) as client:
        assert "no-contact" in text_of(await client.get(f"/cases/{made.id}"))
        assert (await client.post(f"/cases/{made.id}/no-contact", data=world.csrf(who))).status_code == 303
    assert (await world.case(made.id)).contact_id is None
