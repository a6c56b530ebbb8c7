"""Who may do what with which webinar, through the verbs themselves."""

import pytest

from services.events.usecases import drafting, publishing
from shared.auth.actor import Actor
from shared.db.session import Database
from shared.errors import Forbidden, Refusal, SignInNeeded
from tests.events.support import drafted, given, national, partner, staff_of, with_regions

PEOPLE: dict[str, Actor | None] = {
    "visitor": None,
    "partner": partner(),
    "staff of nordland": staff_of("nordland"),
    "staff of both": staff_of("nordland", "agder"),
    "national": national(),
}
REACHES = {
    "national": {"scope": "national"},
    "nordland": {"scope": "regions", "regions": ["nordland"]},
    "both": {"scope": "regions", "regions": ["nordland", "agder"]},
}
MAY = {
    ("staff of nordland", "nordland"),
    ("staff of both", "nordland"),
    ("staff of both", "both"),
    *(("national", reach) for reach in REACHES),
}


@pytest.mark.parametrize("reach", REACHES)
@pytest.mark.parametrize("who", PEOPLE)
async def test_a_webinar_belongs_to_the_staff_of_all_its_regions(database: Database, who: str, reach: str) -> None:
    actor, changes = PEOPLE[who], REACHES[reach]
    expected = None if (who, reach) in MAY else SignInNeeded if actor is None else Forbidden
    async with database.writing() as session:
        await with_regions(session)
        made = await drafted(session, **changes)
        assert await outcome(drafting.draft(session, actor, given(**changes))) is expected
        assert await outcome(drafting.edit(session, actor, made.id, given(**changes))) is expected
        assert await outcome(publishing.publish(session, actor, made.id)) is expected
        await publishing.publish(session, national(), made.id)
        assert await outcome(publishing.cancel(session, actor, made.id)) is expected


async def test_staff_cannot_edit_their_webinar_into_somebody_elses(database: Database) -> None:
    own = staff_of("nordland")
    async with database.writing() as session:
        await with_regions(session)
        made = await drafting.draft(session, own, given(scope="regions", regions=["nordland"]))
        for changes in ({"scope": "national"}, {"scope": "regions", "regions": ["nordland", "agder"]}):
            with pytest.raises(Forbidden):
                await drafting.edit(session, own, made.id, given(**changes))


async def outcome(verb: object) -> type[Refusal] | None:
    try:
        await verb  # type: ignore[misc]
    except Refusal as refusal:
        return type(refusal)
    return None
