"""Made from the code by `python -m deploy.docs`: messages, their picture, rights and settings in docs; `--check` finds stale ones."""

import argparse
import inspect
import sys
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, NaiveDatetime, SecretStr
from pydantic.fields import FieldInfo

from deploy.picture import messages_picture
from deploy.rights import rights
from shared.contracts.catalogue import HEARERS, SERVICES, stated_by
from shared.contracts.message import Fact
from shared.contracts.streams import DUPLICATE_WINDOW, STREAMS, StreamPlan
from shared.contracts.vocabulary import ROLES
from shared.settings import ServiceSettings

ROOT = Path(__file__).parents[1]
COMMAND = "python -m deploy.docs"
MADE = f"<!-- Made by `{COMMAND}`; a test fails when it is stale. -->"
TYPES: dict[Any, str] = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "true or false",
    UUID: "UUID",
    AwareDatetime: "moment with time zone",
    NaiveDatetime: "day and time of the place",
    Path: "path",
    SecretStr: "secret",
}

Row = Iterable[str]


def pages() -> dict[Path, str]:
    """Return every page made from the code, by its place."""
    docs = ROOT / "docs"
    return {
        docs / "messages.md": messages(),
        docs / "rights.md": rights_page(),
        docs / "settings.md": settings(),
        docs / "pictures" / "messages.svg": messages_picture(),
    }


def messages() -> str:
    """Return the page about streams and facts."""
    overview = [
        (f"[{fact.__name__}](#{fact.__name__.lower()})", f"`{fact.subject}`", stated_by(fact), _hearers(fact))
        for fact in HEARERS
    ]
    parts = [
        "# Messages",
        MADE,
        "Services exchange facts over NATS JetStream: past tense, flat, additive. A fact is stated by one service and kept in that "
        "service's stream; every hearer has a durable consumer of its own. How a message is delivered, retried and parked stands in "
        "[architecture](architecture.md).",
        "## Streams",
        _table(("Stream", "Subjects", "Kept for", "Room", "Keeps"), [_stream(plan) for plan in STREAMS]),
        f"The broker itself drops a repeated `Nats-Msg-Id` for {DUPLICATE_WINDOW // 60} minutes; the hearers' inboxes do so for good.",
        "## Facts",
        _table(("Fact", "Subject", "Says", "Hears"), overview),
        "Every fact carries these fields:",
        _fields(Fact),
        *(_fact(fact) for fact in HEARERS),
    ]
    return "\n\n".join(parts) + "\n"


def rights_page() -> str:
    """Return the page about who may do what."""
    parts = [
        "# Rights",
        MADE,
        "One function decides, `can` in `shared/auth/policy.py`; what it does not name is refused, and visitors may do nothing that "
        "stands here. Every address asks it or is open on purpose, and `tests/rights` tries every one as everybody. Roles are dated "
        "and held over the network, a region, an organisation or a working group; what is held is read anew at each request "
        "([decision 0028](decisions/0028-rights-are-read-at-each-request.md)).",
        "*yes*: wherever it is, pages show what the role reaches. *own region*, *own organisation*: where the role is held; an "
        "auditor over the whole network reads everywhere. *own work*: what one has written oneself.",
        _table(("Action", *(role.replace("_", " ") for role in ROLES)), rights()),
    ]
    return "\n\n".join(parts) + "\n"


def settings() -> str:
    """Return the page about the services' settings."""
    prefix = ServiceSettings.model_config["env_prefix"]
    parts = [
        "# Settings",
        MADE,
        f"Settings are environment variables with the prefix `{prefix}`. A file of the variable's name in `/run/secrets` does as well, "
        "and is the place for secrets. A fresh clone runs with none of them set.",
        "## All services",
        _settings_table(ServiceSettings.model_fields),
    ]
    for service in SERVICES:
        own = {
            name: field
            for name, field in settings_of(service).model_fields.items()
            if name not in ServiceSettings.model_fields
        }
        parts += [f"## {service.capitalize()}", _settings_table(own) if own else "Nothing beyond the above."]
    return "\n\n".join(parts) + "\n"


def settings_of(service: str) -> type[ServiceSettings]:
    """Return the settings class of a service."""
    module = import_module(f"services.{service}.settings")
    found: type[ServiceSettings] = getattr(module, f"{service.capitalize()}Settings")
    return found


def _fact(fact: type[Fact]) -> str:
    durables = ", ".join(f"`{fact.durable(hearer)}`" for hearer in HEARERS[fact]) or "none"
    facts = [
        f"- Subject `{fact.subject}`, stream `{fact.stream}`",
        f"- Said by {stated_by(fact)}, heard by {_hearers(fact)}",
        f"- Durable consumers: {durables}",
    ]
    parts = [f"### {fact.__name__}", inspect.getdoc(fact) or "", "\n".join(facts), _fields(fact)]
    return "\n\n".join([*parts, *(_part(part) for part in _parts(fact))])


def _part(model: type[BaseModel]) -> str:
    return f"`{model.__name__}`: {inspect.getdoc(model)}\n\n{_fields(model)}"


def _parts(fact: type[Fact]) -> list[type[BaseModel]]:
    found = [part for field in fact.model_fields.values() for part in (field.annotation, *get_args(field.annotation))]
    return [part for part in found if inspect.isclass(part) and issubclass(part, BaseModel)]


def _hearers(fact: type[Fact]) -> str:
    return ", ".join(HEARERS[fact]) or "nobody yet"


def _stream(plan: StreamPlan) -> Row:
    age = f"{plan.max_age // 86_400} days" if plan.max_age else "ever"
    keeps = "the last of each subject" if plan.last_per_subject else "all"
    subjects = ", ".join(f"`{subject}`" for subject in plan.subjects)
    return f"`{plan.name}`", subjects, age, f"{plan.max_bytes / 1024**2:,.0f} MiB".replace(",", " "), keeps


def _fields(model: type[BaseModel]) -> str:
    shared = Fact.model_fields if issubclass(model, Fact) and model is not Fact else {}
    own = {name: field for name, field in model.model_fields.items() if name not in shared}
    rows = [(f"`{name}`", _type(field), "yes" if field.is_required() else "no") for name, field in own.items()]
    return _table(("Field", "Type", "Must be given"), rows)


def _settings_table(fields: dict[str, FieldInfo]) -> str:
    prefix = ServiceSettings.model_config["env_prefix"]
    rows = [
        (f"`{prefix}{name.upper()}`", _type(field), _default(field), field.description or "")
        for name, field in fields.items()
    ]
    return _table(("Variable", "Type", "Default", "What it is"), rows)


def _default(field: FieldInfo) -> str:
    value = field.default
    shown = value.get_secret_value() if isinstance(value, SecretStr) else value
    if shown in (None, "", []):
        return "empty"
    return f"`{str(shown).lower() if isinstance(shown, bool) else shown}`"


def _type(field: FieldInfo) -> str:
    return _named(field.annotation)


def _named(annotation: Any) -> str:
    if annotation in TYPES:
        return TYPES[annotation]
    origin, inside = get_origin(annotation), get_args(annotation)
    if origin in (Union, UnionType):
        return " or ".join(_named(part) for part in inside if part is not NoneType) + ", or none"
    if origin is Literal:
        return ", ".join(f"`{value}`" for value in inside)
    if origin is list:
        return f"list of {_named(inside[0])}"
    if origin is dict:
        return f"{_named(inside[1])} by {_named(inside[0])}"
    return f"`{annotation.__name__}`"


def _table(head: Row, rows: Iterable[Row]) -> str:
    head = list(head)
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


def stale() -> list[Path]:
    """Return the pages that are not what the code says."""
    return [file for file, text in pages().items() if not file.exists() or file.read_text("utf-8") != text]


def main() -> int:
    """Write the pages, or tell which are stale."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("--check", action="store_true", help="only tell which are stale; status 1 where one is")
    if parser.parse_args().check:
        for file in stale():
            sys.stderr.write(f"{file.relative_to(ROOT)} is stale: run {COMMAND}\n")
        return 1 if stale() else 0
    for file, text in pages().items():
        file.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
