"""`koblingsboks up`: the whole network on one machine, under one supervisor."""

import asyncio
import json
import shutil
import sys
import time
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import typer

from deploy.embedded.supervisor import Supervisor
from deploy.installation import Installation
from deploy.servers.keys import INDEXER, SEARCH, key_value, master_key
from deploy.servers.meilisearch import meilisearch_binary, meilisearch_child, meilisearch_url
from deploy.servers.nats import monitor_port_for, nats_child, nats_url
from deploy.servers.places import writable_folder
from deploy.servers.ports import LOOPBACK, ensure_free, free_port
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
            await _settled(port, monitor_port_for(nats), demo=demo)
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


async def _settled(port: int, monitor: int, *, demo: bool) -> None:
    """Wait until every service is ready, and in the demo until its data has reached all of them."""
    deadline = time.monotonic() + READY_WITHIN
    for area in AREAS:
        while not await http_ok(port, f"/{area}/health/ready"):
            if time.monotonic() > deadline:
                raise SetupProblem(
                    f"/{area} is not ready after {READY_WITHIN:.0f} s.",
                    f"See http://127.0.0.1:{port}/{area}/health/ready",
                )
            await asyncio.sleep(0.1)
    if demo:
        cases, people = _demo_size()
        while time.monotonic() < deadline and not await asyncio.to_thread(_arrived, port, monitor, cases, people):
            await asyncio.sleep(0.2)


def _demo_size() -> tuple[int, int]:
    from deploy.demo.load import DATA

    lines = (DATA / "partners.jsonl").read_text("utf-8").splitlines()
    cases = (DATA / "cases.jsonl").read_text("utf-8").splitlines()
    return len(cases), sum('"kind": "person"' in line for line in lines)


def _arrived(port: int, monitor: int, cases: int, people: int) -> bool:
    """Whether every case is searchable, and everybody in the registry known to all who hear of people."""
    try:
        searchable = _asked(f"http://{LOOPBACK}:{port}/cases/api/v1/search?per_page=1")["total"]
        kept = _asked(f"http://{LOOPBACK}:{monitor}/jsz?streams=true&consumers=true")["account_details"][0][
            "stream_detail"
        ]
    except (URLError, OSError, ValueError, LookupError):
        return False
    stated = next(stream["state"]["messages"] for stream in kept if stream["name"] == "PEOPLE")
    waiting = [
        each["num_pending"] + each["num_ack_pending"] for stream in kept for each in stream.get("consumer_detail") or []
    ]
    return int(searchable) >= cases and int(stated) >= people and not any(waiting)


def _asked(address: str) -> dict[str, Any]:
    with urlopen(address, timeout=5) as answer:  # noqa: S310 our own address
        return dict(json.load(answer))


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
