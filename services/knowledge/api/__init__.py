"""The library's JSON door."""

from fastapi import APIRouter

from services.knowledge.api import adoptions, cases, impact, needs, search, vocabularies

router = APIRouter()
for part in (cases, search, impact, needs, vocabularies, adoptions):
    router.include_router(part.router)
router.include_router(needs.introductions)
