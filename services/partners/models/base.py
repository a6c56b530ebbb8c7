"""The base of the registry's tables."""

from sqlalchemy.orm import registry
from sqlmodel import SQLModel

from shared.db.base import house_tables, metadata


class Base(SQLModel, registry=registry(metadata=metadata())):
    """The base of this service's tables."""


HOUSE = house_tables(Base.metadata)
