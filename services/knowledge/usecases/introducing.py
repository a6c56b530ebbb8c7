"""Two who should talk: one asks, the other says yes or no, and both get one mail. Silence is reminded of, then handed to the region."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.knowledge import queries
from services.knowledge.errors import MatchClosed, NeedClosed, TooManyAsked
from services.knowledge.models import Case, Match, Need
from services.knowledge.queries import people
from services.knowledge.schemas.needs import OutcomeIn
from services.knowledge.usecases import letters, needs
from shared import audit
from shared.auth.actor import Actor
from shared.auth.policy import Target, about, require
from shared.clock import now
from shared.contracts.knowledge import LibraryLetterContent
from shared.errors import NotFound

SILENT = timedelta(days=10)
ASKED_AFTER = (timedelta(days=30), timedelta(days=90))
DAY = timedelta(days=1)
MOST_A_DAY = 10
"""So many introductions somebody may ask for in a day."""
CHUNK = 50


@dataclass(frozen=True)
class Introduction:
    """A match with its need and its case."""

    match: Match
    need: Need
    case: Case

    @property
    def is_open(self) -> bool:
        """Whether it waits for an answer that would still lead somewhere."""
        return self.match.state == "asked" and self.need.is_live and self.case.status == "published"


def case_target(case: Case) -> Target:
    """Return what the right to answer for a case is asked about."""
    return about(case.region, organisation_id=case.organisation_id, author_id=case.contact_id)


async def ask(session: AsyncSession, actor: Actor | None, need_id: UUID, match_id: UUID) -> Match:
    """Want to be introduced to those behind a case.

    Raises NotFound, Forbidden, NeedClosed, MatchClosed, TooManyAsked. A second time changes nothing.
    """
    need, asker = await needs.allowed(session, actor, need_id)
    found = await _found(session, match_id)
    if found.match.need_id != need_id:
        raise NotFound
    if not need.is_live:
        raise NeedClosed
    if found.case.status != "published":
        raise MatchClosed
    lately = select(sa.func.count()).where(Match.asked_by == asker.person_id, col(Match.asked_at) > now() - DAY)
    if found.match.state == "suggested" and (await session.exec(lately)).one() >= MOST_A_DAY:
        raise TooManyAsked(most=MOST_A_DAY)
    if found.match.ask(asker.person_id):
        session.add(found.match)
        asked = await people.answerers(session, found.case)
        await letters.ask(session, "introduction_asked", asked, match_id, await _to_owner(session, found))
        _note(session, asker, "introduction.asked", found)
    return found.match


async def open_to(session: AsyncSession, actor: Actor | None, match_id: UUID) -> Introduction:
    """Return an introduction for those who answer for its case; raises NotFound, Forbidden."""
    found = await _found(session, match_id, locked=False)
    require(actor, "case.answer", case_target(found.case))
    if found.match.state in ("suggested", "closed"):
        raise NotFound
    return found


async def accept(session: AsyncSession, actor: Actor | None, match_id: UUID) -> Introduction:
    """Say yes: both get one mail, each answered straight to the other. A second time changes nothing.

    Raises NotFound, Forbidden, MatchClosed.
    """
    found = await _found(session, match_id)
    answers = require(actor, "case.answer", case_target(found.case))
    seeker = found.match.asked_by or found.need.poster_id
    done = found.match.state in ("introduced", "outcome")
    if not done and (not found.is_open or seeker is None):
        raise MatchClosed
    if found.match.accept(answers.person_id) and seeker is not None:
        found.need.answer()
        session.add_all([found.match, found.need])
        await _introduce(session, found, seeker, answers.person_id)
        _note(session, answers, "introduction.accepted", found)
    return found


async def decline(session: AsyncSession, actor: Actor | None, match_id: UUID, reason: str) -> Introduction:
    """Say no; who asked is told, with the reason where one was given. Raises NotFound, Forbidden, MatchClosed."""
    found = await _found(session, match_id)
    answers = require(actor, "case.answer", case_target(found.case))
    if found.match.decline(answers.person_id, reason):
        session.add(found.match)
        path = f"/cases/needs/{found.need.id}"
        told = LibraryLetterContent(title=found.need.title, other=found.case.title, text=reason, path=path)
        seeker = found.match.asked_by or found.need.poster_id
        await letters.ask(session, "introduction_declined", [seeker] if seeker else [], match_id, told)
        _note(session, answers, "introduction.declined", found)
    return found


async def tell(session: AsyncSession, actor: Actor | None, need_id: UUID, match_id: UUID, given: OutcomeIn) -> Match:
    """Say whether it helped; a yes means that the need is met. Raises NotFound, Forbidden, MatchClosed."""
    _need, teller = await needs.allowed(session, actor, need_id)
    found = await _found(session, match_id)
    if found.match.need_id != need_id:
        raise NotFound
    if found.match.tell(given.helped, given.text):
        session.add(found.match)
        _note(session, teller, "introduction.told", found)
        if given.helped == "yes":
            await needs.meet(session, actor, need_id)
    return found.match


async def chase(session: AsyncSession) -> int:
    """Remind once of what nobody answered, and later ask the region for help; returns how many. May run anywhere and again."""
    before = now() - SILENT
    unanswered = col(Match.state) == "asked"
    late = sa.or_(
        sa.and_(col(Match.reminded_at).is_(None), col(Match.asked_at) <= before),
        sa.and_(col(Match.handed_over_at).is_(None), col(Match.reminded_at) <= before),
    )
    query = select(Match.id).where(unanswered, late).order_by(col(Match.id)).limit(CHUNK)
    due = (await session.exec(query.with_for_update())).all()
    for match_id in due:
        found = await _found(session, match_id)
        told = await _to_owner(session, found)
        if found.match.reminded_at is None:
            found.match.reminded_at = now()
            asked = await people.answerers(session, found.case)
            await letters.ask(session, "introduction_reminder", asked, match_id, told)
        else:
            found.match.handed_over_at = now()
            staff = await people.staff_of(session, found.case.region)
            await letters.ask(session, "introduction_handed_over", staff, match_id, told)
        session.add(found.match)
    return len(due)


async def ask_outcomes(session: AsyncSession) -> int:
    """Ask after a month, and once more after three, whether an introduction helped; returns how many. May run anywhere and again."""
    silent = (col(Match.state) == "introduced", col(Match.helped).is_(None))
    late = sa.or_(
        *(
            sa.and_(col(Match.outcome_asked) <= number, col(Match.answered_at) <= now() - after)
            for number, after in enumerate(ASKED_AFTER)
        )
    )
    query = select(Match.id).where(*silent, late).order_by(col(Match.id)).limit(CHUNK).with_for_update()
    due = (await session.exec(query)).all()
    for match_id in due:
        found = await _found(session, match_id)
        assert found.match.answered_at is not None
        # Whoever was not asked in time is asked once, not twice in a row.
        found.match.outcome_asked = sum(found.match.answered_at <= now() - after for after in ASKED_AFTER)
        session.add(found.match)
        path = f"/cases/needs/{found.need.id}/matches/{match_id}/outcome"
        told = LibraryLetterContent(title=found.need.title, other=found.case.title, path=path)
        seeker = found.match.asked_by or found.need.poster_id
        occasion = str(found.match.outcome_asked)
        await letters.ask(session, "outcome_asked", [seeker] if seeker else [], match_id, told, occasion=occasion)
    return len(due)


async def _introduce(session: AsyncSession, found: Introduction, seeker: UUID, answers: UUID) -> None:
    need, case = found.need, found.case
    owner = await queries.organisation(session, case.organisation_id)
    partner = await queries.organisation(session, need.organisation_id)
    said = {"title": need.title, "other": case.title}
    to_seeker = LibraryLetterContent(
        **said, organisation=owner.name if owner else case.owner_name or "", path=f"/cases/{case.id}"
    )
    to_owner = LibraryLetterContent(
        **said, organisation=partner.name if partner else "", path=f"/cases/introductions/{found.match.id}"
    )
    await letters.ask(session, "introduction", [seeker], found.match.id, to_seeker, reply_to_id=answers)
    await letters.ask(session, "introduction", [answers], found.match.id, to_owner, reply_to_id=seeker)


async def _to_owner(session: AsyncSession, found: Introduction) -> LibraryLetterContent:
    partner = await queries.organisation(session, found.need.organisation_id)
    return LibraryLetterContent(
        title=found.need.title,
        other=found.case.title,
        organisation=partner.name if partner else "",
        region=found.need.region,
        path=f"/cases/introductions/{found.match.id}",
    )


async def _found(session: AsyncSession, match_id: UUID, *, locked: bool = True) -> Introduction:
    query = select(Match).where(Match.id == match_id, col(Match.case_id).is_not(None))
    # A need is locked before its matches by whoever changes it, so here too.
    first = select(Need).join(Match, col(Match.need_id) == Need.id).where(Match.id == match_id)
    need = (await session.exec(first.with_for_update(of=Need) if locked else first)).one_or_none()
    match = (await session.exec(query.with_for_update() if locked else query)).one_or_none()
    if match is None or need is None or match.case_id is None:
        raise NotFound
    return Introduction(match, need, await queries.case(session, match.case_id))


def _note(session: AsyncSession, actor: Actor, action: str, found: Introduction) -> None:
    regions = {found.need.region, found.case.region}
    audit.note(session, actor, action, audit.Subject("need", found.need.id, regions), None, {"case": found.case.id})
