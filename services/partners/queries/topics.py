"""Questions about the vocabulary that offers and needs are named by."""

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from services.partners.models import Topic
from shared.clock import today_in_norway
from shared.contracts.vocabulary import Language


async def topics(session: AsyncSession) -> list[Topic]:
    """Return every topic there is or was, in their order."""
    return list((await session.exec(select(Topic).order_by(col(Topic.place), col(Topic.code)))).all())


async def topic_names(session: AsyncSession, language: Language) -> dict[str, str]:
    """Return the name of every topic there is or was by its code, in their order."""
    return {topic.code: topic.name(language) for topic in await topics(session)}


async def topics_open(session: AsyncSession) -> list[Topic]:
    """Return the topics that may be chosen today."""
    today = today_in_norway()
    return [topic for topic in await topics(session) if topic.holds(today)]
