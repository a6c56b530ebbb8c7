"""Doing what others did: a case is taken up, with figures of one's own and a case of one's own about it."""

from typing import Any
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.knowledge import queries
from services.knowledge.errors import NotPublished, NotYourOrganisation, OwnCase, Stale, UnknownRegion
from services.knowledge.models import COUNTED, Adoption, Case, Organisation, Region
from services.knowledge.queries import adoptions as asked
from services.knowledge.queries import people
from services.knowledge.schemas import CaseIn, ImpactIn, RelationIn
from services.knowledge.schemas.adoptions import AdoptionIn
from services.knowledge.usecases import editorial, letters
from services.knowledge.usecases.settling import settled_impacts
from shared import audit
from shared.auth.actor import Actor
from shared.auth.policy import Target, about, require
from shared.contracts.knowledge import LibraryLetterContent
from shared.db.locks import hold
from shared.errors import NotFound

SPREAD = 3
"""So many adoptions are news for everybody who leads a region."""


def adoption_target(region: str, organisation_id: UUID | None) -> Target:
    """Return what the right to an adoption is asked about."""
    return about(region, organisation_id=organisation_id)


async def adopt(session: AsyncSession, actor: Actor | None, case_id: UUID, given: AdoptionIn) -> Adoption:
    """Take up a case; who has done so already changes their own adoption.

    Raises NotFound, Forbidden, NotPublished, OwnCase, UnknownRegion, NotYourOrganisation, UnknownTerm, WrongUnit.
    """
    adopter = require(actor, "case.adopt", adoption_target(given.region, given.organisation_id))
    case = await _origin(session, case_id)
    if case.status != "published":
        raise NotPublished if queries.may_read(actor, case) else NotFound
    if given.organisation_id == case.organisation_id and given.organisation_id is not None:
        raise OwnCase(field="organisation_id")
    await _check(session, given)
    mine = select(Adoption).where(Adoption.case_id == case_id, Adoption.region == given.region)
    # SQL: nothing equals NULL.
    same = col(Adoption.organisation_id)
    same_one = same.is_(None) if given.organisation_id is None else same == given.organisation_id
    standing = (await session.exec(mine.where(same_one).with_for_update())).first()
    if standing is not None:
        return await _write(session, adopter, case, standing, given)
    made = Adoption(
        case_id=case_id,
        region=given.region,
        organisation_id=given.organisation_id,
        adopter_id=adopter.person_id,
        **await _content(session, given),
    )
    session.add(made)
    await session.flush()
    audit.note(session, adopter, "adoption.made", _subject(case, made), None, _snapshot(made))
    await _tell_origin(session, case, made)
    await _tell_leaders(session, case, newly=made.status in COUNTED)
    return made


async def edit(session: AsyncSession, actor: Actor | None, adoption_id: UUID, given: AdoptionIn) -> Adoption:
    """Tell how far it has come, and what it came to; whose it is does not change.

    Raises NotFound, Forbidden, Stale, UnknownTerm, WrongUnit. An origin that has left the library keeps its adoptions.
    """
    found = await asked.adoption(session, adoption_id)
    case = await _origin(session, found.case_id)
    locked = (await session.exec(select(Adoption).where(Adoption.id == adoption_id).with_for_update())).one()
    editor = require(actor, "case.adopt", adoption_target(locked.region, locked.organisation_id))
    if given.version is not None and given.version != locked.version:
        raise Stale
    return await _write(session, editor, case, locked, given)


async def start_draft(session: AsyncSession, actor: Actor | None, adoption_id: UUID) -> Case:
    """Begin a case of one's own after the one that was taken up; raises NotFound, Forbidden. A second time returns the same."""
    found = await asked.adoption(session, adoption_id)
    require(actor, "case.draft", about(found.region))
    origin = await _origin(session, found.case_id)
    locked = (await session.exec(select(Adoption).where(Adoption.id == adoption_id).with_for_update())).one()
    if locked.draft_id is not None:
        return await queries.case(session, locked.draft_id)
    organisation = await queries.organisation(session, locked.organisation_id)
    made = await editorial.draft(
        session,
        actor,
        CaseIn(
            title=origin.title,
            summary=origin.summary,
            region=locked.region,
            language=origin.language,
            focus_areas=origin.focus_areas,
            scopes=origin.scopes,
            measure_types=origin.measure_codes,
            organisation_id=locked.organisation_id,
            owner_name=organisation.name if organisation else None,
            impacts=[ImpactIn.model_validate(row) for row in locked.impacts],
            relations=[RelationIn(kind="replicates", target_id=origin.id)],
        ),
    )
    locked.write({"draft_id": made.id})
    session.add(locked)
    return made


async def _write(session: AsyncSession, editor: Actor, case: Case, found: Adoption, given: AdoptionIn) -> Adoption:
    before, counted = _snapshot(found), found.status in COUNTED
    if found.write(await _content(session, given)):
        session.add(found)
        await session.flush()
        audit.note(session, editor, "adoption.edited", _subject(case, found), before, _snapshot(found))
        await _tell_leaders(session, case, newly=found.status in COUNTED and not counted)
    return found


async def _content(session: AsyncSession, given: AdoptionIn) -> dict[str, Any]:
    rows = settled_impacts(await queries.terms(session), given.impacts)
    impacts = [row.model_dump(mode="json", exclude_defaults=True) for row in rows]
    return {"status": given.status, "note": given.note, "impacts": impacts}


async def _origin(session: AsyncSession, case_id: UUID) -> Case:
    """Return the case; its adoptions are made and counted one after the other until the transaction ends."""
    await hold(session, f"adoptions {case_id}")
    return await queries.case(session, case_id)


async def _check(session: AsyncSession, given: AdoptionIn) -> None:
    region = await session.get(Region, given.region)
    if region is None or not region.holds:
        raise UnknownRegion(field="region", region=given.region)
    if given.organisation_id is not None and await session.get(Organisation, given.organisation_id) is None:
        raise NotYourOrganisation(field="organisation_id")


async def _tell_origin(session: AsyncSession, case: Case, made: Adoption) -> None:
    organisation = await queries.organisation(session, made.organisation_id)
    told = LibraryLetterContent(
        title=case.title,
        organisation=organisation.name if organisation else "",
        region=made.region,
        path=f"/cases/{case.id}#brukt-av",
    )
    concerned = [*await people.answerers(session, case), *await people.staff_of(session, case.region)]
    others = [one for one in concerned if one != made.adopter_id]
    await letters.ask(session, "case_tried", others, made.id, told)


async def _tell_leaders(session: AsyncSession, case: Case, *, newly: bool) -> None:
    """Tell of the third; what falls back and rises again has the same letters, which nobody gets twice."""
    if newly and await asked.count_of(session, case.id) == SPREAD:
        told = LibraryLetterContent(title=case.title, count=SPREAD, path=f"/cases/{case.id}#brukt-av")
        await letters.ask(session, "case_spread", await people.regional_leaders(session), case.id, told)


def _subject(case: Case, found: Adoption) -> audit.Subject:
    return audit.Subject("adoption", found.id, {case.region, found.region})


def _snapshot(found: Adoption) -> dict[str, Any]:
    return audit.snapshot(found, leave_out=("note", "adopter_id"))
