"""Everybody asks at every door, once, and what was wrong with the answers is kept for the tests to tell."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import httpx

from tests.rights.cast import NEAR, Member
from tests.rights.door import Door
from tests.rights.reading import said
from tests.rights.rules import RULES
from tests.rights.stage import Stage, everybody

Told = tuple[str, str, str]


@dataclass
class Walk:
    """What was found on a walk through a service: each thing with the address, who asked, and what they were answered.

    `wrong` are answers that the table of rights does not give, `changed` those to somebody who may not that left the database
    otherwise, `foreign` words of records that are not theirs, `broken` faults. `unseen` are words nobody was shown.
    """

    answers: int = 0
    wrong: list[Told] = field(default_factory=list)
    changed: list[Told] = field(default_factory=list)
    foreign: list[Told] = field(default_factory=list)
    broken: list[Told] = field(default_factory=list)
    unseen: set[str] = field(default_factory=set)
    marks: int = 0


async def walked(stage: Stage, doors: Iterable[Door], more: Iterable[Door] = ()) -> Walk:
    """Have everybody ask at `doors`, and what else can be read at `more`, where only the words of the answers count."""
    marks = {text.lower(): mark for text, mark in stage.world.marks.items()}
    found = Walk(unseen=set(marks), marks=len(marks))
    for door, judged in [*((one, True) for one in doors), *((one, False) for one in more)]:
        for member in everybody():
            answer = await stage.ask(door, member)
            found.answers += 1
            told = f"{door.method} {door.path}?{door.query}", member.name if member else "visitor"
            may = allowed(door, member)
            if judged and not (came_in(door, answer) if may else refused(door, member, answer)):
                found.wrong.append((*told, str(answer.status_code)))
            if answer.status_code >= 500 and not (may and answer.status_code == door.then):
                found.broken.append((*told, str(answer.status_code)))
            if stage.changed():
                if not may and (tables := stage.tables_changed()):
                    found.changed.append((*told, ", ".join(sorted(tables))))
                stage.reset()
            text = said(answer)
            shown = {word for word in marks if word in text}
            found.unseen -= shown
            found.foreign += [(*told, word) for word in sorted(shown) if not marks[word].open_to(member)]
    return found


def allowed(door: Door, member: Member | None) -> bool:
    """Whether somebody may, by the table of rights."""
    if member is None:
        return door.rule == "anybody"
    return RULES[door.rule].allows(member.kind, member.relation(NEAR))


def came_in(door: Door, answer: httpx.Response) -> bool:
    """Whether an answer is that to somebody who may."""
    if door.then is not None:
        return answer.status_code == door.then
    return answer.is_success or (answer.is_redirect and not _to_sign_in(answer))


def refused(door: Door, member: Member | None, answer: httpx.Response) -> bool:
    """Whether an answer is that to somebody who may not; to a visitor it is the way to sign in."""
    if answer.status_code in (404, *door.refused):
        return True
    return answer.status_code == 403 if member else answer.status_code == 401 or _to_sign_in(answer)


def _to_sign_in(answer: httpx.Response) -> bool:
    return answer.status_code == 303 and answer.headers["location"].startswith("/partners/sign-in?")
