"""The registry's pages, by theme. An organisation's own address is a wildcard, so its pages come last."""

from fastapi import APIRouter

from services.partners.pages import (
    colleagues,
    directory,
    organisations,
    people,
    person_roles,
    registering,
    segments,
    sign_in,
    work,
)

router = APIRouter(include_in_schema=False)
for part in (sign_in, work, people, segments, person_roles, colleagues, directory, registering, organisations):
    router.include_router(part.router)
