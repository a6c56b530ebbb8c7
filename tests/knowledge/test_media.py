"""Pictures and files of a case: who may add and see them, what is shown of them, and what is left of whoever added them."""

import io
import json
import re
from typing import Any
from uuid import UUID
from zipfile import ZipFile

import httpx
from PIL import Image
from sqlmodel import select

from services.knowledge.models import Blob, Revision
from services.knowledge.pictures import MOST_BYTES
from services.knowledge.queries.media import Media, media_of
from services.knowledge.usecases import editorial, erasing, media, merging
from shared.auth.actor import Actor
from shared.contracts.partners import AccessStated
from shared.ids import new_id
from tests.knowledge.support import BASE, World, national, partner, staff_of, text_of
from tests.shared.uploads.making import GPS, HTML, PDF, SVG, bomb, located, office, picture

ALT, CREDIT = "En rød buss ved kaia", "Kari Foto"


async def add(
    world: World, who: Actor, case_id: UUID, content: bytes | None, name: str = "bilde.jpg", **fields: Any
) -> httpx.Response:
    """Send a picture as its form does."""
    files = {} if content is None else {"picture": (name, content, "image/jpeg")}
    data = {"alt": ALT, "credit": CREDIT, **fields, **world.csrf(who)}
    async with world.client(who) as client:
        return await client.post(f"/cases/{case_id}/pictures", data=data, files=files or None)


async def attach(world: World, who: Actor, case_id: UUID, content: bytes, name: str, **fields: Any) -> httpx.Response:
    """Send a file as its form does."""
    data = {"title": "Rapport", **fields, **world.csrf(who)}
    async with world.client(who) as client:
        return await client.post(f"/cases/{case_id}/files", data=data, files={"file": (name, content, "text/html")})


async def step(world: World, who: Actor, path: str, **fields: Any) -> httpx.Response:
    async with world.client(who) as client:
        return await client.post(path, data={**fields, **world.csrf(who)})


async def get(world: World, path: str, who: Actor | None = None, **headers: str) -> httpx.Response:
    async with world.client(who) as client:
        return await client.get(path, headers=headers)


async def held(world: World, case_id: UUID) -> Media:
    async with world.database.reading() as session:
        return (await media_of(session, [case_id]))[case_id]


async def blobs(world: World) -> int:
    async with world.database.reading() as session:
        return len((await session.exec(select(Blob.digest))).all())


async def publish(world: World, case_id: UUID) -> None:
    async with world.database.writing() as session:
        for verb in (editorial.submit, editorial.approve, editorial.publish):
            await verb(session, national(), case_id)


def problem(answer: httpx.Response, field: str) -> str:
    """Return what is said to be wrong at a field."""
    assert answer.status_code == 422
    found = re.search(rf'id="felt-{field}-feil"[^>]*>([^<]*)<', text_of(answer))
    assert found is not None, f"nothing is said at {field}"
    return found[1]


async def test_the_first_picture_stands_on_the_page_the_card_and_where_it_is_shared(world: World) -> None:
    who = staff_of("agder")
    made = await world.draft(who)
    assert (await add(world, who, made.id, located())).status_code == 303
    assert (await add(world, who, made.id, picture(colour="blue"), alt="En båt")).status_code == 303
    await publish(world, made.id)
    first, second = (await held(world, made.id)).pictures
    page = text_of(await get(world, f"/cases/{made.id}"))
    shown = first.address(480)
    assert f'srcset="{first.address(240)} 240w, {shown} 480w, {first.address(500)} 500w"' in page
    assert re.search(rf'<img[^>]*width="500" height="1000" alt="{ALT}"', page)
    assert page.index(first.address(500)) < page.index("Flere bilder") < page.index(second.address(960))
    assert "Foto: Kari Foto. " in page
    assert "CC BY 4.0" in page
    assert f'<meta property="og:image" content="{BASE}{first.address(500)}">' in page
    front = text_of(await get(world, "/"))
    assert first.address(480) in front
    assert second.digest not in front
    linked = (await get(world, f"/cases/{made.id}.jsonld")).json()
    assert [one["contentUrl"] for one in linked["image"]] == [BASE + first.address(500), BASE + second.address(1000)]
    assert linked["image"][0] | {"caption": ALT, "creditText": CREDIT} == linked["image"][0]


async def test_a_kept_picture_tells_nothing_of_where_it_was_taken_and_is_cached_for_ever(world: World) -> None:
    made = await world.publish()
    assert (await add(world, national(), made.id, located() + HTML)).status_code == 303
    (one,) = (await held(world, made.id)).pictures
    for width, _height in one.sizes:
        answer = await get(world, one.address(width))
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/webp")
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert GPS not in answer.content
        assert b"script" not in answer.content
        assert not Image.open(io.BytesIO(answer.content)).getexif()
        again = await get(world, one.address(width), **{"if-none-match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
    for other in (one.address(7), one.address(0), one.address(10**12), one.address(500).replace(one.digest, "0" * 32)):
        assert (await get(world, other)).status_code in (404, 422), other


async def test_of_a_draft_nobody_sees_them_but_those_who_read_it(world: World) -> None:
    who = staff_of("agder")
    made = await world.draft(who)
    await add(world, who, made.id, picture())
    await attach(world, who, made.id, PDF, "a.pdf")
    there = await held(world, made.id)
    paths = [there.pictures[0].address(480), there.files[0].address]
    for path in paths:
        assert [(await get(world, path, one)).status_code for one in (None, partner())] == [404, 404], path
        answer = await get(world, path, who)
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "private, no-store")
    await publish(world, made.id)
    assert [(await get(world, path)).status_code for path in paths] == [200, 200]
    async with world.database.writing() as session:
        await editorial.archive(session, national(), made.id)
    assert [(await get(world, path)).status_code for path in paths] == [404, 404]
    assert (await get(world, paths[0].replace(str(made.id), str(new_id())), who)).status_code == 404


async def test_alt_text_credit_and_a_real_picture_are_asked_for_at_their_fields(world: World) -> None:
    who = staff_of("agder")
    made = await world.draft(who)
    answer = await add(world, who, made.id, picture(), alt=" ", credit="")
    assert problem(answer, "alt") == problem(answer, "credit") == "Feltet må fylles ut."
    answer = await add(world, who, made.id, None)
    assert problem(answer, "picture") == "Velg en fil."
    assert f'value="{ALT}"' in text_of(answer), "what was typed stays"
    unreadable = "Last opp et bilde i JPEG, PNG, WebP, GIF, høyst 10 MB og 40 millioner bildepunkter."
    for content in (SVG, HTML, PDF, b"GIF89a" + HTML, picture()[:200], bomb(), picture() + b"\0" * MOST_BYTES):
        assert problem(await add(world, who, made.id, content, "bilde.png"), "picture") == unreadable
    assert "Bruk en av disse: CC BY" in problem(
        await add(world, who, made.id, picture(), licence="min egen"), "licence"
    )
    assert (await add(world, who, made.id, picture(), alt="\x00")).status_code == 422
    assert ((await held(world, made.id)).pictures, await blobs(world), (await world.case(made.id)).version) == (
        [],
        0,
        1,
    )


async def test_a_request_beyond_the_limit_is_turned_away_before_it_is_read(world: World) -> None:
    made = await world.draft()
    answer = await add(world, national(), made.id, picture() + b"\0" * (MOST_BYTES + 3_000_000))
    assert answer.status_code == 413


async def test_a_file_is_saved_never_shown_and_its_link_says_what_it_is(world: World) -> None:
    made = await world.publish()
    who = national()
    assert (await attach(world, who, made.id, PDF, "<b>.html", title='Klima/rapport "2024"')).status_code == 303
    assert (await attach(world, who, made.id, office("xl/workbook.xml"), "tall.pdf", title="Tall")).status_code == 303
    page = text_of(await get(world, f"/cases/{made.id}"))
    assert 'Klima/rapport "2024" (PDF, 1 kB)' in page
    assert "Tall (Excel, 1 kB)" in page
    one, two = (await held(world, made.id)).files
    answer = await get(world, one.address)
    assert answer.content == PDF
    told = {
        name: answer.headers[name] for name in ("content-type", "x-content-type-options", "content-security-policy")
    }
    assert told == {
        "content-type": "application/pdf",
        "x-content-type-options": "nosniff",
        "content-security-policy": "default-src 'none'; sandbox",
    }
    assert answer.headers["content-disposition"].startswith('attachment; filename="klima-rapport-2024.pdf"')
    assert (await get(world, two.address)).headers["content-type"].endswith("spreadsheetml.sheet")


async def test_files_that_run_or_pretend_are_told_at_the_field(world: World) -> None:
    made = await world.draft()
    who = national()
    for content, name, said in (
        (SVG, "a.txt", "Fila er ikke av et slag vi tar imot"),
        (HTML, "a.csv", "Fila er ikke av et slag vi tar imot"),
        (office(**{"word/vbaProject.bin": b"x"}), "a.docx", "Fila har makroer"),
        (PDF + b"\n" * MOST_BYTES, "a.pdf", "Fila er for stor: høyst 10 MB"),
    ):
        assert problem(await attach(world, who, made.id, content, name), "file").startswith(said)
    assert problem(await attach(world, who, made.id, PDF, "a.pdf", title=""), "title") == "Feltet må fylles ut."
    assert (await blobs(world), (await world.case(made.id)).version) == (0, 1)


async def test_order_words_and_removal_are_noted_and_removed_bytes_are_gone(world: World) -> None:
    who = staff_of("agder")
    made = await world.draft(who, language="nb")
    for colour in ("red", "green", "blue"):
        assert (await add(world, who, made.id, picture(colour=colour), alt=colour)).status_code == 303
    red, green, blue = (await held(world, made.id)).pictures
    base = f"/cases/{made.id}/pictures"
    for one, move in ((blue, "first"), (red, "down"), (green, "up"), (green, "down"), (red, "down"), (blue, "up")):
        assert (await step(world, who, f"{base}/{one.id}/{move}")).status_code == 303
    order = [(one.alt, one.position) for one in (await held(world, made.id)).pictures]
    assert order == [("blue", 0), ("green", 1), ("red", 2)]
    words = {"alt": "Grønn", "alt_en": "Green", "alt_nb": "Ikke her", "credit": "Ola", "licence": "cc0-1.0"}
    assert (await step(world, who, f"{base}/{green.id}/edit", **words)).status_code == 303
    assert "Green" in text_of(await get(world, f"/cases/{made.id}?lang=en", who))
    kept = await blobs(world)
    assert (await step(world, who, f"{base}/{blue.id}/remove")).status_code == 303
    assert await blobs(world) == kept - len(blue.sizes)
    there = await held(world, made.id)
    assert [(one.alt, one.alts, one.licence, one.position) for one in there.pictures] == [
        ("Grønn", {"en": "Green"}, "cc0-1.0", 0),
        ("red", {}, "cc-by-4.0", 1),
    ]
    assert (await get(world, blue.address(480), who)).status_code == 404
    async with world.database.reading() as session:
        query = select(Revision).where(Revision.case_id == made.id, Revision.action == "illustrate")
        steps = (await session.exec(query.order_by(Revision.version))).all()  # type: ignore[arg-type]
    # Three added, four moves that moved something, the words and the removal.
    assert [one.fields for one in steps] == [["pictures"]] * 9
    assert set(steps[-1].before["pictures"][0]) == {"digest", "sizes", "alt", "alts", "credit", "licence"}
    assert [one["alt"] for one in steps[-1].before["pictures"]] == ["blue", "Grønn", "red"]
    assert {one.actor_id for one in steps} == {who.person_id}
    assert "Endret bilder eller filer" in text_of(await get(world, f"/cases/{made.id}", who))


async def test_a_case_holds_each_file_once_and_not_without_end(world: World, monkeypatch: Any) -> None:
    monkeypatch.setattr(media, "MOST", 2)
    made = await world.draft()
    who = national()
    await add(world, who, made.id, picture())
    assert problem(await add(world, who, made.id, picture()), "picture") == "Eksempelet har denne fila allerede."
    await add(world, who, made.id, picture(colour="blue"))
    page = await add(world, who, made.id, picture(colour="green"))
    assert page.status_code == 422
    assert "Et eksempel kan ha høyst 2." in text_of(page)
    assert len((await held(world, made.id)).pictures) == 2


async def test_they_are_changed_by_whoever_edits_the_draft_and_whoever_publishes_later(world: World) -> None:
    own, elsewhere = staff_of("agder"), staff_of("troms")
    draft, public = await world.draft(own), await world.publish()
    for made in (draft, public):
        assert (await add(world, elsewhere, made.id, picture())).status_code == 403
        assert (await get(world, f"/cases/{made.id}/media", elsewhere)).status_code == 403
        assert (await add(world, own, made.id, picture())).status_code == 303
    assert (await add(world, partner(), draft.id, picture())).status_code == 404
    async with world.database.writing() as session:
        await editorial.submit(session, own, draft.id)
    assert (await add(world, own, draft.id, picture(colour="blue"))).status_code == 403, "it is being read"
    (one,) = (await held(world, public.id)).pictures
    mixed = f"/cases/{draft.id}/pictures/{one.id}"
    assert (await step(world, national(), f"/cases/{public.id}/pictures/{new_id()}/remove")).status_code == 404
    assert (await step(world, own, f"{mixed}/edit", alt="x", credit="y")).status_code in (403, 404)
    after = await world.case(public.id)
    assert after.version == public.version + 1


async def test_programs_and_open_data_have_them_as_links_and_no_drafts(world: World) -> None:
    made, draft = await world.publish(title="Ute"), await world.draft(title="Inne")
    for one, colour in ((made, "red"), (draft, "blue")):
        await add(world, national(), one.id, picture(colour=colour))
        await attach(world, national(), one.id, PDF, "a.pdf")
    there = await held(world, made.id)
    read = (await get(world, f"/cases/api/v1/cases/{made.id}")).json()
    url = BASE + there.pictures[0].address(480)
    assert read["pictures"][0]["renditions"][0] == {"width": 480, "height": 240, "url": url}
    assert (
        read["files"][0] | {"media_type": "application/pdf", "url": BASE + there.files[0].address} == read["files"][0]
    )
    lines = [json.loads(line) for line in (await get(world, "/cases/dump.jsonl")).text.splitlines()]
    assert [one["title"] for one in lines] == ["Ute"]
    assert (lines[0]["pictures"][0]["renditions"][0]["url"], lines[0]["files"][0]["size"]) == (url, len(PDF))
    sheet = (await get(world, "/cases/dump.csv")).text
    assert there.pictures[0].digest in sheet
    assert (await held(world, draft.id)).pictures[0].digest not in sheet


async def test_whoever_added_them_finds_them_in_their_data_and_is_forgotten(world: World) -> None:
    who = staff_of("agder")
    made = await world.draft(who)
    await add(world, who, made.id, picture())
    await attach(world, who, made.id, PDF, "a.pdf")
    archive = await get(world, "/cases/me/data", who)
    with ZipFile(io.BytesIO(archive.content)) as opened:
        told = "".join(opened.read(name).decode() for name in opened.namelist() if name.endswith(".json"))
    assert ALT in told
    assert "Rapport" in told
    survivor = new_id()
    async with world.database.writing() as session:
        await merging.carry(session, who.person_id, survivor)
    there = await held(world, made.id)
    assert [one.uploader_id for one in (*there.pictures, *there.files)] == [survivor, survivor]
    async with world.database.writing() as session:
        await erasing.erase(session, AccessStated(person_id=survivor, version=2, grants=[], active=False, erased=True))
    there = await held(world, made.id)
    assert [one.uploader_id for one in (*there.pictures, *there.files)] == [None, None]
    assert there.pictures[0].credit == CREDIT
