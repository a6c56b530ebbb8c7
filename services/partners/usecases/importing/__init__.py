"""Spreadsheets people send: read, checked row by row, shown before anything is entered, and entered some rows at a time.

kinds.py        Kind, Checked: what a kind of import is, and what is said of a row
cells.py, doubles.py, places.py    what the kinds below read and look for alike
accounts.py with account_*.py    climate accounts
organisations.py with organisation_*.py    organisations and where they are partners
people.py with person_*.py    people and their roles
    …_rows.py reads cells, …_plan.py says what a row would change, …_checks.py judges a file,
    …_store.py enters rows, and …_known.py reads what it needs
receiving.py    read, receive, give_up: a file and what its rows would do
confirming.py   confirm, step: entering the rows, resumed where it was cut off
from_file.py    all of it at once, for the command line

A new kind is a module with a `Kind`, named in KINDS.
"""

from services.partners.usecases.importing.accounts import ACCOUNTS
from services.partners.usecases.importing.kinds import Kind
from services.partners.usecases.importing.organisations import ORGANISATIONS
from services.partners.usecases.importing.people import PEOPLE

KINDS: dict[str, Kind] = {kind.name: kind for kind in (ACCOUNTS, ORGANISATIONS, PEOPLE)}
