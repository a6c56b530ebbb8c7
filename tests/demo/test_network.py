"""The invented network: enough of everything, the same every time, and nobody real."""

import json
import re
from collections import Counter
from datetime import date

import pytest

from deploy.demo.dice import Dice
from deploy.demo.network import DemoNetwork, demo_network, partner_lines
from deploy.demo.organisations import invented_words
from deploy.demo.orgnumbers import check_digit, is_valid
from deploy.demo.regions import DATA
from deploy.demo.words import FIRST_NAMES, FOCUS_AREAS, SURNAME_FIRST, SURNAME_LAST, joined
from shared.contracts.vocabulary import ROLES

NETWORK = demo_network()
SLUGS = {region.slug for region in NETWORK.regions}
TODAY = date(2026, 3, 4)


def test_about_400_organisations_and_1000_people() -> None:
    assert 390 <= len(NETWORK.organisations) <= 410
    assert len(NETWORK.people) == 1000


def test_the_same_seed_gives_the_same_network_and_another_seed_another() -> None:
    assert demo_network() == NETWORK
    assert demo_network(seed=7).organisations != NETWORK.organisations


def test_the_file_is_what_the_generator_makes() -> None:
    written = (DATA / "partners.jsonl").read_text(encoding="utf-8").splitlines()
    assert written == list(partner_lines(NETWORK)), "run: python -m deploy.demo.write"


def test_lines_hold_only_what_the_partner_import_reads() -> None:
    organisation = {"kind", "external_id", "name", "org_number", "sector", "regions", "website", "description"}
    organisation |= {"status", "language", "legal_form", "nace_code", "nace_text", "employees"}
    organisation |= {"offers", "needs", "visibility"}
    person = {"kind", "external_id", "name", "email", "language", "role", "title"}
    person |= {"organisation", "region", "focus_areas", "functions"}
    for line in map(json.loads, partner_lines(NETWORK)):
        assert line.keys() <= (organisation if line["kind"] == "organisation" else person)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_ids_names_numbers_and_addresses_are_unique_for_any_seed(seed: int) -> None:
    network = demo_network(seed=seed)
    ids = [o.external_id for o in network.organisations] + [p.external_id for p in network.people]
    for column in (
        ids,
        [o.name for o in network.organisations],
        [o.org_number for o in network.organisations],
        [p.email for p in network.people],
        [o.website for o in network.organisations if o.website],
    ):
        assert len(set(column)) == len(column)


def test_every_address_is_under_the_reserved_example_domain() -> None:
    assert all(re.fullmatch(r"[a-z0-9.-]+@example\.org", person.email) for person in NETWORK.people)
    sites = [o.website for o in NETWORK.organisations if o.website]
    assert all(re.fullmatch(r"https://[a-z0-9-]{1,63}\.example\.org/", site) for site in sites)


def test_every_organisation_says_that_it_is_a_demo() -> None:
    assert all(o.name.endswith(" (demo)") for o in NETWORK.organisations)


def test_organisation_numbers_are_valid_and_begin_with_9999() -> None:
    assert all(is_valid(o.org_number) and o.org_number.startswith("9999") for o in NETWORK.organisations)


@pytest.mark.parametrize("number", ["991825827", "974760673", "123456785", "999990002", "999990010", "999990029"])
def test_known_valid_numbers_pass(number: str) -> None:
    assert is_valid(number)


@pytest.mark.parametrize("number", ["123456789", "99999000", "9999900021", "99999000x", ""])
def test_wrong_numbers_fail(number: str) -> None:
    assert not is_valid(number)


@pytest.mark.parametrize("base", ["99999007", "99999010", "99999024"])
def test_bases_without_a_check_digit_are_refused(base: str) -> None:
    assert check_digit(base) is None
    assert not any(is_valid(f"{base}{digit}") for digit in range(10))


def test_organisations_stand_in_one_or_two_known_regions() -> None:
    assert {slug for o in NETWORK.organisations for slug in o.regions} == SLUGS
    sizes = Counter(len(set(o.regions)) for o in NETWORK.organisations)
    assert set(sizes) == {1, 2}
    assert sizes[2] > 20


def test_all_four_sectors_and_most_in_business() -> None:
    sectors = Counter(o.sector for o in NETWORK.organisations)
    assert set(sectors) == {"business", "public", "academia", "ngo"}
    assert sectors.most_common(1)[0][0] == "business"


def test_every_region_has_partners_and_staff() -> None:
    for role, function in (("region_lead", "leader"), ("region_staff", "coordinator"), ("reviewer", "reviewer")):
        assert {p.region for p in NETWORK.people if p.role == role and p.function == function} == SLUGS
    assert {o.regions[0] for o in NETWORK.organisations} == SLUGS


def test_people_belong_to_an_organisation_or_a_region_or_the_whole_network() -> None:
    organisations = {o.external_id for o in NETWORK.organisations}
    for person in NETWORK.people:
        assert (person.organisation in organisations) == (person.role in ("partner_member", "partner_admin"))
        assert (person.region in SLUGS) == (person.role in ("region_lead", "region_staff", "reviewer"))
    assert {p.organisation for p in NETWORK.people} - {None} == organisations


def test_every_organisation_has_a_climate_lead() -> None:
    leads = Counter(p.organisation for p in NETWORK.people if p.function == "climate_lead")
    assert set(leads.values()) == {1}
    assert len(leads) == len(NETWORK.organisations)


def test_some_organisations_look_after_their_own_profile_and_have_a_top_leader() -> None:
    admins = Counter(p.organisation for p in NETWORK.people if p.role == "partner_admin")
    assert 100 < len(admins) < 300
    assert 200 < len([p for p in NETWORK.people if "top_leader" in p.functions]) < 400
    assert {p.role for p in NETWORK.people} == set(ROLES) - {"group_lead"}


def test_every_function_and_language_is_met() -> None:
    functions = {p.function for p in NETWORK.people if p.organisation}
    assert functions == {"ceo", "climate_lead", "communications", "member"}
    assert min(Counter(p.language for p in NETWORK.people)[language] for language in ("nb", "nn", "en")) > 40
    assert {area for p in NETWORK.people for area in p.focus_areas} == set(FOCUS_AREAS)


def test_people_have_common_first_names_and_invented_surnames() -> None:
    surnames = {joined(first, last) for first in SURNAME_FIRST for last in SURNAME_LAST}
    for person in NETWORK.people:
        first, surname = person.name.split(" ")
        assert first in FIRST_NAMES
        assert surname in surnames


def test_no_surname_is_built_like_a_common_norwegian_one() -> None:
    common = ("sen", "dal", "vik", "berg", "haug", "moen", "bakken", "stad", "land", "nes", "rud", "lie", "lien")
    surnames = {person.name.split(" ")[1].lower() for person in NETWORK.people}
    assert not [surname for surname in surnames if surname.endswith(common)]


def test_no_invented_organisation_shares_its_word_with_a_real_owner() -> None:
    lines = (DATA / "cases.jsonl").read_text(encoding="utf-8").splitlines()
    owners = " ".join(json.loads(line)["owner_name"] for line in lines).lower()
    assert not [word for word in invented_words() if word.lower() in owners]


def test_no_word_has_the_same_letter_three_times_running() -> None:
    names = [o.name for o in NETWORK.organisations] + [p.name for p in NETWORK.people]
    assert not [name for name in names if re.search(r"(.)\1\1", name.lower())]


def test_invented_words_are_enough_and_unlike() -> None:
    assert len(set(invented_words())) == len(invented_words()) >= len(NETWORK.organisations)


def test_personas_are_the_same_for_any_seed() -> None:
    assert _persona_rows(demo_network(seed=11)) == _persona_rows(NETWORK)
    assert [row[2] for row in _persona_rows(NETWORK)] == [
        *("national", "region_lead", "region_lead", "partner_member", "partner_admin", "reviewer", "auditor")
    ]


def test_the_partner_persona_is_climate_lead_of_a_rogaland_organisation() -> None:
    email = next(persona.email for persona in NETWORK.personas if persona.key == "partner")
    person = next(person for person in NETWORK.people if person.email == email)
    organisation = next(o for o in NETWORK.organisations if o.external_id == person.organisation)
    assert person.function == "climate_lead"
    assert organisation.regions[0] == "rogaland"


def test_webinars_are_ahead_and_past_in_three_languages_and_one_is_regional_and_ahead() -> None:
    webinars = NETWORK.webinars
    assert {webinar.language for webinar in webinars} == {"nb", "nn", "en"}
    ahead = [webinar for webinar in webinars if webinar.starts_at(TODAY).date() > TODAY]
    past = [webinar for webinar in webinars if webinar.ends_at(TODAY).date() < TODAY]
    assert len(ahead) >= 3
    assert len(past) >= 2
    assert "nordland" in {webinar.region for webinar in ahead}
    assert {webinar.region for webinar in webinars} - {None} <= SLUGS


def test_webinars_are_on_weekdays_in_norwegian_time_whatever_the_day() -> None:
    days = [date.fromordinal(TODAY.toordinal() + shift) for shift in range(7)]
    starts = [webinar.starts_at(day) for webinar in NETWORK.webinars for day in days]
    assert all(start.weekday() < 5 and 9 <= start.hour <= 13 and start.tzinfo is not None for start in starts)


def test_dice_give_what_they_gave_before() -> None:
    dice = Dice(2030)
    assert dice.roll("a", 1) == dice.roll("a", 1) != dice.roll("a", 2)
    assert {dice.pick("abc", index) for index in range(50)} == {"a", "b", "c"}
    assert dice.some((1, 2, 3), 2, 2, "x") in {(1, 2), (1, 3), (2, 3)}


def _persona_rows(network: DemoNetwork) -> list[tuple[str, str, str]]:
    by_email = {person.email: person for person in network.people}
    return [(p.name, p.email, by_email[p.email].role) for p in network.personas]
