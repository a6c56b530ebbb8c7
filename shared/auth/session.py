"""Sessions and API tokens: signed by partners with Ed25519, checked by everybody, short-lived and withdrawn by a message."""

from datetime import timedelta
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from shared.auth.actor import Actor, Grant, Limits
from shared.clock import now
from shared.ids import new_id

ALGORITHM = "Ed25519"
LIFETIME = timedelta(hours=1)
RENEW_AFTER = timedelta(minutes=30)


def issue(key: OKPKey, actor: Actor, lifetime: timedelta = LIFETIME) -> str:
    """Return a signed token that says who `actor` is for `lifetime`."""
    moment = now()
    claims: dict[str, object] = {
        "sub": str(actor.person_id),
        "sid": str(actor.session_id),
        "name": actor.name,
        "grants": [
            [grant.role, grant.region, *(str(one) if one else None for one in (grant.organisation_id, grant.group_id))]
            for grant in actor.grants
        ],
        "ver": actor.version,
        "aud": "api" if actor.by_token else "session",
        "iat": int(moment.timestamp()),
        "exp": int((moment + lifetime).timestamp()),
    }
    if actor.limits is not None:
        claims |= {"writes": actor.limits.writes, "services": sorted(actor.limits.services)}
    return jwt.encode({"alg": ALGORITHM}, claims, key, algorithms=[ALGORITHM])


def read(key: OKPKey, token: str, audience: str) -> tuple[Actor, float] | None:
    """Return the actor of a valid token for `audience` and its age in seconds; None where it is forged, foreign or past its time."""
    moment = now().timestamp()
    try:
        claims = jwt.decode(token, key, algorithms=[ALGORITHM]).claims
        if claims["aud"] != audience or claims["exp"] <= moment:
            return None
        grants = tuple(
            Grant(role, region, *(UUID(one) if one else None for one in places))
            for role, region, *places in claims["grants"]
        )
        person_id, session_id = UUID(claims["sub"]), UUID(claims["sid"])
        limits = Limits(claims["writes"], frozenset(claims["services"])) if "services" in claims else None
        actor = Actor(person_id, session_id, claims["name"], grants, audience == "api", claims.get("ver", 0), limits)
        return actor, moment - claims["iat"]
    except (JoseError, KeyError, ValueError, TypeError):
        return None


def ran_out(key: OKPKey, token: str) -> bool:
    """Whether `token` is a session's that was valid and is past its time: its session may still last."""
    try:
        claims = jwt.decode(token, key, algorithms=[ALGORITHM]).claims
        return bool(claims["aud"] == "session" and claims["exp"] <= now().timestamp())
    except (JoseError, KeyError, ValueError, TypeError, AttributeError):
        return False


def service_actor(role: Grant, name: str) -> Actor:
    """Return an actor for a program that holds an API token."""
    return Actor(new_id(), new_id(), name, (role,), by_token=True)
