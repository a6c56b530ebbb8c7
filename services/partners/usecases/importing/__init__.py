"""Spreadsheets people send: read, checked row by row, shown before anything is entered, and entered a few rows at a time.

kinds.py        Kind, Checked: what a kind of import is, and what is said of a row
cells.py, doubles.py, places.py    what the kinds below read and look for alike
account_rows.py, account_checks.py, accounts.py    climate accounts
organisation_rows.py, organisation_plan.py, organisation_checks.py, organisations.py    organisations and where they are partners
person_rows.py, person_plan.py, person_checks.py, people.py    people and their roles
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
