"""The annual report as files: a workbook of four sheets, and a PDF that screen readers can read."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from services.partners.pages.dashboard_figures import WHOLE, Drawn, shown_rows
from services.partners.pages.shown import FIGURE_LABELS
from services.partners.queries.reports import Entry, Report
from shared.clock import now, today_in_norway
from shared.contracts.vocabulary import Language
from shared.pdf import render
from shared.sheets.table import Column, Table
from shared.web import formats
from shared.web.doors import resources
from shared.web.exports import attachment, export_sheets
from shared.web.i18n import marker as _

TEMPLATE = Path(__file__).parents[1] / "reports" / "annual.typ"
TITLE = _("Klimaregnskap %(year)s: %(place)s")
NAME = _("Årsrapport %(year)s %(place)s")
AS_OF = _("Slik det stod %(day)s")
MADE = _("Laget %(moment)s")
SUMMARY, ORGANISATIONS, LEFT_OUT, METHOD = _("Sammendrag"), _("Virksomhetene"), _("Utelatt"), _("Metode")
SAID = _("%(delivered)s av %(members)s partnere har levert klimaregnskap for %(year)s.")
NOT_DELIVERED = _("Har ikke levert klimaregnskap for %(year)s.")
LACKS = _("Har levert uten %(figures)s.")
HEAD = (_("Tall"), _("Sum"), _("Året før"), _("Dette året"), _("Endring"), _("Oppgitt begge år"), _("Hva som er med"))
ORGANISATION_NUMBER, ORGANISATION, REGIONS, WHY = _("Org.nr."), _("Virksomhet"), _("Regioner"), _("Hvorfor")
TOOL, PUBLISHED, DELIVERED, VERSION, TEXT = _("Verktøy"), _("Publisert"), _("Levert"), _("Utgave"), _("Tekst")
WORDS = {
    "delivered": _("Hvem har levert"),
    "emissions": _("Utslipp"),
    "comparable": _(
        "Bare tall som kan sammenlignes, er lagt sammen. Lokasjonsbasert og markedsbasert scope 2 blandes aldri."
    ),
    "table": _(
        "Utslipp i tonn CO2-ekvivalenter. Året før og dette året gjelder de virksomhetene som har oppgitt begge."
    ),
    "stances": _("Sertifisering, mål og forpliktelser"),
    "left_out": _("Hvem og hva som er utelatt"),
    "left_out_lead": _("Disse er ikke med i én eller flere av summene."),
    "organisations": _("Virksomhetene og tallene deres"),
    "method": _("Metode"),
}
METHODS = (
    _("Tallene er tonn CO2-ekvivalenter (tCO2e) etter GHG-protokollen, slik virksomhetene har levert dem."),
    _("En sum gjelder dem som har oppgitt tallet. Et tall som ikke er oppgitt, er ikke regnet som null."),
    _("Endring fra året før gjelder bare virksomheter som har oppgitt det samme tallet begge årene."),
    _("Lokasjonsbasert og markedsbasert scope 2 er to ulike tall, og er aldri lagt sammen."),
    _("En virksomhet som er partner i flere regioner, telles i hver region, men én gang i hele nettverket."),
    _("Rapporten gjelder partnerne og utgavene av regnskapene slik de stod ved utgangen av dagen den er laget for."),
    _("En ny rapport for samme dag gir de samme tallene, også etter rettelser og flyttinger."),
)
NARROWED = _("Bare virksomheter i dine egne regioner er nevnt ved navn. Summene gjelder alle.")


class ReportFiles:
    """A report in the reader's language."""

    def __init__(self, request: Request, found: Report, names: Mapping[str, str]) -> None:
        self._request = request
        self._found = found
        self._names = names
        self._language: Language = request.state.language
        self._say = partial(resources(request).renderer.translate, self._language)
        self._drawn = Drawn(found.board, names, self._say, self._language)

    @property
    def place(self) -> str:
        """The region's name, or that of the whole network."""
        region = self._found.board.region
        return self._names[region] if region else self._say(WHOLE)

    async def workbook(self) -> Response:
        """The report as XLSX: summary, organisations, what was left out and why, and method."""
        return await export_sheets(self._request, self._name(), self.sheets())

    async def pdf(self) -> Response:
        """The report as tagged PDF."""
        made = await render(TEMPLATE, self.data(), self._language)
        return Response(made, media_type="application/pdf", headers=attachment(self._name(), "pdf"))

    def sheets(self) -> list[Table]:
        """Return the four sheets."""
        board, numbers = self._found.board, [self._say(label) for label in FIGURE_LABELS.values()]
        summary = [Column(str(at), self._say(label)) for at, label in enumerate(HEAD)]
        summary = [
            Column(one.key, one.label, "decimal" if 1 <= at <= 4 else "integer" if at == 5 else "text")
            for at, one in enumerate(summary)
        ]
        figures = [Column(name, label, "decimal") for name, label in zip(FIGURE_LABELS, numbers, strict=True)]
        who = [Column("number", self._say(ORGANISATION_NUMBER)), Column("name", self._say(ORGANISATION))]
        who.append(Column("regions", self._say(REGIONS), "list"))
        more = [Column("tool", self._say(TOOL)), Column("published", self._say(PUBLISHED), "boolean")]
        more += [Column("delivered", self._say(DELIVERED), "date"), Column("revision", self._say(VERSION), "integer")]
        told = [self._stamp(), self._said(), *self._methods()]
        return [
            Table(self._say(SUMMARY), summary, [*self._summary(), {"0": self._stamp()}, {"0": self._said()}]),
            Table(self._say(ORGANISATIONS), [*who, *figures, *more], [self._row(one) for one in self._found.entries]),
            Table(self._say(LEFT_OUT), [*who, Column("why", self._say(WHY))], list(self._left_out())),
            Table(
                f"{self._say(METHOD)} {board.year}", [Column("text", self._say(TEXT))], [{"text": one} for one in told]
            ),
        ]

    def data(self) -> dict[str, Any]:
        """Return what the PDF's template is given."""
        board, rows = self._found.board, self._drawn.rows()
        shown = shown_rows(rows, self._language)
        numbers = [self._say(label) for label in FIGURE_LABELS.values()]
        left_out = [[one["name"], one["why"]] for one in self._left_out()]
        return {
            "title": self._say(TITLE, {"year": board.year, "place": self.place}),
            "subtitle": self._stamp(),
            "intro": self._say(MADE, {"moment": formats.clock(now(), self._language)}) + ".",
            "words": {name: self._say(text) for name, text in WORDS.items()},
            "said": self._said(),
            "delivered": self._drawn.delivered(),
            "head": [self._say(label) for label in HEAD[:-1]],
            "rows": [{"label": row[0], "cells": row[:-1], "said": row[-1]} for row in shown],
            "trends": [{"figure": figure, "note": note} for figure, note in self._drawn.trends()],
            "stances": self._drawn.stances(board.stances) if board.stances else [],
            "left_head": [self._say(ORGANISATION), self._say(WHY)],
            "left_out": left_out,
            "organisation_head": [self._say(ORGANISATION), *numbers],
            "organisations": [self._cells(one) for one in self._found.entries if one.account],
            "method": self._methods(),
        }

    def _summary(self) -> list[dict[str, Any]]:
        return [
            {
                "0": row.label,
                "1": row.total,
                "2": row.before,
                "3": row.now,
                "4": row.change,
                "5": row.both or None,
                "6": row.said,
            }
            for row in self._drawn.rows()
        ]

    def _row(self, one: Entry) -> dict[str, Any]:
        account = one.account
        told = {**self._who(one), **(account.figures if account else {})}
        if account is None:
            return told
        about = {"tool": account.tool_name or account.tool, "published": account.published}
        return told | about | {"delivered": today_in_norway(account.delivered_at), "revision": account.revision}

    def _cells(self, one: Entry) -> list[str]:
        figures = one.account.figures.values() if one.account else ()
        return [
            one.organisation.name,
            *("–" if figure is None else formats.number(figure, self._language) for figure in figures),
        ]

    def _left_out(self) -> Sequence[dict[str, Any]]:
        return [{**self._who(one), "why": self._why(one)} for one in self._found.entries if one.lacking]

    def _why(self, one: Entry) -> str:
        if one.account is None:
            return self._say(NOT_DELIVERED, {"year": self._found.board.year})
        return self._say(LACKS, {"figures": ", ".join(self._say(FIGURE_LABELS[name]) for name in one.lacking)})

    def _who(self, one: Entry) -> dict[str, Any]:
        regions = [self._names.get(slug, slug) for slug in one.regions]
        return {"number": one.organisation.org_number, "name": one.organisation.name, "regions": regions}

    def _methods(self) -> list[str]:
        return [self._say(one) for one in (*METHODS, *([NARROWED] if self._found.narrowed else []))]

    def _said(self) -> str:
        whole, year = self._found.board.whole, self._found.board.year
        numbers = {"delivered": whole.delivered, "members": whole.members}
        shown = {name: formats.number(many, self._language) for name, many in numbers.items()}
        return self._say(SAID, {**shown, "year": year})

    def _stamp(self) -> str:
        return self._say(AS_OF, {"day": formats.day(self._found.board.day, self._language)})

    def _name(self) -> str:
        return self._say(NAME, {"year": self._found.board.year, "place": self.place})
