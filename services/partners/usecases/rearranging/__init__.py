"""The verbs that split, merge and rename regions.

drafting.py   start, define, assign, schedule, abandon
planning.py   planned: what would move, from where to where, and what nobody has decided
executing.py  execute, execute_due: all of it in one transaction, once
telling.py    told, namings: what it moves or moved, and the segments that name what closes
moving.py     organisations, people, cases and webinars, each moved
"""
