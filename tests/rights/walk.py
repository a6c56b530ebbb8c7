"""Everybody asks at every door, once, and what was wrong with the answers is kept for the tests to tell."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import httpx

from tests.rights.cast import NEAR, Member
from tests.rights.door import Door
from tests.rights.reading import said
from tests.rights.rules import RULES
from tests.rights.stage import Noted, Stage, everybody

Told = tuple[str, str, str]

UNNOTED: dict[tuple[str, str], str] = {
    ("POST", "/events/{webinar_id}/answer"): "somebody's own answer; its row tells when and how it was given",
    ("POST", "/events/api/v1/webinars/{webinar_id}/registration"): "somebody's own answer",
    ("POST", "/partners/imports/{kind}"): "a dry run; what is confirmed is noted",
    ("POST", "/partners/api/v1/imports/{kind}"): "a dry run",
    (
        "POST",
        "/partners/{organisation_id}/claim",
    ): "nobody knows yet whose wish it is; it is noted when they confirm it",
    ("POST", "/partners/me/passkeys/options"): "a question to a device; what comes of it is noted",
    ("POST", "/partners/me/sessions/{session_id}/end"): "somebody's own session; its row tells when it began and ended",
    ("POST", "/partners/me/sessions/end-others"): "somebody's own sessions",
}
"""Doors at which something changes that the audit need not tell of, and why."""


@dataclass
class Walk:
    """What was found on a walk through a service: each thing with the address, who asked, and what they were answered.

    `wrong` are answers that the table of rights does not give, `changed` those to somebody who may not that left the database
    otherwise, `unnoted` changes of which the audit says nothing, `noted` what it says of the others, `foreign` words of records that
    are not theirs, `broken` faults. `unseen` are words nobody was shown.
    """

    answers: int = 0
    wrong: list[Told] = field(default_factory=list)
    changed: list[Told] = field(default_factory=list)
    unnoted: list[Told] = field(default_factory=list)
    noted: set[Noted] = field(default_factory=set)
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
                noted = stage.noted() if may else []
                if may and not noted and door.route not in UNNOTED:
                    found.unnoted.append((*told, ", ".join(sorted(stage.tables_changed()))))
                found.noted.update(noted)
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
