"""The pages made from the code are what the code says now."""

from deploy.docs import COMMAND, messages, settings, settings_of, stale
from shared.contracts.catalogue import SERVICES
from tests.contracts.snapshots import FACTS


def test_the_pages_made_from_the_code_are_fresh() -> None:
    assert stale() == [], f"run {COMMAND}"


def test_every_fact_and_every_field_is_told() -> None:
    page = messages()
    for fact in FACTS:
        assert f"### {fact.__name__}\n" in page
        assert all(f"| `{name}` |" in page for name in fact.model_fields)


def test_every_setting_is_told_with_what_it_is() -> None:
    page = settings()
    for service in SERVICES:
        for name, field in settings_of(service).model_fields.items():
            assert f"`KOBLINGSBOKS_{name.upper()}`" in page
            assert field.description, f"{service}: {name} has no description"
