"""One thing that waits for staff, as each theme tells of its own; `work` gathers them."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession


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
