"""`python -m services.events`: this service alone."""

from services.events.app import create_app
from services.events.settings import EventsSettings
from shared.web.serve import serve

serve(create_app, EventsSettings())
