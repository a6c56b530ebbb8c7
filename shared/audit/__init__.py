"""Who changed what, and when: append-only, each entry bound to the one before by a hash.

    before = audit.snapshot(organisation)
    organisation.become(values)
    what = audit.Subject("organisation", organisation.id, regions)
    audit.note(session, actor, "organisation.edited", what, before, audit.snapshot(organisation))

Values and ids can be taken out of entries, where a person is erased (`erase`): the chain binds digests of them, not themselves.
Whoever keeps the `End` that `follow` returns sees the next time also whether entries were taken off the end.
"""

from shared.audit.chain import End, Followed, broken, follow
from shared.audit.entries import Subject, blank, erase, note, snapshot

__all__ = ["End", "Followed", "Subject", "blank", "broken", "erase", "follow", "note", "snapshot"]
