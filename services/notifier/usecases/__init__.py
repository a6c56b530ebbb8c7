"""The verbs of the notifier.

people.py         note_person, note_region: copies of whom we write to
erasing.py        erase, waiting, done: whoever is to be known no more
webinars.py       note_published (freezes the audience), note_cancelled
audiences.py      freeze, invite_late, reconcile: who is invited, each once
rearranged.py     note_rearranged: what follows when regions change
cancelling.py     withdraw, tell_one: taking back what was sent
registrations.py  note_registration: confirmations
alerts.py         note_sign_in, note_changes_requested
bounces.py        note_refused, note_taken: addresses the mail server does not know
letters.py        note_asked, note_withdrawn: mail the registry asks for
segments.py       note_segment: who belongs to saved groups
preferences.py    choose
completion.py     complete, expire
retention.py      what goes when its time is over
"""
