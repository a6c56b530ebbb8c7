"""Copies of people and regions, and what follows when they change."""

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.notifier.ledger import suppress
from services.notifier.letters_asked import ALSO_INACTIVE
from services.notifier.models import MERGED, Region, Webinar
from services.notifier.tables import delivery, insert, recipient, recipient_focus_area, recipient_region
from services.notifier.usecases.audiences import invite_late
from services.notifier.usecases.completion import complete
from services.notifier.usecases.erasing import erase
from services.notifier.usecases.merging import carry
from shared.auth.forgetting import forgotten
from shared.auth.merged import standing
from shared.clock import now
from shared.contracts.partners import PersonStated, RegionRecorded


async def note_person(session: AsyncSession, fact: PersonStated) -> None:
    """Take over what the registry says of a person: invite them to what they now match, or stop where they are gone."""
    if fact.erased:
        await erase(session, fact)
        return
    if await forgotten(session, fact.person_id):
        return
    for old in fact.merged_from:
        await carry(session, old, fact.person_id)
    if fact.merged_into is not None:
        await carry(session, fact.person_id, fact.merged_into)
    elif await standing(session, MERGED, fact.person_id) != fact.person_id:
        return
    if not await _stored(session, fact):
        return
    if not fact.active:
        own = (delivery.c.person_id == fact.person_id, delivery.c.kind.not_in(ALSO_INACTIVE))
        await suppress(await session.connection(), "inactive", *own)
        await complete(session)
        return
    for webinar in await _matching(session, fact):
        await invite_late(session, webinar, fact.person_id)


async def note_region(session: AsyncSession, fact: RegionRecorded) -> None:
    """Take over what a region is called."""
    known = await session.get(Region, fact.slug)
    if known is not None and known.version >= fact.version:
        return
    names = {"name_nb": fact.name_nb, "name_nn": fact.name_nn, "name_en": fact.name_en}
    await session.merge(Region(slug=fact.slug, version=fact.version, **names))


async def _stored(session: AsyncSession, fact: PersonStated) -> bool:
    connection = await session.connection()
    row = {
        "person_id": fact.person_id,
        "version": fact.version,
        "name": fact.name[:200],
        "email": fact.email[:320],
        "pending_email": fact.pending_email[:320],
        "refused_email": "",
        "language": fact.language,
        "active": fact.active,
    }
    statement = insert(connection, recipient).values(row)
    newer = recipient.c.version < statement.excluded.version
    same = recipient.c.email == statement.excluded.email
    kept = {**row, "refused_email": sa.case((same, recipient.c.refused_email), else_="")}
    changed = statement.on_conflict_do_update(index_elements=["person_id"], set_=kept, where=newer)
    if not (await connection.execute(changed)).rowcount:
        return False
    links: dict[sa.Table, list[dict[str, object]]] = {
        recipient_region: [{"person_id": fact.person_id, "region": slug} for slug in set(fact.regions)],
        recipient_focus_area: [{"person_id": fact.person_id, "focus_area": area} for area in set(fact.focus_areas)],
    }
    for table, rows in links.items():
        await connection.execute(sa.delete(table).where(table.c.person_id == fact.person_id))
        if rows:
            await connection.execute(sa.insert(table), rows)
    return True


async def _matching(session: AsyncSession, fact: PersonStated) -> list[Webinar]:
    coming = select(Webinar).where(Webinar.status == "published", Webinar.starts_at > now()).order_by(col(Webinar.id))
    regions, areas = set(fact.regions), set(fact.focus_areas)
    return [webinar for webinar in (await session.exec(coming)).all() if webinar.concerns(regions, areas)]
