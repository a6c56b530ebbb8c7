"""A door: a route with the row of the table of rights it is open by, and a request that is good if one may make it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from shared.contracts.catalogue import SERVICES

Service = Literal["partners", "knowledge", "events", "notifier"]
assert set(SERVICES) == {"partners", "knowledge", "events", "notifier"}


@dataclass(frozen=True)
class Door:
    """What is asked, and by whose leave.

    `rule` is a row of `rules.RULES`. Values in braces, in the path as in the body, are those of the world: of the near region, and
    what is somebody's own. `then` is the answer to those who may, where it is no success; `refused` are answers to those who may not,
    beside 401, 403 and 404. `where` names what an address calls by another name in the world. A `program` comes with a token.
    """

    service: Service
    method: str
    path: str
    rule: str
    query: str = ""
    form: Mapping[str, Any] | None = None
    json: Any = None
    body: bytes | None = None
    file: str = ""
    then: int | None = None
    refused: tuple[int, ...] = ()
    where: Mapping[str, str] = field(default_factory=dict)
    by_program: bool | None = None
    own: bool = False

    @property
    def program(self) -> bool:
        """Whether a program asks: through the JSON door, unless the door wants its person."""
        return "/api/" in self.path if self.by_program is None else self.by_program

    @property
    def route(self) -> tuple[str, str]:
        """The route as the application names it."""
        return self.method, self.path

    def address(self, values: Mapping[str, str]) -> str:
        """Return the address with the world's ids in it."""
        named = {name: f"{{{given}}}" if given in values else given for name, given in self.where.items()}
        path = self.path.format_map({**values, **{name: one.format_map(values) for name, one in named.items()}})
        return f"{path}?{self.query.format_map(values)}" if self.query else path


def filled(given: Any, values: Mapping[str, str]) -> Any:
    """Return a body with the world's ids in it."""
    if isinstance(given, str):
        return given.format_map(values)
    if isinstance(given, Mapping):
        return {name: filled(one, values) for name, one in given.items()}
    return [filled(one, values) for one in given] if isinstance(given, list) else given


class Doors:
    """The doors of a service, entered a line each."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.found: list[Door] = []

    def get(self, path: str, rule: str, **given: Any) -> None:
        """Enter a page or list."""
        self.found.append(Door(self.service, "GET", path, rule, **given))

    def post(self, path: str, rule: str, /, **given: Any) -> None:
        """Enter a form, whose fields are `form`, or with `json` or `body` what a program sends."""
        if not given.keys() & {"json", "body"}:
            given.setdefault("form", {})
        self.found.append(Door(self.service, "POST", path, rule, **given))

    def put(self, path: str, rule: str, **given: Any) -> None:
        """Enter what a program puts in the place of something."""
        self.found.append(Door(self.service, "PUT", path, rule, **given))

    def delete(self, path: str, rule: str, **given: Any) -> None:
        """Enter what a program takes away."""
        self.found.append(Door(self.service, "DELETE", path, rule, **given))
