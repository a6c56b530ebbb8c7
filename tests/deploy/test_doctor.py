"""`koblingsboks doctor`: what is missing is said, and what the network can be without is no failure."""

import asyncio
from pathlib import Path

import pytest

from deploy.commands import doctor
from deploy.servers.problems import SetupProblem
from services.partners.models import HOUSE, AuditCheck
from shared.db.session import Database
from tests.support.apps import Databases
from tests.support.register import register_server

REGISTER = "register of organisations"
AUDIT = doctor.CHECKS["audit"]


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "CHECKS", {REGISTER: doctor.CHECKS[REGISTER]})


def said(data: Path, capsys: pytest.CaptureFixture[str]) -> str:
    doctor.run(data)
    return capsys.readouterr().out


def test_a_register_that_answers_is_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with register_server() as register:
        monkeypatch.setenv("KOBLINGSBOKS_REGISTER_URL", register.url)
        assert said(tmp_path, capsys) == f"  ok    {REGISTER}: {register.url}\n"


def test_a_register_that_is_away_is_a_warning_with_its_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with register_server() as register:
        monkeypatch.setenv("KOBLINGSBOKS_REGISTER_URL", register.url)
        register.down()
        line = said(tmp_path, capsys)
    assert line.startswith(
        f"  warn  {REGISTER}: The register of organisations does not answer at {register.url}: ConnectError"
    )
    assert "KOBLINGSBOKS_REGISTER_URL" in line


def test_a_register_that_is_never_asked_is_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KOBLINGSBOKS_REGISTER_URL", "")
    assert said(tmp_path, capsys) == f"  ok    {REGISTER}: never asked\n"


def test_an_image_without_partners_needs_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(doctor.installation, "installed", lambda: ["events"])
    assert said(tmp_path, capsys) == f"  ok    {REGISTER}: not needed here\n"


def test_the_audits_newest_digest_is_told_and_a_broken_chain_is_a_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(doctor, "CHECKS", {"audit": AUDIT})
    url = Databases("partners", tmp_path / "templates").sqlite(tmp_path)
    monkeypatch.setenv("KOBLINGSBOKS_DATABASE_URL", url)
    assert said(tmp_path, capsys) == "  ok    audit: not followed yet\n"
    hash_ = "0f" * 32
    asyncio.run(looked(url, AuditCheck(entries=7, last_seq=7, last_hash=hash_)))
    assert said(tmp_path, capsys).startswith(f"  ok    audit: entry 7, {hash_}, at 2")
    asyncio.run(looked(url, AuditCheck(entries=6, broken=7, last_seq=7, last_hash=hash_)))
    with pytest.raises(SetupProblem):
        doctor.run(tmp_path)
    assert "FAIL  audit: Entry 7 of the audit is not what was written, or is gone" in capsys.readouterr().out


async def looked(url: str, found: AuditCheck) -> None:
    database = Database(url, HOUSE)
    async with database.writing() as session:
        session.add(found)
    await database.close()


def test_a_warning_beside_a_failure_is_not_counted_as_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(_data: Path) -> str:
        raise SetupProblem("It is broken.", "Mend it.")

    monkeypatch.setitem(doctor.CHECKS, "other", fails)
    monkeypatch.setenv("KOBLINGSBOKS_REGISTER_URL", "http://127.0.0.1:1")
    with pytest.raises(SetupProblem, match="1 of 2 checks failed"):
        doctor.run(tmp_path)
    assert "  FAIL  other: It is broken. Mend it." in capsys.readouterr().out
