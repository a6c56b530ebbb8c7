"""Every list of records can be taken out as a file: a page with a table or with pages leads to one, or says why it does not."""

import re
from pathlib import Path

from tests.architecture.code import ROOT

LISTED = re.compile(r"tables\.(?:table|simple)\(|<table\b|\.numbered\(")
TAKEN_OUT = "exports.downloads("
OWN = "somebody's own, in the file with all that is theirs"
CHOICE = "a few to choose among, not a list that is kept"
ONE = "what one record holds, or two side by side"
ELSEWHERE = {
    "knowledge/case_figures.html": ONE,
    "knowledge/cookies.html": "the text of a page",
    "knowledge/form.html": CHOICE,
    "knowledge/vocabularies.html": CHOICE,
    "partners/dashboard.html": "sums, which the annual report has as a workbook",
    "partners/duplicate_merge.html": ONE,
    "partners/erased.html": ONE,
    "partners/identities.html": OWN,
    "partners/import.html": "the rows have files of their own, part by part",
    "partners/imports.html": "the latest uploads; what came of each is in files of its own",
    "partners/obligations_public.html": ONE,
    "partners/organisation_finding.html": ONE,
    "partners/organisation_start.html": CHOICE,
    "partners/own_data.html": OWN,
    "partners/passkeys.html": OWN,
    "partners/person.html": "one person's roles; those that run are in the list of people",
    "partners/person_merge.html": ONE,
    "partners/person_merge_find.html": CHOICE,
    "partners/privacy.html": "the same for everybody, and made from the code",
    "partners/profile.html": OWN,
    "partners/rearrangement_assign.html": "the dry run has all of it",
    "partners/rearrangement_targets.html": ONE,
    "partners/segment_members.html": "a part of the page of a segment, which leads to the file",
    "partners/sessions.html": OWN,
    "partners/tokens.html": OWN,
}
"""Pages with tables that nobody takes out as a list, and why."""


def templates() -> dict[str, str]:
    """Return the text of every page of every service by its name."""
    found: dict[str, str] = {}
    for folder in sorted(ROOT.glob("services/*/templates")):
        pages = (file for file in folder.rglob("*.html") if "mail" not in file.relative_to(folder).parts)
        found |= {file.relative_to(folder).as_posix(): Path(file).read_text() for file in pages}
    return found


def test_a_page_with_a_list_leads_to_a_file_of_it_or_is_left_out_on_purpose() -> None:
    found = templates()
    listing = {name for name, text in found.items() if LISTED.search(text)}
    leading = {name for name, text in found.items() if TAKEN_OUT in text}
    assert listing - leading - ELSEWHERE.keys() == set()
    assert {name for name in ELSEWHERE if name not in listing or name in leading} == set()
