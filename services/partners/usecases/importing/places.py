"""Regions as spreadsheets name them, and partnerships as rows tell of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from services.partners.models import Membership, Region
from services.partners.region_errors import AlreadyMember, GuestNeedsEnd, OutsideRegion, WrongOrder
from services.partners.usecases.importing.cells import Row, joined
from shared.clock import today_in_norway
from shared.sheets.headings import likened
from shared.web.i18n import marker as _

NO_REGION = _("Det finnes ingen region «%(region)s». Skriv en av disse: %(regions)s.")
REGION_OVER = _("Regionen %(region)s er avsluttet. Skriv %(heirs)s i stedet.")
NETWORK = "klimapartnere"


class RegionNames:
    """The regions by whatever they are called: slug, name in each language, official Sami and Kven names."""

    def __init__(self, regions: Iterable[Region]) -> None:
        self.by_slug = {region.slug: region for region in regions}
        self._by_word: dict[str, Region] = {}
        for region in sorted(self.by_slug.values(), key=lambda one: one.holds()):
            own = (region.name_nb, *(one["name"] for one in region.parallel_names))
            for word in (region.slug, region.name_nn, region.name_en, *own, "".join(own)):
                self._by_word[likened(word)] = region

    def resolve(self, row: Row, name: str) -> None:
        """Put slugs in the place of the regions a row names, and note those nobody knows or that ended."""
        slugs = []
        for written in row.given.pop(name, []):
            region = self.find(written)
            if region is None:
                names = joined(one.name_nb for one in self.by_slug.values() if one.holds())
                row.wrong(name, NO_REGION, region=written[:60], regions=names)
            elif not region.holds() and region.successors:
                heirs = joined(self.by_slug[slug].name_nb for slug in region.successors if slug in self.by_slug)
                row.wrong(name, REGION_OVER, region=region.name_nb, heirs=heirs)
            else:
                slugs.append(region.slug)
        if slugs:
            row.given[name] = list(dict.fromkeys(slugs))

    def find(self, written: str) -> Region | None:
        """Return the region a cell names."""
        plain = likened(written)
        bare = plain.removeprefix(NETWORK)
        return self._by_word.get(plain) or self._by_word.get(bare) or self._by_word.get(bare.removeprefix("i"))

    def name(self, slug: str) -> str:
        """Return what a region is called in a sentence."""
        return self.by_slug[slug].name_nb if slug in self.by_slug else slug


@dataclass
class Partnerships:
    """What a row does to the partnerships of an organisation; `ended`: those it would begin again, which somebody must confirm."""

    begin: list[Membership] = field(default_factory=list)
    amend: list[tuple[Membership, dict[str, Any]]] = field(default_factory=list)
    ended: list[Membership] = field(default_factory=list)

    @property
    def regions(self) -> set[str]:
        """The regions in which something begins or changes."""
        return {one.region for one in (*self.begin, *(one for one, _ in self.amend))}


def partnerships(given: dict[str, Any], held: Sequence[Membership], names: RegionNames) -> Partnerships:
    """Return what a row does to the partnerships an organisation had; raises what `memberships.begin` refuses of dates."""
    found = Partnerships()
    stated = {"kind": given.get("membership"), "since": as_day(given, "since"), "until": as_day(given, "until")}
    stated = {name: value for name, value in stated.items() if value is not None}
    for slug in given.get("regions", []):
        there = [one for one in held if one.region == slug and one.since != one.until]
        _of_region(found, slug, stated, there)
    for one, values in (*((one, {}) for one in found.begin), *found.amend):
        _holds(one, values, held, names)
    return found


def as_day(given: Mapping[str, Any], name: str) -> date | None:
    """Return a day a row states."""
    return date.fromisoformat(given[name]) if given.get(name) else None


def _of_region(found: Partnerships, slug: str, stated: dict[str, Any], there: Sequence[Membership]) -> None:
    today = today_in_norway()
    lasting = sorted((one for one in there if one.until is None or one.until > today), key=lambda one: one.since)
    if lasting:
        values = differing(lasting[0], stated)
        if any(
            one.until and one.since <= values.get("since", today) < one.until for one in there if one not in lasting
        ):
            # What the row states began and ended once; this one came after it.
            values.pop("since", None)
        if values:
            found.amend.append((lasting[0], values))
        return
    if any(not differing(one, stated) for one in there if "until" in stated):
        return
    last = max((one.until for one in there if one.until), default=None)
    since = stated.get("since", today)
    if last is not None and ("since" not in stated or since < last):
        found.ended += [one for one in there if one.until == last]
        since = today
    found.begin.append(Membership(region=slug, **{**stated, "since": since}))


def differing(row: Any, stated: dict[str, Any]) -> dict[str, Any]:
    """Return those of the stated values that `row` does not have."""
    return {name: value for name, value in stated.items() if getattr(row, name) != value}


def _holds(one: Membership, values: dict[str, Any], held: Sequence[Membership], names: RegionNames) -> None:
    kind, since, until = (values.get(name, getattr(one, name)) for name in ("kind", "since", "until"))
    if kind == "guest" and until is None:
        raise GuestNeedsEnd(field="until")
    if until is not None and until <= since:
        raise WrongOrder(field="until")
    region = names.by_slug[one.region]
    if not region.holds(since):
        raise OutsideRegion(field="since", region=region.name_nb)
    for other in held:
        overlaps = (other.until or date.max) > since and (until or date.max) > other.since
        if other is not one and other.region == one.region and other.until != other.since and overlaps:
            raise AlreadyMember(field="regions")
