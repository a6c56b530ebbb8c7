"""Two records that are one person: found, looked at, and made one with everything carried over."""

import asyncio
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from services.partners.models import Base, Identity, Letter, Person, PersonAlias, PersonGrant
from services.partners.queries.person_doubles import person_doubles
from services.partners.queries.work import waiting
from services.partners.schemas.people import RoleIn
from services.partners.usecases import letters, person_merging, roles
from services.partners.usecases.person_carrying import CARRIED
from shared.contracts.partners import AccessStated, LetterAsked, LetterWithdrawn, PersonStated, SessionEnded
from shared.ids import new_id
from tests.partners.support import NATIONAL, actor, audited, organisation, person, running_grants, stored
from tests.partners.test_loading import ASK, EIK, counts, loaded
from tests.support.apps import ServiceApp


async def merged(partners: ServiceApp, survivor: UUID, loser: UUID) -> None:
    versions = {one: (await stored(partners, one)).version for one in (survivor, loser)}
    async with partners.database.writing() as session:
        await person_merging.merge(session, NATIONAL, survivor, loser, versions)


async def test_everything_of_the_one_is_the_others_and_nothing_of_them_is_left(partners: ServiceApp) -> None:
    eik, alm = await organisation(partners, "Eik AS", "agder"), await organisation(partners, "Alm AS", "oslo")
    kept = await person(partners, "ask@eik.example.org", organisation_id=eik, functions=["climate_lead"])
    gone = await person(
        partners, "ask@alm.example.org", organisation_id=alm, phone="22 22 22 22", focus_areas=["energy"]
    )
    async with partners.database.writing() as session:
        await roles.give(
            session, NATIONAL, gone, RoleIn(role="partner_member", organisation_id=eik, functions=["top_leader"])
        )
        session.add(Identity(person_id=gone, key="entra", issuer="https://issuer.example.org", subject="ask"))
    await actor(partners, gone)
    await merged(partners, kept, gone)
    found, rest = await stored(partners, kept), await stored(partners, gone)
    assert (found.email, found.phone, found.focus_areas) == ("ask@eik.example.org", "22 22 22 22", ["energy"])
    held = {grant.organisation_id: grant for grant in await running_grants(partners, kept)}
    assert (set(held), held[eik].functions) == ({eik, alm}, ["climate_lead", "top_leader"])
    assert await running_grants(partners, gone) == []
    assert (rest.name, rest.phone, rest.active, rest.merged_into) == ("", None, False, kept)
    assert "@" not in rest.email
    async with partners.database.reading() as session:
        assert (await session.exec(select(Identity.person_id))).all() == [kept]
    last = {fact.person_id: fact for fact in await partners.facts(PersonStated)}
    assert (last[gone].name, last[gone].email, last[gone].active) == ("", "", False)
    assert (last[kept].regions, last[kept].functions) == (["agder", "oslo"], ["climate_lead", "top_leader"])
    assert (last[gone].merged_into, last[kept].merged_into, last[kept].merged_from) == (kept, None, [gone])
    assert {fact.person_id: fact.active for fact in await partners.facts(AccessStated)} == {kept: True, gone: False}
    assert (await partners.facts(AccessStated))[-2].merged_into == kept
    assert len(await partners.facts(SessionEnded)) == 1
    [entry] = [one for one in await audited(partners, gone) if one.action == "person.merged"]
    assert (entry.regions, entry.changes["email"][0]) == ("|agder|oslo|", "ask@alm.example.org")


def test_every_table_that_names_a_person_is_carried_or_said_why_not() -> None:
    carried = {
        "person_grant",
        "organisation_claim",
        "letter",
        "identity",
        "passkey",
        "person_alias",
        "session",
        "api_token",
    }
    short_lived = {"sign_in_request", "second_step", "issuer_attempt", "passkey_challenge"}
    own_matters = {"erasure", "access"}
    naming = {table.name for table in Base.metadata.sorted_tables if "person_id" in table.c}
    assert naming == carried | short_lived | own_matters
    assert len(CARRIED) == len(carried)


async def test_a_letter_both_were_to_get_is_called_back_for_the_one_that_goes(partners: ServiceApp) -> None:
    kept, gone = [await person(partners, f"{number}@example.org") for number in range(2)]
    about, other = new_id(), new_id()
    async with partners.database.writing() as session:
        for one, subject in ((kept, about), (gone, about), (gone, other)):
            await letters.ask(session, await session.get_one(Person, one), "account_reminder", subject, occasion="2026")
    await merged(partners, kept, gone)
    asked = [fact for fact in await partners.facts(LetterAsked) if fact.letter == "account_reminder"]
    [called_back] = await partners.facts(LetterWithdrawn)
    assert called_back.letter_id == asked[1].letter_id
    async with partners.database.reading() as session:
        found = {one.id: one.person_id for one in (await session.exec(select(Letter))).all()}
    assert [found[fact.letter_id] for fact in asked] == [kept, gone, kept]


async def test_of_a_chain_of_merges_the_last_record_names_all(partners: ServiceApp) -> None:
    first, middle, last = [await person(partners, f"{number}@example.org") for number in range(3)]
    await merged(partners, middle, first)
    await merged(partners, last, middle)
    said = {fact.person_id: fact for fact in await partners.facts(PersonStated)}
    assert (said[first].merged_into, said[middle].merged_into) == (middle, last)
    assert (said[last].merged_from, said[middle].merged_from) == (sorted([first, middle]), [first])


async def test_an_import_that_knows_the_other_record_finds_the_one_that_stayed(partners: ServiceApp) -> None:
    elm = {**EIK, "external_id": "o-2", "name": "Elm AS", "org_number": None}
    twin = {**ASK, "external_id": "p-2", "email": "ask@elm.example.org", "organisation": "o-2"}
    await loaded(partners, EIK, elm, ASK, twin)
    async with partners.database.reading() as session:
        known = {one.external_id: one.id for one in (await session.exec(select(Person))).all()}
    await merged(partners, known["p-1"], known["p-2"])
    assert counts(await loaded(partners, EIK, elm, ASK, twin)) == (0, 0, 4)
    assert counts(await loaded(partners, EIK, elm, {**ASK, "title": "Leder"}, twin)) == (0, 1, 3)
    assert len(await running_grants(partners, known["p-1"])) == 2
    async with partners.database.reading() as session:
        assert [one.person_id for one in (await session.exec(select(PersonAlias))).all()] == [known["p-1"]]


async def test_people_who_look_alike_are_offered_until_somebody_says_they_are_two(partners: ServiceApp) -> None:
    eik, alm = await organisation(partners, "Eik AS", "agder"), await organisation(partners, "Alm AS", "oslo")
    first = await person(partners, "ask@example.org", organisation_id=eik)
    second = await person(partners, "a.prove@example.org", organisation_id=eik)
    await person(partners, "ask.annen@example.org", organisation_id=alm)
    staff = partners.browser("region_staff", "agder")
    page = (await staff.get("/partners/people/doubles")).text
    assert f"/partners/people/merge?first={first}&amp;second={second}" in page
    async with partners.database.reading() as session:
        assert len(await person_doubles(session, ["oslo"])) == 0
        [item] = [one for one in await waiting(session, frozenset({"agder"})) if one.kind == "duplicate"]
    shown = await staff.get(item.href)
    assert "Slå sammen" in shown.text
    assert (await staff.submit("/partners/people/part", first=first, second=second)).status_code == 303
    async with partners.database.reading() as session:
        assert await person_doubles(session, None) == []


async def test_the_form_merges_what_was_looked_at_and_nothing_newer(partners: ServiceApp) -> None:
    first, second = await person(partners, "en@example.org"), await person(partners, "to@example.org")
    staff = partners.browser("region_staff", "agder")
    typed = {"first": first, "second": second, "first_version": 1, "second_version": 1, "keep": "second"}
    stale = await staff.submit("/partners/people/merge", **{**typed, "first_version": 9})
    assert (stale.status_code, "Noen andre har endret dette" in stale.text) == (422, True)
    done = await staff.submit("/partners/people/merge", **typed)
    assert (done.status_code, done.headers["location"]) == (303, f"/partners/people/{second}")
    assert (await stored(partners, first)).merged_into == second
    assert (await staff.get(f"/partners/people/{first}")).status_code == 404
    assert (await staff.submit("/partners/people/merge", **typed)).status_code in (404, 422)


@pytest.mark.parametrize("who", [("region_staff", "oslo"), ("partner_admin", None), ("reviewer", "agder")])
async def test_nobody_merges_people_out_of_reach(partners: ServiceApp, who: tuple[str, str | None]) -> None:
    first, second = await person(partners, "en@example.org"), await person(partners, "to@example.org")
    browser = partners.browser(who[0], who[1])  # type: ignore[arg-type]
    typed = {"first": first, "second": second, "first_version": 1, "second_version": 1, "keep": "first"}
    assert (await browser.get(f"/partners/people/merge?first={first}&second={second}")).status_code in (403, 404)
    assert (await browser.submit("/partners/people/merge", **typed)).status_code in (403, 404, 422)
    assert (await stored(partners, second)).merged_into is None


async def test_nobody_takes_over_whom_they_could_not_have_appointed_by_merging(partners: ServiceApp) -> None:
    chief = await person(partners, "sjef@example.org", role="national", region="agder")
    own = await person(partners, "egen@example.org")
    lead = partners.browser("region_lead", "agder")
    typed = {"first": chief, "second": own, "first_version": 1, "second_version": 1, "keep": "first"}
    assert (await lead.get(f"/partners/people/merge?first={chief}&second={own}")).status_code == 403
    assert (await lead.submit("/partners/people/merge", **typed)).status_code == 403
    assert (await stored(partners, own)).merged_into is None


async def test_of_two_merges_at_once_one_is_done(partners: ServiceApp) -> None:
    first, second = await person(partners, "en@example.org"), await person(partners, "to@example.org")
    staff = partners.browser("national")
    typed = {"first": first, "second": second, "first_version": 1, "second_version": 1}
    answers = await asyncio.gather(
        *(staff.submit("/partners/people/merge", **typed, keep=keep) for keep in ("first", "second") * 3)
    )
    assert [one.status_code for one in answers].count(303) == 1
    async with partners.database.reading() as session:
        query = sa.select(sa.func.count()).select_from(Person).where(col(Person.merged_into).is_not(None))
        assert (await (await session.connection()).execute(query)).scalar_one() == 1
        left = (await session.exec(select(PersonGrant))).all()
    assert len({grant.person_id for grant in left if not grant.over}) == 1


async def test_the_other_record_is_found_by_its_name(partners: ServiceApp) -> None:
    first, second = await person(partners, "en@example.org"), await person(partners, "to@example.org")
    staff = partners.browser("region_staff", "agder")
    page = (await staff.get(f"/partners/people/{first}/merge")).text
    assert f"first={first}&amp;second={second}" in page
    assert "en@example.org" in page
