"""`python -m services.knowledge`: this service alone."""

from services.knowledge.app import create_app
from services.knowledge.settings import KnowledgeSettings
from shared.web.serve import serve

serve(create_app, KnowledgeSettings())
