"""The pages of regions: for everybody, for those who run them, and for those who rearrange them."""

import re
from datetime import timedelta
from uuid import UUID

import httpx
import pytest
from sqlmodel import select

from services.partners.models import Membership, Rearrangement
from services.partners.queries import regions_of
from shared.auth.actor import Actor, Grant
from shared.ids import new_id
from tests.partners.rearranging import COUNTIES, Viken, carried_out, drafted, enter_viken, today
from tests.partners.support import API
from tests.support.apps import Browser, ServiceApp

REARRANGEMENTS = "/partners/regions/rearrangements"
TROMS = {
    "name_nb": "Troms", "name_nn": "Troms", "name_en": "Troms", "name_se": "Romsa", "name_fkv": "Tromssa",
    "language": "nb", "counties": "55", "tile_row": "2", "tile_column": "3", "host": "Troms fylkeskommune",
}  # fmt: skip


def went(answer: httpx.Response) -> str:
    """Return where a form that was taken leads."""
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def test_everybody_sees_the_regions_with_their_parallel_names_in_their_languages(partners: ServiceApp) -> None:
    answer = await partners.visitor().get("/partners/regions")
    assert answer.status_code == 200
    assert '<span lang="se">– Romsa</span>' in answer.text
    one = await partners.visitor().get("/partners/regions/troms")
    assert '<span lang="fkv">Tromssa</span>' in one.text
    assert "Rediger" not in one.text


async def test_everybody_sees_who_leads_a_region(partners: ServiceApp) -> None:
    people = {
        "Liv Leder": {"role": "region_lead", "region": "troms"},
        "Siv Stab": {"role": "region_staff", "region": "troms"},
        "Else Ellers": {"role": "region_lead", "region": "agder"},
        "Gro Gammel": {"role": "region_lead", "region": "troms", "active": False},
    }
    async with partners.client("national") as national:
        for number, (name, given) in enumerate(people.items()):
            body = {"name": name, "email": f"{number}@example.org", **given}
            assert (await national.post(f"{API}/people", json=body)).status_code == 201
    async with partners.visitor() as visitor:
        every = (await visitor.get("/partners/regions")).text
        one = (await visitor.get("/partners/regions/troms")).text
    told = {name: (name in every, name in one) for name in people}
    assert told == {
        "Liv Leder": (True, True),
        "Siv Stab": (False, False),
        "Else Ellers": (True, False),
        "Gro Gammel": (False, False),
    }
    [row] = re.findall(r"<tr>(?:(?!</tr>).)*Romsa.*?</tr>", every, re.S)
    assert "Liv Leder" in row


async def test_its_leader_edits_names_language_and_host_but_not_its_dates(partners: ServiceApp) -> None:
    lead = partners.browser("region_lead", "troms")
    form = await lead.get("/partners/regions/troms/edit")
    assert 'name="host"' in form.text
    assert 'name="valid_from"' not in form.text
    sent = {**TROMS, "valid_from": "2030-01-01", "tile_row": "9"}
    assert went(await lead.submit("/partners/regions/troms/edit", **sent)) == "/partners/regions/troms"
    found = (await partners.visitor().get(f"{API}/regions/troms")).json()
    assert found["host"] == "Troms fylkeskommune"
    assert found["valid_from"] is None
    assert (await lead.submit("/partners/regions/agder/edit", **TROMS)).status_code == 403
    assert (await partners.browser("region_staff", "troms").get("/partners/regions/troms/edit")).status_code == 403


async def test_a_refused_form_is_shown_again_with_what_was_typed(partners: ServiceApp) -> None:
    national = partners.browser("national")
    answer = await national.submit("/partners/regions/new", **{**TROMS, "slug": "troms", "name_nb": "Mitt navn"})
    assert answer.status_code == 422
    assert "Mitt navn" in answer.text
    assert "Velg et annet" in answer.text
    taken = await national.submit("/partners/regions/new", **{**TROMS, "slug": "nytt"})
    assert taken.status_code == 422
    made = await national.submit("/partners/regions/new", **{**TROMS, "slug": "nytt", "tile_row": "12"})
    assert went(made) == "/partners/regions/nytt"
    again = await national.submit("/partners/regions/nytt/edit", **{**TROMS, "tile_row": "12", "version": "7"})
    assert again.status_code == 422


async def test_programs_enter_and_edit_regions(partners: ServiceApp) -> None:
    body = {
        "slug": "svalbard",
        "name_nb": "Svalbard",
        "name_nn": "Svalbard",
        "name_en": "Svalbard",
        "tile_row": 1,
        "tile_column": 1,
    }
    national = partners.client("national")
    made = await national.post(f"{API}/regions", json=body)
    assert made.status_code == 201, made.text
    assert (await partners.client("region_lead", "troms").post(f"{API}/regions", json=body)).status_code == 403
    ended = await national.put(
        f"{API}/regions/svalbard", json={**body, "valid_from": "2020-01-01", "valid_to": str(today()), "version": 1}
    )
    assert ended.status_code == 200, ended.text
    offered = [region["slug"] for region in (await national.get(f"{API}/regions")).json()]
    every = [region["slug"] for region in (await national.get(f"{API}/regions", params={"ended": True})).json()]
    assert "svalbard" not in offered
    assert "svalbard" in every


async def test_one_split_by_hand_from_the_first_page_to_the_last(partners: ServiceApp) -> None:
    viken = await enter_viken(partners.database)
    national = partners.browser("national")
    base = went(await national.submit(REARRANGEMENTS, kind="split", sources="viken"))
    for place, (slug, county) in enumerate(COUNTIES.items()):
        names = dict.fromkeys(("name_nb", "name_nn", "name_en"), slug.capitalize())
        new = {
            "slug": slug,
            **names,
            "language": "nb",
            "counties": county,
            "tile_row": "10",
            "tile_column": str(place + 1),
        }
        went(await national.submit(f"{base}/targets/new", **new))
    dry_run = (await national.get(base)).text
    assert "Den kan ikke gjennomføres ennå" in dry_run
    assert all(f"Prøvebruk {number:02}" in dry_run for number in range(55))
    assert "Møte for regionen" in dry_run
    first = (await national.get(f"{base}/assign/organisation")).text
    assert first.index("Mangler ny region</span></td>") < first.index("forslag")
    await decide(national, base, viken)
    ready = (await national.get(base)).text
    assert "Den kan ikke gjennomføres ennå" not in ready
    version = re.search(r'name="version" value="(\d+)"', ready)
    assert version
    went(await national.submit(f"{base}/schedule", when="now", version=version[1]))
    async with partners.database.reading() as session:
        regions = await regions_of(session, viken.organisations)
        (done,) = (await session.exec(select(Rearrangement))).all()
    assert {slug for slugs in regions.values() for slug in slugs} == set(COUNTIES)
    assert done.state == "executed"
    assert "Gjennomført" in (await national.get(base)).text


async def decide(national: Browser, base: str, viken: Viken) -> None:
    """Tick those nobody decided, and say where to."""
    firms = [str(one) for one in viken.nameless]
    went(await national.submit(f"{base}/assign/organisation", ids=firms, targets="buskvik", how="to"))
    people = [str(viken.lead), str(viken.staff)]
    went(await national.submit(f"{base}/assign/person", ids=people, targets=["ostvik", "akervik"], how="to"))
    orphan = [str(one) for one, owner in viken.cases.items() if owner is None]
    went(await national.submit(f"{base}/assign/case", ids=orphan, targets="akervik", how="to"))


async def test_only_national_staff_see_any_of_it(partners: ServiceApp) -> None:
    viken = await enter_viken(partners.database)
    made = await drafted(partners.database, viken)
    pages = ("", f"/{made}", f"/{made}/targets", f"/{made}/assign/organisation")
    for path in pages:
        assert (await partners.browser("national").get(REARRANGEMENTS + path)).status_code == 200, path
        assert (await partners.browser("region_lead", "viken").get(REARRANGEMENTS + path)).status_code == 403, path


WRONG = (
    ("assign/organisation", {"how": "to", "targets": "ostvik"}, "Kryss av"),
    ("assign/organisation", {"how": "to", "ids": str(new_id())}, "Velg hvilken region"),
    ("schedule", {"when": "day", "effective": "2001-01-01", "version": "VERSION"}, "i dag eller senere"),
    ("schedule", {"when": "day", "version": "VERSION"}, "Feltet må fylles ut"),
    ("schedule", {"when": "now", "version": "1"}, "Noen andre har endret"),
    ("targets/new", {"slug": "agder", "name_nb": "Agder"}, "Feltet må fylles ut"),
    ("targets/known", {"slug": "ikke-her"}, "ingen region"),
)


@pytest.mark.parametrize(("path", "fields", "said"), WRONG)
async def test_what_is_wrong_is_said_and_nothing_is_stored(
    partners: ServiceApp, path: str, fields: dict[str, str], said: str
) -> None:
    viken = await enter_viken(partners.database)
    made = await drafted(partners.database, viken)
    async with partners.database.reading() as session:
        before = (await session.exec(select(Rearrangement))).one()
    sent = {name: value.replace("VERSION", str(before.version)) for name, value in fields.items()}
    answer = await partners.browser("national").submit(f"{REARRANGEMENTS}/{made}/{path}", **sent)
    assert answer.status_code == 422, answer.text
    assert said in answer.text
    async with partners.database.reading() as session:
        assert (await session.exec(select(Rearrangement))).one() == before


async def test_old_addresses_lead_to_what_came_after(partners: ServiceApp) -> None:
    viken = await enter_viken(partners.database)
    assert await carried_out(partners.database, await drafted(partners.database, viken))
    visitor = partners.visitor()
    page = await visitor.get("/partners/regions/viken")
    assert all(f'href="/partners/regions/{slug}"' in page.text for slug in COUNTIES)
    assert "55 partnere" in page.text
    answer = await visitor.get("/partners", params={"region": "viken", "q": "prøve"})
    assert answer.status_code == 301
    found = httpx.URL(answer.headers["location"]).params
    assert (set(found.get_list("region")), found["q"]) == (set(COUNTIES), "prøve")
    listed = await visitor.get(f"{API}/organisations", params={"region": "viken"})
    assert listed.json()["total"] == 55
    after = await visitor.get("/partners/regions/ostvik")
    assert "Viken til" in after.text


async def test_staff_begin_and_end_a_partnership_and_see_all_there_were(partners: ServiceApp) -> None:
    viken = await enter_viken(partners.database)
    firm = viken.organisations[0]
    page = f"/partners/{firm}/memberships"
    lead = partners.browser_of(
        Actor(new_id(), new_id(), "Leder", (Grant("region_lead", "viken"), Grant("region_staff", "oslo")))
    )
    wrong = await lead.submit(page, region="oslo", kind="guest", since=str(today()))
    assert wrong.status_code == 422
    assert "Gjester har alltid en sluttdato" in wrong.text
    until = today() + timedelta(days=9)
    assert went(await lead.submit(page, region="oslo", kind="guest", since=str(today()), until=str(until))) == page
    held = await membership(partners, firm, "viken")
    assert (await lead.get(f"{page}/{held}/end")).status_code == 200
    assert went(await lead.submit(f"{page}/{held}/end", until=str(today()))) == page
    shown = (await lead.get(page)).text
    assert "Avsluttet" in shown
    assert "Gjest" in shown
    assert (
        await partners.browser("region_lead", "oslo").submit(page, region="troms", kind="member", since=str(today()))
    ).status_code == 403
    assert (await partners.visitor().get(page)).status_code in (302, 303, 401)


async def membership(partners: ServiceApp, firm: UUID, region: str) -> UUID:
    async with partners.database.reading() as session:
        query = select(Membership.id).where(Membership.organisation_id == firm, Membership.region == region)
        return (await session.exec(query)).one()
