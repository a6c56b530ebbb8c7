"""The registry's pages, by theme. An organisation's own address is a wildcard, so its pages come last."""

from fastapi import APIRouter

from services.partners.pages import (
    claims,
    colleagues,
    directory,
    identity,
    organisations,
    passkeys,
    people,
    person_roles,
    registering,
    segments,
    sessions,
    sign_in,
    tokens,
    work,
)

router = APIRouter(include_in_schema=False)
for part in (
    sign_in,
    identity,
    passkeys,
    sessions,
    tokens,
    work,
    people,
    segments,
    person_roles,
    colleagues,
    directory,
    registering,
    claims,
    organisations,
):
    router.include_router(part.router)
