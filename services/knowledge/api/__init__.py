"""The library's JSON door."""

from fastapi import APIRouter

from services.knowledge.api import cases, vocabularies

router = APIRouter()
for part in (cases, vocabularies):
    router.include_router(part.router)
