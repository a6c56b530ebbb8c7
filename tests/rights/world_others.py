"""The library, the webinars and the mail of the tests of rights: the same in two regions, as their doors and facts make it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from services.events.usecases import audiences, drafting, publishing
from services.events.usecases import segments as event_segments
from services.knowledge.models import Adoption, Match, Question
from services.knowledge.pictures import drawing
from services.knowledge.schemas.media import FileIn, PictureIn
from services.knowledge.usecases import editorial, media, needs, registry
from services.notifier.tables import delivery
from services.notifier.usecases import people as recipients
from services.notifier.usecases import webinars as invitations
from shared.auth.access import note_accesses
from shared.clock import now
from shared.contracts.partners import OrganisationRecorded, PersonStated, SegmentStated
from shared.db.session import Database
from shared.uploads.files import Sent
from tests.events import support as events
from tests.knowledge import support as knowledge
from tests.notifier import support as notifier
from tests.partners.support import NATIONAL
from tests.rights.cast import CAST, FIRMS, NEAR, named
from tests.rights.world import PLACES, World, access
from tests.shared.uploads import making

STEPS = (editorial.submit, editorial.approve, editorial.publish)
STATES = ("draft", "in_review", "approved", "published")


async def enter_library(database: Database) -> World:
    """Cases in each state: a draft, one in review, one approved and one that is public."""
    world = _begun()
    async with database.writing() as session:
        await _told(session)
        for place in PLACES:
            await registry.note_region(session, events.region(place))
            await registry.note_organisation(
                session,
                OrganisationRecorded(
                    organisation_id=FIRMS[place], version=1, name=f"Eik {place}", sector="business", regions=[place]
                ),
            )
            for number, state in enumerate(STATES):
                rules = ["anybody"] if state == "published" else ["case.read-unpublished"]
                title = f"Sak i {place}" if state == "published" else world.mark(f"sak{number}", place, *rules)
                made = await editorial.draft(session, NATIONAL, knowledge.given(title=title, region=place))
                for step in STEPS[:number]:
                    await step(session, NATIONAL, made.id)
                world.known(place, **{f"{state}_id": made.id}, region=place)
            public = made
            sent_back = await editorial.draft(session, NATIONAL, knowledge.given(title="Igjen", region=place))
            await editorial.submit(session, NATIONAL, sent_back.id)
            reason = world.mark("begrunnelse", place, "case.read-unpublished")
            await editorial.request_changes(session, NATIONAL, sent_back.id, reason)
            english = [{"language": "en", "title": "Elsewhere", "summary": "Short."}]
            told = knowledge.given(title="Oversatt", region=place, translations=english)
            translated = await editorial.draft(session, NATIONAL, told)
            world.known(place, sent_back_id=sent_back.id, translated_id=translated.id)
            title = world.mark("behov", place, "need.manage")
            hidden = knowledge.wanted(title=title, region=place, organisation_id=FIRMS[place], visibility="region")
            need = await needs.post(session, NATIONAL, hidden)
            world.known(place, need_id=need.id, organisation_id=FIRMS[place])
            taken = Adoption(
                case_id=public.id,
                region=place,
                organisation_id=FIRMS[place],
                status="started",
            )
            answered = await knowledge.published(session, title=f"Svarer i {place}", region=place)
            answered.answer_for(CAST[0].person_id)
            session.add_all([taken, answered])
            world.known(place, adoption_id=taken.id, answered_for_id=answered.id)
            for state in ("suggested", "asked", "introduced"):
                case = await knowledge.published(session, title=f"Svar i {place}", region=place)
                case.organisation_id = FIRMS[place]
                match = Match(need_id=need.id, case_id=case.id, score=50, state=state, asked_by=NATIONAL.person_id)
                session.add_all([case, match])
                world.known(place, **{f"{state}_id": match.id})
            question = Question(case_id=case.id)
            session.add(question)
            world.known(place, question_id=question.id)
            await _illustrated(session, world, place)
    return world


async def _illustrated(session: AsyncSession, world: World, place: str) -> None:
    """A draft with a picture and a file."""
    made = await editorial.draft(session, NATIONAL, knowledge.given(title="Med bilde", region=place))
    alt = world.mark("bilde", place, "case.read-unpublished")
    given = PictureIn(alt=alt, credit="Kari Foto")
    picture = await media.add_picture(session, NATIONAL, made.id, given, drawing(making.picture(size=(40, 20))))
    title = FileIn(title=world.mark("fil", place, "case.read-unpublished"))
    file = await media.add_file(session, NATIONAL, made.id, title, Sent("a.pdf", making.PDF))
    known = {"picture_id": picture.id, "file_id": file.id, "digest": picture.digest, "width": picture.sizes[0][0]}
    world.known(place, media_id=made.id, alt=alt, file_title=title.title, **known)


async def enter_events(database: Database) -> World:
    """A draft and an announced webinar, for a group of people and with a secret address to join at."""
    world = _begun()
    async with database.writing() as session:
        await _told(session)
        await events.with_regions(session, *PLACES)
        for place in PLACES:
            segment = SegmentStated(
                segment_id=named(f"segment {place}"),
                version=1,
                name=world.mark("malgruppe", place, "segment.manage"),
                regions=[place],
            )
            await event_segments.note_segment(session, segment)
            where = {"scope": "regions", "regions": [place]}
            title = world.mark("utkast", place, "webinar.read-unpublished")
            draft = await drafting.draft(
                session, NATIONAL, events.given(title=title, segment_id=segment.segment_id, **where)
            )
            room = f"https://{world.mark('rom', place, 'webinar.read-unpublished').lower()}.example.org"
            announced = await drafting.draft(session, NATIONAL, events.given(join_url=room, **where))
            await publishing.publish(session, NATIONAL, announced.id)
            world.known(place, draft_id=draft.id, webinar_id=announced.id, version=draft.version, region=place)
            await audiences.note_person(session, _person(place, name="Kari"))
    return world


async def enter_mail(database: Database) -> World:
    """A webinar everybody was invited to, with a recipient in each region and one whose address was refused."""
    world = _begun()
    async with database.writing() as session:
        await _told(session)
        for place in PLACES:
            await recipients.note_region(session, events.region(place))
            name = world.mark("mottaker", place, "recipient.view")
            await recipients.note_person(session, _person(place, name=name, email=f"kari.{place}@example.org"))
        webinar = notifier.published()
        await invitations.note_published(session, webinar)
        for place in PLACES:
            refused = {
                "state": "failed",
                "reason": "refused",
                "last_error": world.mark("feil", place, "recipient.view"),
            }
            await _ended(session, [named(f"recipient {place}")], **refused)
        world.ids |= {"webinar_id": str(webinar.webinar_id), "about": str(webinar.webinar_id)}
    return world


def _begun() -> World:
    return World(own={name: {} for name in ("visitor", *(member.name for member in CAST))})


async def _told(session: AsyncSession) -> None:
    await note_accesses(session, [access(member) for member in CAST])


def _person(place: str, **values: Any) -> PersonStated:
    return PersonStated(person_id=named(f"recipient {place}"), version=1, regions=[place], **values)


async def _ended(session: AsyncSession, people: Sequence[Any], **values: Any) -> None:
    ended = sa.update(delivery).where(delivery.c.person_id.in_(people))
    done = {"due_at": None, "ended_at": now() + timedelta(seconds=1)}
    await (await session.connection()).execute(ended.values(**done, **values))


assert PLACES[0] == NEAR
