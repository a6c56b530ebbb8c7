"""Alembic's way into this service's tables."""

from services.events.models import Base
from shared.db.migrate import run

run(Base.metadata)
