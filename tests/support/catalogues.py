"""Catalogues of interface strings: what is wrong with one."""

import re

from babel.messages.catalog import Message

from deploy.translations import Part, translated
from shared.contracts.vocabulary import Language

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}|%%")
Key = tuple[str | None, str | tuple[str, ...]]


def faults(part: Part, language: Language) -> list[str]:
    """Return a line for every string of `part` that lacks a translation, has another string's placeholders, or is used no longer."""
    wanted = {_key(message): message for message in part.strings() if message.id}
    kept = {_key(message): message for message in part.kept(language) if message.id}
    lines = [f"{key}: not in the catalogue" for key in wanted if key not in kept]
    lines += [f"{key}: used no longer" for key in kept if key not in wanted]
    for key, message in kept.items():
        if not translated(message.string):
            lines.append(f"{key}: not translated")
        elif message.fuzzy:
            lines.append(f"{key}: unsure")
        else:
            lines += _misplaced(key, message)
    return lines


def _misplaced(key: Key, message: Message) -> list[str]:
    texts = message.id if isinstance(message.id, tuple | list) else (message.id,)
    said = message.string if isinstance(message.string, tuple | list) else (message.string,)
    known = {name for text in texts for name in PLACEHOLDER.findall(text)}
    needed = set.intersection(*({*PLACEHOLDER.findall(text)} for text in texts))
    lines = [f"{key}: {text!r} has other placeholders" for text in said if not _fits(text, needed, known)]
    return lines + [f"{key}: {text!r} begins or ends otherwise" for text in said if _edges(text) != _edges(texts[0])]


def _fits(text: str, needed: set[str], known: set[str]) -> bool:
    found = set(PLACEHOLDER.findall(text))
    return needed <= found <= known


def _edges(text: str) -> tuple[bool, bool]:
    return text[:1].isspace(), text[-1:].isspace()


def _key(message: Message) -> Key:
    return message.context, tuple(message.id) if isinstance(message.id, list) else message.id
