"""Every fact with who states and who hears it: the source of the streams, the consumers and docs/messages.md."""

from shared.contracts import events, knowledge, notifier, partners
from shared.contracts.message import Fact

SERVICES: tuple[str, ...] = ("partners", "knowledge", "events", "notifier")

HEARERS: dict[type[Fact], tuple[str, ...]] = {
    partners.RegionRecorded: ("knowledge", "events", "notifier"),
    partners.RegionsRearranged: ("knowledge", "events", "notifier"),
    partners.OrganisationRecorded: ("knowledge",),
    partners.PersonStated: ("events", "notifier"),
    partners.AccessStated: ("knowledge", "events", "notifier"),
    partners.SegmentStated: ("events", "notifier"),
    partners.LetterAsked: ("notifier",),
    partners.LetterWithdrawn: ("notifier",),
    partners.SignInRequested: ("notifier",),
    partners.SessionEnded: ("knowledge", "events", "notifier"),
    knowledge.CaseSubmitted: (),
    knowledge.CaseChangesRequested: ("notifier",),
    knowledge.CaseApproved: (),
    knowledge.CasePublished: ("partners",),
    knowledge.CaseArchived: ("partners",),
    knowledge.LibraryLetterAsked: ("notifier",),
    knowledge.KnowledgeErased: ("partners",),
    knowledge.KnowledgeTokenUsed: ("partners",),
    events.WebinarPublished: ("notifier", "partners"),
    events.WebinarCancelled: ("notifier", "partners"),
    events.RegistrationRecorded: ("notifier", "partners"),
    events.EventsErased: ("partners",),
    events.EventsTokenUsed: ("partners",),
    notifier.AudienceFrozen: ("events",),
    notifier.SendCompleted: ("events",),
    notifier.AddressRefused: ("partners",),
    notifier.NotifierErased: ("partners",),
    notifier.NotifierTokenUsed: ("partners",),
}


def stated_by(fact: type[Fact]) -> str:
    """Return the service that states `fact`."""
    return fact.subject.split(".", 1)[0]


def heard_by(service: str) -> list[type[Fact]]:
    """Return the facts `service` hears, in the catalogue's order."""
    return [fact for fact, hearers in HEARERS.items() if service in hearers]
