"""Vocabularies are data: delivered in three languages, kept by national staff, and never so that an old case cannot be read."""

import asyncio
import json
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
import sqlalchemy as sa
from alembic import command
from sqlalchemy.ext.asyncio import create_async_engine

from services.knowledge.errors import (
    ClosedVocabulary,
    ReplacedByItself,
    Stale,
    TermTaken,
    UnknownReplacement,
    UnknownTerm,
)
from services.knowledge.models import Case, ProjectStatus
from services.knowledge.models.impact import Per
from services.knowledge.queries import history, terms
from services.knowledge.schemas import TermIn
from services.knowledge.usecases import editorial, vocabularies
from shared import audit
from shared.clock import today_in_norway
from shared.contracts.vocabulary import FOCUS_AREAS, SECTORS
from shared.db.base import Json
from shared.db.migrate import config, upgrade
from shared.db.session import Database
from shared.errors import Forbidden
from shared.ids import new_id
from tests.knowledge.support import World, given, line, load, national, staff_of, text_of
from tests.support.postgres import in_own_loop
from tests.support.servers import Postgres

CASES = Path("deploy/demo/data/cases.jsonl")


def named(nb: str, nn: str = "", en: str = "", **more: Any) -> TermIn:
    return TermIn(label_nb=nb, label_nn=nn or nb, label_en=en or nb, **more)


async def test_codes_the_code_itself_knows_are_delivered_and_closed(database: Database) -> None:
    async with database.reading() as session:
        known = await terms(session)
    for name, codes in {
        "focus_area": FOCUS_AREAS,
        "sector": SECTORS,
        "project_status": get_args(ProjectStatus),
        "per": get_args(Per),
    }.items():
        assert known.vocabularies[name].kind == "closed"
        assert {term.code for term in known.of(name)} == set(codes)
    assert all(
        term.label_nb and term.label_nn and term.label_en for name in known.vocabularies for term in known.of(name)
    )
    assert len(known.of("municipality")) == 357


async def test_every_word_of_the_demo_is_a_term(database: Database) -> None:
    words = {word for text in CASES.read_text("utf-8").splitlines() for word in json.loads(text)["measure_types"]}
    async with database.reading() as session:
        known = await terms(session)
    assert [word for word in words if known.found("measure_type", word) is None] == []


async def test_a_word_is_found_by_code_by_any_name_and_by_what_it_was_called(database: Database) -> None:
    async with database.writing() as session:
        await vocabularies.change(
            session, national(), "measure_type", "solenergi", named("Solceller", also=["Solpanel"])
        )
        known = await terms(session)
    for word in ("solenergi", "Solceller", "SOLCELLER", "solpanel", "Solenergi", "Solar energy"):
        found = known.found("measure_type", word)
        assert found is not None
        assert found.code == "solenergi", word


async def test_an_unknown_kind_of_measure_is_proposed_once_and_the_case_is_drafted(database: Database) -> None:
    who = national()
    async with database.writing() as session:
        made = await editorial.draft(session, who, given(measure_types=["Buss & bane", "bygg", "Bygg"]))
        await editorial.draft(session, who, given(measure_types=["buss  &  bane"]))
        known = await terms(session)
        proposed = [term for term in known.of("measure_type") if term.proposed]
    assert (made.measure_codes, made.measure_types) == (["buss-bane", "bygg"], ["Buss & bane", "Bygg"])
    assert [(term.code, term.label_nb, term.version) for term in proposed] == [("buss-bane", "Buss & bane", 2)]


async def test_a_file_may_hold_codes_names_and_new_words(database: Database) -> None:
    lines = [line("a", measure_types=["solenergi", "Landstraum"]), line("b", measure_types=["Hest og kjerre"])]
    tried = await load(database, lines, dry_run=True)
    assert (tried.new, tried.errors) == (2, [])
    async with database.reading() as session:
        assert (await terms(session)).found("measure_type", "Hest og kjerre") is None
    assert (await load(database, lines)).new == 2
    assert (await load(database, lines)).unchanged == 2
    wrong = await load(database, [line("c", maturity="ferdig")])
    assert [(error.line, error.field) for error in wrong.errors] == [(1, "maturity")]
    assert "Utprøving" in wrong.errors[0].text


async def test_cases_go_by_a_terms_new_name_and_are_indexed_anew(database: Database) -> None:
    await load(database, [line("a", measure_types=["Landstrøm"], municipalities=["Tromsø"])])
    async with database.writing() as session:
        await (await session.connection()).execute(sa.update(Case).values(indexed_version=1))
        await vocabularies.change(session, national(), "measure_type", "landstrom", named("Strøm fra land"))
        await vocabularies.change(session, national(), "municipality", "5501", named("Tromsø by", also=["Romsa"]))
    async with database.reading() as session:
        found = (await session.exec(sa.select(Case))).scalars().one()
        told = await history(session, found.id)
    assert (found.measure_codes, found.measure_types) == (["landstrom"], ["Strøm fra land"])
    assert "Tromsø by" in found.places
    assert found.indexed_version < found.version == 3
    assert [(step.action, step.fields) for step in told[:2]] == [("rename", ["places"]), ("rename", ["measure_types"])]


async def test_a_replaced_term_leads_to_its_heir_and_old_cases_show_it(database: Database) -> None:
    who = national()
    await load(database, [line("a", measure_types=["Landbruk"])])
    async with database.writing() as session:
        gone = named("Landbruk", "Landbruk", "Agriculture", replaced_by="landbruk-og-skog")
        await vocabularies.change(session, who, "measure_type", "landbruk", gone)
        known = await terms(session)
        made = await editorial.draft(session, who, given(measure_types=["Landbruk"]))
        old = (await session.exec(sa.select(Case).where(Case.external_id == "a"))).scalars().one()
    assert "landbruk" not in [term.code for term in known.choices("measure_type")]
    assert known.label("measure_type", "landbruk", "en") == "Agriculture"
    assert made.measure_codes == ["landbruk-og-skog"]
    assert (old.measure_codes, old.measure_types) == (["landbruk"], ["Landbruk og skog"])


async def test_a_term_that_ran_out_stays_where_it_is_and_is_refused_elsewhere(database: Database) -> None:
    who, yesterday = national(), today_in_norway() - timedelta(days=1)
    async with database.writing() as session:
        made = await editorial.draft(session, who, given(maturity="pilot", sdgs=[13]))
        await vocabularies.change(session, who, "maturity", "pilot", named("Utprøving", en="Pilot", valid_to=yesterday))
        kept = await editorial.edit(session, who, made.id, given(title="Ny", maturity="pilot", sdgs=[13]))
        assert kept.maturity == "pilot"
        with pytest.raises(UnknownTerm):
            await editorial.draft(session, who, given(maturity="pilot"))


async def test_a_change_raises_the_lists_version_and_is_audited(database: Database) -> None:
    async with database.writing() as session:
        added = await vocabularies.add(session, national(), "effort", named("Kjempestor", "Kjempestor", "Huge"))
        assert (added.code, added.version) == ("kjempestor", 2)
        unchanged = TermIn(**{**added.model_dump(), "version": 2})
        assert (await vocabularies.change(session, national(), "effort", "kjempestor", unchanged)).version == 2
        await vocabularies.change(session, national(), "effort", "kjempestor", named("Enorm", en="Huge"))
    async with database.reading() as session:
        known = await terms(session)
        assert known.vocabularies["effort"].version == 3
        assert await audit.broken(session) is None
        told = await (await session.connection()).execute(
            sa.text("SELECT action, changes FROM audit_entry ORDER BY seq")
        )
        actions, changes = zip(*told.all(), strict=True)
    assert actions == ("term.added", "term.changed")
    assert "Enorm" in (changes[1] if isinstance(changes[1], str) else json.dumps(changes[1]))


REFUSED: list[tuple[str, str, TermIn, type[Exception]]] = [
    ("focus_area", "", named("Ny"), ClosedVocabulary),
    ("focus_area", "energy", named("Energi", valid_to=date(2030, 1, 1)), ClosedVocabulary),
    ("effort", "", named("Liten: uker, og få personer"), TermTaken),
    ("effort", "", named("Ny", code="low"), TermTaken),
    ("effort", "low", named("Liten", replaced_by="low"), ReplacedByItself),
    ("effort", "low", named("Liten", replaced_by="borte"), UnknownReplacement),
    ("effort", "low", named("Liten", version=9), Stale),
]


@pytest.mark.parametrize(("vocabulary", "code", "wrong", "refusal"), REFUSED)
async def test_what_would_break_a_list_is_refused(
    sqlite_database: Database, vocabulary: str, code: str, wrong: TermIn, refusal: type[Exception]
) -> None:
    who = national()
    async with sqlite_database.writing() as session:
        asked = (
            vocabularies.change(session, who, vocabulary, code, wrong)
            if code
            else vocabularies.add(session, who, vocabulary, wrong)
        )
        with pytest.raises(refusal):
            await asked


async def test_only_national_staff_keep_the_lists(sqlite_database: Database) -> None:
    async with sqlite_database.writing() as session:
        with pytest.raises(Forbidden):
            await vocabularies.add(session, staff_of("agder"), "effort", named("Ny"))


async def test_national_staff_rename_add_and_take_in_on_pages(world: World) -> None:
    who = national()
    await world.draft(measure_types=["Kamelridning"])
    async with world.client(who) as client:
        assert "1 foreslått" in text_of(await client.get("/cases/vocabularies"))
        page = text_of(await client.get("/cases/vocabularies/measure_type"))
        assert page.index("Kamelridning") < page.index("Anskaffelser"), "what waits for somebody stands first"
        fields = {"label_nb": "Kamel", "label_nn": "Kamel", "label_en": "Camel", "also": "", **world.csrf(who)}
        answer = await client.post("/cases/vocabularies/measure_type/kamelridning", data=fields)
        assert answer.status_code == 303, text_of(answer)
        taken = await client.post("/cases/vocabularies/measure_type", data={**fields, "label_nb": "Bygg"})
        assert taken.status_code == 422
        assert "«Bygg» er allerede i lista." in text_of(taken)
        wrong = await client.post("/cases/vocabularies/measure_type", data={**fields, "code": "../x"})
        assert wrong.status_code == 422
        page = text_of(await client.get("/cases/vocabularies/measure_type?lang=en"))
        exported = await client.get("/cases/vocabularies/measure_type/export?format=json")
    assert "Camel" in page
    assert [row["proposed"] for row in exported.json() if row["code"] == "kamelridning"] == [False]
    async with world.client(staff_of("agder")) as client:
        assert (await client.get("/cases/vocabularies/measure_type")).status_code == 200
        assert (await client.get("/cases/vocabularies/measure_type/bygg")).status_code == 403


async def test_pages_name_terms_in_the_readers_language(world: World) -> None:
    made = await world.publish(measure_types=["Landstrøm"], focus_areas=["leadership"], project_status="stopped")
    async with world.client() as client:
        english = text_of(await client.get(f"/cases/{made.id}", params={"lang": "en"}))
        told = (await client.get("/cases/api/v1/vocabularies/licence")).json()
        unknown = await client.get("/cases/api/v1/vocabularies/nothing")
    for word in ("Shore power", "Climate leadership", "Stopped"):
        assert word in english
    assert told["terms"][0]["code"] == "cc-by-4.0"
    assert unknown.status_code == 404


async def test_an_old_address_with_a_name_that_changed_leads_to_todays(world: World) -> None:
    async with world.database.writing() as session:
        await vocabularies.change(session, national(), "measure_type", "landstrom", named("Strøm fra land"))
    async with world.client() as client:
        answer = await client.get("/cases", params={"measure_type": "Landstrøm"})
    assert answer.status_code == 301
    assert answer.headers["location"] == "/cases?measure_type=Str%C3%B8m+fra+land"


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database nobody has set up, of each kind."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'before.db'}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    name = f"before_{new_id().hex}"
    yield server.create_database_sync(name)
    in_own_loop(lambda: server.drop_database(name))


BEFORE = {
    "id": uuid.UUID(int=1), "measure_types": ["Bygg", "Hest & kjerre"], "focus_areas": [], "scopes": [],
    "tco2e_per_year": 12_500, "grant_nok": 4_000, "version": 1, "indexed_version": 1,
    **dict.fromkeys(("created_at", "updated_at"), datetime(2026, 1, 1, tzinfo=UTC)),
    **dict.fromkeys(
        ("status", "title", "summary", "challenge", "solution", "results", "lessons", "region", "language", "review_reason", "folded"),
        "x",
    ),
}  # fmt: skip


async def test_the_figures_and_words_of_cases_before_are_taken_along(empty_url: str) -> None:
    await asyncio.to_thread(command.upgrade, config("knowledge", empty_url), "0005")
    lists = {name: sa.column(name, Json) for name in ("measure_types", "focus_areas", "scopes")}
    columns = [lists.get(name, sa.column(name, sa.Uuid() if name == "id" else None)) for name in BEFORE]
    engine = create_async_engine(empty_url)
    async with engine.begin() as connection:
        await connection.execute(sa.insert(sa.table("case", *columns)), [BEFORE])
    await asyncio.to_thread(upgrade, "knowledge", empty_url)
    async with engine.connect() as connection:
        figures = await connection.execute(sa.text("SELECT metric, value, unit, per, method, verified_by FROM impact"))
        funding = await connection.execute(sa.text("SELECT source, nok FROM funding"))
        codes = await connection.execute(sa.select(sa.table("case", sa.column("measure_codes", Json))))
        proposed = await connection.execute(sa.text("SELECT code, label_nb FROM term WHERE proposed"))
        assert figures.all() == [("ghg_reduction", 12_500, "tco2e", "year", "unknown", "none")]
        assert funding.all() == [("Offentlig støtte", 4_000)]
        assert codes.scalar_one() == ["bygg", "hest-kjerre"]
        assert proposed.all() == [("hest-kjerre", "Hest & kjerre")]
    await engine.dispose()
