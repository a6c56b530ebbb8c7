"""Every `koblingsboks …` in the papers is a command that exists, with options and choices it has."""

import re
import shlex
from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin

import pytest
from typer.main import get_command

from deploy.cli import app
from tests.docs.papers import PAPERS, ROOT, paper

COMMAND: Any = get_command(app)
CALL = re.compile(r"(?<![\w/.-])koblingsboks (?=[a-z])([^#|;)`]*)")


def calls(path: str) -> Iterator[list[str]]:
    """Yield the words of each call in a paper's code."""
    found = paper(path)
    spans = [span for span in found.spans if span.startswith("koblingsboks ")]
    lines = [line.split(" #")[0] for line in found.blocks]
    for text in (*spans, *lines):
        for call in CALL.findall(text):
            yield shlex.split(call.replace("…", "").split("#")[0])


@pytest.mark.parametrize("path", PAPERS)
def test_commands_exist_with_these_options(path: str) -> None:
    for words in calls(path):
        wrong = fault(COMMAND, list(words))
        assert not wrong, f"{path}: koblingsboks {' '.join(words)}: {wrong}"


def test_a_mistake_would_be_seen() -> None:
    assert fault(COMMAND, ["fly"])
    assert fault(COMMAND, ["up", "--demos"])
    assert fault(COMMAND, ["import", "webinars", "file"])
    assert fault(COMMAND, ["token", "--role", "king"])
    assert fault(COMMAND, ["doctor", "now"])


def test_the_readme_tells_every_verb() -> None:
    told = {words[0] for words in calls("README.md")}
    assert told == set(COMMAND.commands)


def fault(command: Any, words: list[str]) -> str:
    """Return what is wrong with a call, or an empty text."""
    while hasattr(command, "commands"):
        if not words and command is not COMMAND:
            return ""
        if not words or words[0] not in command.commands:
            return f"no command {' '.join(words)!r}"
        command = command.commands[words.pop(0)]
    options = {name: param for param in command.params for name in param.opts if name.startswith("--")}
    arguments = [param for param in command.params if not any(name.startswith("-") for name in param.opts)]
    while words:
        word = words.pop(0)
        if word == "--help":
            continue
        if word.startswith("--"):
            if word not in options:
                return f"no option {word}"
            if not getattr(options[word], "is_flag", False) and words and not _fits(options[word], words.pop(0)):
                return f"no such choice for {word}"
        elif not arguments:
            return f"{word} is one too many"
        elif not _fits(arguments.pop(0), word):
            return f"no choice {word}"
    return ""


def _fits(param: Any, word: str) -> bool:
    kind = param.type_descriptor.annotation
    return get_origin(kind) is not Literal or word in get_args(kind)


def test_settings_that_are_named_exist() -> None:
    code = [*ROOT.glob("shared/**/*.py"), *ROOT.glob("services/**/settings.py"), *ROOT.glob("deploy/**/*.py")]
    known = "\n".join(file.read_text(encoding="utf-8") for file in code)
    shape = "\n".join(
        (ROOT / name).read_text(encoding="utf-8") for name in (".env.example", "compose.yaml", "Makefile")
    )
    for path in PAPERS:
        text = (ROOT / path).read_text(encoding="utf-8")
        for name in set(re.findall(r"\bKOBLINGSBOKS_([A-Z_]+)\b", text)):
            field = re.search(rf"(?m)^    {name.lower()}: ", known)
            assert field or f"KOBLINGSBOKS_{name}" in shape + known, f"{path} names KOBLINGSBOKS_{name}"
