"""The gateway, run for real before four stand-ins: each path reaches its service, whole and at once."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from deploy.servers.ports import LOOPBACK, free_port
from tests.packaging.support import ROOT, SERVICES, program
from tests.support.running import Server, answers_ok

MEGABYTE = 1024**2
PATIENCE = 20


class StandIn(BaseHTTPRequestHandler):
    """Says which service it is and which path it was asked for; holds a stream of messages open until told."""

    protocol_version = "HTTP/1.1"
    service = ""
    let_go = threading.Event()

    def do_GET(self) -> None:
        if self.path.endswith("/stream"):
            self._stream()
        else:
            self._answer(f"{self.service} {self.path} {self.headers['X-Forwarded-For']}")

    def do_POST(self) -> None:
        size = len(self.rfile.read(int(self.headers["Content-Length"])))
        self._answer(f"{self.service} {size}")

    def _answer(self, text: str) -> None:
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def _stream(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(b"data: first\n\n")
        self.wfile.flush()
        self.let_go.wait(PATIENCE)
        self.wfile.write(b"data: last\n\n")

    def log_message(self, format: str, *args: object) -> None:
        """Stay quiet."""


@dataclass
class Gateway:
    client: httpx.Client
    services: dict[str, ThreadingHTTPServer]


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    folder = tmp_path_factory.mktemp("gateway")
    services = {name: stand_in(name) for name in SERVICES}
    address = f"http://{LOOPBACK}:{free_port()}"
    server = caddy(folder, address, services)
    server.start()
    with httpx.Client(base_url=address, timeout=PATIENCE) as client:
        yield Gateway(client, services)
    StandIn.let_go.set()
    server.stop()
    for service in services.values():
        service.shutdown()
        service.server_close()


def stand_in(name: str) -> ThreadingHTTPServer:
    server = ThreadingHTTPServer((LOOPBACK, 0), type(name, (StandIn,), {"service": name}))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def caddy(folder: Path, address: str, services: dict[str, ThreadingHTTPServer]) -> Server:
    health = free_port()
    env = {f"{name.upper()}_UPSTREAM": f"{LOOPBACK}:{server.server_port}" for name, server in services.items()}
    env |= {"KOBLINGSBOKS_SITE_ADDRESS": address, "GATEWAY_HEALTH_PORT": str(health)}
    env |= {"XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    argv = [program("caddy"), "run", "--config", str(ROOT / "deploy/gateway/Caddyfile"), "--adapter", "caddyfile"]
    return Server(argv, answers_ok(f"http://{LOOPBACK}:{health}/"), folder / "log", env=env)


@pytest.mark.parametrize(
    ("path", "service"),
    [
        ("/", "knowledge"),
        ("/cases", "knowledge"),
        ("/cases/elbusser-i-nord?side=2", "knowledge"),
        ("/static/kit.css", "knowledge"),
        ("/anything/else", "knowledge"),
        ("/partnership", "knowledge"),
        ("/partners", "partners"),
        ("/partners/api/v1/organisations", "partners"),
        ("/sign-in", "partners"),
        ("/sign-in/link/abc", "partners"),
        ("/events", "events"),
        ("/events/fragments/upcoming", "events"),
        ("/mail", "notifier"),
        ("/mail/unsubscribe/abc", "notifier"),
    ],
)
def test_each_path_reaches_its_service_unchanged(gateway: Gateway, path: str, service: str) -> None:
    answer = gateway.client.get(path)
    assert answer.status_code == 200
    assert answer.text.split(" ")[:2] == [service, path]


def test_a_visitor_cannot_claim_another_address(gateway: Gateway) -> None:
    answer = gateway.client.get("/cases", headers={"X-Forwarded-For": "203.0.113.9"})
    assert answer.text.endswith(f" {LOOPBACK}")


def test_readiness_is_for_the_inside_and_liveness_for_all(gateway: Gateway) -> None:
    assert gateway.client.get("/partners/health/ready").status_code == 404
    assert gateway.client.get("/cases/health/ready").status_code == 404
    assert gateway.client.get("/cases/health/live").status_code == 200


def test_an_upload_of_eleven_megabytes_passes_and_one_of_thirteen_is_refused(gateway: Gateway) -> None:
    passed = gateway.client.post("/cases/pictures", content=b"x" * 11 * MEGABYTE)
    assert passed.text == f"knowledge {11 * MEGABYTE}"
    # The gateway hangs up on what is too large; that connection must not be kept for the next request.
    hung_up = {"Connection": "close"}
    assert gateway.client.post("/cases/pictures", content=b"x" * 13 * MEGABYTE, headers=hung_up).status_code == 413


@pytest.mark.parametrize("path", ["/cases/stream", "/mail/stream"])
def test_streamed_messages_come_at_once_though_the_visitor_takes_gzip(gateway: Gateway, path: str) -> None:
    StandIn.let_go.clear()
    with gateway.client.stream("GET", path, headers={"Accept-Encoding": "gzip"}) as answer:
        assert next(answer.iter_lines()) == "data: first"
        assert not StandIn.let_go.is_set()
    StandIn.let_go.set()


def test_a_service_that_is_down_gives_a_plain_page_and_the_others_go_on(gateway: Gateway) -> None:
    events = gateway.services["events"]
    events.shutdown()
    events.server_close()
    answer = gateway.client.get("/events")
    assert answer.status_code == 502
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert 'lang="nn"' in answer.text
    assert gateway.client.get("/partners").status_code == 200
