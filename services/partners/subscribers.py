"""What the registry hears."""

from services.partners.usecases import library, tokens, webinars
from shared.bus.listen import Ear
from shared.contracts.events import EventsTokenUsed, WebinarCancelled, WebinarPublished
from shared.contracts.knowledge import CaseArchived, CasePublished, KnowledgeTokenUsed
from shared.contracts.notifier import NotifierTokenUsed


def subscribe(ear: Ear) -> None:
    """Bind each fact to the verb it sets off."""
    ear.hears(WebinarPublished, webinars.note_published)
    ear.hears(WebinarCancelled, webinars.note_cancelled)
    ear.hears(CasePublished, library.note_published)
    ear.hears(CaseArchived, library.note_archived)
    ear.hears(KnowledgeTokenUsed, tokens.note_use)
    ear.hears(EventsTokenUsed, tokens.note_use)
    ear.hears(NotifierTokenUsed, tokens.note_use)
