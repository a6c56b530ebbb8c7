"""The registry's JSON door."""

from fastapi import APIRouter

from services.partners.api import (
    claims,
    imports,
    obligations,
    organisations,
    people,
    privacy,
    regions,
    register,
    rounds,
    segments,
    tokens,
)

router = APIRouter()
for part in (regions, organisations, register, claims, people, segments, tokens, imports, obligations, rounds, privacy):
    router.include_router(part.router)
