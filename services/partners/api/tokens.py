"""The JSON door to one's own API tokens. They are made in a browser, where somebody sees that it is they who make one."""

from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.partners.models import ApiToken
from services.partners.schemas.tokens import TokenOut
from services.partners.usecases import tokens
from shared.errors import SignInNeeded
from shared.web.doors import Reading, Who, Writing
from shared.web.problems import responses

router = APIRouter(prefix="/partners/api/v1/me/tokens", tags=["partners"])


@router.get("", responses=responses(401))
async def list_tokens(session: Reading, actor: Who) -> list[TokenOut]:
    """List one's own tokens, newest first, with when each was used last (known to the minute)."""
    if actor is None:
        raise SignInNeeded
    return [_shown(one) for one in await tokens.tokens_of(session, actor.person_id)]


@router.delete("/{token_id}", status_code=204, responses=responses(401, 403, 404, 422))
async def revoke_token(request: Request, session: Writing, actor: Who, token_id: UUID) -> Response:
    """Take a token back. A token may do so with itself, whatever its scope, if it may write; the others need their person."""
    await tokens.revoke(session, actor, token_id)
    return Response(status_code=204)


def _shown(found: ApiToken) -> TokenOut:
    return TokenOut.model_validate({**found.model_dump(), "scope": "write" if found.writes else "read"})
