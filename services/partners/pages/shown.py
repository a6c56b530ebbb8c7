"""Obligations as pages and lists show them: a light is a word and an icon, never a colour alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from starlette.requests import Request

from services.partners.lights import OBLIGATIONS, Light, Obligation, Verdict
from shared.clock import now, today_in_norway
from shared.web import formats
from shared.web.doors import resources
from shared.web.i18n import marker as _

OBLIGATION_LABELS: dict[Obligation, str] = {
    "agreement": _("Partneravtale"),
    "account": _("Klimaregnskap"),
    "certification": _("Miljøsertifisering"),
    "plan": _("Handlingsplan"),
    "goal": _("Fossilfritt mål"),
    "lead_project": _("Spydspissprosjekt"),
    "fee": _("Årsavgift"),
}
LIGHT_LABELS: dict[Light, str] = {
    "green": _("I orden"),
    "amber": _("Følg med"),
    "red": _("Mangler"),
    "grey": _("Ikke aktuelt"),
}
KINDS: dict[Light, str] = {"green": "success", "amber": "warning", "red": "danger", "grey": "neutral"}
ICONS: dict[Light, str] = {"green": "check", "amber": "clock", "red": "x", "grey": "minus"}
FIGURE_LABELS = {
    "scope1": _("Scope 1"),
    "scope2_location": _("Scope 2, lokasjonsbasert"),
    "scope2_market": _("Scope 2, markedsbasert"),
    "scope3": _("Scope 3"),
}
CATEGORY_LABELS = {
    1: _("1. Innkjøpte varer og tjenester"),
    2: _("2. Investeringsvarer"),
    3: _("3. Drivstoff og energi utenom scope 1 og 2"),
    4: _("4. Transport inn"),
    5: _("5. Avfall"),
    6: _("6. Tjenestereiser"),
    7: _("7. Reiser til og fra jobb"),
    8: _("8. Leide eiendeler"),
    9: _("9. Transport ut"),
    10: _("10. Bearbeiding av solgte produkter"),
    11: _("11. Bruk av solgte produkter"),
    12: _("12. Avhending av solgte produkter"),
    13: _("13. Utleide eiendeler"),
    14: _("14. Franchise"),
    15: _("15. Investeringer"),
}
TOOL_LABELS = {"klimakost": "Klimakost", "other": _("Annet verktøy")}
SOURCE_LABELS = {"self": _("Virksomheten selv"), "staff": _("Regionkontoret"), "import": _("Import")}


@dataclass(frozen=True)
class Shown:
    """A verdict in the reader's language, with what a chip needs."""

    name: Obligation
    label: str
    light: Light
    word: str
    kind: str
    icon: str
    reason: str


def shown(request: Request, verdicts: Mapping[Obligation, Verdict]) -> list[Shown]:
    """Return every obligation's verdict in the reader's language, in the house's order."""
    say, language = resources(request).renderer.translate, request.state.language
    return [
        Shown(
            name,
            say(language, OBLIGATION_LABELS[name]),
            verdicts[name].light,
            say(language, LIGHT_LABELS[verdicts[name].light]),
            KINDS[verdicts[name].light],
            ICONS[verdicts[name].light],
            reason(request, verdicts[name]),
        )
        for name in OBLIGATIONS
    ]


def reason(request: Request, verdict: Verdict) -> str:
    """Return a verdict's reason in the reader's language, with its dates as people read them."""
    language = request.state.language
    values = {
        name: formats.day(value, language) if isinstance(value, date) else value
        for name, value in verdict.values.items()
    }
    return resources(request).renderer.translate(language, verdict.text, values)


def year_shown(year: int | None) -> int:
    """Return the year asked for, or the one accounts are now delivered for: the last that is over."""
    return year or today_in_norway(now()).year - 1


def years_offered(year: int) -> Sequence[int]:
    """Return the years a page offers beside `year`, newest first."""
    last = today_in_norway(now()).year
    return sorted({year, *range(last - 4, last + 1)}, reverse=True)
