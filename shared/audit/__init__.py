"""Who changed what, and when: append-only, each entry bound to the one before by a hash.

    before = audit.snapshot(organisation)
    organisation.become(values)
    what = audit.Subject("organisation", organisation.id, regions)
    audit.note(session, actor, "organisation.edited", what, before, audit.snapshot(organisation))

The fields' values can be taken out of an entry (`blank`), where a person is erased: the chain binds their digest, not themselves.
"""

from shared.audit.chain import broken
from shared.audit.entries import Subject, blank, note, snapshot

__all__ = ["Subject", "blank", "broken", "note", "snapshot"]
