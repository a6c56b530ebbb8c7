"""When regions change, those who were invited hear nothing more; whoever joins the new regions is invited once."""

from datetime import date
from itertools import permutations
from uuid import UUID

import pytest
import sqlalchemy as sa

from services.notifier.models import Webinar
from services.notifier.tables import delivery
from services.notifier.usecases import audiences, rearranged
from shared.contracts.events import Audience
from shared.contracts.partners import RegionsRearranged
from shared.db.session import Database
from shared.ids import new_id
from tests.notifier.support import HANDLERS, again, hear, person, published

HANDLERS[RegionsRearranged] = rearranged.note_rearranged
OLD = Audience(scope="regions", regions=["vestland"])


def split(*opened: str) -> RegionsRearranged:
    return RegionsRearranged(
        version=1,
        operation_id=new_id(),
        kind="split",
        effective=date(2024, 1, 1),
        closed=["vestland"],
        opened=list(opened),
    )


async def invited(database: Database) -> list[UUID]:
    async with database.reading() as session:
        query = sa.select(delivery.c.person_id).where(delivery.c.kind == "webinar_invitation")
        return list((await (await session.connection()).execute(query)).scalars())


async def rule(database: Database, webinar_id: UUID) -> list[str]:
    async with database.reading() as session:
        found = await session.get(Webinar, webinar_id)
    assert found is not None
    return found.rule.regions


@pytest.mark.parametrize("order", list(permutations(range(3))))
async def test_nobody_is_invited_twice_and_late_joiners_once_in_whatever_order(
    database: Database, order: tuple[int, ...]
) -> None:
    ask, late, webinar = person(1), person(2, regions=["ost"]), published(audience=OLD)
    await hear(database, ask, webinar)
    moves = (split("ost", "vest"), again(ask, regions=["vest"]), late)
    await hear(database, *(moves[number] for number in order))
    async with database.writing() as session:
        await audiences.reconcile(session)
    assert await rule(database, webinar.webinar_id) == ["ost", "vest"]
    assert sorted(await invited(database)) == sorted([ask.person_id, late.person_id])


async def test_one_that_is_announced_before_the_news_arrives_is_for_the_new_regions(database: Database) -> None:
    webinar, past = published(audience=OLD), published(audience=OLD)
    await hear(database, split("ost"), person(1, regions=["ost"]), webinar)
    assert await rule(database, webinar.webinar_id) == ["ost"]
    assert len(await invited(database)) == 1
    assert past.audience == OLD
