"""What the library hears."""

from services.knowledge.usecases import erasing, rearranged, registry
from shared.auth.ending import note_ended
from shared.bus.listen import Ear
from shared.contracts.partners import (
    AccessStated,
    OrganisationRecorded,
    RegionRecorded,
    RegionsRearranged,
    SessionEnded,
)


def subscribe(ear: Ear) -> None:
    """Bind each fact to the verb it sets off."""
    ear.hears(RegionRecorded, registry.note_region)
    ear.hears(RegionsRearranged, rearranged.note_rearranged)
    ear.hears(OrganisationRecorded, registry.note_organisation)
    ear.hears(AccessStated, erasing.note_access)
    ear.hears(SessionEnded, note_ended)
