"""The registry's pages, by theme. An organisation's own address is a wildcard, so its pages come last."""

from fastapi import APIRouter

from services.partners.pages import (
    claims,
    colleagues,
    directory,
    identity,
    obligation_forms,
    obligations,
    organisations,
    passkeys,
    people,
    person_roles,
    registering,
    rounds,
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
    rounds,
    obligations,
    obligation_forms,
    organisations,
):
    router.include_router(part.router)
