"""Keeping vocabularies: a term is proposed, added, renamed, limited in time or replaced; what cases repeat of it follows."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.knowledge import queries
from services.knowledge.errors import ClosedVocabulary, Stale, TermTaken
from services.knowledge.models import Case, Repeated, Revision, Term, Terms, Vocabulary
from services.knowledge.queries import vocabularies as asked
from services.knowledge.schemas import TermIn
from services.knowledge.usecases.settling import code_for, places, proposed, unknown_measures
from shared import audit
from shared.auth.actor import Actor
from shared.auth.policy import require
from shared.db.session import ring
from shared.errors import NotFound


async def terms_for(session: AsyncSession, actor: Actor | None, measures: Iterable[str]) -> Terms:
    """Return all terms; kinds of measures that nobody knows become proposed terms, for national staff to look at."""
    words = list(measures)
    known = await queries.terms(session)
    if not unknown_measures(known, words):
        return known
    head = await asked.vocabulary(session, "measure_type", locked=True)
    known = await queries.terms(session)
    made = proposed(known, words)
    version = head.step() if made else head.version
    for term in made:
        term.version = version
        session.add(term)
        audit.note(session, actor, "term.proposed", _subject(term), None, audit.snapshot(term))
    session.add(head)
    await session.flush()
    return known


async def add(session: AsyncSession, actor: Actor | None, vocabulary: str, given: TermIn) -> Term:
    """Add a term; raises Forbidden, NotFound, ClosedVocabulary, TermTaken, UnknownReplacement."""
    keeper = require(actor, "vocabulary.edit")
    head = await asked.vocabulary(session, vocabulary, locked=True)
    if head.kind == "closed":
        raise ClosedVocabulary(field="label_nb")
    known = await queries.terms(session)
    _free(known, vocabulary, given, None)
    made = Term(
        vocabulary=vocabulary,
        code=given.code or code_for(given.label_nb, {term.code for term in known.of(vocabulary)}),
        label_nb=given.label_nb,
        label_nn=given.label_nn,
        label_en=given.label_en,
        also=given.also,
        position=len(known.of(vocabulary)),
    )
    _limit(known, head, made, given)
    made.version = head.step()
    session.add_all([head, made])
    audit.note(session, keeper, "term.added", _subject(made), None, audit.snapshot(made))
    return made


async def change(session: AsyncSession, actor: Actor | None, vocabulary: str, code: str, given: TermIn) -> Term:
    """Rename a term, limit it in time or let another take its place; cases keep its code.

    Raises Forbidden, NotFound, Stale, TermTaken, ClosedVocabulary, UnknownReplacement, ReplacedByItself.
    """
    keeper = require(actor, "vocabulary.edit")
    head = await asked.vocabulary(session, vocabulary, locked=True)
    query = select(Term).where(Term.vocabulary == vocabulary, Term.code == code)
    found = (await session.exec(query)).one_or_none()
    if found is None:
        raise NotFound
    if given.version is not None and given.version != found.version:
        raise Stale
    known = await queries.terms(session)
    _free(known, vocabulary, given, found)
    before = audit.snapshot(found)
    found.relabel(given.label_nb, given.label_nn, given.label_en, given.also)
    _limit(known, head, found, given)
    if audit.snapshot(found) == before:
        return found
    found.version = head.step()
    session.add_all([head, found])
    audit.note(session, keeper, "term.changed", _subject(found), before, audit.snapshot(found))
    await session.flush()
    await _follow(session, keeper, vocabulary, code)
    return found


def _limit(known: Terms, head: Vocabulary, term: Term, given: TermIn) -> None:
    successor = known.found(head.code, given.replaced_by) if given.replaced_by else None
    replaced_by = successor.code if successor else given.replaced_by
    term.limit(head, given.valid_from, given.valid_to, successor, replaced_by)


def _free(known: Terms, vocabulary: str, given: TermIn, own: Term | None) -> None:
    """Refuse a code or name that another term has."""
    for field, names in (
        ("code", [given.code] if own is None and given.code else []),
        ("label_nb", [given.label_nb]),
        ("label_nn", [given.label_nn]),
        ("label_en", [given.label_en]),
        ("also", given.also),
    ):
        for name in names:
            other = known.found(vocabulary, name)
            if other is None or (own is not None and own.code in (other.code, other.replaced_by)):
                continue
            raise TermTaken(field=field, name=name)


async def _follow(session: AsyncSession, keeper: Actor, vocabulary: str, code: str) -> None:
    """Have cases that repeat a term's names repeat those it has now, and be indexed anew."""
    if vocabulary not in asked.HOLDERS:
        return
    known = await queries.terms(session)
    for case in await asked.cases_with(session, vocabulary, code):
        if vocabulary == "municipality":
            _renamed(session, keeper.person_id, case, "places", places(known, case.municipalities))
        else:
            names = known.names_in_use("measure_type", case.measure_codes)
            _renamed(session, keeper.person_id, case, "measure_types", names)


def _renamed(session: AsyncSession, actor_id: UUID, case: Case, field: Repeated, names: list[str]) -> None:
    before: dict[str, Any] = {field: getattr(case, field)}
    if not case.call(field, names):
        return
    session.add(case)
    session.add(Revision.of(case, "rename", actor_id, before))
    ring(session, "search")


def _subject(term: Term) -> audit.Subject:
    return audit.Subject("term", term.id)
