"""The nightly check against the register of organisations: what it finds, and what staff make of it."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from services.partners.models import Organisation, RegisterFinding, RegisterRound
from services.partners.register_check import Night, check, next_night
from services.partners.resources import PartnersResources
from shared.clock import frozen
from shared.contracts.partners import OrganisationRecorded
from tests.partners.support import org_number, organisation, person, stored
from tests.support.apps import ServiceApp, service_app
from tests.support.register import FakeRegister, register_server

EVENING = datetime(2026, 3, 25, 18, tzinfo=UTC)
NUMBER = "999990002"


def unit(number: str = NUMBER, name: str = "EIK AS", **told: Any) -> dict[str, Any]:
    return {
        "organisasjonsnummer": number,
        "navn": name,
        "organisasjonsform": {"kode": "AS", "beskrivelse": "Aksjeselskap"},
        "forretningsadresse": {"kommune": "KRISTIANSAND", "kommunenummer": "4204"},
        "naeringskode1": {"kode": "43.342", "beskrivelse": "Glassarbeid"},
        "institusjonellSektorkode": {"kode": "2100", "beskrivelse": "Private aksjeselskaper mv."},
        "antallAnsatte": 12,
        **told,
    }


@pytest.fixture
def register() -> Iterator[FakeRegister]:
    with register_server([unit()]) as found:
        yield found


@pytest.fixture
async def partners(database_url: str, tmp_path: Path, register: FakeRegister) -> AsyncIterator[ServiceApp]:
    async with service_app("partners", database_url, tmp_path, register_url=register.url) as service:
        yield service


def resources(partners: ServiceApp) -> PartnersResources:
    found = partners.app.state.resources
    assert isinstance(found, PartnersResources)
    return found


async def plan(partners: ServiceApp) -> None:
    """Have the registry note when its first night is."""
    with frozen(EVENING):
        await check(resources(partners))


async def night(partners: ServiceApp, number: int = 1) -> None:
    """Do the check of one of the nights that follow."""
    with frozen(EVENING + timedelta(days=number - 1, hours=11, minutes=30)):
        await Night(partners.database, resources(partners).register, pause=0).run()


async def findings(partners: ServiceApp) -> list[RegisterFinding]:
    async with partners.database.reading() as session:
        return list((await session.exec(select(RegisterFinding).order_by(RegisterFinding.found_at))).all())


async def kept(partners: ServiceApp, organisation_id: UUID) -> Organisation:
    async with partners.database.reading() as session:
        return await session.get_one(Organisation, organisation_id)


async def test_the_first_night_confirms_what_was_typed_and_fills_in_what_was_empty(partners: ServiceApp) -> None:
    await plan(partners)
    made = await organisation(partners, "Eik AS", org_number=NUMBER, employees=7)
    await night(partners)
    found = await kept(partners, made)
    assert (found.verified_on, found.legal_form, found.nace_theme) == (
        (EVENING + timedelta(days=1)).date(), "AS", "construction",
    )  # fmt: skip
    assert (found.municipality, found.employees, found.version) == ("Kristiansand", 7, 2)
    assert await findings(partners) == []
    await night(partners, 2)
    assert (await kept(partners, made)).version == 2
    assert [fact.version for fact in await partners.facts(OrganisationRecorded)] == [1, 2]


async def test_a_renamed_organisation_is_a_task_whose_button_takes_the_name_over(
    partners: ServiceApp, register: FakeRegister
) -> None:
    await plan(partners)
    made = await organisation(partners, "Eik AS", org_number=NUMBER)
    await night(partners)
    register.put(unit(name="EIK OG ASK AS"))
    for number in (2, 3, 4):
        await night(partners, number)
    (found,) = await findings(partners)
    staff = partners.browser("region_staff", "agder")
    work = (await staff.get("/partners/work")).text
    assert "Virksomheten heter nå Eik og Ask AS. Hos oss står den som Eik AS." in work
    assert work.count(f'href="/partners/findings/{found.id}"') == 1
    page = (await staff.get(f"/partners/findings/{found.id}")).text
    assert "Eik AS" in page
    assert "Eik og Ask AS" in page
    assert (await staff.submit(f"/partners/findings/{found.id}/take")).status_code == 303
    assert (await kept(partners, made)).name == "Eik og Ask AS"
    assert "heter nå" not in (await staff.get("/partners/work")).text
    assert (await staff.submit(f"/partners/findings/{found.id}/take")).status_code == 409
    async with partners.visitor() as visitor:
        assert "Eik og Ask AS" in (await visitor.get("/partners?q=Eik AS")).text
    await night(partners, 5)
    assert [one.state for one in await findings(partners)] == ["taken"]


async def test_what_staff_keep_is_not_asked_again(partners: ServiceApp, register: FakeRegister) -> None:
    await plan(partners)
    made = await organisation(partners, "Eik", org_number=NUMBER, municipality="Arendal")
    await night(partners)
    (found,) = await findings(partners)
    staff = partners.browser("region_staff", "agder")
    assert (await staff.submit(f"/partners/findings/{found.id}/keep")).status_code == 303
    register.put(unit(antallAnsatte=13))
    await night(partners, 2)
    await night(partners, 9)
    assert [one.state for one in await findings(partners)] == ["kept"]
    assert (await kept(partners, made)).municipality == "Arendal"


async def test_what_the_register_takes_back_is_gone_and_news_if_it_returns(
    partners: ServiceApp, register: FakeRegister
) -> None:
    await plan(partners)
    await organisation(partners, "Eik AS", org_number=NUMBER)
    states = []
    for number, told in enumerate((unit(konkurs=True), unit(), unit(konkurs=True)), 1):
        register.put(told)
        await night(partners, number)
        states.append([one.state for one in await findings(partners)])
    assert states == [["open"], ["gone"], ["open"]]


async def test_a_bankrupt_organisation_is_urgent_and_needs_a_person(
    partners: ServiceApp, register: FakeRegister
) -> None:
    await plan(partners)
    await organisation(partners, "Eik AS", org_number=NUMBER)
    register.put(unit(konkurs=True))
    await night(partners)
    (found,) = await findings(partners)
    assert found.severity == "grave"
    staff = partners.browser("region_staff", "agder")
    page = (await staff.get(f"/partners/findings/{found.id}")).text
    assert "Eik AS er konkurs." in page
    assert f"/partners/findings/{found.id}/take" not in page
    assert (await staff.submit(f"/partners/findings/{found.id}/take")).status_code == 409


@pytest.mark.parametrize("removed", [False, True])
async def test_one_that_is_deleted_leaves_at_a_button(
    partners: ServiceApp, register: FakeRegister, removed: bool
) -> None:
    await plan(partners)
    made = await organisation(partners, "Eik AS", org_number=NUMBER)
    register.remove(NUMBER) if removed else register.put(unit(slettedato="2026-03-20"))
    await night(partners)
    (found,) = await findings(partners)
    admin = partners.browser("partner_admin", organisation_id=made)
    assert (await admin.submit(f"/partners/findings/{found.id}/take")).status_code == 403
    staff = partners.browser("region_staff", "agder")
    assert (await staff.submit(f"/partners/findings/{found.id}/take")).status_code == 303
    assert (await kept(partners, made)).status == "left"
    assert (await partners.facts(OrganisationRecorded))[-1].active is False


async def test_one_merged_into_another_takes_its_number_unless_that_is_here_too(
    partners: ServiceApp, register: FakeRegister
) -> None:
    await plan(partners)
    heir = org_number(10)
    made = await organisation(partners, "Eik AS", org_number=NUMBER)
    register.put(unit(slettedato="2026-03-20"))
    register.put(unit(heir))
    await night(partners)
    (found,) = await findings(partners)
    assert (found.code, found.proposal) == ("merged", {"org_number": heir})
    other = await organisation(partners, "Eik AS", org_number=heir)
    staff = partners.browser("region_staff", "agder")
    taken = await staff.submit(f"/partners/findings/{found.id}/take")
    assert (taken.status_code, "allerede registrert på Eik AS" in taken.text) == (409, True)
    assert (await kept(partners, made)).org_number == NUMBER
    given = {"name": "Eik AS", "sector": "business", "regions": "agder", "version": "1", "org_number": ""}
    assert (await staff.submit(f"/partners/{other}/edit", **given)).status_code == 303
    assert (await staff.submit(f"/partners/findings/{found.id}/take")).status_code == 303
    assert (await kept(partners, made)).org_number == heir


async def test_other_regions_staff_settle_nothing(partners: ServiceApp, register: FakeRegister) -> None:
    await plan(partners)
    await organisation(partners, "Ask AS", org_number=NUMBER)
    await night(partners)
    (found,) = await findings(partners)
    other = partners.browser("region_staff", "vestland")
    for deed in ("take", "keep"):
        assert (await other.submit(f"/partners/findings/{found.id}/{deed}")).status_code == 403
    assert (await other.get(f"/partners/findings/{found.id}")).status_code == 403
    assert "heter nå" not in (await other.get("/partners/work")).text


async def test_a_night_asks_only_for_what_changed_and_each_week_for_all(
    partners: ServiceApp, register: FakeRegister
) -> None:
    await plan(partners)
    numbers = [org_number(serial * 3 + 20) for serial in range(4)]
    for number in numbers:
        register.put(unit(number, f"FIRMA {number}"))
        await organisation(partners, f"Firma {number}", org_number=number)
    await night(partners)

    async def asked(nights: int) -> list[str]:
        register.asked.clear()
        await night(partners, nights)
        return sorted(one.path.rpartition("/")[2] for one in register.asked if "/enheter/9" in one.path)

    assert await asked(2) == []
    register.at = EVENING + timedelta(days=2)
    register.put(unit(numbers[1], f"FIRMA {numbers[1]}", konkurs=True))
    assert await asked(3) == [numbers[1]]
    assert await asked(4) == []
    assert await asked(9) == sorted(numbers)


async def test_with_the_register_away_the_night_goes_on_where_it_broke_off(
    partners: ServiceApp, register: FakeRegister
) -> None:
    await plan(partners)
    made = await organisation(partners, "Eik AS", org_number=NUMBER)
    register.down()
    await night(partners)
    async with partners.database.reading() as session:
        at = await session.get_one(RegisterRound, 1)
    assert at.due_at - (EVENING + timedelta(hours=11, minutes=30)) == timedelta(minutes=30)
    assert at.checked_at is None
    register.up()
    await night(partners)
    assert (await kept(partners, made)).verified_on is not None
    async with partners.database.reading() as session:
        assert (await session.get_one(RegisterRound, 1)).checked_at is not None


async def test_two_processes_do_one_nights_check(partners: ServiceApp, register: FakeRegister) -> None:
    await plan(partners)
    await organisation(partners, "Eik AS", org_number=NUMBER)
    register.put(unit(konkurs=True))
    with frozen(EVENING + timedelta(hours=11, minutes=30)):
        await asyncio.gather(*(check(resources(partners)) for _ in range(4)))
        await check(resources(partners))
    assert len([one for one in register.asked if "oppdateringer" in one.path]) == 1
    assert len(await findings(partners)) == 1


async def test_nothing_is_asked_before_the_first_night(partners: ServiceApp, register: FakeRegister) -> None:
    await organisation(partners, "Eik AS", org_number=NUMBER)
    await plan(partners)
    await plan(partners)
    assert register.asked == []


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 3, 28, 23, tzinfo=UTC),
        datetime(2026, 3, 29, 0, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 1, tzinfo=UTC),
    ],
)
def test_the_night_comes_also_where_the_clock_is_changed(moment: datetime) -> None:
    due = next_night(moment)
    assert timedelta(0) < due - moment <= timedelta(hours=26)
    from shared.web.formats import OSLO

    assert due.astimezone(OSLO).hour == 4


async def test_the_registers_language_is_taken_over_while_nobody_chose_one(
    partners: ServiceApp, register: FakeRegister
) -> None:
    await plan(partners)
    browser = partners.browser("region_staff", "agder")
    by_hand = (await browser.get(f"/partners/new?by=hand&org_number={NUMBER}")).text
    assert not re.search(r'name="language"[^>]*checked', by_hand)
    register.down()
    typed = {"name": "Eik AS", "org_number": NUMBER, "sector": "business", "regions": "agder"}
    made = UUID((await browser.submit("/partners/new", **typed)).headers["location"].rpartition("/")[2])
    assert (await kept(partners, made)).language is None
    before = await stored(partners, await person(partners, "for@example.org", organisation_id=made))
    register.up()
    register.put(unit(maalform="Nynorsk"))
    await night(partners)
    assert (await kept(partners, made)).language == "nn"
    after = await stored(partners, await person(partners, "etter@example.org", organisation_id=made))
    assert (before.language, after.language) == ("nb", "nn")


async def test_a_language_somebody_chose_stands_whatever_the_register_says(
    partners: ServiceApp, register: FakeRegister
) -> None:
    await plan(partners)
    made = await organisation(partners, "Eik AS", "vestland", org_number=NUMBER, language="nb")
    register.put(unit(maalform="Nynorsk"))
    await night(partners)
    assert (await kept(partners, made)).language == "nb"
    who = await stored(partners, await person(partners, "ask@example.org", organisation_id=made))
    assert who.language == "nb"
