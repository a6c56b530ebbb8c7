"""What an organisation tells of itself, and who sees it; its logo, drawn anew."""

import io
from typing import Any
from uuid import UUID

import pytest
from PIL import Image

from services.partners.models import Organisation
from services.partners.pictures import LARGE, MOST_BYTES, drawn
from shared.uploads.pictures import BadPicture
from tests.partners.support import API, HTML, actor, organisation, person
from tests.support.apps import Browser, ServiceApp

SECRET = {
    "website": "https://hemmelig.example.org",
    "description": "Ordet hemmelighet",
    "employees": 4321,
    "offers": ["maritime"],
    "needs": ["food-waste"],
}
SHOWN = ("hemmelig.example.org", "Ordet hemmelighet", "4\u00a0321", "Maritim virksomhet", "Matsvinn")


def picture(kind: str = "PNG", size: tuple[int, int] = (600, 300), **given: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (200, 30, 40)).save(out, kind, **given)
    return out.getvalue()


async def upload(browser: Browser, made: UUID, content: bytes | None, alt: str = "En rød firkant") -> Any:
    files = {"logo": ("logo.png", content, "image/png")} if content is not None else None
    fields = {"csrf_token": browser.csrf, "alt": alt}
    return await browser.http.post(f"/partners/{made}/logo/edit", data=fields, files=files)


async def seen(partners: ServiceApp, made: UUID, http: Any) -> tuple[list[bool], dict[str, Any]]:
    page = (await http.get(f"/partners/{made}", headers=HTML)).text.split("<main", 1)[1]
    return [text in page for text in SHOWN], (await http.get(f"{API}/organisations/{made}")).json()


@pytest.mark.parametrize("level", ["public", "network", "region"])
async def test_each_sees_what_is_for_them_on_the_page_and_in_the_api(partners: ServiceApp, level: str) -> None:
    visibility = dict.fromkeys(("website", "description", "employees", "offers", "needs"), level)
    made = await organisation(partners, "Eik AS", visibility=visibility, **SECRET)
    own = await actor(partners, await person(partners, "egen@example.org", organisation_id=made))
    other = await actor(partners, await person(partners, "annen@example.org"))
    viewers = {
        "public": partners.visitor(),
        "network": partners.browser_of(other).http,
        "own": partners.browser_of(own).http,
        "staff": partners.browser("region_staff", "agder").http,
        "national": partners.browser("national").http,
        "staff elsewhere": partners.browser("region_staff", "troms").http,
    }
    rank = {"public": 0, "network": 1, "staff elsewhere": 1, "own": 2, "staff": 2, "national": 2}
    for viewer, http in viewers.items():
        may = rank[viewer] >= ["public", "network", "region"].index(level)
        page, read = await seen(partners, made, http)
        assert page == [may] * len(SHOWN), viewer
        hidden = {"website": None, "description": "", "employees": None, "offers": [], "needs": []}
        assert {name: read[name] for name in SECRET} == (SECRET if may else hidden), viewer
        (listed,) = (await http.get(f"{API}/organisations")).json()["hits"]
        assert {name: listed[name] for name in SECRET} == {name: read[name] for name in SECRET}, viewer


async def test_contacts_are_for_the_region_until_the_organisation_says_otherwise(partners: ServiceApp) -> None:
    hidden = await organisation(partners, "Eik AS")
    open_ = await organisation(partners, "Ask AS", visibility={"contacts": "public"})
    for made in (hidden, open_):
        await person(partners, f"{made.hex}@example.org", organisation_id=made)
    async with partners.visitor() as visitor:
        assert "Ask Prøve" not in (await visitor.get(f"/partners/{hidden}")).text
        page = (await visitor.get(f"/partners/{open_}")).text
    assert "Ask Prøve" in page
    assert "@example.org" not in page
    assert "Ask Prøve" in (await partners.browser("region_staff", "agder").get(f"/partners/{hidden}")).text


async def test_a_possible_partner_is_known_to_staff_alone(partners: ServiceApp) -> None:
    made = await organisation(partners, "Kanskje AS", status="prospect")
    async with partners.visitor() as visitor:
        assert (await visitor.get(f"/partners/{made}", headers=HTML)).status_code == 404
        assert (await visitor.get(f"{API}/organisations/{made}")).status_code == 404
        assert "Kanskje AS" not in (await visitor.get("/partners")).text
    assert "Mulig partner" in (await partners.browser("region_staff", "agder").get(f"/partners/{made}")).text


async def test_its_own_people_change_what_it_tells_and_not_what_it_is(partners: ServiceApp) -> None:
    made = await organisation(partners, "Eik AS", org_number="974760673")
    admin = partners.browser("partner_admin", organisation_id=made)
    member = partners.browser("partner_member", organisation_id=made)
    form = {"name": "Eik AS", "sector": "business", "regions": "agder", "org_number": "974760673", "version": "1"}
    page = (await admin.get(f"/partners/{made}/edit")).text
    assert 'id="felt-status"' not in page
    assert (await member.get(f"/partners/{made}/edit")).status_code == 403
    for wrong in ({"status": "left"}, {"org_number": "991825827"}, {"regions": "oslo"}):
        assert (await admin.submit(f"/partners/{made}/edit", **{**form, **wrong})).status_code == 403, wrong
    told = {"offers": ["energy", "nature"], "needs": "circular", "employees": "12", "visible_employees": "public"}
    assert (await admin.submit(f"/partners/{made}/edit", **form, **told)).status_code == 303
    async with partners.visitor() as visitor:
        shown = (await visitor.get(f"/partners/{made}")).text
        read = (await visitor.get(f"{API}/organisations/{made}")).json()
    assert "Sirkulær økonomi" in shown
    assert (read["offers"], read["needs"], read["employees"]) == (["energy", "nature"], ["circular"], 12)
    assert (read["visibility"]["employees"], read["visibility"]["contacts"]) == ("public", "region")


async def test_a_topic_that_is_no_longer_offered_stays_where_it_was_chosen(partners: ServiceApp) -> None:
    from datetime import date

    from services.partners.models import Topic

    made = await organisation(partners, "Eik AS", offers=["maritime"])
    async with partners.database.writing() as session:
        topic = await session.get_one(Topic, "maritime")
        topic.valid_to, topic.replaced_by = date(2026, 1, 1), "transport"
        session.add(topic)
    given = {"name": "Eik AS", "regions": ["agder"], "offers": ["maritime"], "version": 1}
    async with partners.client("national") as national:
        assert (await national.put(f"{API}/organisations/{made}", json=given)).status_code == 200
        new = await national.post(f"{API}/organisations", json={"name": "Ask", "offers": ["maritime"]})
    assert (new.status_code, new.json()["errors"][0]["field"]) == (422, "offers")
    page = (await partners.browser("national").get(f"/partners/{made}/edit")).text
    assert 'name="offers" value="maritime" checked' in page


async def test_the_text_is_markdown_and_harmless(partners: ServiceApp) -> None:
    text = "# Vi\n\n**kutter** [her](javascript:alert(1)) <img src=x onerror=alert(1)>"
    made = await organisation(partners, "Eik AS", description=text)
    async with partners.visitor() as visitor:
        page = (await visitor.get(f"/partners/{made}")).text
    assert "<strong>kutter</strong>" in page
    assert "javascript:" not in page.split("<main", 1)[1].split("</main", 1)[0].replace("[her](javascript:", "")
    assert "<img src=x" not in page


async def test_a_logo_is_sent_shown_and_taken_away(partners: ServiceApp) -> None:
    made = await organisation(partners, "Eik AS")
    admin = partners.browser("partner_admin", organisation_id=made)
    assert (await upload(admin, made, picture())).status_code == 303
    async with partners.visitor() as visitor:
        page = (await visitor.get(f"/partners/{made}")).text
        assert 'alt="En rød firkant"' in page
        read = (await visitor.get(f"{API}/organisations/{made}")).json()
        small = await visitor.get(read["logo_url"])
        large = await visitor.get(f"/partners/{made}/logo?size=large")
        assert (small.headers["content-type"], small.headers["x-content-type-options"]) == ("image/webp", "nosniff")
        assert "immutable" in small.headers["cache-control"]
        assert "immutable" not in large.headers["cache-control"]
        assert Image.open(io.BytesIO(large.content)).size == (LARGE, LARGE // 2)
        again = await visitor.get(read["logo_url"], headers={"if-none-match": small.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
    assert (await upload(admin, made, None, "Bare ny tekst")).status_code == 303
    assert (await admin.submit(f"/partners/{made}/logo/remove")).status_code == 303
    async with partners.visitor() as visitor:
        assert (await visitor.get(f"/partners/{made}/logo")).status_code == 404


async def test_a_logo_is_changed_by_its_own_and_its_staff_alone(partners: ServiceApp) -> None:
    made = await organisation(partners, "Eik AS")
    for browser in (
        partners.browser("partner_member", organisation_id=made),
        partners.browser("region_lead", "troms"),
    ):
        assert (await upload(browser, made, picture())).status_code == 403
        assert (await browser.submit(f"/partners/{made}/logo/remove")).status_code == 403
    assert (await upload(partners.browser("region_staff", "agder"), made, picture())).status_code == 303


@pytest.mark.parametrize(
    "content", [b"", b"GIF89a", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"\x89PNG\r\n\x1a\n"]
)
async def test_what_is_no_picture_is_told_at_the_field(partners: ServiceApp, content: bytes) -> None:
    made = await organisation(partners, "Eik AS")
    answer = await upload(partners.browser("national"), made, content)
    assert (answer.status_code, 'id="felt-logo-feil"' in answer.text) == (422, True)
    assert 'value="En rød firkant"' in answer.text


def test_what_a_picture_held_besides_is_gone() -> None:
    exif = Image.Exif()
    exif[0x9286] = "HEMMELIG STED"
    exif[0x0112] = 6
    sent = picture("JPEG", exif=exif)
    assert b"HEMMELIG STED" in sent
    made = drawn(sent + b"<script>TRAILER</script>")
    assert b"HEMMELIG" not in made.large
    assert b"TRAILER" not in made.large
    upright = Image.open(io.BytesIO(made.large))
    assert upright.size == (LARGE // 2, LARGE)
    assert not upright.getexif()


@pytest.mark.parametrize(
    "content",
    [
        picture("GIF"),
        picture("BMP"),
        picture("WEBP"),
        picture(size=(4000, 100)),
        picture(size=(7000, 7000)),
        picture()[:200],
        picture("JPEG")[:200],
        b"\x00" * (MOST_BYTES + 1),
    ],
    ids=["gif", "bmp", "webp", "long", "vast", "cut png", "cut jpeg", "heavy"],
)
def test_other_files_and_vast_pictures_are_refused(content: bytes) -> None:
    with pytest.raises(BadPicture):
        drawn(content)


async def test_the_audit_tells_each_field_that_changed(partners: ServiceApp) -> None:
    import sqlalchemy as sa

    made = await organisation(partners, "Eik AS")
    given = {"name": "Eik og Ask AS", "regions": ["agder"], "employees": 3, "version": 1}
    async with partners.client("national") as national:
        assert (await national.put(f"{API}/organisations/{made}", json=given)).status_code == 200
    table = partners.database.tables.audit
    async with partners.database.reading() as session:
        query = sa.select(table.c.action, table.c.changes).where(table.c.subject_id == made).order_by(table.c.seq)
        rows = (await (await session.connection()).execute(query)).all()
        row = await session.get_one(Organisation, made)
    assert [row.action for row in rows] == ["organisation.registered", "organisation.edited"]
    assert rows[1].changes["name"] == ["Eik AS", "Eik og Ask AS"]
    assert rows[1].changes["employees"] == [None, 3]
    assert "municipality" not in rows[1].changes
    assert row.version == 2
