"""What events hears."""

from services.events.usecases import audiences, rearranged, segments, sends
from shared.auth.access import note_access
from shared.auth.ending import note_ended
from shared.bus.listen import Ear
from shared.contracts.notifier import AudienceFrozen, SendCompleted
from shared.contracts.partners import (
    AccessStated,
    PersonStated,
    RegionRecorded,
    RegionsRearranged,
    SegmentStated,
    SessionEnded,
)


def subscribe(ear: Ear) -> None:
    """Bind each fact to the verb it sets off."""
    ear.hears(RegionRecorded, audiences.note_region)
    ear.hears(RegionsRearranged, rearranged.note_rearranged)
    ear.hears(PersonStated, audiences.note_person)
    ear.hears(AccessStated, note_access)
    ear.hears(SegmentStated, segments.note_segment)
    ear.hears(SessionEnded, note_ended)
    ear.hears(AudienceFrozen, sends.note_frozen)
    ear.hears(SendCompleted, sends.note_completed)
