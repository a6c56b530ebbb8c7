"""What the registry hears."""

from services.partners.usecases import library
from shared.bus.listen import Ear
from shared.contracts.knowledge import CaseArchived, CasePublished


def subscribe(ear: Ear) -> None:
    """Bind each fact to the verb it sets off."""
    ear.hears(CasePublished, library.note_published)
    ear.hears(CaseArchived, library.note_archived)
