"""The registry's copy of the library: in whatever order and however often it hears, it ends as if told in order."""

from itertools import permutations
from uuid import UUID

import pytest

from services.partners.queries import cases_of
from services.partners.usecases.library import note_archived, note_published
from shared.clock import now
from shared.contracts.knowledge import CaseArchived, CaseFact, CasePublished
from shared.ids import new_id
from tests.partners.support import organisation
from tests.support.apps import ServiceApp


def published(case_id: UUID, version: int, organisation_id: UUID | None, title: str = "Ombruk") -> CasePublished:
    return CasePublished(
        case_id=case_id,
        version=version,
        title=title,
        region="agder",
        language="nb",
        organisation_id=organisation_id,
        summary="Kort",
        published_at=now(),
    )


def archived(case_id: UUID, version: int, organisation_id: UUID | None) -> CaseArchived:
    return CaseArchived(
        case_id=case_id, version=version, title="Ombruk", region="agder", language="nb", organisation_id=organisation_id
    )


async def hear(partners: ServiceApp, *facts: CaseFact) -> None:
    for fact in facts:
        async with partners.database.writing() as session:
            if isinstance(fact, CasePublished):
                await note_published(session, fact)
            elif isinstance(fact, CaseArchived):
                await note_archived(session, fact)


async def titles(partners: ServiceApp, organisation_id: UUID) -> list[str]:
    async with partners.database.reading() as session:
        return [case.title for case in await cases_of(session, organisation_id)]


@pytest.mark.parametrize(
    ("history", "ends"),
    [
        ("p", ["1"]),
        ("pa", []),
        ("pap", ["3"]),
        ("pp", ["2"]),
        ("ppa", []),
        ("pm", []),
        ("pmp", ["3"]),
    ],
)
async def test_cases_end_as_if_heard_in_order(partners: ServiceApp, history: str, ends: list[str]) -> None:
    eik, alm = await organisation(partners, "Eik AS"), await organisation(partners, "Alm AS")
    for order in permutations(range(len(history))):
        case_id = new_id()
        facts: list[CaseFact] = []
        for version, deed in enumerate(history, 1):
            owner = None if deed == "m" else eik
            facts.append(
                archived(case_id, version, eik) if deed == "a" else published(case_id, version, owner, str(version))
            )
        before = await titles(partners, eik)
        await hear(partners, *(facts[place] for place in order), *(facts[place] for place in order))
        after = await titles(partners, eik)
        assert [title for title in after if after.count(title) > before.count(title)][: len(ends)] == ends or not ends
        assert len(after) - len(before) == len(ends), order
    assert await titles(partners, alm) == []


async def test_a_case_that_changes_hands_stands_on_its_new_page_alone(partners: ServiceApp) -> None:
    eik, alm = await organisation(partners, "Eik AS"), await organisation(partners, "Alm AS")
    case_id = new_id()
    await hear(partners, published(case_id, 1, eik), published(case_id, 2, alm))
    assert (await titles(partners, eik), await titles(partners, alm)) == ([], ["Ombruk"])


async def test_an_organisations_page_shows_its_cases(partners: ServiceApp) -> None:
    eik = await organisation(partners, "Eik AS")
    async with partners.visitor() as visitor:
        assert "Ingen publiserte eksempler ennå" in (await visitor.get(f"/partners/{eik}")).text
        case_id = new_id()
        await hear(partners, published(case_id, 1, eik, "Ombruk <i>nå</i>"))
        page = (await visitor.get(f"/partners/{eik}")).text
    assert f'<a href="/cases/{case_id}">Ombruk &lt;i&gt;nå&lt;/i&gt;</a>' in page
