"""Rows of a file about the same organisation or person: each may say something of its own, none may gainsay another."""

from collections.abc import Callable, Collection, Hashable, Sequence
from typing import Any

from services.partners.usecases.importing.cells import Row, joined
from shared.web.i18n import marker as _

SAID_TWICE = _("Rad %(first)s sier det samme. Ta bort den ene raden.")
GAINSAID = _("Radene %(rows)s gjelder den samme, med ulike opplysninger her. Behold bare den som er riktig.")

Places = Callable[[Row], Collection[Hashable]]


def mark_doubles(
    rows: Sequence[Row], keys: Sequence[str], said_of_place: Collection[str], places: Places
) -> dict[int, int]:
    """Note what is wrong with rows that share a key; returns the first row of each that follows another, by row.

    `said_of_place` are the fields that belong to one of the `places` a row tells of; the others are about the record itself.
    """
    follows: dict[int, int] = {}
    for group in (group for group in _groups(rows, keys) if len(group) > 1):
        own = {name for row in group for name in row.given} - set(said_of_place)
        gainsaid = [
            name for name in sorted(own) if len({_plain(row.given[name]) for row in group if name in row.given}) > 1
        ]
        for name in gainsaid:
            _gainsaid(group, name)
        if not gainsaid:
            _said_twice(group, keys, places)
        follows |= {row.number: group[0].number for row in group[1:]}
    return follows


def _groups(rows: Sequence[Row], keys: Sequence[str]) -> list[list[Row]]:
    groups: list[list[Row]] = []
    at: dict[tuple[str, str], int] = {}
    for row in rows:
        named = [(key, str(row.given[key]).casefold()) for key in keys if key in row.given]
        known = sorted({at[name] for name in named if name in at})
        place = known[0] if known else len(groups)
        if not known:
            groups.append([])
        for other in known[1:]:
            groups[place] += groups[other]
            groups[other] = []
            at = {name: place if where == other else where for name, where in at.items()}
        groups[place].append(row)
        at |= dict.fromkeys(named, place)
    return [sorted(group, key=lambda row: row.number) for group in groups if group]


def _gainsaid(group: Sequence[Row], name: str) -> None:
    stating = [row for row in group if name in row.given]
    for row in stating:
        row.wrong(name, GAINSAID, rows=joined(one.number for one in stating))


def _said_twice(group: Sequence[Row], keys: Sequence[str], places: Places) -> None:
    first: dict[Any, int] = {}
    for row in group:
        told = places(row)
        before = next((first[place] for place in told if place in first), None)
        if before is not None:
            row.wrong(next(key for key in keys if key in row.given), SAID_TWICE, first=before)
        first |= {place: first.get(place, row.number) for place in told}


def _plain(value: Any) -> Hashable:
    return tuple(sorted(value)) if isinstance(value, list) else value
