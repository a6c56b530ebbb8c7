"""The registry's JSON door."""

from fastapi import APIRouter

from services.partners.api import (
    audit,
    claims,
    imports,
    memberships,
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
    memberships,
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
