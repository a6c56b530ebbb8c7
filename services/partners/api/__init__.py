"""The registry's JSON door."""

from fastapi import APIRouter

from services.partners.api import claims, organisations, people, regions, register, segments, tokens

router = APIRouter()
for part in (regions, organisations, register, claims, people, segments, tokens):
    router.include_router(part.router)
