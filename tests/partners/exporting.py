"""A registry with something in every list, whose names and texts a spreadsheet could take for formulas; and lists as pages show them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from html.parser import HTMLParser
from uuid import UUID

from services.partners.models import Claim, ClimateAccount, Membership, RegisterFinding
from services.partners.schemas import PersonIn
from services.partners.usecases import people
from shared.clock import now, today_in_norway
from tests.partners.rearranging import drafted, enter_viken
from tests.partners.support import API, NATIONAL, organisation
from tests.support.apps import ServiceApp

ROUND = {
    "year": 2025,
    "opens_on": "2026-01-02",
    "deadline": "2026-03-31",
    "nudges": [-30, -7],
    "region_after": 14,
    "national_after": 45,
}


@dataclass
class Entered:
    """The ids of what was entered, by the names that addresses have for them."""

    organisation: UUID
    segment: str = ""
    round: str = ""
    operation: str = ""
    ids: dict[str, object] = field(default_factory=dict)

    def path(self, pattern: str) -> str:
        """Return an address with the ids filled in."""
        return pattern.format(
            organisation=self.organisation, segment=self.segment, round=self.round, operation=self.operation
        )


async def entered(partners: ServiceApp) -> Entered:
    """Enter two regions' partners, people, tasks, segments, a round, accounts and a region to be split."""
    eik = await organisation(partners, "=Eik & Ås AS", "agder", website="https://eik.example.org")
    await organisation(partners, "=Eik og Ås", "agder", website="https://eik.example.org")
    fjord = await organisation(partners, "@Øst Fjord AS", "vestland")
    shadow = await organisation(partners, "+Skygge AS", "agder", status="shadow")
    made = Entered(eik)
    asking = await _person(partners, "@Ærlig Åse", "ase@example.org", organisation_id=eik, role="partner_admin")
    await _person(partners, "@Ærlig Åse", "aase@example.org", organisation_id=eik, title="=Leder")
    await _person(partners, "-Øystein Prøve", "oystein@example.org", organisation_id=fjord)
    await _tasks(partners, shadow, fjord, asking)
    await _accounts(partners, eik)
    async with partners.client("national") as national:
        for name, region in (("=Sørlendinger", "agder"), ("+Vestlendinger", "vestland")):
            said = {"name": name, "regions": [region]}
            answer = await national.post(f"{API}/segments", json=said)
            made.segment = made.segment or answer.json()["id"]
        made.round = (await national.post(f"{API}/rounds", json=ROUND)).json()["id"]
        assert (await national.post(f"{API}/rounds/{made.round}/open")).status_code == 200
    made.operation = str(await drafted(partners.database, await enter_viken(partners.database)))
    return made


async def _person(partners: ServiceApp, name: str, email: str, **given: object) -> UUID:
    async with partners.database.writing() as session:
        found = await people.register(
            session, NATIONAL, PersonIn.model_validate({"name": name, "email": email, **given})
        )
    return found.id


async def _tasks(partners: ServiceApp, shadow: UUID, fjord: UUID, asking: UUID) -> None:
    async with partners.database.writing() as session:
        session.add(Claim(organisation_id=shadow, person_id=asking, message="=HYPERLINK(1)"))
        told = {"name": "@Øst Fjord AS", "new": "=Fjord"}
        for made in (shadow, fjord):
            session.add(
                RegisterFinding(organisation_id=made, key="prøve", code="renamed", severity="change", values=told)
            )
        ended = today_in_norway() - timedelta(days=30)
        session.add(
            Membership(organisation_id=fjord, region="agder", since=date(2020, 1, 1), until=ended, kind="guest")
        )


async def _accounts(partners: ServiceApp, eik: UUID) -> None:
    before = now() - timedelta(days=9)
    async with partners.database.writing() as session:
        old = ClimateAccount(organisation_id=eik, year=2024, scope1=Decimal("12.345"), note="=først")
        old.delivered_at, old.superseded_at = before, now()
        session.add(old)
        session.add(ClimateAccount(organisation_id=eik, year=2024, revision=2, scope1=Decimal("11.5"), note="+rettet"))
        session.add(ClimateAccount(organisation_id=eik, year=2025, scope1=Decimal(10), tool_name="@Verktøy"))


class Page(HTMLParser):
    """The tables of a page by their captions, each row as its text, and the addresses of what can be downloaded."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tables: dict[str, list[str]] = {}
        self.downloads: list[str] = []
        self._caption = ""
        self._in: set[str] = set()
        self.feed(text)

    def rows(self, captions: tuple[str, ...]) -> Iterator[str]:
        """Yield the rows of these tables."""
        for caption in captions:
            yield from (" ".join(row.split()) for row in self.tables.get(caption, []))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a caption or a row, or note a download."""
        given = dict(attrs)
        if tag == "a" and "download" in given:
            self.downloads.append(given["href"] or "")
        if tag == "caption":
            self._caption = ""
        if tag == "td" and given.get("class") == "kb-table__empty":
            self.tables[self._caption].pop()
        if tag == "tr" and "tbody" in self._in:
            self.tables.setdefault(self._caption, []).append("")
        self._in.add(tag)

    def handle_endtag(self, tag: str) -> None:
        """End what was begun."""
        self._in.discard(tag)

    def handle_data(self, data: str) -> None:
        """Take up text."""
        if "caption" in self._in:
            self._caption += data
        elif "tbody" in self._in and self.tables.get(self._caption):
            self.tables[self._caption][-1] += f" {data}"
