"""What the registry hears."""

from services.partners.usecases import erasing, inactivity, library, profile, tokens, webinars
from shared.bus.listen import Ear
from shared.contracts.events import (
    EventsErased,
    EventsTokenUsed,
    RegistrationRecorded,
    WebinarCancelled,
    WebinarPublished,
)
from shared.contracts.knowledge import CaseArchived, CasePublished, KnowledgeErased, KnowledgeTokenUsed
from shared.contracts.notifier import AddressRefused, NotifierErased, NotifierTokenUsed


def subscribe(ear: Ear) -> None:
    """Bind each fact to the verb it sets off."""
    ear.hears(WebinarPublished, webinars.note_published)
    ear.hears(WebinarCancelled, webinars.note_cancelled)
    ear.hears(KnowledgeErased, erasing.note_erased)
    ear.hears(EventsErased, erasing.note_erased)
    ear.hears(NotifierErased, erasing.note_erased)
    ear.hears(CasePublished, library.note_published)
    ear.hears(CaseArchived, library.note_archived)
    ear.hears(KnowledgeTokenUsed, tokens.note_use)
    ear.hears(EventsTokenUsed, tokens.note_use)
    ear.hears(NotifierTokenUsed, tokens.note_use)
    ear.hears(AddressRefused, profile.note_refused)
    ear.hears(RegistrationRecorded, inactivity.note_answer)
