"""A service on a prepared database that can be put back as it was, and asked as anybody of the cast."""

import json
import shutil
import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx

from shared.auth.keys import keyring
from shared.auth.session import issue
from shared.web import csrf
from shared.web.envelope import session_cookie
from tests.partners.support import HTML
from tests.rights.cast import CAST, Member
from tests.rights.door import Door, filled
from tests.rights.world import World
from tests.support.apps import ServiceApp, service_app

ADDRESS = "https://koblingsboks.example.org"
"""Passkeys need one of https."""
EDGE = "kant"
FORM = "application/x-www-form-urlencoded"
Noted = tuple[str, str, tuple[str, ...]]
"""An entry of the audit: its action, its kind of subject, and the fields it tells of."""
Rows = dict[str, list[tuple[Any, ...]]]


class Database:
    """An SQLite database that is looked at from outside: whether it changed, and what; and put back as it was."""

    def __init__(self, template: Path, file: Path) -> None:
        self._template = sqlite3.connect(template)
        self._here = sqlite3.connect(file)
        self._seen = self._version()
        self._first: Rows | None = None

    def changed(self) -> bool:
        """Whether anything was committed since the last reset."""
        return self._version() != self._seen

    def tables_changed(self) -> set[str]:
        """Return the tables whose rows are not those of the beginning."""
        self._first = self._first if self._first is not None else _rows(self._template)
        found = _rows(self._here)
        return {name for name in found if found[name] != self._first[name]}

    def noted(self) -> list[Noted]:
        """Return what the audit tells that it did not at the beginning."""
        before = self._template.execute("SELECT coalesce(max(seq), 0) FROM audit_entry").fetchone()
        rows = self._here.execute("SELECT action, subject_kind, changes FROM audit_entry WHERE seq > ?", before)
        return [(action, kind, tuple(json.loads(changes))) for action, kind, changes in rows]

    def reset(self) -> None:
        """Have it be as it was at the beginning."""
        self._template.backup(self._here)
        self._seen = self._version()

    def close(self) -> None:
        """Give both files back."""
        self._template.close()
        self._here.close()

    def _version(self) -> int:
        found: int = self._here.execute("PRAGMA data_version").fetchone()[0]
        return found


class Stage:
    """A running service with the cast before its doors."""

    def __init__(self, service: ServiceApp, world: World, database: Database | None) -> None:
        self.service = service
        self.world = world
        self._database = database
        self._clients: dict[tuple[str, bool], httpx.AsyncClient] = {}
        self._private = keyring(service.settings, signs=True).private

    def changed(self) -> bool:
        """Whether anything was committed since the last reset; not known of a database that cannot be put back."""
        return self._database is not None and self._database.changed()

    def tables_changed(self) -> set[str]:
        """Return the tables whose rows are not those of the beginning."""
        return self._database.tables_changed() if self._database else set()

    def noted(self) -> list[Noted]:
        """Return what the audit tells that it did not at the beginning."""
        return self._database.noted() if self._database else []

    def reset(self) -> None:
        """Have the database be as it was at the beginning."""
        if self._database is not None:
            self._database.reset()

    async def ask(self, door: Door, member: Member | None, extra: Mapping[str, str] | None = None) -> httpx.Response:
        """Return what somebody is answered at a door; `extra` takes the place of ids of the world."""
        values = {**self.world.values(member), **(extra or {})}
        headers, content = self._sent(door, member, values)
        client = self._client(member, door.program)
        client.cookies.clear()
        if member is not None and not door.program:
            assert self._private is not None
            headers["Cookie"] = (
                f"{session_cookie(self.service.settings.secure_cookies)}={issue(self._private, member.actor)}"
            )
        return await client.request(door.method, door.address(values), headers=headers, content=content)

    async def close(self) -> None:
        """Close all browsers and programs, and the library's way to its search."""
        for client in self._clients.values():
            await client.aclose()
        if search := getattr(self.service.app.state, "search", None):
            await search.close()

    def _sent(
        self, door: Door, member: Member | None, values: Mapping[str, str]
    ) -> tuple[dict[str, str], bytes | None]:
        headers = {} if door.program else dict(HTML)
        if door.form is not None:
            token = csrf.token(self.service.app.state.resources.keys.link, member.actor if member else None)
            fields = {"csrf_token": token, **filled(door.form, values)}
            if not door.file:
                return {**headers, "Content-Type": FORM}, urlencode(fields, doseq=True).encode()
            return {**headers, "Content-Type": f"multipart/form-data; boundary={EDGE}"}, _multipart(fields, door)
        if door.json is not None:
            content = httpx.Request("POST", "http://x", json=filled(door.json, values)).read()
            return {**headers, "Content-Type": "application/json"}, content
        return headers, door.body

    def _client(self, member: Member | None, program: bool) -> httpx.AsyncClient:
        key = (member.name if member else "", program)
        if key not in self._clients:
            headers = {"Accept-Language": "nb"}
            if member is not None and program:
                assert self._private is not None
                headers["Authorization"] = f"Bearer {issue(self._private, member.program)}"
            transport = httpx.ASGITransport(self.service.app, raise_app_exceptions=False)
            base_url = self.service.settings.base_url
            self._clients[key] = httpx.AsyncClient(transport=transport, base_url=base_url, headers=headers)
        return self._clients[key]


@asynccontextmanager
async def on_stage(service: str, template: Path, world: World, folder: Path) -> AsyncIterator[Stage]:
    """A service on a copy of a prepared SQLite database."""
    file = folder / f"{service}-stage.db"
    shutil.copy(template, file)
    async with service_app(service, f"sqlite+aiosqlite:///{file}", folder, base_url=ADDRESS) as app:
        database = Database(template, file)
        stage = Stage(app, world, database)
        yield stage
        await stage.close()
        database.close()


def everybody() -> tuple[Member | None, ...]:
    """Return the cast and, as None, a visitor."""
    return (None, *CAST)


def _rows(connection: sqlite3.Connection) -> Rows:
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    return {name: sorted(connection.execute(f'SELECT * FROM "{name}"').fetchall(), key=repr) for (name,) in names}


def _multipart(fields: Mapping[str, Any], door: Door) -> bytes:
    parts = [
        f'--{EDGE}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = f'--{EDGE}\r\nContent-Disposition: form-data; name="{door.file}"; filename="fil.csv"\r\n\r\n'
    return b"".join([*parts, head.encode(), door.body or b"", f"\r\n--{EDGE}--\r\n".encode()])
