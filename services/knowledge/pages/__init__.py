"""The library's pages, by theme. `…/export` stands first, and a case's own address, a wildcard, last."""

from fastapi import APIRouter

from services.knowledge.pages import (
    adoptions,
    audit,
    citing,
    compare,
    downloads,
    editorial,
    factsheet,
    finder,
    forms,
    history,
    impact,
    info,
    introductions,
    library,
    media,
    media_words,
    needs,
    opendata,
    serving,
    translations,
    vocabularies,
)

PARTS = (
    audit, compare, citing, factsheet, downloads, finder, impact, opendata, needs, introductions, adoptions,
    library, info, vocabularies, forms, history, translations,
    serving, media_words, media, editorial,
)  # fmt: skip
router = APIRouter(include_in_schema=False)
for part in PARTS:
    router.include_router(part.router)
