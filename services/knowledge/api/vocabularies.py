"""The vocabularies, for programs: what to write in files and requests."""

from fastapi import APIRouter

from services.knowledge import queries
from services.knowledge.models import Terms, Vocabulary
from services.knowledge.queries import vocabularies as asked
from services.knowledge.schemas import TermOut, VocabularyOut
from shared.web.doors import Reading
from shared.web.problems import responses

router = APIRouter(prefix="/cases/api/v1/vocabularies", tags=["vocabularies"])


@router.get("")
async def read_vocabularies(session: Reading) -> list[VocabularyOut]:
    """All vocabularies with their terms. Those that hold no longer are kept, for the cases that have them."""
    known = await queries.terms(session)
    return [shown(known, one) for one in known.vocabularies.values()]


@router.get("/{code}", responses=responses(404))
async def read_vocabulary(session: Reading, code: str) -> VocabularyOut:
    """One vocabulary with its terms."""
    head = await asked.vocabulary(session, code)
    return shown(await queries.terms(session), head)


def shown(known: Terms, head: Vocabulary) -> VocabularyOut:
    """Return a vocabulary as it is told."""
    terms = [TermOut.model_validate(term) for term in known.of(head.code)]
    return VocabularyOut(**head.model_dump(include=set(VocabularyOut.model_fields) - {"terms"}), terms=terms)
