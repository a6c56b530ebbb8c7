"""Matching: needs and cases find each other both ways, with reasons, once, and whenever the search answers again."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import select

from services.knowledge.matchmaker import Matchmaker
from services.knowledge.models import Match, MatchTask, Need, Organisation
from services.knowledge.queries import needs as asked
from services.knowledge.search.asked import SearchAway
from services.knowledge.usecases import editorial, needs
from shared.auth.actor import Actor, Grant
from shared.ids import new_id
from tests.knowledge.support import FIRM, World, actor, line, load, national, wanted
from tests.knowledge.test_needs import MEMBER, OTHER, enter_firms

TIPPER = {
    "title": "Elektriske tippbiler i massetransporten",
    "summary": "Entreprenøren byttet ut dieselbilene med elektriske lastebiler med tipp.",
    "scopes": [1],
    "focus_areas": ["energy"],
    "sector": "business",
}
OTHERS: tuple[dict[str, Any], ...] = (
    {"title": "Ombruk av kontormøbler", "summary": "Møblene ble brukt om igjen da kontoret flyttet."},
    {"title": "Mindre matsvinn i kantina", "summary": "Restene ble veid og menyen lagt om.", "scopes": [3]},
    {"title": "Solceller på taket", "summary": "Lageret lager sin egen strøm.", "scopes": [2]},
    {"title": "Myra ble restaurert", "summary": "Grøftene ble tettet.", "focus_areas": ["nature"]},
)


@pytest.fixture(autouse=True)
async def firms(library: World) -> None:
    await enter_firms(library.database)


async def enter_cases(world: World, *more: dict[str, Any]) -> None:
    await load(world.database, [line(str(n), **case) for n, case in enumerate([*OTHERS, *more])])
    await world.projection.drain()


def matchmaker(world: World) -> Matchmaker:
    return Matchmaker(world.database, world.searcher)


async def post(world: World, who: Actor = MEMBER, **changes: Any) -> Need:
    async with world.database.writing() as session:
        return await needs.post(session, who, wanted(text="Hva kostet de, og hvordan lades de?", **changes))


async def matches(world: World, need: Need) -> list[tuple[str, str, list[dict[str, Any]]]]:
    async with world.database.reading() as session:
        return [(case.title, match.state, match.reasons) for match, case in await asked.matches_of(session, need.id)]


async def waiting(world: World) -> int:
    async with world.database.reading() as session:
        return (await session.exec(select(sa.func.count()).select_from(MatchTask))).one()


async def test_a_need_is_matched_with_what_is_in_the_library_and_told_why(library: World) -> None:
    await enter_cases(library, TIPPER)
    need = await post(library, scopes=[1], sector="business")
    await matchmaker(library).drain()
    [(title, state, reasons)] = await matches(library, need)
    assert (title, state) == (TIPPER["title"], "suggested")
    told = {one["kind"]: one["values"] for one in reasons}
    assert told["scope"] == [1]
    assert told["sector"] == ["business"]
    assert "elektriske lastebiler" in told["words"]
    assert await waiting(library) == 0


async def test_a_need_that_nothing_answers_is_matched_by_the_case_that_is_published_later(library: World) -> None:
    await enter_cases(library)
    need = await post(library)
    await matchmaker(library).drain()
    assert await matches(library, need) == []
    await library.publish(**TIPPER)
    await matchmaker(library).drain()
    assert [title for title, _state, _why in await matches(library, need)] == [TIPPER["title"]]


async def test_a_case_the_index_has_yet_to_take_in_is_matched_too(library: World) -> None:
    await enter_cases(library)
    await library.publish(**TIPPER)
    await matchmaker(library).drain()
    need = await post(library)
    await matchmaker(library).drain()
    assert len(await matches(library, need)) == 1


async def test_an_organisation_is_never_matched_with_itself(library: World) -> None:
    await enter_cases(library)
    await library.publish(**TIPPER, organisation_id=str(FIRM))
    need, twin = await post(library), await post(library)
    await matchmaker(library).drain()
    assert await matches(library, need) == await matches(library, twin) == []
    async with library.database.reading() as session:
        assert await asked.alike(session, MEMBER, need) == []


async def test_what_is_asked_about_alone_counts_not_that_somebody_asks(library: World) -> None:
    await enter_cases(
        library, {"title": "Erfaringer fra et nettverk", "summary": "Vi leter etter hjelp og erfaringer."}
    )
    need = await post(library, title="Hvem har erfaring med kvantedatamaskiner?")
    await matchmaker(library).drain()
    assert await matches(library, need) == []


async def test_while_the_search_is_away_what_waits_stays_and_is_worked_off_once(library: World, world: World) -> None:
    await enter_cases(library, TIPPER)
    need = await post(library)
    away = Matchmaker(library.database, world.searcher)
    with pytest.raises(SearchAway):
        await away.drain()
    assert await waiting(library) > 0
    await asyncio.gather(matchmaker(library).drain(), matchmaker(library).drain())
    assert len(await matches(library, need)) == 1
    assert await waiting(library) == 0


async def test_what_somebody_asked_for_stays_when_the_need_is_changed(library: World) -> None:
    await enter_cases(library, TIPPER)
    need = await post(library)
    await matchmaker(library).drain()
    async with library.database.writing() as session:
        match = (await session.exec(select(Match))).one()
        match.ask(MEMBER.person_id)
        session.add(match)
    async with library.database.writing() as session:
        await needs.edit(session, MEMBER, need.id, wanted(title="Ombruk av kontormøbler"))
    await matchmaker(library).drain()
    found = {title: state for title, state, _why in await matches(library, need)}
    assert found == {TIPPER["title"]: "asked", OTHERS[0]["title"]: "suggested"}


async def test_a_case_that_leaves_the_library_closes_what_was_open(library: World) -> None:
    await enter_cases(library)
    case = await library.publish(**TIPPER)
    need = await post(library)
    await matchmaker(library).drain()
    async with library.database.writing() as session:
        await editorial.archive(session, national(), case.id)
    assert await matches(library, need) == []
    async with library.database.reading() as session:
        assert (await session.exec(select(Match.state))).one() == "closed"


async def test_three_organisations_that_ask_for_the_same_are_worth_a_webinar(library: World) -> None:
    await enter_cases(library)
    third = new_id()
    async with library.database.writing() as session:
        session.add(Organisation(id=third, name="Tredje AS", regions=["agder"]))
    first = await post(library)
    for firm in (OTHER, third):
        await post(library, actor(Grant("partner_admin", organisation_id=firm)), organisation_id=firm)
    await post(library, national(), organisation_id=OTHER, title="Ombruk av kontormøbler", wanted_by=first.wanted_by)
    await matchmaker(library).drain()
    async with library.client(national()) as client:
        shown = (await client.get(f"/cases/needs/{first.id}")).text
    assert "3 behov ligner på hverandre" in shown
    async with library.client(MEMBER) as client:
        shown = (await client.get(f"/cases/needs/{first.id}")).text
    assert "Andre leter etter det samme" in shown
    assert "/events/new" not in shown


async def test_imported_cases_answer_needs_too(library: World) -> None:
    need = await post(library)
    await load(library.database, [line(str(n), **case) for n, case in enumerate([*OTHERS, TIPPER])])
    await library.projection.drain()
    await matchmaker(library).drain()
    assert [title for title, *_rest in await matches(library, need)] == [TIPPER["title"]]
    assert await waiting(library) == 0


async def test_the_matchmaker_follows_by_itself_and_a_need_that_is_over_is_left_alone(library: World) -> None:
    await enter_cases(library, TIPPER)
    need = await post(library)
    async with library.database.writing() as session:
        await needs.withdraw(session, MEMBER, need.id)
    running = asyncio.create_task(matchmaker(library).run())
    later = await post(library, wanted_by=need.wanted_by + timedelta(days=1))

    async def found(of: UUID) -> bool:
        async with library.database.reading() as session:
            return bool(await asked.matches_of(session, of))

    async with asyncio.timeout(20):
        while not await found(later.id):
            await asyncio.sleep(0.02)
    running.cancel()
    assert not await found(need.id)
