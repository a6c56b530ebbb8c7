"""A graph as Turtle and as JSON-LD, written from the same resources so that both say the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

PREFIXES = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
ESCAPED = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})


@dataclass(frozen=True)
class Iri:
    """An address that stands for a thing."""

    address: str


@dataclass(frozen=True)
class Text:
    """A text in a language, or of a type such as `xsd:dateTime`."""

    text: str
    language: str = ""
    type: str = ""


Value = Iri | Text


@dataclass(frozen=True)
class Resource:
    """A thing with its types and what is said of it; names have one of the prefixes."""

    iri: Iri
    types: Sequence[str]
    said: Mapping[str, Sequence[Value]]


def turtle(resources: Sequence[Resource]) -> str:
    """Return resources as Turtle."""
    heads = [f"@prefix {name}: <{address}> .\n" for name, address in PREFIXES.items()]
    return "".join(heads) + "".join(map(_described, resources))


def json_ld(resources: Sequence[Resource]) -> dict[str, Any]:
    """Return resources as JSON-LD."""
    return {
        "@context": PREFIXES,
        "@graph": [
            {
                "@id": one.iri.address,
                "@type": list(one.types),
                **{name: [_object(value) for value in values] for name, values in one.said.items() if values},
            }
            for one in resources
        ],
    }


def _described(one: Resource) -> str:
    lines = [f"a {', '.join(one.types)}"]
    lines += [f"{name} {', '.join(map(_term, values))}" for name, values in one.said.items() if values]
    return f"\n{_term(one.iri)} " + " ;\n    ".join(lines) + " .\n"


def _term(value: Value) -> str:
    if isinstance(value, Iri):
        return f"<{quote(value.address, safe=':/?#[]@!$&()*+,;=%~')}>"
    kind = f"@{value.language}" if value.language else f"^^{value.type}" if value.type else ""
    return f'"{value.text.translate(ESCAPED)}"{kind}'


def _object(value: Value) -> dict[str, str]:
    if isinstance(value, Iri):
        return {"@id": value.address}
    kind = {"@language": value.language} if value.language else {"@type": value.type} if value.type else {}
    return {"@value": value.text, **kind}
