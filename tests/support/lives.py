"""What a network comes to keep of people in time, entered at once: for the proof that erasing them leaves none of it."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from deploy import installation
from services.knowledge.models import HOUSE as LIBRARY
from services.knowledge.models import Case, Revision
from services.partners.models import HOUSE as REGISTRY
from services.partners.models import (
    Agreement,
    ApiToken,
    Claim,
    Identity,
    Import,
    Organisation,
    Passkey,
    Person,
    PersonGrant,
    Session,
)
from shared.auth.actor import Actor, Grant
from shared.clock import now
from shared.contracts.partners import PersonStated
from shared.db.session import Database, tables_of
from shared.ids import new_id

SENDER = Actor(new_id(), new_id(), "Prøve Person", (Grant("national"),))


async def lived(folder: Path, people: Sequence[UUID], workbook: bytes) -> None:
    """Give each of `people` a life in the registry and the library of the network in `folder`; `workbook` is a file nobody confirmed."""
    registry = Database(installation.settings("partners", folder).database(), REGISTRY)
    library = Database(installation.settings("knowledge", folder).database(), LIBRARY)
    try:
        async with registry.writing() as session:
            session.add(Import.of("accounts", "regnskap.xlsx", workbook, SENDER))
            organisation_id = (await session.exec(select(Organisation.id).limit(1))).one()
            found = (await session.exec(select(Person).where(col(Person.id).in_(people)))).all()
            for person in found:
                _in_the_registry(session, person, organisation_id)
                await _parked(session, person)
        async with library.writing() as session:
            for person in found:
                await _in_the_library(session, person)
                await _parked(session, person)
    finally:
        await registry.close()
        await library.close()


def _in_the_registry(session: AsyncSession, person: Person, organisation_id: UUID) -> None:
    own = {"person_id": person.id}
    session.add_all(
        [
            Session(**own, agent=f"Nettleseren til {person.name}"),
            ApiToken(
                **own, name=f"Program til {person.name}", digest=person.id.hex * 2, expires_at=now() + timedelta(days=9)
            ),
            Passkey(**own, name=f"Telefonen til {person.name}", credential_id=person.id.hex, public_key=b"\1"),
            Identity(**own, key="dev", issuer="https://issuer.example.org", subject=person.email),
            PersonGrant(**own, role="reviewer", region="oslo"),
            Claim(**own, organisation_id=organisation_id, message=f"Hilsen {person.name}", reason=f"Hei {person.name}"),
            Agreement(
                organisation_id=organisation_id, text_version="1", signed_on=date(2024, 1, 1), terminated_on=date(2024, 2, 1),
                signer_id=person.id, signer_name=person.name,
            ),
        ]
    )  # fmt: skip


async def _in_the_library(session: AsyncSession, person: Person) -> None:
    words = {"summary": "Uten navn", "region": "agder", "language": "nb"}
    published = Case(title="Publisert", status="published", author_id=person.id, published_at=now(), **words)
    published.answer_for(person.id)
    session.add_all([published, Case(title="Vurdert", status="in_review", reviewer_id=person.id, **words)])
    await session.flush()
    session.add(Revision(case_id=published.id, version=1, status="draft", action="draft", actor_id=person.id))


async def _parked(session: AsyncSession, person: Person) -> None:
    fact = PersonStated(person_id=person.id, version=1, name=person.name, email=person.email)
    row = {
        "id": new_id(), "consumer": "c", "stream": "PEOPLE", "stream_seq": person.id.int % 2**60, "subject": f"partners.person.{person.id}",
        "headers": {}, "payload": fact.model_dump_json().encode(), "reason": "Kunne ikke leses", "deliveries": 7, "parked_at": now(),
    }  # fmt: skip
    await (await session.connection()).execute(sa.insert(tables_of(session).parked).values(row))
