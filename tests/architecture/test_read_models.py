"""Every table of a service can be made anew from what was said, and is compared when it is, or says why it cannot."""

from importlib import import_module

import pytest
import sqlalchemy as sa

from shared.contracts.catalogue import SERVICES
from tests.support.read_models import OF_THE_HOUSE, OWN, READ_MODELS


@pytest.mark.parametrize("service", SERVICES)
def test_every_table_is_a_read_model_or_says_why_not(service: str) -> None:
    tables: dict[str, sa.Table] = import_module(f"services.{service}.models").Base.metadata.tables
    told = [*READ_MODELS[service], *OF_THE_HOUSE, *OWN[service]]
    assert sorted(told) == sorted(tables), "each once, in tests/support/read_models.py"
    assert all([*OF_THE_HOUSE.values(), *OWN[service].values()])


@pytest.mark.parametrize("service", SERVICES)
def test_only_columns_there_are_are_left_out_of_the_comparison(service: str) -> None:
    tables: dict[str, sa.Table] = import_module(f"services.{service}.models").Base.metadata.tables
    for name, left in READ_MODELS[service].items():
        columns = {column.name for column in tables[name].columns}
        assert set(left) < columns, name
