"""The library's pages, by theme. `…/export` stands first, and a case's own address, a wildcard, last."""

from fastapi import APIRouter

from services.knowledge.pages import (
    downloads,
    editorial,
    finder,
    forms,
    impact,
    info,
    library,
    needs,
    opendata,
    translations,
    vocabularies,
)

router = APIRouter(include_in_schema=False)
for part in (downloads, finder, impact, opendata, needs, library, info, vocabularies, forms, translations, editorial):
    router.include_router(part.router)
