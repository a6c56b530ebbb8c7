"""The account menu leads people to what is theirs."""

import pytest

from shared.auth.actor import Actor, Grant
from shared.contracts.vocabulary import Role
from shared.ids import new_id
from shared.web.page import account_links

ONE, OTHER = new_id(), new_id()


def menu(*grants: Grant) -> list[str]:
    """Return where the menu of somebody with these grants leads."""
    return [item.href for item in account_links("/", Actor(new_id(), new_id(), "Ask", grants), str)]


def test_visitors_have_no_menu() -> None:
    assert account_links("/", None, str) == []


@pytest.mark.parametrize("role", ["partner_admin", "partner_member"])
def test_who_acts_for_one_organisation_is_led_to_it(role: Role) -> None:
    assert menu(Grant(role, organisation_id=ONE))[0] == f"/partners/{ONE}"


def test_who_acts_for_several_finds_them_under_their_roles() -> None:
    hrefs = menu(Grant("partner_admin", organisation_id=ONE), Grant("partner_member", organisation_id=OTHER))
    assert hrefs[0] == "/partners/me"


def test_staff_have_their_tools_first_and_others_none_of_them() -> None:
    assert menu(Grant("region_staff", "agder"))[0] == "/partners/work"
    assert "/partners/work" not in menu(Grant("reviewer", "agder"))
