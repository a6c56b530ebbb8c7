"""Passkeys: registering, signing in with one, taking one away. Challenges are rows, answered once in the browser that got them."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import sqlalchemy as sa
import webauthn
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from services.partners.models import Passkey, PasskeyChallenge, Person
from services.partners.sign_in_errors import (
    ChallengeGone,
    LastPasskey,
    PasskeyRefused,
    PasskeyUnknown,
    PersonInactive,
    TooMany,
)
from services.partners.usecases.sessions import by_self, needs_passkey, subject_of
from shared import audit
from shared.auth.actor import Actor
from shared.auth.policy import require
from shared.clock import now
from shared.contracts.vocabulary import Role
from shared.errors import NotFound, Refusal
from shared.ids import new_id

CHALLENGE_LASTS = timedelta(minutes=5)
CHALLENGES_KEPT = timedelta(days=1)
MOST = 10
MOST_CREDENTIAL = 20_000
"""Characters of what a browser sends of a passkey; the real ones have a few hundred."""
UNREADABLE = (WebAuthnException, ValueError, KeyError, TypeError, AttributeError)
"""What the library raises for things no authenticator sends: its parsers take the shape for granted."""


@dataclass(frozen=True)
class RelyingParty:
    """Whom passkeys are for: the host people reach us under, and the origin their browsers must name."""

    id: str
    origin: str
    name: str = "Koblingsboks"

    @classmethod
    def of(cls, base_url: str) -> "RelyingParty | None":
        """Return whom passkeys under this address are for; None where browsers offer none, by http or under a bare IP address."""
        parts = urlsplit(base_url)
        host = parts.hostname or ""
        if _is_address(host) or not (parts.scheme == "https" or host == "localhost"):
            return None
        return cls(host, f"{parts.scheme}://{parts.netloc}")


async def ask_to_register(session: AsyncSession, party: RelyingParty, person: Person, browser: str) -> str:
    """Return what a browser needs to make a passkey, as JSON; raises TooMany."""
    held = await passkeys_of(session, person.id)
    if len(held) >= MOST:
        raise TooMany(most=MOST)
    options = webauthn.generate_registration_options(
        rp_id=party.id,
        rp_name=party.name,
        user_id=person.id.bytes,
        user_name=person.email,
        user_display_name=person.name,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=_descriptors(held),
    )
    await _remember(session, "register", browser, person.id, options.challenge)
    return webauthn.options_to_json(options)


async def ask_to_sign_in(
    session: AsyncSession, party: RelyingParty, browser: str, person_id: UUID | None = None
) -> str:
    """Return what a browser needs to show a passkey, as JSON: any of ours, or one of `person_id`'s."""
    held = await passkeys_of(session, person_id) if person_id else []
    options = webauthn.generate_authentication_options(
        rp_id=party.id,
        allow_credentials=_descriptors(held),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    await _remember(session, "sign_in", browser, person_id, options.challenge)
    return webauthn.options_to_json(options)


async def register(
    session: AsyncSession, party: RelyingParty, person: Person, browser: str, sent: str, name: str
) -> Passkey:
    """Keep the passkey a browser made for a person; raises ChallengeGone, PasskeyRefused and TooMany."""
    if len(await passkeys_of(session, person.id)) >= MOST:
        raise TooMany(most=MOST)
    credential = _read(sent)
    challenge = await _answered(session, "register", browser, credential, person.id)
    try:
        verified = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            require_user_verification=True,
        )
    except UNREADABLE as error:
        raise PasskeyRefused from error
    made = Passkey(
        person_id=person.id,
        name=name,
        credential_id=bytes_to_base64url(verified.credential_id),
        public_key=verified.credential_public_key,
        sign_count=verified.sign_count,
        transports=_transports(credential),
    )
    if await _by_credential(session, made.credential_id) is not None:
        raise PasskeyRefused
    session.add(made)
    await session.flush()
    note = by_self(person, new_id())
    audit.note(session, note, "passkey.registered", await subject_of(session, person), after={"name": name})
    return made


async def show(
    session: AsyncSession, party: RelyingParty, browser: str, sent: str, person_id: UUID | None = None
) -> Person:
    """Return whose passkey a browser showed; with `person_id` it must be theirs.

    Raises ChallengeGone, PasskeyUnknown, PasskeyRefused (also where the authenticator's count did not go up: a copy may be about)
    and PersonInactive.
    """
    credential = _read(sent)
    challenge = await _answered(session, "sign_in", browser, credential, person_id)
    found = await _by_credential(session, str(credential.get("id", "")), to_change=True)
    if found is None or (person_id is not None and found.person_id != person_id):
        raise PasskeyUnknown
    try:
        verified = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=found.public_key,
            credential_current_sign_count=found.sign_count,
            require_user_verification=True,
        )
    except UNREADABLE as error:
        raise PasskeyRefused from error
    found.used(verified.new_sign_count)
    session.add(found)
    person = await session.get(Person, found.person_id)
    if person is None or not person.active:
        raise PersonInactive
    return person


async def note_refused(session: AsyncSession, sent: str, refusal: Refusal) -> None:
    """Use up the challenge that was answered wrongly, and have the audit tell whose passkey was refused."""
    try:
        credential = _read(sent)
    except PasskeyRefused:
        return
    challenge = _challenge_in(credential)
    query = sa.update(PasskeyChallenge).where(
        col(PasskeyChallenge.challenge) == challenge, col(PasskeyChallenge.answered_at).is_(None)
    )
    await session.exec(query.values(answered_at=now()))
    found = await _by_credential(session, str(credential.get("id", "")))
    person = await session.get(Person, found.person_id) if found else None
    if person is not None:
        audit.note(session, None, "sign_in.refused", await subject_of(session, person), after={"why": refusal.code})


async def remove(session: AsyncSession, actor: Actor | None, passkey_id: UUID, needing: Collection[Role]) -> None:
    """Take one of the actor's own passkeys away; raises NotFound, and LastPasskey where they must have one."""
    actor = require(actor, "account.secure")
    person = await session.get(Person, actor.person_id, with_for_update=True)
    found = await session.get(Passkey, passkey_id, with_for_update=True)
    if person is None or found is None or found.person_id != actor.person_id:
        raise NotFound
    if len(await passkeys_of(session, person.id)) == 1 and await needs_passkey(session, person.id, needing):
        raise LastPasskey
    await session.delete(found)
    subject = await subject_of(session, person)
    audit.note(session, actor, "passkey.removed", subject, before={"name": found.name}, after={})


async def remove_all(session: AsyncSession, actor: Actor, person: Person) -> int:
    """Take all passkeys of a person away, who lost them and makes new ones at their next sign-in; returns how many."""
    held = await passkeys_of(session, person.id)
    for one in held:
        await session.delete(one)
    if held:
        names = ", ".join(one.name for one in held)
        audit.note(
            session, actor, "passkey.removed", await subject_of(session, person), before={"name": names}, after={}
        )
    return len(held)


async def passkeys_of(session: AsyncSession, person_id: UUID) -> list[Passkey]:
    """Return a person's passkeys, oldest first."""
    query = select(Passkey).where(Passkey.person_id == person_id).order_by(col(Passkey.id))
    return list((await session.exec(query)).all())


async def _remember(
    session: AsyncSession, ceremony: Any, browser: str, person_id: UUID | None, challenge: bytes
) -> None:
    old = col(PasskeyChallenge.expires_at) < now() - CHALLENGES_KEPT
    await session.exec(sa.delete(PasskeyChallenge).where(old))
    made = PasskeyChallenge(
        ceremony=ceremony,
        browser=browser,
        person_id=person_id,
        challenge=challenge,
        expires_at=now() + CHALLENGE_LASTS,
    )
    session.add(made)


async def _answered(
    session: AsyncSession, ceremony: str, browser: str, credential: dict[str, Any], person_id: UUID | None
) -> bytes:
    query = select(PasskeyChallenge).where(
        PasskeyChallenge.challenge == _challenge_in(credential),
        PasskeyChallenge.browser == browser,
        PasskeyChallenge.ceremony == ceremony,
    )
    found = (await session.exec(query.with_for_update())).first() if browser else None
    if found is None or found.person_id != person_id:
        raise ChallengeGone
    session.add(found)
    return found.answer()


async def _by_credential(session: AsyncSession, credential_id: str, *, to_change: bool = False) -> Passkey | None:
    query = select(Passkey).where(Passkey.credential_id == credential_id.rstrip("="))
    return (await session.exec(query.with_for_update() if to_change else query)).one_or_none()


def _read(sent: str) -> dict[str, Any]:
    try:
        found = json.loads(sent) if len(sent) <= MOST_CREDENTIAL else None
    except (ValueError, RecursionError) as error:
        raise PasskeyRefused from error
    if not isinstance(found, dict):
        raise PasskeyRefused
    return found


def _challenge_in(credential: dict[str, Any]) -> bytes:
    try:
        client_data = json.loads(base64url_to_bytes(credential["response"]["clientDataJSON"]))
        return base64url_to_bytes(client_data["challenge"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise PasskeyRefused from error


def _transports(credential: dict[str, Any]) -> list[str]:
    known = {one.value for one in AuthenticatorTransport}
    given = credential["response"].get("transports")
    return sorted(known & {one for one in given if isinstance(one, str)}) if isinstance(given, list) else []


def _descriptors(held: Collection[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(
            id=base64url_to_bytes(one.credential_id),
            transports=[AuthenticatorTransport(name) for name in one.transports],
        )
        for one in held
    ]


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
