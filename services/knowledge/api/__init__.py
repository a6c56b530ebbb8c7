"""The library's JSON door."""

from fastapi import APIRouter

from services.knowledge.api import cases

router = APIRouter()
for part in (cases,):
    router.include_router(part.router)
