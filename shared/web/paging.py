"""Pages of a list."""

from dataclasses import dataclass
from math import ceil

PER_PAGE = 20
MOST_PER_PAGE = 100


@dataclass(frozen=True)
class Paging:
    """Which part of a list is shown; pages count from 1."""

    page: int
    per_page: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, ceil(self.total / self.per_page))

    @property
    def first(self) -> int:
        """The number of the first row shown, 0 in an empty list."""
        return min((self.page - 1) * self.per_page + 1, self.total)

    @property
    def last(self) -> int:
        """The number of the last row shown."""
        return min(self.page * self.per_page, self.total)

    @property
    def window(self) -> list[int | None]:
        """The page numbers to offer; None stands for a gap."""
        near = {1, self.pages, *range(max(1, self.page - 1), min(self.pages, self.page + 1) + 1)}
        shown: list[int | None] = []
        for number in sorted(near):
            if shown and shown[-1] is not None and number - shown[-1] > 1:
                shown.append(None)
            shown.append(number)
        return shown


def offset(page: int, per_page: int) -> int:
    """Return how many rows come before `page`."""
    return (max(page, 1) - 1) * per_page
