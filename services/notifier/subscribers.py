"""What the notifier hears."""

from services.notifier.usecases import alerts, letters, people, rearranged, registrations, segments, webinars
from shared.auth.access import note_access
from shared.auth.ending import note_ended
from shared.bus.listen import Ear
from shared.contracts.events import RegistrationRecorded, WebinarCancelled, WebinarPublished
from shared.contracts.knowledge import CaseChangesRequested, LibraryLetterAsked
from shared.contracts.partners import (
    AccessStated,
    LetterAsked,
    LetterWithdrawn,
    PersonStated,
    RegionRecorded,
    RegionsRearranged,
    SegmentStated,
    SessionEnded,
    SignInRequested,
)


def subscribe(ear: Ear) -> None:
    """Bind each fact to the verb it sets off."""
    ear.hears(RegionRecorded, people.note_region)
    ear.hears(RegionsRearranged, rearranged.note_rearranged)
    ear.hears(PersonStated, people.note_person)
    ear.hears(AccessStated, note_access)
    ear.hears(SegmentStated, segments.note_segment)
    ear.hears(LetterAsked, letters.note_asked)
    ear.hears(LetterWithdrawn, letters.note_withdrawn)
    ear.hears(SignInRequested, alerts.note_sign_in)
    ear.hears(SessionEnded, note_ended)
    ear.hears(CaseChangesRequested, alerts.note_changes_requested)
    ear.hears(LibraryLetterAsked, letters.note_asked_by_library)
    ear.hears(WebinarPublished, webinars.note_published)
    ear.hears(WebinarCancelled, webinars.note_cancelled)
    ear.hears(RegistrationRecorded, registrations.note_registration)
