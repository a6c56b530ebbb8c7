"""Every address the papers name is answered by a service, with the method they use."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from uuid import uuid4

import pytest
from fastapi import FastAPI
from starlette.responses import Response
from starlette.routing import BaseRoute, Match

from deploy import installation
from deploy.embedded.mailbox.pages import mailbox_routes
from deploy.embedded.mailbox.store import Mailbox
from shared.contracts.catalogue import SERVICES
from tests.docs.papers import PAPERS, paper

ADDRESS = re.compile(r"/(partners|cases|events|mail|mailbox)(/[\w./-]*)?")


@pytest.fixture(scope="module")
def routes(tmp_path_factory: pytest.TempPathFactory) -> list[BaseRoute]:
    """What the four services and the mailbox answer."""
    data: Path = tmp_path_factory.mktemp("data")
    apps: list[FastAPI] = [installation.create_app(name)(installation.settings(name, data)) for name in SERVICES]
    mailbox = mailbox_routes(Mailbox(data), lambda *_: Response())
    return [*(route for app in apps for route in app.routes), *mailbox]


def asked(path: str) -> Iterator[tuple[str, str]]:
    """Yield method and address of each `curl` and of each address in a code span."""
    found = paper(path)
    for span in found.spans:
        if ADDRESS.fullmatch(span):
            yield "GET", span
    for call in "\n".join(found.blocks).split("curl ")[1:]:
        address = re.search(r"\$BASE(/[^\s\"?]+)", call)
        method = re.search(r"-X ([A-Z]+)", call.split("\n")[0])
        if address:
            filled = re.sub(r"\$(CASE|WEBINAR)", lambda _: str(uuid4()), address[1]).replace("$STEP", "publish")
            yield method[1] if method else "GET", filled


@pytest.mark.parametrize("path", PAPERS)
def test_addresses_are_answered(path: str, routes: Sequence[BaseRoute]) -> None:
    for method, address in asked(path):
        scope = {"type": "http", "method": method, "path": address, "root_path": "", "headers": []}
        assert any(route.matches(scope)[0] == Match.FULL for route in routes), f"{path}: {method} {address}"
