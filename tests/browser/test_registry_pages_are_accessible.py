"""The pages of the registry are for everybody."""

import pytest

from tests.browser.conftest import Visitor
from tests.browser.looking import no_violation

PAGES = [
    ("", "/partners"),
    ("", "PARTNER"),
    ("", "/partners/sign-in"),
    ("national", "/partners/people"),
    ("national", "/partners/people/new"),
    ("national", "/partners/people/doubles"),
    ("national", "/partners/new"),
    ("national", "/partners/new?by=hand"),
    ("national", "/partners/duplicates"),
    ("national", "/partners/segments"),
    ("national", "/partners/obligations"),
    ("national", "/partners/rounds"),
    ("national", "/partners/rounds/new"),
    ("national", "/partners/segments/new"),
    ("national", "SEGMENT"),
    ("national", "ROUND"),
    ("national", "PERSON"),
    ("national", "PERSON/edit"),
    ("national", "PARTNER"),
    ("national", "PARTNER/edit"),
    ("national", "PARTNER/obligations"),
    ("national", "PARTNER/obligations/account"),
    ("national", "PARTNER/memberships"),
    ("national", "PARTNER/people"),
    ("national", "/partners/dashboard"),
    ("national", "/partners/reports"),
    ("national", "/partners/imports/accounts"),
    ("national", "/partners/imports/organisations"),
    ("national", "/partners/imports/people"),
    ("national", "/partners/audit"),
    ("national", "/partners/regions/rearrangements"),
    ("national", "/partners/work"),
    ("", "/partners/regions"),
    ("", "/partners/regions/troms"),
    ("", "/partners/privacy"),
    ("nordland", "/partners/work"),
    ("partner", "/partners/me"),
    ("partner", "/partners/me/sessions"),
    ("partner", "/partners/me/tokens"),
    ("partner", "/partners/me/data"),
    ("partner", "/partners/me/erase"),
    ("partner", "/partners/me/passkeys"),
    ("partner", "/partners/me/identities"),
]


@pytest.mark.parametrize(("who", "path"), PAGES)
def test_a_page_of_the_registry_has_no_violation(visit: Visitor, who: str, path: str) -> None:
    no_violation(visit.page(who), path)
