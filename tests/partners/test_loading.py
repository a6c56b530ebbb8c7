"""Loading an import file: checked before, reported by line, and repeatable without doubles."""

import json
import time
from pathlib import Path
from typing import Any

from sqlmodel import select

from services.partners.models import Membership, Organisation, Person
from services.partners.schemas.people import RoleIn
from services.partners.usecases import roles
from services.partners.usecases.loading import load
from shared.contracts.partners import AccessStated, OrganisationRecorded, PersonStated
from shared.loading import LoadReport
from tests.partners.support import NATIONAL, organisation, person, running_grants
from tests.support.apps import ServiceApp

DEMO = Path(__file__).parents[2] / "deploy" / "demo" / "data" / "partners.jsonl"
EIK = {"kind": "organisation", "external_id": "o-1", "name": "Eik AS", "regions": ["agder"], "org_number": "974760673"}
ASK = {"kind": "person", "external_id": "p-1", "name": "Ask", "email": "Ask@example.org", "organisation": "o-1"}


async def loaded(partners: ServiceApp, *lines: dict[str, Any] | str, dry_run: bool = False) -> LoadReport:
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    return await load(partners.database, texts, dry_run=dry_run, progress=lambda _more: None)


def counts(report: LoadReport) -> tuple[int, int, int]:
    return report.new, report.changed, report.unchanged


async def everything(partners: ServiceApp) -> tuple[int, int, int]:
    async with partners.database.reading() as session:
        return (
            len((await session.exec(select(Organisation))).all()),
            len((await session.exec(select(Person))).all()),
            len(await partners.facts(OrganisationRecorded)) + len(await partners.facts(PersonStated)),
        )


async def test_a_dry_run_tells_and_changes_nothing(partners: ServiceApp) -> None:
    assert counts(await loaded(partners, EIK, ASK, dry_run=True)) == (2, 0, 0)
    assert await everything(partners) == (0, 0, 0)


async def test_a_file_is_entered_and_told_of_once(partners: ServiceApp) -> None:
    assert counts(await loaded(partners, ASK, "", EIK)) == (2, 0, 0)
    assert counts(await loaded(partners, EIK, ASK)) == (0, 0, 2)
    assert await everything(partners) == (1, 1, 2)
    [fact] = await partners.facts(PersonStated)
    assert (fact.email, fact.regions, fact.version) == ("ask@example.org", ["agder"], 1)


async def test_a_changed_line_changes_its_record_and_counts_the_version_up(partners: ServiceApp) -> None:
    await loaded(partners, EIK, ASK)
    changed = await loaded(partners, {**EIK, "name": "Eik og Ask AS"}, {**ASK, "title": "Leder"})
    assert counts(changed) == (0, 2, 0)
    assert [fact.version for fact in await partners.facts(OrganisationRecorded)] == [1, 2]
    assert [fact.version for fact in await partners.facts(PersonStated)] == [1, 2]


async def test_changed_regions_move_the_organisation_and_its_people(partners: ServiceApp) -> None:
    await loaded(partners, EIK, ASK)
    moved = {**EIK, "regions": ["oslo", "oslo"]}
    assert counts(await loaded(partners, moved)) == (0, 1, 0)
    assert counts(await loaded(partners, moved)) == (0, 0, 1)
    async with partners.database.reading() as session:
        rows = (await session.exec(select(Membership).order_by(Membership.region))).all()
    assert [(row.region, row.until is None) for row in rows] == [("agder", False), ("oslo", True)]
    assert [fact.regions for fact in await partners.facts(PersonStated)] == [["agder"], ["oslo"]]


async def test_a_changed_role_takes_the_place_of_the_one_the_file_gave_before(partners: ServiceApp) -> None:
    await loaded(partners, {**ASK, "organisation": None, "role": "national"})
    async with partners.database.reading() as session:
        ask = (await session.exec(select(Person))).one()
    await loaded(partners, EIK, ASK)
    [grant] = await running_grants(partners, ask.id)
    assert grant.role == "partner_member"
    assert (await partners.facts(PersonStated))[-1].roles == ["partner_member"]
    assert [grant.role for grant in (await partners.facts(AccessStated))[-1].grants] == ["partner_member"]


async def test_a_line_tells_of_several_roles_and_what_is_done_in_them(partners: ServiceApp) -> None:
    elm = {**EIK, "external_id": "o-2", "name": "Elm AS", "org_number": None, "regions": ["oslo"]}
    both = {
        **ASK,
        "functions": ["climate_lead"],
        "roles": [
            {"role": "partner_admin", "organisation": "o-2", "functions": ["top_leader"]},
            {"role": "reviewer", "region": "agder"},
        ],
    }
    assert counts(await loaded(partners, EIK, elm, both)) == (3, 0, 0)
    assert counts(await loaded(partners, EIK, elm, both)) == (0, 0, 3)
    [fact] = await partners.facts(PersonStated)
    assert (fact.roles, fact.functions) == (
        ["partner_admin", "partner_member", "reviewer"],
        ["climate_lead", "top_leader"],
    )
    assert fact.regions == ["agder", "oslo"]


async def test_a_role_given_by_hand_outlives_the_next_import(partners: ServiceApp) -> None:
    await loaded(partners, EIK, ASK)
    async with partners.database.reading() as session:
        ask = (await session.exec(select(Person))).one()
    async with partners.database.writing() as session:
        await roles.give(session, NATIONAL, ask.id, RoleIn(role="reviewer", region="oslo"))
    assert counts(await loaded(partners, EIK, ASK)) == (0, 0, 2)
    assert counts(await loaded(partners, EIK, {**ASK, "role": "partner_admin"})) == (0, 1, 1)
    assert {grant.role for grant in await running_grants(partners, ask.id)} == {"partner_admin", "reviewer"}


async def test_somebody_new_is_written_to_in_their_regions_language(partners: ServiceApp) -> None:
    await loaded(
        partners,
        {**EIK, "regions": ["vestland"]},
        ASK,
        {**ASK, "external_id": "p-2", "email": "e@example.org", "language": "en"},
    )
    assert [fact.language for fact in await partners.facts(PersonStated)] == ["nn", "en"]


async def test_wrong_lines_are_reported_by_number_and_nothing_is_entered(partners: ServiceApp) -> None:
    report = await loaded(
        partners,
        EIK,
        "{",
        {**EIK, "external_id": "o-2", "org_number": "123456789"},
        {**EIK, "external_id": "o-3", "org_number": None, "regions": ["atlantis"]},
        {**ASK, "organisation": "o-9"},
        {**ASK, "external_id": "p-2", "email": "ny@example.org", "organisation": None},
        {**ASK, "external_id": "p-3", "email": "stab@example.org", "organisation": None, "role": "region_staff"},
        {**ASK, "external_id": "p-4", "email": "x"},
        {"kind": "unicorn"},
        "[]",
        {**EIK, "external_id": "o-5", "org_number": None, "name": "Eik\x00"},
        '{"kind": "organisation", "external_id": "o-6", "name": "\\ud800"}',
    )
    found = {(error.line, error.field.split(".")[-1]) for error in report.errors}
    assert {
        (3, "org_number"),
        (4, "regions"),
        (5, "organisation"),
        (6, "organisation"),
        (7, "region"),
        (8, "email"),
    } <= found
    assert {error.line for error in report.errors} == set(range(2, 13))
    assert report.read == 12
    assert await everything(partners) == (0, 0, 0)


async def test_doubles_in_the_file_name_the_first_line(partners: ServiceApp) -> None:
    report = await loaded(
        partners,
        EIK,
        {**EIK, "name": "Igjen", "org_number": None},
        {**EIK, "external_id": "o-2"},
        ASK,
        {**ASK, "external_id": "p-2", "email": "ASK@example.org"},
    )
    assert [(error.line, error.field, error.text) for error in report.errors] == [
        (2, "external_id", "line 1 has the same"),
        (3, "org_number", "line 1 has the same"),
        (5, "email", "line 4 has the same"),
    ]
    assert await everything(partners) == (0, 0, 0)


async def test_what_another_record_holds_is_reported_by_its_line(partners: ServiceApp) -> None:
    await organisation(partners, "Alm AS", org_number="974760673")
    await person(partners, "ask@example.org", external_id="other")
    report = await loaded(partners, EIK, ASK)
    assert [(error.line, error.field, error.text) for error in report.errors] == [
        (1, "org_number", "a record without external id has it already"),
        (2, "email", "the record other has it already"),
    ]


async def test_the_demo_network_loads_in_seconds_and_twice_alike(partners: ServiceApp) -> None:
    lines = DEMO.read_text("utf-8").splitlines()
    done: list[int] = []
    started = time.monotonic()
    first = await load(partners.database, lines, dry_run=False, progress=done.append)
    seconds = time.monotonic() - started
    assert (counts(first), first.errors) == ((1_404, 0, 0), [])
    assert sum(done) == 1_404
    assert len(done) > 2
    again = await load(partners.database, lines, dry_run=False, progress=done.append)
    assert counts(again) == (0, 0, 1_404)
    assert seconds < 20, f"{seconds:.1f} s"
    print(f"\n{seconds:.1f} s")
