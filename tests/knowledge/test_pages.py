"""The pages as people get them, without JavaScript."""

from datetime import UTC, datetime

import pytest

from services.knowledge.usecases.editorial import submit
from shared.clock import frozen
from tests.knowledge.support import World, body, line, load, national, partner, staff_of, text_of


async def page(world: World, path: str, who: object = None, status: int = 200) -> str:
    async with world.client(who) as client:  # type: ignore[arg-type]
        answer = await client.get(path)
    assert answer.status_code == status, answer.text[:2_000]
    return text_of(answer)


@pytest.mark.parametrize(
    "path", ["/", "/cases", "/om", "/tilgjengelighet", "/informasjonskapsler", "/cases?q=xyz&region=agder"]
)
async def test_public_pages_answer_in_every_language_also_when_all_is_empty(world: World, path: str) -> None:
    async with world.client() as client:
        for language in ("nb", "nn", "en"):
            answer = await client.get(path, params={"lang": language})
            assert answer.status_code == 200
            assert f'<html lang="{language}"' in answer.text
            assert answer.text.count("<h1") == 1


async def test_the_front_page_leads_to_the_calendar_and_each_county(world: World) -> None:
    await load(world.database, [line("a", region="troms")])
    shown = await page(world, "/")
    assert 'href="/cases?region=troms"' in shown
    assert 'hx-get="/events/fragments/upcoming"' in shown
    assert "spart per år" not in shown, "where no case states a figure there is no sum"


async def test_search_shows_cards_facets_chips_and_a_shareable_address(library: World) -> None:
    await load(
        library.database, [line("a", title="Elbuss i by", measure_types=["Buss & bane"]), line("b", region="troms")]
    )
    await library.projection.drain()
    shown = await page(library, "/cases?q=elbuss&region=agder&measure_type=Buss+%26+bane")
    assert "<mark>Elbuss</mark> i by" in shown
    assert "Buss & bane" in shown
    assert 'href="/cases?q=elbuss&measure_type=Buss+%26+bane"' in shown, "the chip that takes the region away"
    assert 'name="region" value="agder" checked' in shown


async def test_while_typing_only_the_hits_and_the_counts_are_sent(library: World) -> None:
    await load(library.database, [line("a")])
    await library.projection.drain()
    async with library.client() as client:
        answer = await client.get("/cases?q=elbusser", headers={"HX-Request": "true"})
    assert "<html" not in answer.text
    assert "hx-partial" in answer.text
    assert "<mark>Elbusser</mark>" in answer.text


async def test_no_hits_offers_ways_out_that_find_something(library: World) -> None:
    await load(library.database, [line("a", title="Elbuss", measure_types=["Solceller"])])
    await library.projection.drain()
    shown = await page(library, "/cases?q=elbuss&region=troms")
    assert "Uten avgrensingen Region" in shown
    assert 'href="/cases?q=elbuss"' in shown
    assert "Mente du «Solceller»?" in await page(library, "/cases?q=soolceellr")


async def test_when_the_engine_is_away_the_page_says_so_and_still_finds(world: World) -> None:
    await load(world.database, [line("a", title="Økonomisk elbuss"), line("b", title="Landstrøm")])
    shown = await page(world, "/cases?q=okonomisk")
    assert "Søkemotoren svarer ikke" in shown
    assert "<mark>Økonomisk</mark>" in shown
    assert "Landstrøm" not in shown


async def test_a_published_case_is_shown_with_its_language_source_and_owner(world: World) -> None:
    made = await world.publish(
        language="nn",
        challenge="Køyrde på *diesel*.\n\n<script>",
        owner_name="Skyss",
        source_url="https://example.org/a?b=1",
    )
    shown = await page(world, f"/cases/{made.id}")
    assert 'lang="nn"' in shown
    assert "<em>diesel</em>" in shown
    assert 'href="https://example.org/a?b=1"' in shown
    async with world.client() as client:
        assert "&lt;script&gt;" in (await client.get(f"/cases/{made.id}")).text


async def test_staff_see_how_long_it_took_until_a_case_could_be_found(library: World) -> None:
    with frozen(datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)):
        made = await library.publish()
        waiting = await page(library, f"/cases/{made.id}/freshness", national())
        assert "Søket henter det inn nå" in waiting
        assert "every 400ms" in waiting
    with frozen(datetime(2026, 3, 1, 12, 0, 0, 900_000, tzinfo=UTC)):
        await library.projection.drain()
        who = national()
        assert "Publisert, søkbar etter 0,9 s" in await page(library, f"/cases/{made.id}", who)
        assert "Publisert, søkbar" not in await page(library, f"/cases/{made.id}")
        known = await page(library, f"/cases/{made.id}/freshness", who)
    assert "every" not in known


async def test_a_case_goes_from_form_to_library_by_buttons_alone(world: World) -> None:
    author, reviewer = staff_of("agder"), staff_of("agder")
    async with world.client(author) as client:
        answer = await client.post("/cases/new", data={**body(measure_types="Buss\nLading"), **world.csrf(author)})
        assert answer.status_code == 303
        address = answer.headers["location"]
        assert (await client.get(address)).status_code == 200
        assert (await client.post(f"{address}/submit", data=world.csrf(author))).status_code == 303
    async with world.client(reviewer) as client:
        assert address in (await client.get("/cases/mine")).text
        assert "Godkjenn" in (await client.get(f"{address}/review")).text
        bare = await client.post(f"{address}/request-changes", data=world.csrf(reviewer))
        assert bare.status_code == 422
        assert "Skriv hva som må endres" in text_of(bare)
        for step in ("approve", "publish", "publish"):
            assert (await client.post(f"{address}/{step}", data=world.csrf(reviewer))).status_code == 303
    async with world.client() as client:
        shown = await client.get(address)
    assert shown.status_code == 200
    assert "Lading" in shown.text


async def test_a_wrong_form_is_shown_again_with_what_was_typed(world: World) -> None:
    author = staff_of("agder")
    async with world.client(author) as client:
        typed = {**body(title="", source_url="javascript:alert(1)", capex_nok="mye"), **world.csrf(author)}
        answer = await client.post("/cases/new", data=typed)
    shown = text_of(answer)
    assert answer.status_code == 422
    for text in ("Feltet må fylles ut.", "begynner med https://", 'value="mye"', "Skriv et helt tall"):
        assert text in shown, text
    assert await world.said() == []


async def test_whoever_saves_second_sees_both_texts(world: World) -> None:
    author = staff_of("agder")
    made = await world.draft(author)
    async with world.client(author) as client:
        first = {**body(title="Den andres tittel", version=1), **world.csrf(author)}
        assert (await client.post(f"/cases/{made.id}/edit", data=first)).status_code == 303
        second = {**body(title="Min tittel", version=1), **world.csrf(author)}
        answer = await client.post(f"/cases/{made.id}/edit", data=second)
    shown = text_of(answer)
    assert answer.status_code == 409
    assert "Den andres tittel" in shown
    assert "Min tittel" in shown
    assert 'name="version" value="2"' in shown


async def test_drafts_are_hidden_from_the_public_and_archived_cases_answer_gone(world: World) -> None:
    draft, archived = await world.draft(), await world.publish()
    who = national()
    async with world.client(who) as client:
        await client.post(f"/cases/{archived.id}/archive", data=world.csrf(who))
    await page(world, f"/cases/{draft.id}", status=404)
    await page(world, f"/cases/{draft.id}", partner(), status=404)
    assert "arkivert" in await page(world, f"/cases/{archived.id}", status=410)
    assert "Arkivert" in await page(world, f"/cases/{archived.id}", who)


async def test_only_staff_have_a_queue_and_may_draft(world: World) -> None:
    for path in ("/cases/mine", "/cases/new"):
        await page(world, path, status=303)
        await page(world, path, partner(), status=403)
        await page(world, path, staff_of("agder"))


async def test_the_queue_says_who_a_case_waits_for(world: World) -> None:
    author, other = staff_of("agder"), staff_of("troms")
    made = await world.draft(author, title="Mitt utkast")
    await world.draft(other, title="Et annet sted", region="troms")
    async with world.database.writing() as session:
        await submit(session, author, made.id)
    shown = await page(world, "/cases/mine", author)
    assert "medarbeiderne i Agder" in shown
    assert "Et annet sted" not in shown


async def test_a_form_from_elsewhere_changes_nothing(world: World) -> None:
    who = national()
    made = await world.draft(who)
    async with world.client(who) as client:
        assert (await client.post(f"/cases/{made.id}/submit", data={"csrf_token": "x"})).status_code == 403
        answer = await client.post(
            f"/cases/{made.id}/submit", data=world.csrf(who), headers={"Sec-Fetch-Site": "cross-site"}
        )
    assert answer.status_code == 403
    assert (await world.case(made.id)).status == "draft"


async def test_robots_are_told_what_is_not_for_them(world: World) -> None:
    assert "Disallow: /cases/mine" in await page(world, "/robots.txt")
