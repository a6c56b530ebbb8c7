"""What rows of climate accounts would do to the registry: whom they are about, and whether they are likely."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.partners.doubts import doubts
from services.partners.models import ClimateAccount
from services.partners.models.accounts import FIGURES
from services.partners.names import folded
from services.partners.queries.imports import KnownOrganisation
from services.partners.usecases.importing.account_rows import AccountRow
from services.partners.usecases.importing.kinds import Checked, problem_at
from shared.auth.actor import Actor
from shared.auth.policy import about, can
from shared.web.formats import org_number
from shared.web.i18n import marker as _

UNKNOWN = _(
    "Vi kjenner ingen virksomhet med nummeret %(number)s. Rett nummeret, eller registrer virksomheten først, og last opp filen på nytt."
)
FOREIGN = _(
    "%(name)s er ikke partner i noen av dine regioner. Be regionen deres eller nasjonalt kontor importere raden."
)
MERGED = _("%(name)s er slått sammen med %(survivor)s. Bruk nummeret %(number)s.")
MERGED_NAMELESS = _("%(name)s er slått sammen med %(survivor)s. Før regnskapet på den virksomheten i stedet.")
LEFT = _("%(name)s er ikke partner lenger. Ta bort raden, eller gjør virksomheten til partner igjen før du importerer.")
OTHER_NAME = _("I registeret heter virksomheten %(name)s. Kontroller at nummeret er riktig.")
SAME_TWICE = _("Rad %(first)s gjelder samme virksomhet og år, med de samme tallene. Ta bort den ene raden.")
TWO_ANSWERS = _("Radene %(rows)s gjelder samme virksomhet og år, med ulike tall. Behold bare den som er riktig.")
MUCH_MORE = _("%(value)s tonn er minst ti ganger så mye som året før (%(before)s). Kontroller tallet.")
MUCH_LESS = _("%(value)s tonn er høyst en tidel av året før (%(before)s). Kontroller tallet.")
IN_KILOS = _(
    "%(value)s er rundt tusen ganger så mye som året før (%(before)s tonn). Er tallet i kilo, del det på 1000."
)
KILO_LIKE = (Decimal(400), Decimal(2_500))
KINDS_OF_COMPANY = frozenset(
    {"as", "asa", "sa", "ans", "da", "ba", "ks", "ikf", "kf", "iks", "fkf", "hf", "stiftelsen"}
)
Accounts = Mapping[tuple[UUID, int], ClimateAccount]


@dataclass
class Registry:
    """What the registry knows of the organisations in a file: by number, and the accounts in force."""

    organisations: Mapping[str, KnownOrganisation]
    accounts: Accounts
    _coming: dict[tuple[UUID, int], dict[str, Decimal | None]] = field(default_factory=dict)

    def figures(self, organisation_id: UUID, year: int) -> dict[str, Decimal | None]:
        """Return the figures of a year: those of the file where it has them, else those in force."""
        kept = self.accounts.get((organisation_id, year))
        return self._coming.get((organisation_id, year)) or (kept.figures if kept else {})

    def comes(self, organisation_id: UUID, year: int, figures: dict[str, Decimal | None]) -> None:
        """Note what the file has for a year."""
        self._coming[organisation_id, year] = figures


def judged(rows: Sequence[AccountRow], registry: Registry, actor: Actor) -> list[Checked]:
    """Return what each row would do, by its number in the file; earlier years are entered first."""
    doubles = _doubles(rows)
    by_year = sorted(rows, key=lambda row: (row.year or 0, row.line.number))
    found = []
    for place, row in enumerate(by_year):
        checked = _judged(row, registry, actor, doubles.get(row.line.number))
        checked.place = place
        found.append(checked)
    return sorted(found, key=lambda one: one.number)


def _judged(row: AccountRow, registry: Registry, actor: Actor, double: tuple[str, dict[str, Any]] | None) -> Checked:
    known = _known(row, registry, actor)
    name = known.organisation.name if known else (row.name or row.number or "")
    checked = Checked(row.line.number, "wrong", f"{name[:280]}, {row.year}" if row.year else name[:280])
    checked.given = _as_json(row)
    checked.problems = list(row.problems)
    if double is not None:
        text, values = double
        checked.problems.append(problem_at("wrong", row.line, "number", text, **values))
    if known is None and row.number is not None:
        checked.problems.append(problem_at("wrong", row.line, "number", UNKNOWN, number=org_number(row.number)))
        checked.outcome = "wrong" if row.problems or double else "unknown"
    if known is None or row.year is None:
        return checked
    checked.subject_id = known.organisation.id
    if stands := _stands_in_the_way(row, known, actor):
        outcome, text, values = stands
        checked.problems.append(problem_at("wrong", row.line, "number", text, **values))
        checked.outcome = "foreign" if outcome == "foreign" and len(checked.problems) == 1 else "wrong"
    if row.name and not same_name(row.name, known.names):
        checked.problems.append(problem_at("warn", row.line, "name", OTHER_NAME, name=known.organisation.name))
    if any(one["level"] == "wrong" for one in checked.problems):
        return checked
    _compare(row, checked, registry, known.organisation.id, row.year)
    return checked


def _known(row: AccountRow, registry: Registry, actor: Actor) -> KnownOrganisation | None:
    """Return the organisation of a row. Of another region's prospect nobody else is told."""
    found = registry.organisations.get(row.number or "")
    hidden = found is not None and found.organisation.status == "prospect" and not _in_reach(found, actor)
    return None if hidden else found


def _in_reach(known: KnownOrganisation, actor: Actor) -> bool:
    return can(actor, "obligation.deliver", about(*known.regions, organisation_id=known.organisation.id))


def _stands_in_the_way(
    row: AccountRow, known: KnownOrganisation, actor: Actor
) -> tuple[str, str, dict[str, Any]] | None:
    """Return why nothing can be entered for an organisation: a kind, an interface string and its values."""
    organisation, survivor = known.organisation, known.survivor
    names = {"name": organisation.name}
    if survivor is not None:
        text = MERGED if survivor.org_number and survivor.org_number != row.number else MERGED_NAMELESS
        values = {**names, "survivor": survivor.name, "number": org_number(survivor.org_number)}
        return "merged", text, values
    if not _in_reach(known, actor):
        return "foreign", FOREIGN, names
    return ("left", LEFT, names) if organisation.status == "left" else None


def _compare(row: AccountRow, checked: Checked, registry: Registry, organisation_id: UUID, year: int) -> None:
    current = registry.accounts.get((organisation_id, year))
    kept = current.figures if current else {}
    figures = {name: row.given.get(name, kept.get(name)) for name in FIGURES}
    checked.given["revision"] = current.revision if current else 0
    if current is None:
        checked.outcome = "new"
    else:
        values = {name: value for name, value in row.given.items() if name != "note"}
        same = all(getattr(current, name) == value for name, value in values.items())
        checked.outcome = "unchanged" if same else "corrected"
    for doubt in doubts(figures, registry.figures(organisation_id, year - 1)):
        if checked.outcome != "unchanged" and kept.get(doubt.figure) != doubt.value:
            text = _doubt_text(doubt.value, doubt.before)
            checked.problems.append(problem_at("doubt", row.line, doubt.figure, text, **doubt.written))
    registry.comes(organisation_id, year, figures)


def _doubt_text(value: Decimal, before: Decimal) -> str:
    if KILO_LIKE[0] <= value / before <= KILO_LIKE[1]:
        return IN_KILOS
    return MUCH_MORE if value > before else MUCH_LESS


def _doubles(rows: Iterable[AccountRow]) -> dict[int, tuple[str, dict[str, Any]]]:
    """Return what is wrong with rows about the same organisation and year, by row: of equal ones the first may stay."""
    groups: dict[tuple[str, int], list[AccountRow]] = {}
    for row in rows:
        if row.number is not None and row.year is not None:
            groups.setdefault((row.number, row.year), []).append(row)
    found: dict[int, tuple[str, dict[str, Any]]] = {}
    for group in (group for group in groups.values() if len(group) > 1):
        first, *others = group
        if all(one.given == first.given and not one.problems for one in group):
            found |= {one.line.number: (SAME_TWICE, {"first": first.line.number}) for one in others}
        else:
            named = ", ".join(str(one.line.number) for one in group)
            found |= {one.line.number: (TWO_ANSWERS, {"rows": named}) for one in group}
    return found


def _as_json(row: AccountRow) -> dict[str, Any]:
    given = {key: format(one, "f") if isinstance(one, Decimal) else one for key, one in row.given.items()}
    said = {"number": row.number, "name": row.name, "year": row.year}
    return {key: one for key, one in said.items() if one is not None} | given


def same_name(written: str, names: Iterable[str]) -> bool:
    """Whether one of `names` is the written one, whatever its case, signs and legal form."""
    plain = _plain(written)
    return any(plain == _plain(name) for name in names)


def _plain(name: str) -> list[str]:
    words = "".join(sign if sign.isalnum() else " " for sign in folded(name)).split()
    return [word for word in words if word not in KINDS_OF_COMPANY] or words
