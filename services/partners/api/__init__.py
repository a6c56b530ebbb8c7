"""The registry's JSON door."""

from fastapi import APIRouter

from services.partners.api import organisations, people, regions, register

router = APIRouter()
for part in (regions, organisations, register, people):
    router.include_router(part.router)
