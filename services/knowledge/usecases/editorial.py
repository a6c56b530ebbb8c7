"""From draft to library: the steps of a case, each by those who may take it."""

from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.knowledge.errors import ExternalIdTaken, Stale, UnknownRegion
from services.knowledge.models import CONTENT, Case, Region
from services.knowledge.queries import may_read
from services.knowledge.schemas import CaseIn
from services.knowledge.usecases import matching, writing
from services.knowledge.usecases.rearranged import REGIONS
from services.knowledge.usecases.remembering import remember
from shared.auth.actor import Actor
from shared.auth.policy import Action, Target, about, require
from shared.contracts.knowledge import CaseApproved, CaseArchived, CaseChangesRequested, CasePublished, CaseSubmitted
from shared.db.locks import hold
from shared.db.session import ring
from shared.errors import NotFound
from shared.outbox import record

BELL = "search"


async def draft(session: AsyncSession, actor: Actor | None, given: CaseIn) -> Case:
    """Start a case; raises Forbidden, UnknownRegion, ExternalIdTaken, and the refusals of `settle`."""
    author = require(actor, "case.draft", about(given.region))
    await hold(session, REGIONS, together=True)
    await _known_region(session, given.region)
    if given.external_id and await _taken(session, given.external_id):
        raise ExternalIdTaken(field="external_id")
    wanted, nothing = await writing.settled(session, author, given)
    made = Case(**wanted.columns, external_id=given.external_id, author_id=author.person_id)
    made.refold()
    _contact(made, author, given)
    session.add(made)
    try:
        await session.flush()
    except IntegrityError as error:
        # Somebody else took the id between the question and the answer.
        raise ExternalIdTaken(field="external_id") from error
    await writing.put_rows(session, made, wanted, nothing)
    remember(session, made, author, "draft", after=written(made))
    return made


async def edit(session: AsyncSession, actor: Actor | None, case_id: UUID, given: CaseIn) -> Case:
    """Change a case as a whole; raises NotFound, Forbidden, Stale, NotEditable, UnknownRegion, and the refusals of `settle`."""
    await hold(session, REGIONS, together=True)
    found, editor = await _allowed(session, actor, case_id, "case.edit")
    if given.version is not None and given.version != found.version:
        raise Stale
    if given.region != found.region:
        require(actor, "case.draft", about(given.region))
        await _known_region(session, given.region)
    before = found.model_dump(mode="json")
    wanted, standing = await writing.settled(session, editor, given, found)
    changed = found.write(wanted.columns)
    _contact(found, editor, given)
    session.add(found)
    await session.flush()
    rows = await writing.put_rows(session, found, wanted, standing)
    remember(session, found, editor, "edit", {name: before[name] for name in changed} | rows, writing.now(wanted, rows))
    return found


async def submit(session: AsyncSession, actor: Actor | None, case_id: UUID) -> Case:
    """Hand a case in for review; raises NotFound, Forbidden, NotSubmittable."""
    found, author = await _allowed(session, actor, case_id, "case.submit")
    if found.submit():
        await _stepped(session, found, author, "submit")
        await record(session, CaseSubmitted(**_told(found)))
    return found


async def approve(session: AsyncSession, actor: Actor | None, case_id: UUID) -> Case:
    """Find a case good; raises NotFound, Forbidden, NotInReview."""
    found, reviewer = await _allowed(session, actor, case_id, "case.review")
    if found.approve(reviewer.person_id):
        await _stepped(session, found, reviewer, "approve")
        await record(session, CaseApproved(**_told(found)))
    return found


async def request_changes(session: AsyncSession, actor: Actor | None, case_id: UUID, reason: str) -> Case:
    """Send a case back; raises NotFound, Forbidden, NotInReview, ReasonNeeded."""
    found, reviewer = await _allowed(session, actor, case_id, "case.review")
    found.request_changes(reviewer.person_id, reason)
    await _stepped(session, found, reviewer, "request_changes", found.review_reason)
    await record(session, CaseChangesRequested(**_told(found), reason=found.review_reason))
    return found


async def publish(session: AsyncSession, actor: Actor | None, case_id: UUID) -> Case:
    """Make a case public; raises NotFound, Forbidden, NotApproved. A second time changes and states nothing."""
    found, publisher = await _allowed(session, actor, case_id, "case.publish")
    if found.publish():
        await _stepped(session, found, publisher, "publish")
        await record(session, published_fact(found))
        await matching.to_match(session, "case", [found.id])
        ring(session, BELL)
    return found


async def archive(session: AsyncSession, actor: Actor | None, case_id: UUID) -> Case:
    """Take a case out of the library; raises NotFound, Forbidden, NotPublished."""
    found, archivist = await _allowed(session, actor, case_id, "case.archive")
    if found.archive():
        await _stepped(session, found, archivist, "archive")
        await record(session, CaseArchived(**_told(found)))
        await matching.close_of_case(session, found.id)
        ring(session, BELL)
    return found


def _contact(found: Case, actor: Actor, given: CaseIn) -> None:
    """Only whoever is asked can agree to answer: a contact is the one who says so, or nobody."""
    if given.contact != "keep":
        found.answer_for(actor.person_id if given.contact == "me" else None)


def published_fact(found: Case) -> CasePublished:
    """Return the statement that a case is public as it now is."""
    assert found.published_at is not None
    return CasePublished(
        **_told(found),
        summary=found.summary,
        focus_areas=found.focus_areas,
        tco2e_per_year=None if found.tco2e_per_year is None else str(found.tco2e_per_year),
        published_at=found.published_at,
    )


def written(made: Case) -> dict[str, Any]:
    """Return what a new case was given, as the audit tells it."""
    return {name: value for name, value in made.model_dump(mode="json", include=set(CONTENT)).items() if value}


def target(found: Case) -> Target:
    """Return what rights to a case are asked about."""
    return about(found.region, author_id=found.author_id, organisation_id=found.organisation_id)


async def _allowed(session: AsyncSession, actor: Actor | None, case_id: UUID, action: Action) -> tuple[Case, Actor]:
    """Return the case, locked against others' changes, and who acts; an invisible case is not found rather than forbidden."""
    found = (await session.exec(select(Case).where(Case.id == case_id).with_for_update())).one_or_none()
    if found is None:
        raise NotFound
    if actor is not None and found.status != "published" and not may_read(actor, found):
        raise NotFound
    return found, require(actor, action, target(found))


async def _known_region(session: AsyncSession, slug: str) -> None:
    region = await session.get(Region, slug)
    if region is None or not region.holds:
        raise UnknownRegion(field="region", region=slug)


async def _taken(session: AsyncSession, external_id: str) -> bool:
    return (await session.exec(select(Case.id).where(Case.external_id == external_id))).first() is not None


async def _stepped(session: AsyncSession, found: Case, actor: Actor, action: str, note: str = "") -> None:
    session.add(found)
    remember(session, found, actor, action, note=note)
    await session.flush()


def _told(found: Case) -> dict[str, Any]:
    return {
        "version": found.version,
        "case_id": found.id,
        "title": found.title,
        "region": found.region,
        "language": found.language,
        "author_id": found.author_id,
        "organisation_id": found.organisation_id,
    }
