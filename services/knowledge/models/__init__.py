"""The nouns of the library.

cases.py         Case, Revision
details.py       Details: a case's fields beyond its story
impact.py        Impact: a figure and what it takes to trust it
costs.py         Funding, Cost: payback, and the price of a tonne
relations.py     Contributor, Relation
media.py         Picture, Attachment, Blob: their bytes
translations.py  Translation
vocabularies.py  Vocabulary, Term, Terms
needs.py         Need: what an organisation is looking for
adoptions.py     Adoption, Question: who does the same, and who asked
matches.py       Match, MatchTask: what may answer a need, and what is still to be matched
copies.py        Region, Organisation, Rearrangement: what the registry said
index            IndexState, IndexRun, IndexRefusal, in search/records.py
"""

from services.knowledge.models.adoptions import COUNTED, Adoption, AdoptionStatus, Question
from services.knowledge.models.base import HOUSE, MERGED, Base
from services.knowledge.models.cases import CONTENT, EDITABLE, Case, ProjectStatus, Repeated, Revision, Status
from services.knowledge.models.copies import Organisation, Rearrangement, Region
from services.knowledge.models.costs import Funding
from services.knowledge.models.details import CC_BY, DETAILS, SECTIONS
from services.knowledge.models.impact import Impact
from services.knowledge.models.matches import Helped, Match, MatchState, MatchTask
from services.knowledge.models.media import WHOLE, Attachment, Blob, Picture
from services.knowledge.models.needs import LIVE, NEED_CONTENT, Need, NeedStatus, Visibility
from services.knowledge.models.relations import Contributor, Relation
from services.knowledge.models.translations import Translation
from services.knowledge.models.vocabularies import Kind, Term, Terms, Vocabulary
from services.knowledge.search.records import IndexRefusal, IndexRun, IndexState

__all__ = [
    "CC_BY",
    "CONTENT",
    "COUNTED",
    "DETAILS",
    "EDITABLE",
    "HOUSE",
    "LIVE",
    "MERGED",
    "NEED_CONTENT",
    "SECTIONS",
    "WHOLE",
    "Adoption",
    "AdoptionStatus",
    "Attachment",
    "Base",
    "Blob",
    "Case",
    "Contributor",
    "Funding",
    "Helped",
    "Impact",
    "IndexRefusal",
    "IndexRun",
    "IndexState",
    "Kind",
    "Match",
    "MatchState",
    "MatchTask",
    "Need",
    "NeedStatus",
    "Organisation",
    "Picture",
    "ProjectStatus",
    "Question",
    "Rearrangement",
    "Region",
    "Relation",
    "Repeated",
    "Revision",
    "Status",
    "Term",
    "Terms",
    "Translation",
    "Visibility",
    "Vocabulary",
]
