"""The registry's JSON door."""

from fastapi import APIRouter

from services.partners.api import (
    audit,
    claims,
    imports,
    merging,
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
for part in (
    regions,
    organisations,
    register,
    claims,
    merging,
    people,
    segments,
    tokens,
    imports,
    obligations,
    rounds,
    privacy,
    audit,
):
    router.include_router(part.router)
