"""The verbs of the library.

adopting.py    adopt, edit, start_draft: doing what others did
editorial.py   draft, edit, submit, approve, request_changes, publish, archive
erasing.py     note_access, erase: rights, and whoever is to be known no more
rearranged.py  note_rearranged, move_cases: what follows when regions change
registry.py    note_region, note_organisation: what the registry said
media.py       add_picture, describe_picture, add_file, name_file, arrange, remove
loading.py     load cases from an import file
introducing.py ask, accept, decline, tell; chase and ask_outcomes by the clock
letters.py     ask: mail, each letter once
matching.py    to_match: what is to be matched; keep_of_need, keep_of_case: the matches themselves
needs.py       post, edit, withdraw, meet, expire
questions.py   ask, answered: a question to those behind a case
retention.py   what is taken away when its time is over
settling.py    what a case comes to hold of what was sent
translating.py translate, take_away, stop_answering
writing.py     its columns and rows put in
vocabularies.py  terms_for, add, change: the words cases are described with
"""
