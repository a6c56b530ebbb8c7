"""The ledger: how deliveries come into being and move from state to state.

Every move is one conditional UPDATE on the state it starts from and, where a sender holds the row, on its claim; the row count
says whether it took place. A row is finished exactly when `due_at` is empty, and free for senders when `claim_id` is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel.sql.sqltypes import UTCDateTime

from services.notifier.models import PRIORITIES, Kind, State, ladder
from services.notifier.tables import delivery, insert, new_uuid
from shared.clock import now
from shared.db.base import Json

REQUESTS: tuple[Kind, ...] = ("webinar_invitation", "registration_confirmation")
"""What puts a webinar into a calendar."""
UNTOUCHED: tuple[State, ...] = ("waiting", "claimed", "deferred")
REACHED: tuple[State, ...] = ("sent", "handing_over", "unknown")
"""States after which the mail may lie with the recipient."""
FURTHEST: tuple[State, ...] = (
    "handing_over",
    "sent",
    "unknown",
    "claimed",
    "deferred",
    "waiting",
    "failed",
    "suppressed",
)
"""Of two mails about the same to what turns out to be one person the one that comes first here counts."""


@dataclass(frozen=True)
class Claim:
    """A sender's hold on rows: its place among the senders, and an id that is new each time the place is taken."""

    slot: int
    id: UUID


@dataclass(frozen=True)
class Owed:
    """What one mail to one person is about; rows with the same kind, subject and revision are made once per person."""

    kind: Kind
    subject_id: UUID
    revision: int
    not_after: datetime | None
    webinar_id: UUID | None = None
    send_id: UUID | None = None
    content: Mapping[str, Any] | None = None


async def owe_one(connection: AsyncConnection, owed: Owed, person_id: UUID) -> bool:
    """Write down one mail for one person; False where it was written down before."""
    return bool(await owe(connection, owed, sa.select(sa.literal(person_id, sa.Uuid()).label("person_id")), None))


async def owe(
    connection: AsyncConnection, owed: Owed, people: sa.Select[Any], unwanted: sa.ColumnElement[Any] | None
) -> int:
    """Write down a mail for each of `people` (a SELECT of `person_id`, with its FROM); returns how many are new.

    `unwanted` is the reason the person gets none, or NULL: those rows are made too, and say so.
    """
    moment = sa.literal(now(), UTCDateTime())
    nothing = sa.literal(None, sa.String())
    reason = nothing if unwanted is None else unwanted
    off = sa.false() if unwanted is None else unwanted.is_not(None)
    values: dict[str, Any] = {
        "id": new_uuid(),
        "person_id": people.selected_columns[0],
        "send_id": sa.literal(owed.send_id, sa.Uuid()),
        "kind": sa.literal(owed.kind, sa.String()),
        "subject_id": sa.literal(owed.subject_id, sa.Uuid()),
        "webinar_id": sa.literal(owed.webinar_id, sa.Uuid()),
        "revision": sa.literal(owed.revision, sa.Integer()),
        "state": sa.case((off, "suppressed"), else_="waiting"),
        "reason": reason,
        "content": sa.literal(dict(owed.content or {}), Json),
        "priority": sa.literal(PRIORITIES[owed.kind], sa.Integer()),
        "attempts": sa.literal(0, sa.Integer()),
        "unsure": sa.false(),
        "due_at": sa.case((off, sa.null()), else_=moment),
        "not_after": sa.literal(owed.not_after, UTCDateTime()),
        "created_at": moment,
        "ended_at": sa.case((off, moment), else_=sa.null()),
    }
    rows = people.with_only_columns(*values.values(), maintain_column_froms=True).where(sa.true())
    statement = insert(connection, delivery).from_select(list(values), rows).on_conflict_do_nothing()
    return max((await connection.execute(statement)).rowcount, 0)


async def suppress(connection: AsyncConnection, reason: str, *which: sa.ColumnElement[bool]) -> int:
    """Give up those of `which` no mail has gone out for, and leave those that may have arrived as unknown; returns how many."""
    stop: dict[str, Any] = {"due_at": None, "claim_id": None, "slot": None, "ended_at": now()}
    still = sa.update(delivery).where(*which, delivery.c.due_at.is_not(None))
    fresh = still.where(delivery.c.unsure.is_(False), delivery.c.state.in_(UNTOUCHED))
    given_up = await connection.execute(fresh.values(state="suppressed", reason=reason, **stop))
    maybe = still.where(delivery.c.unsure.is_(True), delivery.c.state.in_((*UNTOUCHED, "unknown")))
    left = await connection.execute(maybe.values(state="unknown", reason=reason, **stop))
    return given_up.rowcount + left.rowcount


async def pass_to(connection: AsyncConnection, person_id: UUID, survivor: UUID) -> None:
    """Have what is owed to `person_id` be owed to `survivor`, who is the same person, and be written anew where it waits.

    Of two mails about the same one counts: nothing more goes out where either may have arrived. The other goes on as nobody's.
    """
    own = delivery.c.person_id == person_id
    held = sa.update(delivery).where(own, delivery.c.state == "claimed")
    await connection.execute(held.values(state=_unsent(), slot=None, claim_id=None))
    other = delivery.alias()
    same = [other.c[name] == delivery.c[name] for name in ("kind", "subject_id", "revision")]
    both = sa.select(delivery.c.id, delivery.c.state, other.c.id.label("other_id"), other.c.state.label("other_state"))
    pairs = both.select_from(delivery.join(other, sa.and_(other.c.person_id == survivor, *same))).where(own)
    for pair in (await connection.execute(pairs.order_by(delivery.c.id).with_for_update())).all():
        first = FURTHEST.index(pair.state) < FURTHEST.index(pair.other_state)
        goes = delivery.c.id == (pair.other_id if first else pair.id)
        await suppress(connection, "merged", goes)
        nobodys = {"person_id": new_uuid(), "content": {}, "last_error": None}
        await connection.execute(sa.update(delivery).where(goes).values(**nobodys))
    await connection.execute(sa.update(delivery).where(own).values(person_id=survivor))


async def take(connection: AsyncConnection, claim: Claim, most: int) -> Sequence[Any]:
    """Claim up to `most` due rows, the most urgent first, and return them as they were before."""
    moment = now()
    rows: Sequence[Any] = (
        await connection.execute(_due(moment).limit(most).with_for_update(skip_locked=True, of=delivery))
    ).all()
    if rows:
        ids = [row.id for row in rows]
        held = {"state": "claimed", "slot": claim.slot, "claim_id": claim.id, "claimed_at": moment}
        await connection.execute(sa.update(delivery).where(delivery.c.id.in_(ids)).values(**held))
    return rows


async def any_due(connection: AsyncConnection) -> bool:
    """Whether there is anything to claim."""
    found = await connection.execute(_due(now()).with_only_columns(delivery.c.id).limit(1))
    return found.first() is not None


def _due(moment: datetime) -> sa.Select[Any]:
    request = delivery.alias()
    # A cancellation never overtakes the calendar request it takes back: it waits while that one is in some sender's hand.
    in_hand = sa.exists().where(
        request.c.person_id == delivery.c.person_id,
        request.c.webinar_id == delivery.c.webinar_id,
        request.c.kind.in_(REQUESTS),
        request.c.claim_id.is_not(None),
    )
    return (
        sa.select(delivery)
        .where(
            delivery.c.due_at <= moment,
            delivery.c.claim_id.is_(None),
            sa.or_(delivery.c.not_after.is_(None), delivery.c.not_after > moment),
            sa.or_(delivery.c.kind != "webinar_cancellation", ~in_hand),
        )
        .order_by(delivery.c.priority, delivery.c.due_at, delivery.c.id)
    )


async def hand_over(
    connection: AsyncConnection, claim: Claim, delivery_id: UUID, message_id: str, dated_at: datetime
) -> bool:
    """Note that a claimed mail is about to be given to the server; False where it is no longer ours to send."""
    ours = sa.update(delivery).where(
        delivery.c.id == delivery_id, delivery.c.state == "claimed", delivery.c.claim_id == claim.id
    )
    values = {"state": "handing_over", "message_id": message_id, "dated_at": dated_at, "handed_over_at": now()}
    return bool((await connection.execute(ours.values(**values))).rowcount)


async def finish(
    connection: AsyncConnection,
    claim: Claim,
    delivery_id: UUID,
    state: State,
    reason: str | None = None,
    error: str | None = None,
) -> bool:
    """Bring a row we hold to its end; False where it is no longer ours."""
    values = {"state": state, "reason": reason, "last_error": error, "ended_at": now()}
    return await _let_go(connection, claim, delivery_id, {**values, "due_at": None})


async def put_off(connection: AsyncConnection, claim: Claim, delivery_id: UUID, attempts: int, error: str) -> bool:
    """Let a row we hold be tried again on the ladder, `attempts` counted with this one."""
    values = {"state": "deferred", "attempts": attempts, "last_error": error, "due_at": now() + ladder(attempts)}
    return await _let_go(connection, claim, delivery_id, values)


async def give_back(
    connection: AsyncConnection, claim: Claim, delivery_id: UUID, wait: timedelta, error: str | None = None
) -> bool:
    """Put a row we hold back in line, not before `wait`: nothing was handed over, and no try is counted."""
    values: dict[str, Any] = {"state": _unsent(), "due_at": now() + wait, "last_error": error}
    return await _let_go(connection, claim, delivery_id, values)


async def doubt(
    connection: AsyncConnection, claim: Claim, delivery_id: UUID, again_in: timedelta | None, error: str
) -> bool:
    """Note that nobody knows whether a mail we handed over arrived; it is sent once more in `again_in`, or never where None."""
    values: dict[str, Any] = {"state": "unknown", "reason": "no_answer", "last_error": error, "ended_at": now()}
    due = {"unsure": True, "due_at": None if again_in is None else now() + again_in}
    return await _let_go(connection, claim, delivery_id, {**values, **due})


async def release(connection: AsyncConnection, claim: Claim) -> int:
    """Put back all we have claimed and not handed over."""
    held = sa.update(delivery).where(delivery.c.claim_id == claim.id, delivery.c.state == "claimed")
    return (await connection.execute(held.values(state=_unsent(), slot=None, claim_id=None))).rowcount


async def adopt(connection: AsyncConnection, slot: int, own: UUID | None) -> tuple[int, int]:
    """Settle what a dead sender at `slot` held: claimed mail goes back in line, mail it was handing over is unknown, and is sent
    once more unless it was unknown before. Returns both counts."""
    orphans = [delivery.c.slot == slot, delivery.c.claim_id.is_not(None)]
    if own is not None:
        orphans.append(delivery.c.claim_id != own)
    free = {"slot": None, "claim_id": None}
    claimed = sa.update(delivery).where(*orphans, delivery.c.state == "claimed").values(state=_unsent(), **free)
    back = (await connection.execute(claimed)).rowcount
    due = sa.case((delivery.c.unsure.is_(True), sa.null()), else_=sa.literal(now(), UTCDateTime()))
    handed = sa.update(delivery).where(*orphans, delivery.c.state == "handing_over")
    lost = handed.values(state="unknown", reason="crash", unsure=True, due_at=due, ended_at=now(), **free)
    return back, (await connection.execute(lost)).rowcount


async def orphaned_slots(connection: AsyncConnection, own: int, since: datetime) -> list[int]:
    """Return the places of others that hold rows they claimed before `since`."""
    old = sa.select(delivery.c.slot).where(
        delivery.c.claim_id.is_not(None), delivery.c.slot != own, delivery.c.claimed_at < since
    )
    return sorted((await connection.execute(old.distinct())).scalars().all())


async def expire(connection: AsyncConnection) -> int:
    """End what is too late to send: failed, or unknown where it may have arrived once; returns how many."""
    late = sa.update(delivery).where(
        delivery.c.due_at.is_not(None), delivery.c.claim_id.is_(None), delivery.c.not_after <= now()
    )
    state = sa.case((delivery.c.unsure.is_(True), "unknown"), else_="failed")
    return (await connection.execute(late.values(state=state, reason="expired", due_at=None, ended_at=now()))).rowcount


def never(row: Any, state: State = "suppressed") -> State:
    """Return the end of a row that will not be sent (again): `state`, or unknown where it may have arrived before."""
    return "unknown" if row.unsure else state


def _unsent() -> sa.ColumnElement[Any]:
    return sa.case((delivery.c.unsure.is_(True), "unknown"), (delivery.c.attempts > 0, "deferred"), else_="waiting")


async def _let_go(connection: AsyncConnection, claim: Claim, delivery_id: UUID, values: Mapping[str, Any]) -> bool:
    ours = sa.update(delivery).where(
        delivery.c.id == delivery_id,
        delivery.c.claim_id == claim.id,
        delivery.c.state.in_(("claimed", "handing_over")),
    )
    done = await connection.execute(ours.values(**values, claim_id=None, slot=None))
    return bool(done.rowcount)
