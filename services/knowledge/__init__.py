"""knowledge: the library of best-practice cases, from draft to search.

Owns: cases with their figures, translations and history, needs and what may answer them, the vocabularies both are described with, and
the search index made from cases.
Says: case submitted, changes requested, approved, published, archived; letter asked.
Hears: region recorded, organisation recorded, session ended.
Needs: a database, NATS, Meilisearch (without it, search falls back to titles and summaries).
"""
