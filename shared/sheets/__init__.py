"""Spreadsheets: lists handed out as CSV, XLSX and JSON, and spreadsheets read from people.

Handing out, in a door (`shared.web.exports` makes the answer, with a file name and all):

    table = Table(say("Partnere"), [Column("name", say("Navn")), Column("tonnes", say("Tonn"), "decimal")], rows)
    return await export(request, say("Partnere"), table, format)

Reading what was sent:

    FIELDS = {"number": ("Org.nr.", "Organisasjonsnummer", "Organisation number"), "scope1": ("Scope 1", "Direkte utslipp")}

    sheet = await read_in_thread(data, FIELDS, needed=("number",))     # raises Unreadable, a Refusal of the field "file"
    problems = list(sheet.errors)                                      # missing and double columns
    for line in sheet:
        number = line.text("number", needed=True)
        tonnes = line.decimal("scope1", least=0)
        if number and number not in known:
            line.wrong("number", _("Vi kjenner ingen virksomhet med nummeret %(number)s."), number=number)
        problems += line.errors
    [problem.place(say) + ": " + problem.said(say) for problem in problems]    # "rad 7, kolonne C (Scope 1): «mye» er ikke et tall …"

No business rule and nothing of the web lives here, so verbs may use it.
"""

from shared.sheets.errors import CellError, Unreadable
from shared.sheets.lines import Line
from shared.sheets.mentions import mentions, mentions_in_thread
from shared.sheets.read import Sheet, read, read_in_thread
from shared.sheets.table import Column, Table

__all__ = [
    "CellError",
    "Column",
    "Line",
    "Sheet",
    "Table",
    "Unreadable",
    "mentions",
    "mentions_in_thread",
    "read",
    "read_in_thread",
]
