"""Telling a case in another language, and no longer answering for one: what may be done with public cases too."""

from typing import Any
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.knowledge.errors import SameLanguage, Stale
from services.knowledge.models import EDITABLE, Case, Translation
from services.knowledge.queries import may_read
from services.knowledge.schemas import TranslationIn
from services.knowledge.usecases.editorial import BELL, target
from services.knowledge.usecases.remembering import remember
from services.knowledge.usecases.settling import told_elsewhere
from shared.auth.actor import Actor
from shared.auth.policy import Action, can, require
from shared.contracts.vocabulary import Language
from shared.db.session import ring
from shared.errors import Forbidden, NotFound


def may_translate(actor: Actor | None, case: Case) -> bool:
    """Whether `actor` may tell a case in another language: whoever edits a draft, and whoever may publish once it is public."""
    action: Action = "case.edit" if case.status in EDITABLE else "case.publish"
    return case.status in (*EDITABLE, "published") and can(actor, action, target(case))


async def translate(
    session: AsyncSession, actor: Actor | None, case_id: UUID, given: TranslationIn, version: int | None = None
) -> Case:
    """Tell a case in another language, or tell it better; raises NotFound, Forbidden, Stale, SameLanguage."""
    found, translator = await held(session, actor, case_id)
    if version is not None and version != found.version:
        raise Stale
    if given.language == found.language:
        raise SameLanguage(field="language")
    standing = await _standing(session, case_id)
    row = standing.get(given.language)
    if row is not None and TranslationIn.model_validate(row) == given:
        return found
    before = _told(standing)
    if row is not None:
        await session.delete(row)
        await session.flush()
    made = Translation(case_id=case_id, of_version=found.version + 1, **given.model_dump())
    session.add(made)
    await _tell(session, found, translator, {**standing, given.language: made}, before)
    return found


async def take_away(session: AsyncSession, actor: Actor | None, case_id: UUID, language: Language) -> Case:
    """Tell a case in one language less; raises NotFound, Forbidden."""
    found, translator = await held(session, actor, case_id)
    standing = await _standing(session, case_id)
    if language not in standing:
        raise NotFound
    before = _told(standing)
    await session.delete(standing.pop(language))
    await _tell(session, found, translator, standing, before)
    return found


async def stop_answering(session: AsyncSession, actor: Actor | None, case_id: UUID) -> Case:
    """Answer for a case no longer, whatever its status: agreeing to that is taken back as easily as it was given.

    Raises NotFound, SignInNeeded, Forbidden.
    """
    own = require(actor, "profile.edit")
    found = await _locked(session, case_id)
    if found.contact_id is None or found.contact_id != own.person_id:
        raise Forbidden
    found.stop_answering()
    session.add(found)
    remember(session, found, own, "no_contact")
    return found


async def held(session: AsyncSession, actor: Actor | None, case_id: UUID) -> tuple[Case, Actor]:
    """Return a case locked against others' changes, and who acts; raises NotFound, Forbidden. See `may_translate`."""
    found = await _locked(session, case_id)
    if actor is not None and found.status != "published" and not may_read(actor, found):
        raise NotFound
    translator = require(actor, "case.edit" if found.status in EDITABLE else "case.publish", target(found))
    if not may_translate(actor, found):
        raise Forbidden
    return found, translator


async def _locked(session: AsyncSession, case_id: UUID) -> Case:
    found = (await session.exec(select(Case).where(Case.id == case_id).with_for_update())).one_or_none()
    if found is None:
        raise NotFound
    return found


async def _standing(session: AsyncSession, case_id: UUID) -> dict[str, Translation]:
    query = select(Translation).where(Translation.case_id == case_id).order_by(col(Translation.language))
    return {row.language: row for row in (await session.exec(query)).all()}


def _told(standing: dict[str, Translation]) -> list[dict[str, Any]]:
    return [TranslationIn.model_validate(row).model_dump(mode="json") for row in standing.values()]


async def _tell(
    session: AsyncSession, found: Case, actor: Actor, standing: dict[str, Translation], before: list[dict[str, Any]]
) -> None:
    said = told_elsewhere([TranslationIn.model_validate(row) for row in standing.values()])
    found.tell_elsewhere(said["other_languages"], said["translated"])
    session.add(found)
    remember(session, found, actor, "translate", {"translations": before}, {"translations": _told(standing)})
    await session.flush()
    if found.status == "published":
        ring(session, BELL)
