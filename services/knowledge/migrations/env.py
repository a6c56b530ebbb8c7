"""Alembic's way into this service's tables."""

from services.knowledge.models import Base
from shared.db.migrate import run

run(Base.metadata)
