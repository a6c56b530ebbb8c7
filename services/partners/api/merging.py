"""The JSON door to doubles: finding and merging them."""

from fastapi import APIRouter, Request

from services.partners.api.organisations import organisations_out
from services.partners.queries.doubles import doubles
from services.partners.schemas import OrganisationOut
from services.partners.schemas.merging import DistinctIn, DoubleOut, MergeIn
from services.partners.usecases import merging
from shared.auth.policy import require
from shared.web.doors import Reading, Who, Writing
from shared.web.problems import responses

router = APIRouter(prefix="/partners/api/v1", tags=["partners"])


@router.get("/duplicates", responses=responses(401, 403))
async def list_duplicates(session: Reading, actor: Who) -> list[DoubleOut]:
    """The organisations in your regions that may be the same, the most alike first; staff only."""
    signed_in = require(actor, "work.view")
    found = await doubles(session, None if signed_in.is_national else signed_in.regions)
    return [
        DoubleOut(
            first_id=one.first.id,
            first_name=one.first.name,
            second_id=one.second.id,
            second_name=one.second.name,
            share=round(one.pair.share, 3),
            same_website=one.pair.same_host,
            same_municipality=one.pair.same_place,
        )
        for one in found
    ]


@router.post("/duplicates/distinct", status_code=204, responses=responses(401, 403, 422))
async def part_organisations(session: Writing, actor: Who, given: DistinctIn) -> None:
    """Remember that two organisations are two. Repeated, it changes nothing."""
    await merging.part(session, actor, given.first, given.second)


@router.post("/organisations/merge", responses=responses(401, 403, 409, 422))
async def merge_organisations(request: Request, session: Writing, actor: Who, given: MergeIn) -> OrganisationOut:
    """Have one organisation take the place of another, with all that is that one's. Staff of all their regions may."""
    versions = {given.survivor_id: given.survivor_version, given.loser_id: given.loser_version}
    survivor = await merging.merge(session, actor, given.survivor_id, given.loser_id, versions)
    return (await organisations_out(request, session, actor, [survivor]))[0]
