"""Agreements: signed with a PDF, seen by those who may, and ended by staff."""

import pytest

from shared.clock import frozen
from tests.partners.obligation_support import MARCH, PDF, multipart
from tests.partners.support import API, HTML, organisation
from tests.support.apps import Browser, ServiceApp

SIGNED = {"text_version": "2024", "signed_on": "2026-02-01", "signer_name": "Kari Prøve"}


async def sign(browser: Browser, path: str, content: bytes = PDF, **fields: str) -> int:
    body, kind = multipart({"csrf_token": browser.csrf, **SIGNED, **fields}, content=content)
    return (await browser.http.post(path, content=body, headers={"content-type": kind})).status_code


async def test_a_signed_agreement_is_kept_with_its_pdf_and_handed_out_as_a_file_to_save(partners: ServiceApp) -> None:
    eik = await organisation(partners)
    admin = partners.browser("partner_admin", organisation_id=eik)
    path = f"/partners/{eik}/obligations"
    with frozen(MARCH):
        assert await sign(admin, f"{path}/agreement") == 303
        shown = (await admin.get(path)).text
    assert "signert 1. februar 2026 av Kari Prøve" in shown
    async with partners.client("region_staff", "agder") as staff:
        [one] = (await staff.get(f"{API}/organisations/{eik}/agreements")).json()
    file = f"{path}/files/{one['file_id']}"
    answer = await partners.browser("partner_member", organisation_id=eik).get(file)
    assert (answer.content, answer.headers["x-content-type-options"]) == (PDF, "nosniff")
    assert answer.headers["content-disposition"].startswith("attachment; ")
    assert (
        await partners.browser("partner_member", organisation_id=await organisation(partners, "Ask AS")).get(file)
    ).status_code == 403
    async with partners.visitor() as visitor:
        assert (await visitor.get(file, headers=HTML)).status_code == 303
    other = await organisation(partners, "Alm AS")
    elsewhere = f"/partners/{other}/obligations/files/{one['file_id']}"
    assert (await partners.browser("national").get(elsewhere)).status_code == 404


@pytest.mark.parametrize(
    "content", [b"<html>%PDF-</html>", b"", b"%PDF-1.7 cut off", b"MZ%PDF-%%EOF", PDF + b"x" * (10 * 1024 * 1024)]
)
async def test_what_is_no_pdf_is_refused_whatever_it_is_called(partners: ServiceApp, content: bytes) -> None:
    eik = await organisation(partners)
    admin = partners.browser("partner_admin", organisation_id=eik)
    with frozen(MARCH):
        body, kind = multipart({"csrf_token": admin.csrf, **SIGNED}, content=content)
        path = f"/partners/{eik}/obligations/agreement"
        answer = await admin.http.post(path, content=body, headers={"content-type": kind})
    assert (answer.status_code, 'id="felt-file-feil"' in answer.text) == (422, True)
    assert 'value="Kari Prøve"' in answer.text
    async with partners.client("national") as national:
        assert (await national.get(f"{API}/organisations/{eik}/agreements")).json() == []


async def test_an_agreement_is_not_signed_in_the_future_nor_by_others(partners: ServiceApp) -> None:
    eik = await organisation(partners)
    path = f"/partners/{eik}/obligations/agreement"
    with frozen(MARCH):
        assert await sign(partners.browser("partner_admin", organisation_id=eik), path, signed_on="2026-03-03") == 422
        assert await sign(partners.browser("partner_member", organisation_id=eik), path) == 403
        assert await sign(partners.browser("region_staff", "vestland"), path) == 403


async def test_staff_end_an_agreement_once_and_the_next_takes_over(partners: ServiceApp) -> None:
    with frozen(MARCH):
        eik = await organisation(partners)
        url = f"{API}/organisations/{eik}"
        async with partners.client("region_staff", "agder") as staff:
            made = (await staff.post(f"{url}/agreements", json=SIGNED)).json()
            end = f"{url}/agreements/{made['id']}/terminate"
            early = await staff.post(end, json={"terminated_on": "2026-01-01"})
            ended = await staff.post(end, json={"terminated_on": "2026-03-01", "version": 1})
            again = await staff.post(end, json={"terminated_on": "2026-03-01"})
            red = (await staff.get(f"{url}/obligations?year=2026")).json()["obligations"][0]
            await staff.post(f"{url}/agreements", json={**SIGNED, "text_version": "2026"})
            green = (await staff.get(f"{url}/obligations?year=2026")).json()["obligations"][0]
    assert (early.json()["errors"][0]["field"], ended.json()["terminated_on"]) == ("terminated_on", "2026-03-01")
    assert (again.status_code, again.json()["code"]) == (409, "agreement-ended")
    assert [red["light"], green["light"]] == ["red", "green"]
    assert red["reason"] == "Avtalen ble sagt opp 1. mars 2026."


async def test_the_api_takes_the_file_as_the_body(partners: ServiceApp) -> None:
    with frozen(MARCH):
        eik = await organisation(partners)
        url = f"{API}/organisations/{eik}"
        async with partners.client("partner_admin", organisation_id=eik) as admin:
            made = (await admin.post(f"{url}/agreements", json=SIGNED)).json()
            put = await admin.put(f"{url}/agreements/{made['id']}/file", content=PDF)
            wrong = await admin.put(f"{url}/agreements/{made['id']}/file", content=b"no")
            read = await admin.get(f"{url}/files/{put.json()['file_id']}")
    assert (wrong.status_code, wrong.json()["code"], read.content) == (422, "no-pdf", PDF)
