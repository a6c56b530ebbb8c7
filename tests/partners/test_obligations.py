"""Handing in and stating things, on pages and through the API; who sees what, and what everybody does."""

from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import select

from services.partners.models import ActionPlan, ClimateAccount, Organisation, PartnerCase
from services.partners.queries.obligations import account_versions, accounts_as_of, public_obligations
from services.partners.usecases.merging import merge, preview
from shared.clock import frozen, now
from tests.partners.obligation_support import MARCH, multipart
from tests.partners.support import API, HTML, NATIONAL, organisation
from tests.support.apps import Browser, ServiceApp

ACCOUNT = {
    "year": "2025",
    "scope1": "1 234,5",
    "scope2_location": "10",
    "scope3": "0",
    "tool": "klimakost",
    "revision": "0",
}


async def entered(partners: ServiceApp, name: str = "Eik AS", region: str = "agder") -> UUID:
    with frozen(MARCH):
        return await organisation(partners, name, region)


def admin_of(partners: ServiceApp, eik: UUID) -> Browser:
    return partners.browser("partner_admin", organisation_id=eik)


async def accounts(partners: ServiceApp) -> list[ClimateAccount]:
    async with partners.database.reading() as session:
        return list((await session.exec(select(ClimateAccount).order_by(ClimateAccount.revision))).all())  # type: ignore[arg-type]


async def lights(partners: ServiceApp, eik: UUID, year: int = 2025) -> dict[str, tuple[str, str]]:
    async with partners.client("national") as national:
        answer = await national.get(f"{API}/organisations/{eik}/obligations?year={year}")
    assert answer.status_code == 200, answer.text
    return {one["obligation"]: (one["light"], one["reason"]) for one in answer.json()["obligations"]}


async def test_an_organisation_delivers_its_account_on_a_form_and_sees_it(partners: ServiceApp) -> None:
    eik = await entered(partners)
    admin = admin_of(partners, eik)
    path = f"/partners/{eik}/obligations"
    with frozen(MARCH):
        assert "Lever klimaregnskap for 2025" in (await admin.get(path)).text
        sent = await admin.submit(f"{path}/account", **ACCOUNT, scope3_categories=["6", "1"], published="1")
        assert (sent.status_code, sent.headers["location"]) == (303, f"{path}?year=2025")
        page = (await admin.get(path)).text
        [kept] = await accounts(partners)
        assert (str(kept.scope1), kept.scope2_market, kept.scope3_categories, kept.source) == (
            "1234.500",
            None,
            [1, 6],
            "self",
        )
        assert "1\xa0234,5" in page
        assert "Levert 2. mars 2026 med scope 1, 2 og 3." in page
        form = (await admin.get(f"{path}/account?year=2025")).text
    assert 'value="1\xa0234,5"' in form
    assert 'name="revision" value="1"' in form


async def test_a_correction_on_the_form_keeps_the_first_version_on_the_page(partners: ServiceApp) -> None:
    eik = await entered(partners)
    admin = admin_of(partners, eik)
    path = f"/partners/{eik}/obligations"
    with frozen(MARCH):
        await admin.submit(f"{path}/account", **ACCOUNT)
        await admin.submit(f"{path}/account", **{**ACCOUNT, "revision": "1", "scope1": "1240", "note": "Feil faktor"})
        late = await admin.submit(f"{path}/account", **{**ACCOUNT, "revision": "1", "scope1": "1 250"})
        page = (await admin.get(path)).text
    assert [one.revision for one in await accounts(partners)] == [1, 2]
    assert (late.status_code, "Noen andre har endret dette" in late.text) == (422, True)
    assert 'name="revision" value="2"' in late.text
    assert 'value="1 250"' in late.text
    assert "Tidligere versjoner" in page


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("scope1", "mye"),
        ("scope1", "-1"),
        ("scope3", "1.234"),
        ("scope2_market", "1e400"),
        ("scope3_categories", "16"),
        ("link", "javascript:alert(1)"),
        ("year", "2026"),
        ("tool", "excel"),
    ],
)
async def test_what_is_wrong_is_said_at_its_field_with_what_was_typed(
    partners: ServiceApp, field: str, value: str
) -> None:
    eik = await entered(partners)
    with frozen(MARCH):
        answer = await admin_of(partners, eik).submit(
            f"/partners/{eik}/obligations/account", **{**ACCOUNT, field: value}
        )
    assert answer.status_code == 422
    if field != "year":
        assert f'id="felt-{field}-feil"' in answer.text
    assert 'value="1 234,5"' in answer.text or field == "scope1"
    assert await accounts(partners) == []


async def test_an_unlikely_figure_is_asked_about_and_taken_when_confirmed(partners: ServiceApp) -> None:
    eik = await entered(partners)
    admin = admin_of(partners, eik)
    path = f"/partners/{eik}/obligations/account"
    with frozen(MARCH):
        await admin.submit(path, **{**ACCOUNT, "year": "2024", "scope1": "100", "scope2_location": "200"})
        asked = await admin.submit(path, **ACCOUNT)
        assert asked.status_code == 422
        assert "Tallet er 1\xa0234,5 tonn, mot 100 tonn for året før." in asked.text
        assert 'id="felt-scope2_location-feil"' in asked.text
        assert 'name="confirmed"' in asked.text
        taken = await admin.submit(path, **ACCOUNT, confirmed="1", note="Ny fabrikk")
    assert taken.status_code == 303


async def test_the_rest_is_stated_changed_and_taken_away_on_forms(partners: ServiceApp) -> None:
    eik = await entered(partners)
    admin = admin_of(partners, eik)
    path = f"/partners/{eik}/obligations"
    with frozen(MARCH):
        assert {name: light for name, (light, _) in (await lights(partners, eik, 2026)).items()} == {
            "agreement": "red",
            "account": "grey",
            "certification": "red",
            "plan": "red",
            "goal": "grey",
            "lead_project": "grey",
            "fee": "grey",
        }
        await admin.submit(f"{path}/certification", kind="miljofyrtarn", planned_on="2026-09-01")
        await admin.submit(f"{path}/goal", fossil_free_year="2030")
        await admin.submit(f"{path}/lead_project", title="Elektriske lastebiler")
        body, kind = multipart({"csrf_token": admin.csrf, "adopted_on": "2026-01-10"}, "plan.pdf")
        await admin.http.post(f"{path}/plan", content=body, headers={"content-type": kind})
        await partners.browser("region_staff", "agder").submit(
            f"{path}/fee", year="2026", paid="1", paid_on="2026-02-01"
        )
        found = await lights(partners, eik, 2026)
        assert {name: light for name, (light, _) in found.items()} == {
            "agreement": "red",
            "account": "grey",
            "certification": "amber",
            "plan": "green",
            "goal": "green",
            "lead_project": "green",
            "fee": "green",
        }
        assert found["certification"][1] == "Miljøfyrtårn er planlagt til 1. september 2026."
        async with partners.client("national") as national:
            [certificate] = (await national.get(f"{API}/organisations/{eik}/certifications")).json()
        item = f"{path}/certification/{certificate['id']}"
        held = {"kind": "miljofyrtarn", "valid_from": "2026-02-01", "valid_to": "2029-02-01", "version": "1"}
        assert (await admin.submit(item, **held)).status_code == 303
        assert (await admin.submit(item, **held)).status_code == 422
        assert (await lights(partners, eik, 2026))["certification"] == (
            "green",
            "Miljøfyrtårn gjelder til 1. februar 2029.",
        )
        assert (await admin.submit(f"{item}/remove")).status_code == 303
        assert (await lights(partners, eik, 2026))["certification"][0] == "red"
        page = await admin.get(path)
    assert "Elektriske lastebiler" in page.text
    async with partners.database.reading() as session:
        assert (await session.exec(select(ActionPlan))).one().file_id is not None


@pytest.mark.parametrize(
    ("sheet", "given", "field"),
    [
        ("certification", {}, "kind"),
        ("certification", {"kind": "other"}, "name"),
        ("certification", {"kind": "emas", "valid_from": "2026-02-01", "valid_to": "2026-01-01"}, "valid_to"),
        ("certification", {"kind": "emas", "valid_to": "2026-12-01", "planned_on": "2026-06-01"}, "planned_on"),
        ("plan", {"adopted_on": "2026-03-03"}, "adopted_on"),
        ("plan", {"adopted_on": "2026-03-01", "link": "plan.no"}, "link"),
        ("goal", {}, "text"),
        ("goal", {"fossil_free_year": "1800"}, "fossil_free_year"),
        ("lead_project", {}, "title"),
        ("lead_project", {"case_id": "01890000-0000-7000-8000-000000000000"}, "case_id"),
        ("agreement", {"signed_on": "2026-01-01", "signer_name": "Kari"}, "text_version"),
    ],
)
async def test_a_form_that_cannot_be_taken_says_why(
    partners: ServiceApp, sheet: str, given: dict[str, str], field: str
) -> None:
    eik = await entered(partners)
    async with partners.database.writing() as session:
        session.add(PartnerCase(case_id=eik, version=1, organisation_id=eik, title="Eget", region="agder"))
    with frozen(MARCH):
        answer = await admin_of(partners, eik).submit(f"/partners/{eik}/obligations/{sheet}", **given)
    assert (answer.status_code, f'id="felt-{field}-feil"' in answer.text) == (422, True)


@pytest.mark.parametrize(
    ("role", "region", "own", "sees", "delivers", "manages"),
    [
        ("national", None, False, True, True, True),
        ("region_staff", "agder", False, True, True, True),
        ("region_staff", "vestland", False, False, False, False),
        ("partner_admin", None, True, True, True, False),
        ("partner_member", None, True, True, False, False),
        ("partner_admin", None, False, False, False, False),
        ("auditor", None, False, True, False, False),
        ("auditor", "vestland", False, False, False, False),
    ],
)
async def test_who_sees_who_delivers_and_who_manages(
    partners: ServiceApp, role: Any, region: str | None, own: bool, sees: bool, delivers: bool, manages: bool
) -> None:
    eik, ask = await entered(partners), await entered(partners, "Ask AS")
    browser = partners.browser(role, region, eik if own else ask if role.startswith("partner") else None)
    path = f"/partners/{eik}/obligations"
    with frozen(MARCH):
        seen = await browser.get(path)
        form = await browser.get(f"{path}/account")
        sent = await browser.submit(f"{path}/account", **ACCOUNT)
        fee = await browser.submit(f"{path}/fee", year="2025")
    assert (seen.status_code == 200, form.status_code == 200, sent.status_code == 303) == (sees, delivers, delivers)
    assert (fee.status_code == 303) == manages
    assert len(await accounts(partners)) == int(delivers)


async def test_the_regions_list_is_narrowed_paged_and_downloaded(partners: ServiceApp) -> None:
    eik, _ask, _vest = [await entered(partners, *one) for one in (("Eik AS",), ("Ask AS",), ("Vest AS", "vestland"))]
    staff = partners.browser("region_staff", "agder")
    with frozen(MARCH):
        await staff.submit(f"/partners/{eik}/obligations/account", **ACCOUNT)
        everything = (await staff.get("/partners/obligations?year=2025")).text
        delivered = (await staff.get("/partners/obligations?year=2025&region=&obligation=account&light=green")).text
        far = await staff.get("/partners/obligations?year=2025&page=7")
        csv = (await staff.get("/partners/obligations/export?year=2025&format=csv")).text
        fees = (await staff.get("/partners/obligations/fees?year=2026&format=csv")).text
        national = (await partners.browser("national").get("/partners/obligations?region=vestland")).text
    assert ("Eik AS" in everything, "Ask AS" in everything, "Vest AS" in everything) == (True, True, False)
    assert ("Eik AS" in delivered, "Ask AS" in delivered) == (True, False)
    assert (far.status_code, "page=1" in far.headers["location"]) == (303, True)
    assert ("1234,5" in csv, "Vest AS" in csv) == (True, False)
    assert ("Eik AS" in fees, "Vest AS" in fees) == (True, False)
    assert ("Eik AS" in national, "Vest AS" in national) == (False, True)
    assert (
        await partners.browser("partner_admin", organisation_id=eik).get("/partners/obligations")
    ).status_code == 403
    async with partners.visitor() as visitor:
        assert (await visitor.get("/partners/obligations", headers=HTML)).status_code == 303


async def test_everybody_sees_only_what_is_published_and_valid(partners: ServiceApp) -> None:
    eik = await entered(partners)
    url = f"{API}/organisations/{eik}"
    with frozen(MARCH):
        async with partners.client("partner_admin", organisation_id=eik) as admin:
            await admin.post(f"{url}/accounts", json={"year": 2024, "scope1": "5", "published": True})
            await admin.post(f"{url}/accounts", json={"year": 2025, "scope1": "6"})
            for kind, last in (("emas", "2027-01-01"), ("iso14001", "2026-03-01")):
                await admin.post(f"{url}/certifications", json={"kind": kind, "valid_to": last})
            await admin.post(f"{url}/certifications", json={"kind": "miljofyrtarn", "planned_on": "2026-09-01"})
        async with partners.database.reading() as session:
            public = await public_obligations(session, eik)
        async with partners.visitor() as visitor:
            assert (await visitor.get(f"{url}/accounts")).status_code == 401
            page = (await visitor.get(f"/partners/{eik}", headers=HTML)).text
    assert ("EMAS" in page, "ISO 14001" in page, "Klimaregnskap" in page, ">2025<" in page) == (
        True,
        False,
        True,
        False,
    )
    assert [one.year for one in public.accounts] == [2024]
    assert [one.kind for one in public.certifications] == ["emas"]


async def test_the_api_delivers_once_for_a_key_and_tells_of_versions(partners: ServiceApp) -> None:
    eik = await entered(partners)
    url = f"{API}/organisations/{eik}"
    with frozen(MARCH):
        async with partners.client("partner_admin", organisation_id=eik) as admin:
            given = {"year": 2025, "scope1": 10, "scope3": "2.5"}
            first, again = [
                await admin.post(f"{url}/accounts", json=given, headers={"Idempotency-Key": "a"}) for _ in range(2)
            ]
            await admin.post(f"{url}/accounts", json={**given, "scope1": 11})
            newest = (await admin.get(f"{url}/accounts")).json()
            every = (await admin.get(f"{url}/accounts?versions=true")).json()
            wrong = await admin.post(f"{url}/accounts", json={"year": 2025, "scope1": "mye"})
            goal = await admin.put(f"{url}/goal", json={"fossil_free_year": 2030})
            project = await admin.post(f"{url}/lead-projects", json={"title": "Elbiler"})
            gone = await admin.delete(f"{url}/lead-projects/{project.json()['id']}")
            left = (await admin.get(f"{url}/lead-projects")).json()
            fee = await admin.put(f"{url}/fees", json={"year": 2025, "paid": True})
    assert (first.status_code, first.json(), len(every)) == (201, again.json(), 2)
    assert [(one["revision"], one["scope1"]) for one in newest] == [(2, "11.000")]
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "scope1")
    assert (goal.json()["fossil_free_year"], gone.status_code, left, fee.status_code) == (2030, 204, [], 403)


async def test_a_year_that_is_over_is_judged_as_of_its_last_day(partners: ServiceApp) -> None:
    eik = await entered(partners)
    with frozen(MARCH):
        async with partners.client("national") as national:
            url = f"{API}/organisations/{eik}"
            held = {"kind": "emas", "valid_from": "2024-01-01", "valid_to": "2024-12-31"}
            plan = {"adopted_on": "2025-02-01", "link": "https://example.org/plan"}
            sent = [
                await national.post(f"{url}/certifications", json=held),
                await national.post(f"{url}/plans", json=plan),
                await national.put(f"{url}/goal", json={"fossil_free_year": 2024}),
            ]
            assert [one.status_code for one in sent] == [201, 201, 200], [one.text for one in sent]
        then, now = await lights(partners, eik, 2024), await lights(partners, eik, 2026)
        page = (await partners.browser("national").get(f"/partners/{eik}/obligations?year=2024")).text
    assert then["certification"] == ("green", "EMAS gjaldt ved utgangen av 2024.")
    assert now["certification"] == ("red", "EMAS utløp 31. desember 2024.")
    assert (then["plan"], now["plan"][0]) == (("amber", "Handlingsplanen gjelder fra 1. februar 2025."), "green")
    assert (then["goal"][0], now["goal"][0]) == ("green", "amber")
    assert "slik de var ved utgangen av 2024" in page


async def test_a_doubles_accounts_follow_it_and_the_survivors_hold(partners: ServiceApp) -> None:
    eik, ask = await entered(partners), await entered(partners, "Ask AS")
    with frozen(MARCH):
        async with partners.client("national") as national:
            for one, year, tonnes in ((eik, 2025, 10), (ask, 2025, 20), (ask, 2024, 21)):
                await national.post(f"{API}/organisations/{one}/accounts", json={"year": year, "scope1": tonnes})
            for one, goal in ((eik, 2030), (ask, 2035)):
                await national.put(f"{API}/organisations/{one}/goal", json={"fossil_free_year": goal})
                await national.put(f"{API}/organisations/{one}/fees", json={"year": 2025, "paid": one == eik})
            await national.post(f"{API}/organisations/{ask}/certifications", json={"kind": "emas"})
            async with partners.database.writing() as session:
                told = dict(await preview(session, ask))
                versions = {one: (await session.get_one(Organisation, one)).version for one in (eik, ask)}
                await merge(session, NATIONAL, eik, ask, versions)
            await national.post(f"{API}/organisations/{eik}/accounts", json={"year": 2025, "scope1": 11})
    assert (told["Klimaregnskap"], told["Sertifiseringer"]) == (2, 1)
    async with partners.database.reading() as session:
        kept = await account_versions(session, eik)
    rows = [(one.year, one.revision, int(one.scope1 or 0), one.note, one.superseded_at is None) for one in kept]
    assert rows == [
        (2025, 3, 11, "", True),
        (2025, 2, 20, "Ask AS", False),
        (2025, 1, 10, "", False),
        (2024, 1, 21, "", True),
    ]
    with frozen(MARCH):
        found = await lights(partners, eik)
    assert found["goal"][1] == "Fossilfri i 2030."
    assert (found["fee"][0], found["certification"][0]) == ("green", "green")


async def test_every_change_is_audited_with_what_was_and_what_is(partners: ServiceApp) -> None:
    eik = await entered(partners)
    with frozen(MARCH):
        async with partners.client("national") as national:
            for tonnes in (10, 12):
                await national.post(f"{API}/organisations/{eik}/accounts", json={"year": 2025, "scope1": tonnes})
            await national.put(f"{API}/organisations/{eik}/goal", json={"fossil_free_year": 2030})
            await national.put(f"{API}/organisations/{eik}/fees", json={"year": 2025})
        table = partners.database.tables.audit
        async with partners.database.reading() as session:
            query = sa.select(table).where(table.c.subject_id == eik).order_by(table.c.seq)
            rows = (await (await session.connection()).execute(query)).mappings().all()
            assert len(await accounts_as_of(session, 2025, now())) == 1
    deeds = [row["action"] for row in rows if row["action"].split(".")[0] != "organisation"]
    assert deeds == ["account.delivered", "account.corrected", "goal.entered", "fee.noted"]
    corrected = next(row for row in rows if row["action"] == "account.corrected")
    assert corrected["changes"]["scope1"] == ["10.000", "12.000"]
    assert "|agder|" in corrected["regions"]
