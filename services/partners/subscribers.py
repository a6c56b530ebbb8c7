"""What the registry hears."""

from services.partners.usecases import library, webinars
from shared.bus.listen import Ear
from shared.contracts.events import WebinarCancelled, WebinarPublished
from shared.contracts.knowledge import CaseArchived, CasePublished


def subscribe(ear: Ear) -> None:
    """Bind each fact to the verb it sets off."""
    ear.hears(WebinarPublished, webinars.note_published)
    ear.hears(WebinarCancelled, webinars.note_cancelled)
    ear.hears(CasePublished, library.note_published)
    ear.hears(CaseArchived, library.note_archived)
