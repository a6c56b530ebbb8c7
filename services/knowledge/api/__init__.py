"""The library's JSON door."""

from fastapi import APIRouter

from services.knowledge.api import cases, impact, needs, search, vocabularies

router = APIRouter()
for part in (cases, search, impact, needs, vocabularies):
    router.include_router(part.router)
router.include_router(needs.introductions)
