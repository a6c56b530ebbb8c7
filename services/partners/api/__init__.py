"""The registry's JSON door."""

from fastapi import APIRouter

from services.partners.api import organisations, people, regions, register, segments

router = APIRouter()
for part in (regions, organisations, register, people, segments):
    router.include_router(part.router)
