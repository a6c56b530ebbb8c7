"""Alembic's way into this service's tables."""

from services.notifier.models import Base
from shared.db.migrate import run

run(Base.metadata)
