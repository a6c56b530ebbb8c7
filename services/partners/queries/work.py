"""The work list: what waits for staff, each with the one button that resolves it. It is asked of the records, never kept beside them."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from shared.web.i18n import marker as _

KIND_LABELS: dict[str, str] = {
    "claim": _("Krav om å ta over en profil"),
    "account": _("Klimaregnskap som mangler"),
    "certification": _("Sertifisering som går ut"),
    "register": _("Endringer i Enhetsregisteret"),
    "address": _("E-post som ikke kom fram"),
    "duplicate": _("Mulige dubletter"),
    "inactive": _("Personer som ikke er i bruk"),
    "erasure": _("Sletting av personer"),
}


@dataclass(frozen=True)
class Item:
    """One thing to do. `text` and `button` are interface strings, `text` filled in with `values`; `href` is where it is done."""

    kind: str
    text: str
    values: Mapping[str, str]
    button: str
    href: str
    since: datetime
    regions: Sequence[str] = field(default_factory=tuple)
    urgent: bool = False


Source = Callable[[AsyncSession, frozenset[str] | None], Awaitable[list[Item]]]
"""Returns what waits in these regions; in all of them for None."""

SOURCES: tuple[Source, ...] = ()


async def waiting(session: AsyncSession, regions: frozenset[str] | None) -> list[Item]:
    """Return all that waits in `regions`, what is urgent first, then the longest waiting."""
    items = [item for source in SOURCES for item in await source(session, regions)]
    return sorted(items, key=lambda item: (not item.urgent, item.since))
