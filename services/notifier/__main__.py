"""`python -m services.notifier`: this service alone."""

from services.notifier.app import create_app
from services.notifier.settings import NotifierSettings
from shared.web.serve import serve

serve(create_app, NotifierSettings())
