"""The verbs of events.

drafting.py       draft, edit
publishing.py     publish, cancel
registrations.py  answer: register, decline, withdraw
audiences.py      note_region, note_person: whom webinars may concern
erasing.py        erase: a person who is to be known no more
rearranged.py     note_rearranged: what follows when regions change
segments.py       note_segment: who belongs to saved groups
sends.py          note_frozen, note_completed: who was invited
loading.py        enter_quietly, load from an import file
retention.py      what goes when its time is over
"""
