"""`koblingsboks up`: the whole network on one machine, under one supervisor."""

import asyncio
import json
import shutil
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import typer

from deploy.embedded.supervisor import Supervisor
from deploy.installation import Installation
from deploy.servers.keys import INDEXER, SEARCH, key_value, master_key
from deploy.servers.meilisearch import meilisearch_binary, meilisearch_child, meilisearch_url
from deploy.servers.nats import nats_child, nats_url
from deploy.servers.places import writable_folder
from deploy.servers.ports import ensure_free, free_port
from deploy.servers.probes import http_ok
from deploy.servers.problems import SetupProblem
from deploy.servers.process import Child

AREAS = ("partners", "cases", "events", "mail")
OURS = ("network.json", "secrets", "mailbox", "nats", "meilisearch", "logs")
READY_WITHIN = 120.0
ROOM = 512 * 1024 * 1024


def run(data: Path, port: int, *, demo: bool, reset: bool, ask: bool) -> None:
    """Run until SIGINT or SIGTERM; raises SetupProblem with cause and remedy where it cannot."""
    if reset:
        _reset(data, ask=ask)
    asyncio.run(_run(data.absolute(), port, demo=demo))


async def _run(data: Path, port: int, *, demo: bool) -> None:
    started = time.monotonic()
    writable_folder(data, "--data", ROOM)
    ensure_free(port, "--port (or PORT=… with make)")
    binary = await asyncio.to_thread(meilisearch_binary)
    nats, meili, smtp = _distinct_ports(port)
    master = master_key(data)
    async with Supervisor(data) as supervisor:
        _installation(port, nats, meili, smtp, master, demo=demo).write(data)
        typer.echo("Starting NATS, Meilisearch and the four services …")
        await supervisor.start(nats_child(data, nats), meilisearch_child(data, meili, master, binary))
        await supervisor.start(_network(data, port, smtp))
        if not supervisor.stopping:
            await _settled(port, demo=demo)
            _tell(port, data, time.monotonic() - started, demo=demo)
            await supervisor.until_stopped()
        typer.echo("\nStopping …")


def _installation(port: int, nats: int, meili: int, smtp: int, master: str, *, demo: bool) -> Installation:
    from deploy.demo.personas import PERSONAS

    return Installation(
        base_url=f"http://127.0.0.1:{port}",
        nats_url=nats_url(nats),
        meili_url=meilisearch_url(meili),
        meili_index_key=key_value(master, INDEXER),
        meili_search_key=key_value(master, SEARCH),
        smtp_url=f"smtp://127.0.0.1:{smtp}",
        demo=demo,
        demo_people=tuple(persona.email for persona in PERSONAS) if demo else (),
    )


def _network(data: Path, port: int, smtp: int) -> Child:
    argv = [
        sys.executable,
        "-m",
        "deploy.embedded.network",
        "--data",
        str(data),
        "--port",
        str(port),
        "--smtp-port",
        str(smtp),
    ]

    async def ready() -> bool:
        return await http_ok(port, "/partners/health/live")

    return Child("network", argv, ready, order=20, inherit=True, ready_within=READY_WITHIN)


async def _settled(port: int, *, demo: bool) -> None:
    """Wait until every service is ready, and in the demo until the library is searchable."""
    deadline = time.monotonic() + READY_WITHIN
    for area in AREAS:
        while not await http_ok(port, f"/{area}/health/ready"):
            if time.monotonic() > deadline:
                raise SetupProblem(
                    f"/{area} is not ready after {READY_WITHIN:.0f} s.",
                    f"See http://127.0.0.1:{port}/{area}/health/ready",
                )
            await asyncio.sleep(0.1)
    wanted = _demo_cases() if demo else 0
    while await asyncio.to_thread(_searchable, port) < wanted and time.monotonic() < deadline:
        await asyncio.sleep(0.2)


def _demo_cases() -> int:
    from deploy.demo.load import DATA

    return len((DATA / "cases.jsonl").read_text("utf-8").splitlines())


def _searchable(port: int) -> int:
    try:
        with urlopen(f"http://127.0.0.1:{port}/cases/api/v1/search?per_page=1", timeout=5) as answer:
            return int(json.load(answer)["total"])
    except (URLError, OSError, ValueError, KeyError):
        return 0


def _tell(port: int, data: Path, seconds: float, *, demo: bool) -> None:
    address = f"http://127.0.0.1:{port}"
    typer.secho(f"\nKoblingsboks is ready after {seconds:.1f} s:  {address}\n", fg="green", bold=True)
    typer.echo(f"  search the library   {address}/cases")
    typer.echo(f"  the mailbox          {address}/mailbox   (every mail that is sent lands here)")
    if demo:
        from deploy.demo.personas import PERSONAS

        typer.echo(f"  sign in              {address}/partners/sign-in   with one click as:")
        for persona in PERSONAS:
            typer.echo(f"                         {persona.label} ({persona.email})")
    else:
        typer.echo(f"  an API token         koblingsboks token --role national --data {data}")
    typer.echo(f"  data and logs        {data}")
    typer.echo("\nStop with Ctrl-C; the data stays for the next start.")


def _distinct_ports(port: int) -> tuple[int, int, int]:
    found: set[int] = set()
    while len(found) < 3:
        found.add(free_port())
    found.discard(port)
    return _distinct_ports(port) if len(found) < 3 else tuple(sorted(found))  # type: ignore[return-value]


def _reset(data: Path, *, ask: bool) -> None:
    """Throw away what Koblingsboks keeps in `data`; a folder that is not ours is refused."""
    if not data.exists() or not any(data.iterdir()):
        return
    if not (data / "network.json").exists():
        raise SetupProblem(
            f"{data} was not made by Koblingsboks; nothing was deleted.", "Choose its folder with --data."
        )
    if ask and not typer.confirm(f"Delete everything Koblingsboks keeps in {data}?"):
        raise SetupProblem("Nothing was deleted.", "Start without --reset to keep the data.")
    from filelock import FileLock, Timeout

    try:
        with FileLock(data / ".supervisor.lock", timeout=0):
            for item in data.iterdir():
                if item.name in OURS or ".db" in item.suffixes:
                    shutil.rmtree(item) if item.is_dir() else item.unlink()
    except Timeout as error:
        raise SetupProblem(f"Koblingsboks is running on {data}.", "Stop it first.") from error
