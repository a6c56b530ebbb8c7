"""The nouns of the library.

cases.py     Case, Revision
copies.py    Region, Organisation, Rearrangement: what the registry said
index        IndexState, IndexRun, IndexRefusal, in search/records.py
"""

from services.knowledge.models.base import HOUSE, MERGED, Base
from services.knowledge.models.cases import CONTENT, EDITABLE, Case, ProjectStatus, Revision, Status
from services.knowledge.models.copies import Organisation, Rearrangement, Region
from services.knowledge.search.records import IndexRefusal, IndexRun, IndexState

__all__ = [
    "CONTENT",
    "EDITABLE",
    "HOUSE",
    "MERGED",
    "Base",
    "Case",
    "IndexRefusal",
    "IndexRun",
    "IndexState",
    "Organisation",
    "ProjectStatus",
    "Rearrangement",
    "Region",
    "Revision",
    "Status",
]
