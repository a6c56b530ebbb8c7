"""The form of a case: sections, rows that become more and fewer by buttons, and what is wrong said at its field."""

import re
from typing import Any

import httpx

from services.knowledge.queries.rows import Rows, rows_of
from tests.knowledge.support import World, body, staff_of, text_of

ROW = {
    "impacts-0-metric": "ghg_reduction",
    "impacts-0-value": "12,5",
    "impacts-0-unit": "tco2e",
    "impacts-0-per": "year",
}
MARKED = {f"{name}-rows": "1" for name in ("impacts", "fundings", "contributors", "relations", "links")}


async def sent(world: World, who: Any, path: str, **values: Any) -> httpx.Response:
    async with world.client(who) as client:
        return await client.post(path, data={**body(), **MARKED, **values, **world.csrf(who)})


async def rows_at(world: World, address: str) -> Rows:
    case_id = (await world.case_at(address)).id
    async with world.database.reading() as session:
        return (await rows_of(session, [case_id]))[case_id]


def field(shown: str, name: str) -> str:
    """Return what stands in an input of a page."""
    found = re.search(rf'name="{re.escape(name)}"[^>]*value="([^"]*)"', shown)
    assert found is not None, name
    return found[1]


async def test_a_whole_case_goes_through_the_form_and_comes_back_into_it(world: World) -> None:
    who = staff_of("agder")
    other = await world.publish(title="Forbildet")
    answer = await sent(
        world,
        who,
        "/cases/new",
        **ROW,
        **{
            "impacts-0-method": "measured",
            "impacts-0-verified_by": "third_party",
            "impacts-0-uncertainty_percent": "5",
            "fundings-0-source": "Enova",
            "fundings-0-nok": "1 000 000",
            "contributors-0-name": "Skyss",
            "contributors-0-role": "supplier",
            "relations-0-kind": "replicates",
            "relations-0-url": f"http://knowledge.test/cases/{other.id}",
            "links-0-url": "https://example.org/rapport",
            "measure_types": ["landstrom", "Hesteskyss\nSolenergi"],
            "municipalities": "Tromsø\n4204",
            "industries": "49 Landtransport\n84.110",
            "sdgs": ["13", "11"],
            "keywords": "buss\nlading",
            "transferability": "2",
            "capex_nok": "5 000 000",
            "did_not_work": "Den første laderen.",
            "contact": "me",
        },
    )
    assert answer.status_code == 303, text_of(answer)[-3_000:]
    address = answer.headers["location"]
    made, rows = await world.case_at(address), await rows_at(world, address)
    assert made.measure_codes == ["landstrom", "hesteskyss", "solenergi"]
    assert (made.municipalities, made.industries, made.sdgs) == (["5501", "4204"], ["49", "84"], ["13", "11"])
    assert (made.contact_id, made.capex_nok, made.transferability) == (who.person_id, 5_000_000, 2)
    assert [(row.kind, row.target_id, row.url) for row in rows.relations] == [("replicates", other.id, "")]
    async with world.client(who) as client:
        shown = text_of(await client.get(f"{address}/edit"))
    assert field(shown, "impacts-0-value") == "12.5"
    assert field(shown, "relations-0-url") == f"/cases/{other.id}"
    assert "Tromsø\nKristiansand" in shown
    assert "49 Landtransport og rørtransport" in shown
    again = await sent(world, who, f"{address}/edit", **as_typed(shown))
    assert again.status_code == 303, text_of(again)[-3_000:]
    assert await rows_at(world, address) == rows
    after = await world.case_at(address)
    kept = {"version", "updated_at", "indexed_version"}
    assert after.model_dump(exclude=kept) == made.model_dump(exclude=kept), "what nobody touched stays as it is"


def as_typed(shown: str) -> dict[str, Any]:
    """Return a page's form as a browser would send it."""
    typed: dict[str, list[str]] = {}
    form = shown[shown.index('id="eksempelskjema"') :]
    for tag in re.findall(r"<input[^>]*>", form):
        name, kind = re.search(r'name="([^"]+)"', tag), re.search(r'type="([^"]+)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if name and (kind is None or kind[1] not in ("checkbox", "radio") or " checked" in tag):
            typed.setdefault(name[1], []).append(value[1] if value else "")
    for name, text in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\n?(.*?)</textarea>', form, re.S):
        typed.setdefault(name, []).append(text)
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        typed.setdefault(name, []).append(chosen[1] if chosen else "")
    return {name: values if len(values) > 1 else values[0] for name, values in typed.items() if name != "csrf_token"}


async def test_rows_are_added_and_taken_away_by_buttons_and_nothing_is_lost_or_saved(world: World) -> None:
    who = staff_of("agder")
    typed = {**ROW, "impacts-3-value": "7", "impacts-3-metric": "other", "impacts-3-unit": "kwh", "title": "Halvferdig"}
    more = await sent(world, who, "/cases/new", **typed, then="add-impacts")
    shown = text_of(more)
    assert more.status_code == 200
    assert [field(shown, f"impacts-{n}-value") for n in range(3)] == ["12,5", "7", ""]
    assert "Halvferdig" in shown
    assert "Rett opp" not in shown
    less = await sent(world, who, "/cases/new", **as_typed(shown), then="remove-impacts-0")
    shown = text_of(less)
    assert field(shown, "impacts-0-value") == "7"
    assert "impacts-1-value" not in shown, "an empty row is none"
    for strange in ("add-title", "remove-impacts-99", "add-", "remove-impacts-x"):
        answer = await sent(world, who, "/cases/new", title="", then=strange)
        assert answer.status_code in (200, 422), strange
    assert await world.said() == []
    saved = await sent(world, who, "/cases/new", **as_typed(shown))
    assert saved.status_code == 303, text_of(saved)


async def test_what_is_wrong_in_a_row_is_said_at_its_field(world: World) -> None:
    who = staff_of("agder")
    wrong = {"impacts-0-metric": "ghg_reduction", "impacts-0-value": "mye", "impacts-0-unit": "tco2e"}
    shown = text_of(await sent(world, who, "/cases/new", **wrong))
    assert 'href="#felt-impacts-0-value">Virkninger 1, Verdi: Skriv et tall' in shown
    assert 'value="mye"' in shown
    shown = text_of(await sent(world, who, "/cases/new", **{**ROW, "impacts-0-unit": "km"}))
    assert "«Klimagassutslipp spart» kan ikke oppgis i km." in shown
    shown = text_of(await sent(world, who, "/cases/new", municipalities="Atlantis"))
    assert "«Atlantis» finnes ikke i lista «Kommune»." in shown
    shown = text_of(
        await sent(world, who, "/cases/new", **{"relations-0-url": f"/cases/{'0' * 8}-0000-0000-0000-{'0' * 12}"})
    )
    assert "Eksempelet finnes ikke." in shown
    assert await world.said() == []


async def test_the_last_row_can_be_taken_away(world: World) -> None:
    who = staff_of("agder")
    made = await world.draft(who, impacts=[{"metric": "ghg_reduction", "value": 4, "unit": "tco2e"}])
    answer = await sent(world, who, f"/cases/{made.id}/edit", version=1)
    assert answer.status_code == 303
    after = await world.case(made.id)
    assert after.tco2e_per_year is None
    assert (await rows_at(world, f"/cases/{made.id}")).impacts == []


async def test_nobody_agrees_to_answer_for_somebody_else(world: World) -> None:
    first, second = staff_of("agder"), staff_of("agder")
    made = await world.draft(first, contact="me")
    assert (await world.case(made.id)).contact_id == first.person_id
    await sent(world, second, f"/cases/{made.id}/edit", version=1, contact="keep")
    assert (await world.case(made.id)).contact_id == first.person_id
    await sent(world, second, f"/cases/{made.id}/edit", version=2, contact="nobody")
    assert (await world.case(made.id)).contact_id is None
