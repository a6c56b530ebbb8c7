"""Who may do what, written down once more: apart from the policy, so that a slip in either is seen.

`x` always, `.` never, `o` where one of the regions (or the organisation) is theirs, `A` where all of the regions are theirs.
"""

from dataclasses import dataclass
from typing import Literal

Relation = Literal["own", "foreign", "both", "whole", "none"]
"""What a target is to somebody: theirs, another's, both at once, the whole network, or nothing in particular."""
RELATIONS: tuple[Relation, ...] = ("own", "foreign", "both", "whole", "none")
KINDS = (
    "nobody", "national", "lead", "staff", "reviewer", "admin", "member", "group", "auditor", "inspector",
)  # fmt: skip
"""The kinds of people, as the columns below: `nobody` is signed in and holds no role, `inspector` audits the whole network."""

ACTIONS = """
                         nobody national lead staff reviewer admin member group auditor inspector
organisation.create        .       x      A     A      .       .      .     .      .        .
organisation.edit          .       x      o     o      .       o      .     .      .        .
organisation.view          .       x      o     o      .       o      o     .      o        x
organisation.merge         .       x      A     A      .       .      .     .      .        .
claim.decide               .       x      o     o      .       .      .     .      .        .
person.list                .       x      x     x      .       .      .     .      x        x
person.view                .       x      o     o      .       .      .     .      o        x
person.create              .       x      o     o      .       .      .     .      .        .
person.edit                .       x      o     o      .       .      .     .      .        .
person.grant               .       x      A     .      .       .      .     .      .        .
person.merge               .       x      A     A      .       .      .     .      .        .
person.erase               .       x      A     A      .       .      .     .      .        .
colleague.manage           .       x      o     o      .       o      .     .      .        .
profile.edit               x       x      x     x      x       x      x     x      x        x
obligation.view            .       x      o     o      .       o      o     .      o        x
obligation.deliver         .       x      o     o      .       o      .     .      .        .
obligation.manage          .       x      o     o      .       .      .     .      .        .
account.import             .       x      x     x      .       .      .     .      .        .
round.manage               .       x      .     .      .       .      .     .      .        .
region.edit                .       x      A     .      .       .      .     .      .        .
region.rearrange           .       x      .     .      .       .      .     .      .        .
segment.manage             .       x      A     A      .       .      .     .      .        .
segment.view               .       x      x     x      .       .      .     .      .        .
registry.import            .       x      x     x      .       .      .     .      .        .
registry.export            .       x      x     x      .       .      .     .      o        x
work.view                  .       x      x     x      .       .      .     .      .        .
audit.view                 .       x      o     o      .       .      .     .      o        x
token.create               x       x      x     x      x       x      x     x      x        x
account.secure             x       x      x     x      x       x      x     x      x        x
case.draft                 .       x      o     o      .       .      .     .      .        .
case.read-unpublished      .       x      x     x      x       .      .     .      .        .
case.edit                  .       x      o     o      .       .      .     .      .        .
case.submit                .       x      o     o      .       .      .     .      .        .
case.review                .       x      o     o      o       .      .     .      .        .
case.publish               .       x      o     o      o       .      .     .      .        .
case.archive               .       x      o     o      .       .      .     .      .        .
need.manage                .       x      o     o      .       o      o     .      .        .
need.read                  .       x      x     x      x       x      x     x      x        x
case.answer                .       x      o     o      .       o      o     .      .        .
case.adopt                 .       x      o     o      .       o      o     .      .        .
case.ask                   .       x      x     x      x       x      x     x      x        x
vocabulary.edit            .       x      .     .      .       .      .     .      .        .
webinar.draft              .       x      A     A      .       .      .     .      .        .
webinar.edit               .       x      A     A      .       .      .     .      .        .
webinar.publish            .       x      A     A      .       .      .     .      .        .
webinar.cancel             .       x      A     A      .       .      .     .      .        .
webinar.read-unpublished   .       x      x     x      .       .      .     .      .        .
send.view                  .       x      x     x      .       .      .     .      .        .
parked.view                .       x      .     .      .       .      .     .      .        .
"""
"""The rows of the policy."""
IN_PERSON = ("token.create", "account.secure")
"""What nobody does by a program's token, whoever they are."""
OF_DOORS = """
                         nobody national lead staff reviewer admin member group auditor inspector
anybody                    x       x      x     x      x       x      x     x      x        x
signed-in                  x       x      x     x      x       x      x     x      x        x
staff-and-auditors         .       x      x     x      .       .      .     .      x        x
colleagues.look            .       x      o     o      .       o      .     .      o        x
region.lead.erase          .       x      .     .      .       .      .     .      .        .
membership.look            .       x      x     x      .       o      o     .      o        x
region.report              .       x      o     o      .       .      .     .      o        x
organisation.transfer      .       x      o     o      .       o      .     .      .        .
import.own                 .       x      .     o      .       .      .     .      .        .
placeless.view             .       x      .     .      .       .      .     .      .        x
need.post-anywhere         .       x      x     x      .       x      x     .      .        .
recipient.view             .       x      o     o      .       .      .     .      .        .
"""
"""Rows of doors that ask more than one action, narrow a list themselves, or are open to more than the policy names.

`membership.look`: staff from elsewhere are shown the form by which they take the organisation in, and no partnership of others.
`import.own`: an import is whose it is; in the tests it was sent by the region's staff. `region.lead.erase`: nobody erases
whom they could not have appointed. `placeless.view`: people who are of no region yet. `recipient.view`: who a mail went to.
`need.post-anywhere`: the form is offered to whoever may post a need somewhere.
"""


@dataclass(frozen=True)
class Rule:
    """A row of the tables."""

    name: str
    cells: dict[str, str]

    def allows(self, kind: str, relation: Relation) -> bool:
        """Whether somebody of a kind may, with a target that is this to them."""
        cell = self.cells[kind]
        return cell == "x" or (cell == "o" and relation in ("own", "both")) or (cell == "A" and relation == "own")


def _read(table: str) -> dict[str, Rule]:
    head, *lines = [line.split() for line in table.strip().splitlines()]
    assert tuple(head) == KINDS
    found = {name: Rule(name, dict(zip(head, cells, strict=True))) for name, *cells in lines}
    assert {cell for rule in found.values() for cell in rule.cells.values()} <= set("xoA.")
    return found


OF_POLICY = _read(ACTIONS)
RULES = OF_POLICY | _read(OF_DOORS)
