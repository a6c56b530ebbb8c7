"""What the pages of each kind of import are called, and how its file should be."""

from typing import Literal

from shared.web.i18n import marker as _

KindName = Literal["accounts", "organisations", "people"]

TITLES: dict[KindName, str] = {
    "accounts": _("Importer klimaregnskap"),
    "organisations": _("Importer virksomheter"),
    "people": _("Importer personer"),
}
TABS: dict[KindName, str] = {
    "organisations": _("Virksomheter"),
    "people": _("Personer"),
    "accounts": _("Klimaregnskap"),
}
EXAMPLES: dict[KindName, str] = {
    "accounts": _("Klimaregnskap eksempel"),
    "organisations": _("Virksomheter eksempel"),
    "people": _("Personer eksempel"),
}
RECIPES: dict[KindName, tuple[str, ...]] = {
    "accounts": (
        _(
            "En tom celle endrer ikke det som er levert før. Et tall som er annerledes enn før, blir en ny versjon; den gamle tas vare på."
        ),
    ),
    "organisations": (
        _("En tom celle endrer ikke det som står i registeret. Den samme filen en gang til endrer ingenting."),
        _("En virksomhet kjennes igjen på eksternt id, ellers på organisasjonsnummeret. Minst ett av dem må være med."),
        _("Flere regioner kan stå i samme celle. Har de ulike datoer, får hver region sin rad."),
    ),
    "people": (
        _("En tom celle endrer ikke det som står i registeret. Den samme filen en gang til endrer ingenting."),
        _("En person kjennes igjen på eksternt id, ellers på e-postadressen."),
        _("Virksomheten kjennes på organisasjonsnummeret eller sitt eksterne id. Importer virksomhetene først."),
        _(
            "Flere roller kan stå i samme celle, eller på hver sin rad. Ingen roller tas bort uten at «Rolle til» sier det."
        ),
        _(
            "Ingen logges inn av en import: en adresse er ikke bekreftet før personen selv har brukt en lenke sendt dit."
        ),
    ),
}
