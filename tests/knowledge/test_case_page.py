"""A case's page: figures first, each with how it was found; what follows from them or what is missing; what did not work."""

import re
from typing import Any

from services.knowledge.usecases import editorial
from tests.knowledge.support import World, given, national, staff_of, text_of

FIGURE = {"metric": "ghg_reduction", "value": "12,5", "unit": "tco2e"}


async def shown(world: World, case_id: Any, who: Any = None, **params: str) -> str:
    async with world.client(who) as client:
        answer = await client.get(f"/cases/{case_id}", params=params)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", text_of(answer)).replace("\xa0", " ")


async def test_figures_stand_first_and_say_how_they_were_found(world: World) -> None:
    made = await world.publish(
        challenge="Diesel.",
        impacts=[
            {
                **FIGURE,
                "scope": 1,
                "method": "measured",
                "method_ref": "GHG Protocol",
                "verified_by": "third_party",
                "uncertainty_percent": "7,5",
                "baseline_value": 100,
                "baseline_year": 2019,
                "baseline_text": "Dieselbusser",
                "shared_with": "Skyss",
            }
        ],
        capex_nok=1_000_000,
        saving_nok_per_year=300_000,
        opex_nok_per_year=50_000,
        lifetime_years=10,
        price_year=2024,
        fundings=[{"source": "Enova", "nok": 400_000}],
    )
    page = await shown(world, made.id)
    for told in (
        "Målt, kontrollert av: uavhengig part, usikkerhet ± 7,5 %",
        "(GHG Protocol)",
        "100 t CO",
        "i 2019: Dieselbusser",
        "Telles også av Skyss",
        "Enova: 400 000 kr",
        "4 år, uten å trekke fra støtte",
        "-12 000 kr (over levetiden",
        "kroner fra 2024",
    ):
        assert told in page, told
    assert page.index("kb-key") < page.index("Diesel.")
    assert "Dieselbusser" in await shown(world, made.id, lang="en")


async def test_what_cannot_be_told_says_what_is_missing(world: World) -> None:
    made = await world.publish(capex_nok=1_000_000)
    page = await shown(world, made.id)
    assert "Det er ikke oppgitt hva som spares i året." in page
    assert "Det er ikke oppgitt hvor mange tonn som spares." in page
    bare = await world.publish(tco2e_per_year=3)
    page = await shown(world, bare.id)
    assert "Metoden er ikke oppgitt" in page
    assert "Kostnader og støtte" not in page


async def test_what_did_not_work_has_a_place_of_its_own(world: World) -> None:
    made = await world.publish(
        did_not_work="Den *første* laderen.\n\n<img src=x onerror=alert(1)>", lessons="Lad om natta."
    )
    async with world.client() as client:
        page = (await client.get(f"/cases/{made.id}")).text
    assert "Det som ikke virket" in page
    assert "<em>første</em>" in page
    assert "<img src=x" not in page
    assert page.index("Det som ikke virket") < page.index("Lad om natta.")


async def test_cases_lead_to_each_other_once_both_are_public(world: World) -> None:
    first = await world.publish(title="Forbildet")
    relation = {"kind": "replicates", "url": f"/cases/{first.id}"}
    made = await world.draft(title="Etterfølgeren", relations=[relation], links=[{"url": "https://example.org/r"}])
    assert "Etterfølgeren" not in await shown(world, first.id)
    async with world.database.writing() as session:
        who = national()
        for step in (editorial.submit, editorial.approve, editorial.publish):
            await step(session, who, made.id)
    assert f'Gjør det samme som: <a class="ds-link" href="/cases/{first.id}"' in await shown(world, made.id)
    assert f'<a class="ds-link" href="/cases/{made.id}">Etterfølgeren</a>' in await shown(world, first.id)


async def test_reuse_place_and_words_are_shown_in_the_readers_language(world: World) -> None:
    made = await world.publish(
        transferability=3, effort="low", org_sizes=["small"], prerequisites=["En ladestasjon"], municipalities=["Tromsø"],
        sdgs=["13"], industries=["84.110"], maturity="scaled", contributors=[{"name": "Skyss", "role": "supplier"}],
        keywords=["lading"], licence="CC0", scope3_categories=["6"],
    )  # fmt: skip
    page = await shown(world, made.id, lang="en")
    for told in (
        "3 of 3: can be used as it is", "Small: weeks, and few people", "10–49 employees", "En ladestasjon", "Tromsø",
        "13 Climate action", "Public administration", "Scaled up", "Skyss (supplier)", "lading", "CC0 1.0", "6 Business travel",
    ):  # fmt: skip
        assert told in page, told


async def test_a_reviewer_sees_the_figures_they_judge(world: World) -> None:
    who = staff_of("agder")
    async with world.database.writing() as session:
        made = await editorial.draft(
            session, who, given(impacts=[{**FIGURE, "method": "estimated"}], did_not_work="Regn.")
        )
        await editorial.submit(session, who, made.id)
    async with world.client(who) as client:
        page = text_of(await client.get(f"/cases/{made.id}/review"))
    assert "Anslått" in page
    assert "Regn." in page
