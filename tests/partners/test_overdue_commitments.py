"""A commitment whose date has passed waits in the work list until its button was used; what has no date is no task."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.partners.models import ActionPlan, Agreement, Certification, Fee
from services.partners.queries import overdue_commitments
from services.partners.queries.overdue import PATIENCE
from services.partners.queries.tasks import Item
from services.partners.queries.work import KIND_LABELS, waiting
from shared.clock import frozen
from tests.partners.obligation_support import MARCH, multipart
from tests.partners.support import organisation
from tests.support.apps import ServiceApp

PASSED, TODAY, YESTERDAY = date(2026, 2, 1), date(2026, 3, 2), date(2026, 3, 1)
Case = tuple[str, type[Any], Mapping[str, Any], str, Mapping[str, str]]
CASES: list[Case] = [
    (
        "certification_plan",
        Certification,
        {"kind": "emas", "planned_on": PASSED},
        "Eik AS: EMAS skulle vært på plass 01.02.2026.",
        {"kind": "emas", "valid_from": "2026-03-01", "valid_to": "2029-03-01", "version": "1"},
    ),
    (
        "plan",
        ActionPlan,
        {"adopted_on": date(2024, 2, 1), "valid_to": PASSED},
        "Eik AS: handlingsplanen gjaldt til 01.02.2026.",
        {"adopted_on": "2026-03-01", "link": "https://example.org/plan"},
    ),
    (
        "agreement",
        Agreement,
        {"text_version": "2020", "signed_on": date(2020, 1, 1), "terminated_on": PASSED},
        "Eik AS er partner, men avtalen ble sagt opp 01.02.2026.",
        {"text_version": "2026", "signed_on": "2026-03-01", "signer_name": "Ask Prøve"},
    ),
    (
        "fee",
        Fee,
        {"year": 2025, "paid": False},
        "Eik AS har ikke betalt avgiften for 2025.",
        {"year": "2025", "paid": "1", "version": "1"},
    ),
]


async def enter(partners: ServiceApp, *rows: Any) -> None:
    """Enter rows as they are."""
    async with partners.database.writing() as session:
        session.add_all(rows)


async def told(partners: ServiceApp, kind: str, *regions: str) -> list[Item]:
    """Return what waits of a kind in regions, or without any in the national office."""
    async with partners.database.reading() as session:
        return [one for one in await waiting(session, frozenset(regions) or None) if one.kind == kind]


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
async def test_what_should_be_done_by_now_is_a_task_until_its_button_was_used(partners: ServiceApp, case: Case) -> None:
    kind, noun, values, text, sent = case
    with frozen(MARCH):
        eik = await organisation(partners)
        await enter(partners, noun(organisation_id=eik, **values))
        [item] = await told(partners, kind, "agder")
        assert (item.text % item.values, item.regions) == (text, ["agder"])
        assert await told(partners, kind, "vestland") == []
        staff = partners.browser("region_staff", "agder")
        page = (await staff.get("/partners/work")).text
        assert (KIND_LABELS[kind] in page, f'href="{item.href}"' in page) == (True, True)
        assert (await staff.get(item.href)).status_code == 200
        body, media = multipart({"csrf_token": staff.csrf, **sent})
        done = (
            await staff.http.post(item.href, content=body, headers={"content-type": media})
            if kind == "agreement"
            else await staff.submit(item.href, **sent)
        )
        assert (done.status_code, await told(partners, kind, "agder")) == (303, [])


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
async def test_the_national_office_is_told_of_what_is_long_overdue(partners: ServiceApp, case: Case) -> None:
    kind, noun, values, _text, _sent = case
    with frozen(MARCH):
        await enter(partners, noun(organisation_id=await organisation(partners), **values))
    early, late = datetime(2026, 2, 5, tzinfo=UTC), datetime(2026, 2, 5, tzinfo=UTC) + PATIENCE
    found = []
    for moment in (early, late):
        with frozen(moment):
            found.append(
                [len(await told(partners, kind)), sum(one.urgent for one in await told(partners, kind, "agder"))]
            )
    assert found == [[0, 0], [1, 1]]


def of(eik: UUID) -> list[Any]:
    """Return what an organisation that has kept its word holds, beside what ended."""
    return [
        Certification(organisation_id=eik, kind="emas", planned_on=YESTERDAY),
        Certification(organisation_id=eik, kind="iso14001", valid_to=TODAY),
        ActionPlan(organisation_id=eik, adopted_on=date(2022, 1, 1), valid_to=YESTERDAY),
        ActionPlan(organisation_id=eik, adopted_on=date(2023, 1, 1)),
        Agreement(organisation_id=eik, text_version="1", signed_on=date(2020, 1, 1), terminated_on=YESTERDAY),
        Agreement(organisation_id=eik, text_version="2", signed_on=TODAY + timedelta(days=1)),
        Fee(organisation_id=eik, year=2025, paid=True),
        Fee(organisation_id=eik, year=2026, paid=False),
    ]


async def test_what_is_met_not_due_or_was_never_promised_is_no_task(partners: ServiceApp) -> None:
    with frozen(MARCH):
        eik = await organisation(partners)
        await organisation(partners, "Ask AS")
        await enter(partners, *of(eik))
        async with partners.database.reading() as session:
            for source in (
                overdue_commitments.late_certificates,
                overdue_commitments.expired_plans,
                overdue_commitments.ended_agreements,
                overdue_commitments.unpaid_fees,
            ):
                assert await source(session, frozenset({"agder"})) == []


async def test_only_the_last_of_several_promises_counts(partners: ServiceApp) -> None:
    with frozen(MARCH):
        eik = await organisation(partners)
        await enter(
            partners,
            Certification(organisation_id=eik, kind="emas", planned_on=PASSED),
            Certification(organisation_id=eik, kind="iso14001", planned_on=YESTERDAY),
            ActionPlan(organisation_id=eik, adopted_on=date(2020, 1, 1), valid_to=PASSED),
            ActionPlan(organisation_id=eik, adopted_on=date(2021, 1, 1), valid_to=YESTERDAY),
        )
        [certificate] = await told(partners, "certification_plan", "agder")
        [plan] = await told(partners, "plan", "agder")
    assert (certificate.values["day"], plan.values["day"]) == ("01.03.2026", "01.03.2026")
