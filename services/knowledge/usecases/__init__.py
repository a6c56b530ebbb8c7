"""The verbs of the library.

editorial.py   draft, edit, submit, approve, request_changes, publish, archive
registry.py    note_region, note_organisation: what the registry said
loading.py     load cases from an import file
"""
