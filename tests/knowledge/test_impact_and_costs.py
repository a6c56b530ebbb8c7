"""Figures in rows and what follows from them: sums, payback and the price of a tonne; what is told in short becomes a row."""

from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from services.knowledge.models import Terms
from services.knowledge.models.costs import Cost, band, nok_per_tonne, payback_years
from services.knowledge.queries import by_external_ids, history, terms
from services.knowledge.queries.rows import rows_of
from services.knowledge.schemas import CaseIn
from services.knowledge.usecases import editorial
from shared.db.session import Database
from shared.errors import Invalid
from tests.knowledge.support import World, body, given, line, load, national

TONNES = {"metric": "ghg_reduction", "value": "12,5", "unit": "tco2e"}
WHOLE = {
    **TONNES,
    "per": "year",
    "scope": 1,
    "baseline_value": "100.125",
    "baseline_year": 2019,
    "baseline_text": "Dieselbussene",
    "period_from": "2023-01-01",
    "period_to": "2023-12-31",
    "method": "measured",
    "method_ref": "GHG Protocol",
    "verified_by": "third_party",
    "uncertainty_percent": "7,5",
    "shared_with": "Skyss",
}


@pytest.mark.parametrize(
    ("cost", "value", "missing"),
    [
        (Cost(1_000_000, None, 250_000), Decimal("4.0"), None),
        (Cost(1_000_000, 50_000, 250_000), Decimal("5.0"), None),
        (Cost(100, 0, 3), Decimal("33.3"), None),
        (Cost(0, 0, 3), Decimal("0.0"), None),
        (Cost(None, 1, 3), None, "investment"),
        (Cost(100, 1, None), None, "saving"),
        (Cost(100, 5, 5), None, "no-net-saving"),
        (Cost(100, 7, 5), None, "no-net-saving"),
    ],
)
def test_payback_is_told_or_what_is_missing(cost: Cost, value: Decimal | None, missing: str | None) -> None:
    found = payback_years(cost)
    assert (found.value, found.missing) == (value, missing)


@pytest.mark.parametrize(
    ("cost", "yearly", "total", "value", "basis", "missing"),
    [
        (Cost(1_000_000, 10_000, 0, 10), "20", None, 5_500, "lifetime", None),
        (Cost(1_000_000, 0, 200_000, 10), "20", None, -5_000, "lifetime", None),
        (Cost(None, 100, 0, 10), "1", None, 100, "lifetime", None),
        (Cost(1_000_000, 10_000, 0, None), "20", None, 50_000, "yearly", None),
        (Cost(1_000_000), "20", "400", 2_500, "total", None),
        (Cost(1_000_000, 0, 0, 10), None, "400", 2_500, "total", None),
        (Cost(None, 10_000), "20", None, None, None, "cost"),
        (Cost(1_000_000), None, None, None, None, "tonnes"),
        (Cost(1_000_000), "0", None, None, None, "tonnes"),
    ],
)
def test_the_price_of_a_tonne_says_what_it_is_counted_over(
    cost: Cost, yearly: str | None, total: str | None, value: int | None, basis: str | None, missing: str | None
) -> None:
    found = nok_per_tonne(cost, yearly and Decimal(yearly), total and Decimal(total))  # type: ignore[arg-type]
    assert (found.value, found.basis, found.missing) == (value, basis, missing)


def test_an_investment_is_in_one_band() -> None:
    amounts = (None, 0, 99_999, 100_000, 1_000_000, 10_000_000)
    expected = [None, "under-100k", "under-100k", "100k-1m", "1m-10m", "over-10m"]
    assert [band(amount) for amount in amounts] == expected


async def test_a_row_keeps_all_that_was_said_of_a_figure_exactly_on_both_databases(database: Database) -> None:
    async with database.writing() as session:
        made = await editorial.draft(session, national(), given(impacts=[WHOLE, {**TONNES, "value": "0.001"}]))
    async with database.reading() as session:
        first, second = (await rows_of(session, [made.id]))[made.id].impacts
        assert first.model_dump(mode="json") == {
            **WHOLE,
            "value": "12.5",
            "baseline_value": "100.125",
            "uncertainty_percent": "7.5",
            "per_unit": "",
        }
        assert second.value == Decimal("0.001")
        raw = await (await session.connection()).execute(sa.text("SELECT value FROM impact ORDER BY position"))
        assert list(raw.scalars()) == [12_500, 1]
    assert made.tco2e_per_year == Decimal("12.501")


async def test_only_tonnes_and_kilowatt_hours_a_year_make_the_cases_figures(database: Database) -> None:
    rows: list[dict[str, Any]] = [
        {**TONNES, "value": 10},
        {**TONNES, "value": 500, "per": "total"},
        {**TONNES, "value": 3, "per": "unit", "per_unit": "buss"},
        {"metric": "energy_saved", "value": 1_000, "unit": "kwh"},
        {"metric": "energy_produced", "value": 200, "unit": "kwh"},
        {"metric": "energy_saved", "value": 12, "unit": "percent"},
    ]
    async with database.writing() as session:
        made = await editorial.draft(session, national(), given(impacts=rows))
    assert (made.tco2e_per_year, made.energy_kwh_per_year) == (10, 1_200)


async def test_a_figure_told_in_short_is_a_row_nobody_has_said_how_was_found(database: Database) -> None:
    who = national()
    async with database.writing() as session:
        short = given(tco2e_per_year="1 234,5", energy_kwh_per_year=7, grant_nok="400 000")
        made = await editorial.draft(session, who, short)
        rows = (await rows_of(session, [made.id]))[made.id]
    assert [(row.metric, row.value, row.unit, row.per, row.method, row.verified_by) for row in rows.impacts] == [
        ("ghg_reduction", Decimal("1234.5"), "tco2e", "year", "unknown", "none"),
        ("energy", 7, "kwh", "year", "unknown", "none"),
    ]
    assert [(row.source, row.nok) for row in rows.fundings] == [("Offentlig støtte", 400_000)]
    assert made.grant_nok == 400_000


async def test_whoever_knows_only_the_sums_leaves_the_rows_that_make_them(database: Database) -> None:
    who = national()
    async with database.writing() as session:
        whole = given(impacts=[WHOLE], fundings=[{"source": "Enova", "nok": 5}])
        made = await editorial.draft(session, who, whole)
        await editorial.edit(session, who, made.id, given(title="Ny", tco2e_per_year="12.5", grant_nok=5))
        kept = (await rows_of(session, [made.id]))[made.id]
        assert (kept.impacts[0].method, kept.fundings[0].source) == ("measured", "Enova")
        await editorial.edit(session, who, made.id, given(title="Ny", tco2e_per_year="13", grant_nok=5))
        other = (await rows_of(session, [made.id]))[made.id]
        assert [(row.value, row.method) for row in other.impacts] == [(13, "unknown")]
        changed = (await history(session, made.id))[0]
    assert set(changed.fields) == {"tco2e_per_year", "impacts"}
    assert changed.before["impacts"][0]["method_ref"] == "GHG Protocol"


REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"impacts": [TONNES], "tco2e_per_year": 99}, "tco2e_per_year", "12.5"),
    ({"fundings": [{"source": "Enova", "nok": 5}], "grant_nok": 6}, "grant_nok", "gir 5"),
    ({"impacts": [{**TONNES, "unit": "km"}]}, "impacts.0.unit", "t CO2e"),
    ({"impacts": [TONNES, {**TONNES, "method": "gjettet"}]}, "impacts.1.method", "Målt"),
    ({"impacts": [{**TONNES, "metric": "lykke"}]}, "impacts.0.metric", "Klimagassutslipp spart"),
    ({"impacts": [{**TONNES, "value": 10**9}] * 2}, "tco2e_per_year", "mer enn"),
    ({"fundings": [{"source": "Enova", "nok": 10**12}] * 2}, "grant_nok", "mer enn"),
    ({"maturity": "ferdig"}, "maturity", "Tatt i bruk"),
    ({"licence": "min egen"}, "licence", "CC BY 4.0"),
    ({"sdgs": ["18"]}, "sdgs", "13 Stoppe"),
    ({"municipalities": ["9999"]}, "municipalities", "/cases/vocabularies/municipality"),
    ({"municipalities": ["Herøy"]}, "municipalities", "/cases/vocabularies/municipality"),
    ({"industries": ["00.1"]}, "industries", "/cases/vocabularies/industry"),
]


@pytest.mark.parametrize(("wrong", "field", "remedy"), REFUSED)
async def test_what_does_not_add_up_or_is_no_word_is_refused_with_its_field_and_the_remedy(
    sqlite_database: Database, wrong: dict[str, Any], field: str, remedy: str
) -> None:
    async with sqlite_database.writing() as session:
        with pytest.raises(Invalid) as refused:
            await editorial.draft(session, national(), given(**wrong))
    assert refused.value.field == field
    assert remedy in str(refused.value)


WRONG: list[tuple[dict[str, Any], tuple[str | int, ...]]] = [
    ({"impacts": [{**TONNES, "value": "-1"}]}, ("impacts", 0, "value")),
    ({"impacts": [{**TONNES, "value": "NaN"}]}, ("impacts", 0, "value")),
    ({"impacts": [{**TONNES, "value": "1e9999"}]}, ("impacts", 0, "value")),
    ({"impacts": [{**TONNES, "value": "0,0001"}]}, ("impacts", 0, "value")),
    ({"impacts": [{**TONNES, "per": "unit"}]}, ("impacts", 0, "per_unit")),
    ({"impacts": [{**TONNES, "period_from": "2024-01-01", "period_to": "2023-01-01"}]}, ("impacts", 0, "period_to")),
    ({"impacts": [TONNES] * 21}, ("impacts",)),
    ({"fundings": [{"source": "", "nok": 1}]}, ("fundings", 0, "source")),
    ({"capex_nok": -1}, ("capex_nok",)),
    ({"lifetime_years": 0}, ("lifetime_years",)),
    ({"latitude": "69,6"}, ("longitude",)),
    ({"latitude": "91", "longitude": "1"}, ("latitude",)),
    ({"year_start": 2020, "period_start": "2021-01-01"}, ("period_start",)),
    ({"period_start": "2021-02-01", "period_end": "2021-01-01"}, ("period_end",)),
    ({"links": [{"url": "javascript:alert(1)"}]}, ("links", 0, "url")),
    ({"relations": [{"kind": "related"}]}, ("relations", 0, "url")),
    ({"contributors": [{"role": "lead"}]}, ("contributors", 0, "name")),
    ({"translations": [{"language": "en", "title": "x", "summary": "y", "texts": {"hei": ""}}]}, ("translations",)),
    ({"impacts": [{**TONNES, "baseline_text": "a\x00"}]}, ()),
]


@pytest.mark.parametrize(("wrong", "where"), WRONG)
def test_hostile_rows_are_refused_where_they_are_wrong(wrong: dict[str, Any], where: tuple[str | int, ...]) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011 pydantic's is one
        CaseIn.model_validate(body(**wrong))
    assert refused.value.errors()[0]["loc"][: len(where)] == where  # type: ignore[attr-defined]


async def test_a_file_holds_rows_and_is_loaded_once_however_often_it_is_run(database: Database) -> None:
    lines = [
        line("a", impacts=[WHOLE], fundings=[{"source": "Klimasats", "nok": 9}], municipalities=["Tromsø", "4601"]),
        line(
            "b", tco2e_per_year=4, grant_nok=3, translations=[{"language": "en", "title": "Buses", "summary": "New."}]
        ),
    ]
    assert (await load(database, lines)).new == 2
    again = await load(database, lines)
    assert (again.unchanged, again.changed, again.errors) == (2, 0, [])
    async with database.reading() as session:
        found = await by_external_ids(session, ["a", "b"])
        rows = await rows_of(session, [case.id for case in found.values()])
    assert rows[found["a"].id].impacts[0].verified_by == "third_party"
    assert found["a"].municipalities == ["5501", "4601"]
    assert {"Tromsø", "Romsa", "Bergen"} <= set(found["a"].places)
    assert (found["b"].tco2e_per_year, found["b"].grant_nok) == (4, 3)
    assert rows[found["b"].id].translations[0].title == "Buses"
    assert "buses" in found["b"].folded
    better = await load(database, [line("b", impacts=[{**TONNES, "value": 4}], grant_nok=3)])
    assert (better.changed, better.unchanged) == (0, 1), "the row is what the figure was short for"
    assert (await load(database, [line("b", impacts=[WHOLE])])).changed == 1


async def test_a_program_gets_back_what_it_sent_and_what_follows_from_it(world: World) -> None:
    sent = body(
        impacts=[WHOLE], fundings=[{"source": "Enova", "nok": 100}], capex_nok=1_000_000, saving_nok_per_year=250_000,
        price_year=2024, did_not_work="Den første laderen.", sdgs=[13], maturity="Tatt i bruk", municipalities=["Tromsø"],
        latitude="69.6496", longitude="18.9560", period_start="2023-02-01", transferability=2, keywords=["buss"],
    )  # fmt: skip
    async with world.client(national()) as client:
        answer = await client.post("/cases/api/v1/cases", json=sent)
        assert answer.status_code == 201, answer.text
        got = answer.json()
        again = await client.put(f"/cases/api/v1/cases/{got['id']}", json=got)
    assert again.status_code == 200, again.text
    assert {**again.json(), "version": 1, "updated_at": got["updated_at"]} == got
    assert got["impacts"][0] | {"value": "12,5", "uncertainty_percent": "7,5"} == {**WHOLE, "per_unit": ""}
    assert (got["tco2e_per_year"], got["grant_nok"], got["year_start"]) == (12.5, 100, 2023)
    assert got["payback_years"] == {"value": 4.0, "missing": None, "basis": None}
    assert got["nok_per_tonne"] == {"value": 80_000.0, "missing": None, "basis": "yearly"}
    assert (got["maturity"], got["municipalities"], got["sdgs"]) == ("implemented", ["5501"], ["13"])
    assert (got["latitude"], got["licence"], got["has_contact"]) == (69.6496, "cc-by-4.0", False)


async def test_every_metric_is_counted_in_units_there_are(database: Database) -> None:
    async with database.reading() as session:
        known: Terms = await terms(session)
    units = {term.code for term in known.of("unit")}
    assert all(set(term.units) <= units for term in known.of("metric"))
