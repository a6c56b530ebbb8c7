"""Webinars as the asker may see them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

from babel.dates import format_date
from fastapi import Request
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.events import queries
from services.events.models import Registration, Send, Webinar
from services.events.schemas import WebinarOut
from shared.auth.actor import Actor
from shared.auth.policy import can
from shared.contracts.vocabulary import Language
from shared.web.app import request_url
from shared.web.i18n import LOCALES


@dataclass(frozen=True)
class Listed:
    """A webinar as a list shows it; `seats` is how many places are left, None where there is no limit."""

    webinar: Webinar
    registered: int
    answer: str | None = None

    @property
    def seats(self) -> int | None:
        """How many places are left, where they are counted."""
        capacity = self.webinar.capacity
        return None if capacity is None else max(0, capacity - self.registered)

    @property
    def full(self) -> bool:
        """Whether no place is left."""
        return self.seats == 0


@dataclass(frozen=True)
class Month:
    """The webinars of one month, with its name."""

    name: str
    key: str
    webinars: list[Listed]


async def listed(session: AsyncSession, actor: Actor | None, found: Sequence[Webinar]) -> list[Listed]:
    """Return webinars with their places and the actor's own answers."""
    ids = [webinar.id for webinar in found]
    counts = await queries.registered_counts(session, ids)
    own = await _own_answers(session, actor, ids)
    return [Listed(webinar, counts.get(webinar.id, 0), own.get(webinar.id)) for webinar in found]


def by_month(webinars: Iterable[Listed], language: Language) -> list[Month]:
    """Return webinars grouped by the month of their wall time, in the order given."""
    groups = groupby(webinars, key=lambda item: (item.webinar.local_start.year, item.webinar.local_start.month))
    return [Month(_month(year, month, language), f"{year}-{month:02}", list(items)) for (year, month), items in groups]


def _month(year: int, month: int, language: Language) -> str:
    day = datetime(year, month, 1)  # noqa: DTZ001 a month of the calendar has no zone
    name: str = format_date(day, "MMMM y", locale=LOCALES[language])
    return name[:1].upper() + name[1:]


def may_join(actor: Actor | None, webinar: Webinar, answer: str | None) -> bool:
    """Whether somebody may know where a webinar is held: staff and those registered, unless it is cancelled."""
    if webinar.status == "cancelled":
        return False
    return answer == "registered" or can(actor, "webinar.read-unpublished", webinar.target)


async def shown(
    request: Request, session: AsyncSession, actor: Actor | None, found: Sequence[Webinar]
) -> list[WebinarOut]:
    """Return webinars as the API gives them to `actor`."""
    sends = await queries.invitations(session, [webinar.id for webinar in found])
    return [_out(request, actor, item, sends.get(item.webinar.id)) for item in await listed(session, actor, found)]


def _out(request: Request, actor: Actor | None, item: Listed, send: Send | None) -> WebinarOut:
    webinar = item.webinar
    kept = webinar.model_dump(include=set(WebinarOut.model_fields) - {"join_url"})
    return WebinarOut(
        **kept,
        uid=webinar.uid,
        join_url=webinar.join_url if may_join(actor, webinar, item.answer) else None,
        registered=item.registered,
        invited=send.audience if send else None,
        invitations="none" if send is None else "completed" if send.completed else "sending",
        url=request_url(request, f"/events/{webinar.id}"),
    )


async def _own_answers(session: AsyncSession, actor: Actor | None, ids: Sequence[UUID]) -> dict[UUID, str]:
    if actor is None:
        return {}
    query = select(Registration).where(Registration.person_id == actor.person_id, col(Registration.webinar_id).in_(ids))
    return {answer.webinar_id: answer.state for answer in (await session.exec(query)).all()}
