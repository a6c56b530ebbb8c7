"""What the papers point to is there: pages, headings, files, tests."""

import re

import pytest

from tests.docs.papers import PAPERS, ROOT, paper

FOLDERS = ("shared/", "services/", "deploy/", "docs/", "tests/", ".ci/", "LICENSES/")
ROOT_FILE = re.compile(r"[\w.-]+\.(md|toml|yaml|yml|lock)|Makefile|\.env\.example")
OPEN = re.compile(r"[<>{}*…]|\.\.\.")
"""Signs of a pattern or a place to fill in, which names no one file."""


@pytest.mark.parametrize("path", PAPERS)
def test_links_lead_somewhere(path: str) -> None:
    for link in paper(path).links:
        if link.startswith(("http://", "https://", "mailto:")):
            continue
        target, _, anchor = link.partition("#")
        found = (ROOT / path).parent / target if target else ROOT / path
        assert found.exists(), f"{path} links to {link}"
        if anchor:
            assert anchor in paper(found.resolve().relative_to(ROOT).as_posix()).anchors, f"{path} links to {link}"


@pytest.mark.parametrize("path", [path for path in PAPERS if path != "CHANGELOG.md"])
def test_files_that_are_named_exist(path: str) -> None:
    for named in paper(path).spans:
        file, _, name = named.partition("::")
        if OPEN.search(file) or " " in file or not (file.startswith(FOLDERS) or ROOT_FILE.fullmatch(file)):
            continue
        places = [ROOT / file, (ROOT / path).parent / file]
        found = next((place for place in places if place.exists()), None)
        assert found, f"{path} names {named}"
        if name:
            assert re.search(rf"def {re.escape(name)}\b", found.read_text(encoding="utf-8")), f"{path} names {named}"


def test_every_decision_is_in_the_index_and_has_its_parts() -> None:
    index = paper("docs/decisions/README.md").links
    numbered = sorted((ROOT / "docs/decisions").glob("[0-9]*.md"))
    assert index == [file.name for file in numbered]
    for file in numbered:
        text = file.read_text(encoding="utf-8")
        assert text.startswith(f"# {file.name[:4]}. "), file.name
        assert re.findall(r"(?m)^## (.+)$", text) == ["Context", "Decision", "Turned down", "Consequences"], file.name


def test_the_readme_tells_the_two_commands() -> None:
    targets = set(re.findall(r"(?m)^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8")))
    told = {line.split()[1] for line in paper("README.md").blocks if line.startswith("make ")}
    assert told == {"demo", "test"}
    assert told <= targets


def test_no_paper_names_a_place_on_somebodys_machine() -> None:
    for path in PAPERS:
        text = (ROOT / path).read_text(encoding="utf-8")
        assert not re.search(r"(?<![\w.$])/(home|root|work|tmp|Users)/", text), path
