"""The library's JSON door."""

from fastapi import APIRouter

from services.knowledge.api import cases, impact, vocabularies

router = APIRouter()
for part in (cases, impact, vocabularies):
    router.include_router(part.router)
