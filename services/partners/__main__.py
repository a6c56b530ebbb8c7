"""`python -m services.partners`: this service alone."""

from services.partners.app import create_app
from services.partners.settings import PartnersSettings
from shared.web.serve import serve

serve(create_app, PartnersSettings())
