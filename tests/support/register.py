"""A register of organisations for tests: the documented replies over real HTTP, on a free loopback port, with faults on command.

with register_server() as register:            # knows the recorded organisations
    register.put({"organisasjonsnummer": "999990002", "navn": "FJORDGLASS NORGE AS", …})    # and notes the change
    register.remove("999990010")
    register.answer(429, {"Retry-After": "1"}, times=1)
    register.slow(); register.well(); register.down(); register.up()
    Register(register.url); register.asked
"""

import json
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from deploy.servers.ports import LOOPBACK

Json = Mapping[str, Any]
REPLIES = Path(__file__).parents[1] / "partners" / "register" / "replies"
BASE = "/enhetsregisteret/api"
MOMENT = "%Y-%m-%dT%H:%M:%S.000Z"


def recorded(name: str) -> Any:
    """Return a recorded reply, such as `unit_999990002`."""
    return json.loads((REPLIES / f"{name}.json").read_text("utf-8"))


def recorded_units() -> list[Json]:
    """Return every recorded organisation, living or deleted."""
    return [json.loads(file.read_text("utf-8")) for file in sorted(REPLIES.glob("unit_*.json"))]


@dataclass(frozen=True)
class Asked:
    """One request that came: `query` has the last value of each parameter."""

    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]


@dataclass
class FakeRegister:
    """What the register knows, and how it behaves. `at` is the moment that changes are noted with."""

    units: dict[str, Json] = field(default_factory=dict)
    removed: set[str] = field(default_factory=set)
    changes: list[Json] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    at: datetime = datetime(2026, 3, 26, 3, 0, tzinfo=UTC)
    _faults: list[tuple[int, Mapping[str, str], bytes]] = field(default_factory=list)
    _let_go: threading.Event = field(default_factory=threading.Event)
    _server: ThreadingHTTPServer | None = None
    _port: int = 0

    def __post_init__(self) -> None:
        self._let_go.set()

    @property
    def url(self) -> str:
        """The base address to give to a client."""
        return f"http://{LOOPBACK}:{self._port}{BASE}"

    def put(self, unit: Json) -> None:
        """Make a unit known, or another than it was, and note the change."""
        number = unit["organisasjonsnummer"]
        kind = "Sletting" if unit.get("slettedato") else "Endring" if number in self.units else "Ny"
        self.units[number] = unit
        self._note(number, kind)

    def remove(self, org_number: str) -> None:
        """Take a unit out of the open data: 410 from now on."""
        self.units.pop(org_number, None)
        self.removed.add(org_number)
        self._note(org_number, "Fjernet")

    def answer(self, status: int, headers: Mapping[str, str] | None = None, body: bytes = b"", times: int = 1) -> None:
        """Answer so, whatever is asked, the next `times` times."""
        self._faults += [(status, headers or {}, body)] * times

    def slow(self) -> None:
        """Say nothing until `well()`."""
        self._let_go.clear()

    def well(self) -> None:
        """Forget all faults."""
        self._faults.clear()
        self._let_go.set()

    def up(self) -> None:
        """Listen, on the same port as before."""
        assert self._server is None, "the register listens already"
        self._server = _Server((LOOPBACK, self._port), self)
        self._port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def down(self) -> None:
        """Refuse every connection."""
        self._let_go.set()
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def reply(self, asked: Asked) -> tuple[int, Mapping[str, str], bytes]:
        """Return status, headers and body for a request."""
        self.asked.append(asked)
        self._let_go.wait(60)
        if self._faults:
            return self._faults.pop(0)
        status, body = self._told(asked)
        return status, {"Content-Type": asked.headers.get("Accept", "application/json")}, json.dumps(body).encode()

    def _told(self, asked: Asked) -> tuple[int, Json]:
        match asked.path.removeprefix(BASE).strip("/").split("/"):
            case ["enheter", number] if number in self.units:
                return 200, self.units[number]
            case ["enheter", number] if number in self.removed:
                return 410, {"organisasjonsnummer": number, "slettedato": f"{self.at:%Y-%m-%d}"}
            case ["enheter"]:
                return 200, _page("enheter", self._found(asked.query), asked.query)
            case ["oppdateringer", "enheter"]:
                return 200, _page("oppdaterteEnheter", self._changed(asked.query), asked.query)
        return 404, {"status": 404, "error": "Not Found", "path": asked.path}

    def _found(self, query: Mapping[str, str]) -> list[Json]:
        words, place = query.get("navn", "").upper().split(), query.get("kommunenummer", "")
        return [
            unit
            for unit in self.units.values()
            if not unit.get("slettedato")
            and all(word in unit["navn"].upper() for word in words)
            and unit.get("forretningsadresse", {}).get("kommunenummer", "").startswith(place)
        ]

    def _changed(self, query: Mapping[str, str]) -> list[Json]:
        first, since = int(query.get("oppdateringsid", "0")), query.get("dato", "")
        return [change for change in self.changes if change["oppdateringsid"] >= first and change["dato"] >= since]

    def _note(self, number: str, kind: str) -> None:
        place = self.changes[-1]["oppdateringsid"] + 3 if self.changes else 24_000_001
        link = {"enhet": {"href": f"{self.url}/enheter/{number}"}}
        self.changes.append(
            {
                "oppdateringsid": place,
                "dato": self.at.astimezone(UTC).strftime(MOMENT),
                "organisasjonsnummer": number,
                "endringstype": kind,
                "_links": link,
            }
        )


def _page(name: str, found: list[Json], query: Mapping[str, str]) -> Json:
    """A page as HAL has it: without a hit there is no `_embedded`."""
    size, number = int(query.get("size", "20")), int(query.get("page", "0"))
    page: dict[str, Any] = {
        "_links": {"self": {"href": ""}},
        "page": {
            "size": size,
            "totalElements": len(found),
            "totalPages": -(-len(found) // size),
            "number": number,
        },
    }
    shown = found[number * size : (number + 1) * size]
    return {"_embedded": {name: shown}, **page} if shown else page


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, place: tuple[str, int], register: FakeRegister) -> None:
        self.register = register
        super().__init__(place, _Door)


class _Door(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        status, headers, body = self.server.register.reply(Asked(parts.path, query, dict(self.headers.items())))
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body)), "Connection": "close"}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def handle(self) -> None:
        try:
            super().handle()
        except ConnectionError:
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def register_server(units: Iterable[Json] | None = None) -> Iterator[FakeRegister]:
    """A register that knows `units`, or all that are recorded; they are no news to it."""
    known = recorded_units() if units is None else units
    register = FakeRegister({unit["organisasjonsnummer"]: unit for unit in known})
    register.up()
    try:
        yield register
    finally:
        register.down()
