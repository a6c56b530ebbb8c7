"""The project's papers: licence, metadata for reuse, and texts for those who take part."""

import re
import tomllib
from typing import Any

import pytest
import yaml

from tests.packaging.support import ROOT

PUBLICCODE: dict[str, Any] = yaml.safe_load((ROOT / "publiccode.yml").read_text(encoding="utf-8"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PAPERS = ("CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "CODE_OF_CONDUCT.md", "docs/glossary.md")


def read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def test_the_licence_is_the_eupl_whole() -> None:
    text = read("LICENSE")
    assert text.startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2\n")
    assert [int(n) for n in re.findall(r"(?m)^(\d+)\. ?[A-Z]", text)] == list(range(1, 16))
    assert "‘Compatible Licences’ according to Article 5 EUPL" in text
    assert read("LICENSES/EUPL-1.2.txt") == text


def test_the_licence_is_the_same_wherever_it_is_named() -> None:
    assert PROJECT["license"] == PUBLICCODE["legal"]["license"] == "EUPL-1.2"


def test_files_of_others_have_their_licence_here() -> None:
    for path in (ROOT / "tests/packaging").glob("*.license"):
        identifier = re.findall(r"SPDX-License-Identifier: (\S+)", path.read_text(encoding="utf-8"))
        assert len(identifier) == 1
        assert (ROOT / f"LICENSES/{identifier[0]}.txt").exists()
        assert path.with_suffix("").exists()


def test_publiccode_has_what_must_be_there() -> None:
    must = {"publiccodeYmlVersion", "name", "url", "platforms", "developmentStatus", "softwareType", "description"}
    assert must | {"legal", "maintenance", "localisation"} <= PUBLICCODE.keys()
    assert float(PUBLICCODE["publiccodeYmlVersion"]) >= 0.4
    assert PUBLICCODE["softwareVersion"] == PROJECT["version"]
    assert PUBLICCODE["maintenance"]["type"] == "internal"
    assert PUBLICCODE["localisation"]["availableLanguages"] == ["nb", "nn", "en"]


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_publiccode_describes_it_in_each_language_within_bounds(language: str) -> None:
    told = PUBLICCODE["description"][language]
    assert len(told["shortDescription"].strip()) <= 150
    assert 150 <= len(told["longDescription"].strip()) <= 10_000
    assert told["features"]
    assert all(len(feature) <= 100 for feature in told["features"])


def test_contacts_are_offices_not_people() -> None:
    assert all(contact.keys() <= {"name", "affiliation"} for contact in PUBLICCODE["maintenance"]["contacts"])


def test_the_changelog_keeps_its_form() -> None:
    text = read("CHANGELOG.md")
    assert "keepachangelog.com" in text
    assert re.findall(r"(?m)^## \[(.+?)\]", text)[0] == "Unreleased"
    kinds = set(re.findall(r"(?m)^### (.+)$", text))
    assert kinds <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


@pytest.mark.parametrize("paper", PAPERS)
def test_papers_carry_no_mail_address(paper: str) -> None:
    assert not re.search(r"[\w.]+@[\w-]+\.\w+", read(paper))


def test_the_glossary_has_all_terms_in_three_languages() -> None:
    terms = read("docs/glossary.md").split("## Partnership")[1]
    rows = [line for line in terms.splitlines() if line.startswith("| ") and not line.startswith("| Bokmål")]
    assert len(rows) == 91
    assert all(len(row.strip("|").split("|")) == 3 for row in rows)
