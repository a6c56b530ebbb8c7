"""The verbs of the registry.

regions.py        establish
organisations.py  register, edit
people.py         register, edit
statements.py     state_organisation, state_people: what the registry tells the network
sign_in.py        request, spend, start, renew, end
library.py        note_published, note_archived
loading.py        load organisations and people from an import file
"""
