"""What the library takes in and gives out.

fields.py        kinds of fields, each with its bounds
rows.py          rows of a case: impact, funding, contributors, relations, links, translations
cases.py         CaseIn, CaseOut
media.py         pictures and files, in and out
search.py        hits and what was found
vocabularies.py  terms, in and out
"""

from services.knowledge.schemas.cases import CaseIn, CaseOut, ReasonIn
from services.knowledge.schemas.fields import web_address
from services.knowledge.schemas.rows import (
    ContributorIn,
    FundingIn,
    ImpactIn,
    LinkIn,
    RelationIn,
    TranslationIn,
    TranslationOf,
)
from services.knowledge.schemas.search import Highlight, HitOut, SearchOut, SuggestionOut, SuggestOut
from services.knowledge.schemas.vocabularies import TermIn, TermOut, VocabularyOut

__all__ = [
    "CaseIn",
    "CaseOut",
    "ContributorIn",
    "FundingIn",
    "Highlight",
    "HitOut",
    "ImpactIn",
    "LinkIn",
    "ReasonIn",
    "RelationIn",
    "SearchOut",
    "SuggestOut",
    "SuggestionOut",
    "TermIn",
    "TermOut",
    "TranslationIn",
    "TranslationOf",
    "VocabularyOut",
    "web_address",
]
