"""The schemas of all facts as they were last agreed on, and what may be changed in them without breaking a hearer."""

import json
from pathlib import Path
from typing import Any

from shared.contracts.catalogue import HEARERS
from shared.contracts.message import Fact

FOLDER = Path(__file__).parent / "schemas"
RENEW = "python -m tests.contracts.renew"
FACTS: tuple[type[Fact], ...] = tuple(HEARERS)
WORDS = ("title", "description", "default")
"""What a schema says to people only."""


def file_of(fact: type[Fact]) -> Path:
    """Return where the fact's agreed schema is kept."""
    return FOLDER / f"{fact.subject.removesuffix('.*')}.json"


def schema_of(fact: type[Fact]) -> dict[str, Any]:
    """Return the fact's JSON Schema as the code now has it."""
    return {"$id": fact.subject, **fact.model_json_schema()}


def written(schema: dict[str, Any]) -> str:
    """Return a schema as it is kept."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def breaking(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """Return what in `new` would break a hearer, or a message, that goes by `old`; nothing where it only adds."""
    return _object(_resolved(old, old.get("$defs", {})), _resolved(new, new.get("$defs", {})), "")


def _object(old: dict[str, Any], new: dict[str, Any], place: str) -> list[str]:
    faults = []
    before, after = set(old.get("required", [])), set(new.get("required", []))
    for name, schema in old["properties"].items():
        if name not in new["properties"]:
            faults.append(f"{place}{name} was removed")
            continue
        faults += _field(schema, new["properties"][name], f"{place}{name}")
        if (name in before) != (name in after):
            faults.append(f"{place}{name} {'may now be left out' if name in before else 'must now be given'}")
    added = set(new["properties"]) - set(old["properties"])
    return faults + [f"{place}{name} is new and must be given" for name in sorted(added & after)]


def _field(old: dict[str, Any], new: dict[str, Any], place: str) -> list[str]:
    if "properties" in old and "properties" in new:
        return _object(old, new, f"{place}.")
    return [] if _bare(old) == _bare(new) else [f"{place} changed its type"]


def _bare(schema: Any) -> Any:
    if isinstance(schema, dict):
        return {key: _bare(value) for key, value in schema.items() if key not in WORDS or isinstance(value, dict)}
    return [_bare(item) for item in schema] if isinstance(schema, list) else schema


def _resolved(schema: Any, definitions: dict[str, Any]) -> Any:
    if isinstance(schema, list):
        return [_resolved(item, definitions) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _resolved(definitions[schema["$ref"].rsplit("/", 1)[-1]], definitions)
    return {key: _resolved(value, definitions) for key, value in schema.items() if key != "$defs"}
