"""The fact sheet of a published case: a page or two of tagged PDF for a meeting, in the reader's language."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.responses import Response

from services.knowledge import queries
from services.knowledge.models import Case, Organisation
from services.knowledge.pages import library
from services.knowledge.pages.citing import citation_of
from services.knowledge.pages.sheet import BASES, figure
from services.knowledge.pages.side_by_side import period
from services.knowledge.presenting import Presenter
from services.knowledge.queries.media import Media, picture_bytes
from services.knowledge.queries.rows import Rows
from services.knowledge.telling import Told
from shared.contracts.vocabulary import Language
from shared.errors import NotFound
from shared.pdf import render
from shared.web.doors import Reading, resources
from shared.web.exports import disposition
from shared.web.formats import number
from shared.web.i18n import marker as _

router = APIRouter(prefix="/cases/{case_id}", include_in_schema=False)

TEMPLATE = Path(__file__).parents[1] / "reports" / "factsheet.typ"
NAME = _("Faktaark")
WIDTH = 960
MOST_TEXT = 900
WORDS = {
    "facts": _("Om tiltaket"),
    "figures": _("Tall og hvordan de er funnet"),
    "economy": _("Kostnader og støtte"),
    "contact": _("Spør"),
    "cite": _("Vis til eksempelet"),
}
WHO, REGION, WHEN, STATUS = _("Hvem"), _("Region"), _("Når"), _("Status for tiltaket")
SCOPES, SECTOR, KIND = _("Scope"), _("Sektor"), _("Type tiltak")
IMPACT, FIGURE = _("Virkning"), _("Tall")
INVESTMENT, RUNNING, SAVING, SUPPORT = _("Investering"), _("Drift per år"), _("Spart per år"), _("Støtte i alt")
PAYBACK, YEARS = _("Tjent inn etter"), _("%(years)s år, uten å trekke fra støtte")
PRICE, PRICED = _("Kroner per tonn"), _("%(amount)s kr, regnet over %(basis)s")
PHOTO = _("Foto: %(who)s")
KRONER = _("%(amount)s kr")
ASK, ASK_PERSON = _("Spør regionkontoret."), _("En av dem som sto bak, har sagt ja til å svare på spørsmål.")
ASK_OWNER = _("Ta kontakt gjennom %(name)s.")
SECTIONS = {"solution": _("Løsning"), "results": _("Resultater"), "lessons": _("Erfaringer")}


@router.get("/fact-sheet.pdf")
async def download(request: Request, session: Reading, case_id: UUID) -> Response:
    """The fact sheet of a published case."""
    found = next(iter(await queries.published(session, [case_id])), None)
    if found is None:
        raise NotFound
    language: Language = request.state.language
    tag = f'"{found.version}-{language}"'
    shown = await library.whole(request, session, found)
    own: Told = shown["told"]
    headers = {
        "Content-Disposition": disposition(f"{_said(request, NAME)} {own.title}", "pdf"),
        "ETag": tag,
        "Vary": "Accept-Language, Cookie",
        "Cache-Control": "private, no-cache",
    }
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    sheet = _Sheet(request, found, shown)
    picture = await _picture(session, found, own, shown["media"], language)
    if picture is not None and (lead := shown["media"].lead) is not None:
        licence = shown["presenter"].term("licence", lead.licence)
        picture["credit"] = f"{_said(request, PHOTO) % {'who': lead.credit}}. {licence}"
    data = sheet.data() | {"picture": picture}
    return Response(await render(TEMPLATE, data, language), media_type="application/pdf", headers=headers)


class _Sheet:
    """What the template is given of a case."""

    def __init__(self, request: Request, case: Case, shown: Mapping[str, Any]) -> None:
        self._request = request
        self._case = case
        self._told: Told = shown["told"]
        self._rows: Rows = shown["rows"]
        self._presenter: Presenter = shown["presenter"]
        self._organisation: Organisation | None = shown["organisation"]
        self._language: Language = request.state.language
        self._say = partial(resources(request).renderer.translate, self._language)

    def data(self) -> dict[str, Any]:
        """Return texts, facts and figures, in the reader's language."""
        return {
            "title": self._told.title,
            "subtitle": " · ".join(self._presenter.themes(self._case.focus_areas)),
            "summary": self._told.summary,
            "text_language": self._told.language,
            "words": {name: self._say(text) for name, text in WORDS.items()},
            "facts": [[name, value] for name, value in self._facts() if value],
            "sections": [
                {"title": self._say(title), "text": _short(one.text), "language": one.language}
                for name, title in SECTIONS.items()
                if (one := self._told.section(name)) is not None
            ],
            "head": [self._say(IMPACT), self._say(FIGURE)],
            "figures": [
                [self._presenter.term("metric", one.metric), figure(one, self._presenter, self._language)]
                for one in self._rows.impacts
            ],
            "economy": [[name, value] for name, value in self._economy() if value],
            "contact": self._contact(),
            "cite": citation_of(self._request, self._case, self._told, self._organisation, self._presenter).plain(),
        }

    def _facts(self) -> list[tuple[str, str]]:
        case, presenter = self._case, self._presenter
        status = presenter.term("project_status", case.project_status) if case.project_status else ""
        return [
            (self._say(WHO), (self._organisation.name if self._organisation else case.owner_name) or ""),
            (self._say(REGION), presenter.region(case.region)),
            (self._say(WHEN), period(case, self._language)),
            (self._say(STATUS), status),
            (self._say(SCOPES), ", ".join(map(str, case.scopes))),
            (self._say(SECTOR), presenter.term("sector", case.sector) if case.sector else ""),
            (self._say(KIND), ", ".join(presenter.measure(name) for name in case.measure_types)),
        ]

    def _economy(self) -> list[tuple[str, str]]:
        case, payback, price = self._case, self._rows.payback(self._case), self._rows.price(self._case)
        years = {"years": number(payback.value, self._language)}
        priced = {
            "amount": number(price.value, self._language),
            "basis": self._say(BASES[price.basis]) if price.basis else "",
        }
        return [
            (self._say(INVESTMENT), self._kroner(case.capex_nok)),
            (self._say(RUNNING), self._kroner(case.opex_nok_per_year)),
            (self._say(SAVING), self._kroner(case.saving_nok_per_year)),
            (self._say(SUPPORT), self._kroner(case.grant_nok)),
            (self._say(PAYBACK), "" if payback.value is None else self._say(YEARS, years)),
            (self._say(PRICE), "" if price.value is None else self._say(PRICED, priced)),
        ]

    def _kroner(self, amount: int | None) -> str:
        return "" if amount is None else self._say(KRONER, {"amount": number(amount, self._language)})

    def _contact(self) -> str:
        said = [self._say(ASK_PERSON)] if self._case.contact_id else []
        name = self._organisation.name if self._organisation else ""
        said.append(self._say(ASK_OWNER, {"name": name}) if name else self._say(ASK))
        return " ".join(said)


async def _picture(
    session: AsyncSession, case: Case, own: Told, media: Media, language: Language
) -> dict[str, Any] | None:
    if media.lead is None:
        return None
    width, _height = media.lead.near(WIDTH)
    content = await picture_bytes(session, case.id, media.lead.digest, width)
    alt = media.lead.told(language, own.original).text
    return {"content": list(content), "alt": alt}


def _said(request: Request, text: str) -> str:
    return resources(request).renderer.translate(request.state.language, text)


def _short(text: str) -> str:
    """Return the beginning of a text, whole words, without the signs of Markdown at the beginning of its lines."""
    plain = "\n".join(line.lstrip("#*-> ").replace("**", "") for line in text.splitlines())
    return plain if len(plain) <= MOST_TEXT else plain[:MOST_TEXT].rsplit(" ", 1)[0] + " …"
